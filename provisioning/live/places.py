"""Where somebody's tokens reach: owners at GitHub, accounts of dbt Cloud, where builds may have left things."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from demoforge.errors import Explained
from provisioning.connections.fields import Connections, DbtCloudFields, GitHubFields
from provisioning.connections.store import kept_secrets, remembered
from provisioning.connections.workspace import workspace_connections, workspace_secret
from provisioning.live.asking import CloudAccess, GitHubAccess
from provisioning.models import BuildRun

BUILDS_READ = 500  # the newest ones, for where they went
Access = GitHubAccess | CloudAccess


@dataclass(frozen=True)
class Place:
    """An owner or an account, with a token for it."""

    access: Access

    @property
    def key(self) -> str:
        """What tells it from other places."""
        fields = self.access.fields
        return f"{fields.bound_to} {fields.owner.casefold() if isinstance(fields, GitHubFields) else fields.account_id}"

    @property
    def label(self) -> str:
        """The place as people know it."""
        fields = self.access.fields
        if isinstance(fields, GitHubFields):
            return f"GitHub, {fields.owner}"
        return f"dbt Cloud, account {fields.account_id}"


def places_of(user: User) -> list[Place]:
    """The places of somebody's own connections and past builds; an administrator also has the workspace's.

    A place without a token in memory is left out.
    """
    own = remembered(user)
    secrets = {
        name: secret
        for fields in (own.github, own.dbt_cloud)
        if fields
        for name, secret in kept_secrets(user, fields).items()
    }
    past = _past(
        BuildRun.objects.filter(started_by=user, workspace=False).values_list("connections", flat=True)
    )
    found = _places(own, past, {str(name): secret for name, secret in secrets.items()})
    if user.may(Action.CONFIGURE):
        found += _of_workspace()
    return list({place.key: place for place in found}.values())


def _of_workspace() -> list[Place]:
    try:
        now = workspace_connections()
    except Explained:
        return []  # the Connections page says what is wrong with it
    past = _past(BuildRun.objects.filter(workspace=True).values_list("connections", flat=True))
    names = ("github_token", "dbt_cloud_token")
    return _places(now, past, {name: workspace_secret(name) for name in names})  # type: ignore[arg-type]


def _places(now: Connections, past: Iterable[Connections], secrets: Mapping[str, str]) -> list[Place]:
    """The places of these connections that their tokens may be sent to."""
    found: list[Place] = []
    for one in (now, *past):
        if _same(one.github, now.github) and one.github and secrets.get("github_token"):
            found.append(Place(GitHubAccess(one.github, secrets["github_token"])))
        if _same(one.dbt_cloud, now.dbt_cloud) and one.dbt_cloud and secrets.get("dbt_cloud_token"):
            found.append(Place(CloudAccess(one.dbt_cloud, secrets["dbt_cloud_token"])))
    return found


def _same(one: GitHubFields | DbtCloudFields | None, now: GitHubFields | DbtCloudFields | None) -> bool:
    """Whether the token of `now` was entered for where `one` went."""
    return one is not None and now is not None and one.bound_to == now.bound_to


def _past(rows: Any) -> list[Connections]:
    """Where builds went, each place once; a row whose shape is not known any more is left out."""
    found: list[Connections] = []
    for raw in rows[:BUILDS_READ]:
        try:
            one = Connections.model_validate({**raw, "warehouse": None})
        except (ValidationError, TypeError):
            continue
        if one not in found:
            found.append(one)
    return found
