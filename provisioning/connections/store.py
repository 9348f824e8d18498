"""What is remembered of somebody's connections: fields in the database, secrets in the memory of the vault."""

from collections.abc import Mapping
from typing import Literal, get_args

import structlog
from django.db import transaction
from pydantic import ValidationError

from demoforge.accounts import audit, vault
from demoforge.accounts.models import User
from demoforge.accounts.vault import SecretName
from provisioning.connections.fields import (
    Adapter,
    Connections,
    DbtCloudFields,
    GitHubFields,
    WarehouseFields,
)
from provisioning.connections.policy import WorkspaceRefused, workspace_allowed
from provisioning.connections.secrets import warehouse_secret_names
from provisioning.connections.workspace import workspace_connections
from provisioning.models import Connection

log = structlog.get_logger(__name__)

Kind = Literal["github", "dbt_cloud", "warehouse"]
KINDS: tuple[Kind, ...] = get_args(Kind)
AnyFields = GitHubFields | DbtCloudFields | WarehouseFields

SECRETS_OF: dict[Kind, tuple[SecretName, ...]] = {
    "github": ("github_token",),
    "dbt_cloud": ("dbt_cloud_token", "dbt_cloud_user_token"),
    "warehouse": (
        "snowflake_password",
        "snowflake_private_key",
        "snowflake_passphrase",
        "bigquery_keyfile",
        "databricks_token",
        "redshift_password",
    ),
}


def connections_for(user: User, *, workspace: bool, warehouse: Adapter | None = None) -> Connections:
    """Where builds of this person go: to what they have entered themselves, or to the workspace's connections.

    `warehouse` is the one that the demo is for; the workspace may have several.
    Raises WorkspaceRefused, WorkspaceWrong.
    """
    if not workspace:
        return remembered(user)
    if not workspace_allowed():
        raise WorkspaceRefused
    return workspace_connections(warehouse)


def remembered(user: User) -> Connections:
    """What somebody has entered themselves. A row whose shape is not known any more counts as not there."""
    found = Connections()
    for row in Connection.objects.filter(user=user):
        try:
            one = Connections.model_validate({row.kind: row.fields})
        except ValidationError:
            log.warning("connection_not_readable", connection=row.pk)
            continue
        found = found.model_copy(update={row.kind: getattr(one, row.kind)})
    return found


@transaction.atomic
def save(
    user: User, kind: Kind, fields: AnyFields, *, secrets: Mapping[SecretName, str], by: User
) -> Connection:
    """Remember a connection, and keep the secrets that were typed; those that it has no use for are forgotten.

    A secret that was not typed stays as it is, readable as long as `fields.bound_to` is the same.
    Whoever calls this wakes the builds that wait. Raises VaultUnreachable: then nothing is saved.
    """
    row, _ = Connection.objects.update_or_create(
        user=user, kind=kind, defaults={"fields": fields.model_dump(mode="json")}
    )
    _put(user, fields, secrets)
    for name in useless_secrets(kind, fields):
        vault.forget(user, name)
    audit.record("connection.saved", row, by=by, kind=kind, entered=sorted(map(str, secrets)))
    return row


@transaction.atomic
def keep_secrets(
    user: User, kind: Kind, fields: AnyFields, *, secrets: Mapping[SecretName, str], by: User
) -> None:
    """Keep secrets that have passed a test, for the address they were tested with. Raises VaultUnreachable."""
    if not secrets:
        return
    _put(user, fields, secrets)
    audit.record("connection_secret.kept", user, by=by, kind=kind, entered=sorted(map(str, secrets)))


@transaction.atomic
def forget(user: User, kind: Kind, *, fields: bool, by: User) -> None:
    """Remove the secrets of a connection from memory, and with `fields` all that is remembered of it.

    Raises VaultUnreachable.
    """
    for name in SECRETS_OF[kind]:
        vault.forget(user, name)
    row = Connection.objects.filter(user=user, kind=kind).first()
    audit.record("connection.forgotten", row or user, by=by, kind=kind, fields=fields)
    if row and fields:
        row.delete()


def needed_secrets(fields: AnyFields) -> list[tuple[SecretName, bool]]:
    """The secrets that go with a connection, each with whether it can be done without."""
    if isinstance(fields, GitHubFields):
        return [("github_token", False)]
    if isinstance(fields, DbtCloudFields):
        return [("dbt_cloud_token", False), ("dbt_cloud_user_token", True)]
    return warehouse_secret_names(fields)


def kept_secrets(user: User, fields: AnyFields) -> dict[SecretName, str]:
    """The secrets in somebody's memory that go with a connection, as far as they are there."""
    found = {name: vault.get(user, name, bound_to=fields.bound_to) for name, _ in needed_secrets(fields)}
    return {name: secret for name, secret in found.items() if secret}


def is_ready(user: User, fields: AnyFields) -> bool:
    """Whether all secrets are there that builds with this connection cannot do without."""
    return all(
        optional or vault.has(user, name, bound_to=fields.bound_to)
        for name, optional in needed_secrets(fields)
    )


def useless_secrets(kind: Kind, fields: AnyFields) -> list[SecretName]:
    """The secrets of a kind of connection that these fields have no use for."""
    used = {name for name, _ in needed_secrets(fields)}
    return [name for name in SECRETS_OF[kind] if name not in used]


def _put(user: User, fields: AnyFields, secrets: Mapping[SecretName, str]) -> None:
    for name, secret in secrets.items():
        vault.put(user, name, secret, bound_to=fields.bound_to)
