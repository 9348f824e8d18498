"""Trying a connection out before it is kept, with the secrets that were typed or are in memory."""

from collections.abc import Mapping
from dataclasses import dataclass

from demoforge.accounts.models import User
from demoforge.accounts.vault import SecretName
from provisioning.connections.checks import (
    Choice,
    Line,
    Report,
    check_dbt_cloud,
    check_existing,
    check_github,
    check_warehouse,
    existing_connections,
)
from provisioning.connections.fields import DbtCloudFields, Existing, GitHubFields
from provisioning.connections.secrets import Missing
from provisioning.connections.store import AnyFields, kept_secrets, remembered


@dataclass(frozen=True)
class Tried:
    """A connection, completed by what the far side says of it, and what was found out."""

    fields: AnyFields
    report: Report


def try_out(user: User, fields: AnyFields, typed: Mapping[SecretName, str]) -> Tried:
    """Test a connection. Typed secrets go before those in memory; nothing is kept or changed."""
    secrets = {**kept_secrets(user, fields), **typed}
    if isinstance(fields, GitHubFields):
        return Tried(fields, check_github(fields, secrets.get("github_token", "")))
    if isinstance(fields, DbtCloudFields):
        github = remembered(user).github
        tokens = secrets.get("dbt_cloud_token", ""), secrets.get("dbt_cloud_user_token")
        return Tried(fields, check_dbt_cloud(fields, *tokens, owner=github.owner if github else ""))
    if isinstance(fields, Existing):
        return _existing(user, fields, secrets)
    return Tried(fields, check_warehouse(fields, secrets))


def connection_choices(user: User) -> list[Choice]:
    """The connections of the dbt Cloud account that somebody has set up. Raises Missing, OutsideError."""
    return existing_connections(*_dbt_cloud(user))


def _existing(user: User, fields: Existing, secrets: Mapping[SecretName, str]) -> Tried:
    try:
        known, line = check_existing(fields, *_dbt_cloud(user))
    except Missing as error:
        return Tried(fields, Report([Line("error", error.sentence, error.hint)], refused=True))
    if known is None:
        return Tried(fields, Report([line], refused=True))
    shape = check_warehouse(known, secrets)
    return Tried(known, Report([line, *shape.lines], refused=shape.refused))


def _dbt_cloud(user: User) -> tuple[DbtCloudFields, str]:
    """Somebody's own dbt Cloud account, with its token. Raises Missing."""
    fields = remembered(user).dbt_cloud
    token = kept_secrets(user, fields).get("dbt_cloud_token") if fields else None
    if fields is None or not token:
        raise Missing(
            "dbt_cloud",
            "The connections of dbt Cloud can be listed once your dbt Cloud account and its token are there.",
            "Set up dbt Cloud on this page first.",
        )
    return fields, token
