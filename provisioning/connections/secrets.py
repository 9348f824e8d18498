"""The secrets of a build: from the memory of whoever started it, or from the workspace. Read when they are needed.

A secret is bound to the address it was entered for, so a build never gets one that was meant for another place.
Nothing here is kept, logged or put into a row.
"""

from typing import Literal

from demoforge.accounts import vault
from demoforge.accounts.models import User
from demoforge.accounts.vault import SecretName
from demoforge.errors import Explained
from provisioning.connections.fields import Connections, Existing, Snowflake, WarehouseFields
from provisioning.connections.policy import workspace_allowed
from provisioning.connections.workspace import workspace_connections, workspace_secret
from provisioning.models import BuildRun

Needs = Literal["github", "dbt_cloud", "warehouse"]
_LABELS: dict[Needs, str] = {
    "github": "the GitHub token",
    "dbt_cloud": "the dbt Cloud token",
    "warehouse": "the warehouse's credentials",
}


class Missing(Explained):
    """A secret that a build cannot do without is not there: what it is, and where to enter it."""

    def __init__(self, needs: Needs, sentence: str, hint: str) -> None:
        super().__init__(sentence, hint)
        self.needs = needs


def github_token(run: BuildRun) -> str:
    """Raises Missing."""
    return _required(run, "github", "github_token")


def dbt_cloud_token(run: BuildRun) -> str:
    """Raises Missing."""
    return _required(run, "dbt_cloud", "dbt_cloud_token")


def user_token(run: BuildRun) -> str | None:
    """The personal access token beside the service token; None when there is none, which is never an error."""
    fields = _connections(run).dbt_cloud
    if fields is None or (run.workspace and not workspace_allowed()):
        return None
    return _secret(run, "dbt_cloud", "dbt_cloud_user_token", fields.bound_to)


def warehouse_secrets(run: BuildRun) -> dict[str, str]:
    """By the names of the vault, those that can be done without only if they are there. Raises Missing."""
    fields = _connections(run).warehouse
    if fields is None:
        raise _missing("warehouse", run)
    found: dict[str, str] = {}
    for name, optional in warehouse_secret_names(fields):
        if secret := _secret(run, "warehouse", name, fields.bound_to):
            found[name] = secret
        elif not optional:
            raise _missing("warehouse", run)
    return found


def warehouse_secret_names(fields: WarehouseFields) -> list[tuple[SecretName, bool]]:
    """The secrets that go with a warehouse, each with whether it can be done without."""
    if fields.adapter == "snowflake" and isinstance(fields, Snowflake | Existing):
        if fields.auth == "keypair":
            return [("snowflake_private_key", False), ("snowflake_passphrase", True)]
        return [("snowflake_password", False)]
    if (
        fields.adapter == "bigquery"
    ):  # of an existing connection dbt Cloud has the key; its Semantic Layer has not
        return [("bigquery_keyfile", isinstance(fields, Existing))]
    return [("databricks_token", False)] if fields.adapter == "databricks" else [("redshift_password", False)]


def _required(run: BuildRun, needs: Needs, name: SecretName) -> str:
    fields = getattr(_connections(run), needs)
    secret = _secret(run, needs, name, fields.bound_to) if fields else None
    if not secret:
        raise _missing(needs, run)
    return secret


def _connections(run: BuildRun) -> Connections:
    return Connections.model_validate(run.connections)


def _secret(run: BuildRun, needs: Needs, name: SecretName, bound_to: str) -> str | None:
    if run.workspace:
        return _of_workspace(run, needs, name, bound_to)
    user = run.started_by
    return vault.get(user, name, bound_to=bound_to) if isinstance(user, User) else None


def _of_workspace(run: BuildRun, needs: Needs, name: SecretName, bound_to: str) -> str | None:
    """The workspace's secret, if builds may use it and it still belongs to that address. Raises Missing."""
    if not workspace_allowed():
        raise Missing(
            needs,
            "Builds may not use the workspace's connections any more.",
            "Ask an administrator to allow it on the page Connections; the build then goes on by itself.",
        )
    wanted = _connections(run).warehouse
    try:
        now = workspace_connections(wanted.adapter if wanted else None)
    except Explained as error:
        raise Missing(needs, error.sentence, error.hint) from None
    at_home = getattr(now, needs)
    return workspace_secret(name) or None if at_home and at_home.bound_to == bound_to else None


def _missing(needs: Needs, run: BuildRun) -> Missing:
    what = _LABELS[needs]
    if run.workspace:
        return Missing(
            needs,
            f"The workspace has not got {what} for this build.",
            "The operator sets it in the environment (docs/connections.md) and restarts; the build then goes on.",
        )
    if run.started_by is None:
        return Missing(
            needs, f"This build needs {what} of somebody who is not here any more.", "Start a new build."
        )
    return Missing(
        needs,
        f"This build needs {what} of {run.started_by}.",
        "Enter it on the page Connections; the build then goes on by itself. "
        "It is forgotten at log-out, at the next log-in and after some hours.",
    )
