"""“Test” for dbt Cloud: the account with its plan, what the token may read, where dbt's GitHub App is installed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from provisioning.clients.dbt_cloud.client import DbtCloudClient
from provisioning.clients.dbt_cloud.shapes import Account, Connection, Installation
from provisioning.clients.outcome import OutsideError, Unauthorized, unrecorded
from provisioning.connections.checks.report import CALL_SECONDS, Asking, Line, Report, Tone
from provisioning.connections.fields import ADAPTER_LABELS, ADAPTERS, Adapter, DbtCloudFields


@dataclass(frozen=True)
class Choice:
    """A connection of a dbt Cloud account that builds can use. `environments`: how many use it, or None."""

    id: int
    name: str
    adapter: Adapter
    adapter_version: str
    environments: int | None

    @property
    def label(self) -> str:
        """The warehouse as its makers write it."""
        return ADAPTER_LABELS[self.adapter]


def check_dbt_cloud(
    fields: DbtCloudFields,
    token: str,
    user_token: str | None = None,
    *,
    owner: str = "",
    seconds: int = CALL_SECONDS,
) -> Report:
    """The account with its plan, what the token may read, and installations of dbt's GitHub App at `owner`.

    At most five calls. `user_token` only serves to look the installations up.
    """
    asking = Asking()

    def ask() -> None:
        with _cloud(fields, token, seconds) as client:
            account = _account(asking, client)
            _identity(asking, client, account)
            _projects(asking, client, account)
            _connections(asking, client)
            _installations(asking, client, fields, user_token or token, owner)

    return asking.report(ask)


def _cloud(fields: DbtCloudFields, token: str, seconds: int) -> DbtCloudClient:
    return DbtCloudClient(fields.host, fields.account_id, token, record=unrecorded, seconds=seconds)


def _account(asking: Asking, client: DbtCloudClient) -> Account:
    account = client.account()
    plan = account.plan.replace("_", " ") or "unknown"
    asking.say("success", f"The account is {account.name}, on the plan {plan}.")
    if account.locked:
        why = f": {account.lock_reason}" if account.lock_reason else ""
        asking.say("error", f"The account is locked{why}.", "Its owner unlocks it in dbt Cloud.")
    return account


def _identity(asking: Asking, client: DbtCloudClient, account: Account) -> None:
    """Whose token it is, and what its kind means on this plan."""
    me = client.whoami()
    if me:
        asking.say("success", f"The token is a personal one, of {me.email}.")
    elif account.is_small:
        asking.say(
            "error",
            "The token seems to be a service token, and on this plan these may use the Semantic Layer only.",
            "Enter a personal access token of an owner or member of the account.",
        )
    else:
        asking.say(
            "info",
            "The token is a service token; dbt Cloud does not say what it may write.",
            "It needs the permission set Project creator, or Account admin for the Semantic Layer.",
        )


def _projects(asking: Asking, client: DbtCloudClient, account: Account) -> None:
    projects = client.projects()
    if account.is_small and projects:
        asking.say(
            "error",
            f"The plan allows one project, and there is one already: {projects[0].name}.",
            "Delete it in dbt Cloud, or use another account.",
        )
        return
    count = {0: "no projects", 1: "one project"}.get(len(projects), f"{len(projects)} projects")
    limit = " The plan allows one." if account.is_small else ""
    asking.say("success", f"The token sees {count}.{limit}")


def _connections(asking: Asking, client: DbtCloudClient) -> None:
    usable = usable_connections(client.connections())
    count = {0: "no connection", 1: "one connection"}.get(len(usable), f"{len(usable)} connections")
    asking.say("success", f"It sees {count} that builds can use.")


def _installations(
    asking: Asking, client: DbtCloudClient, fields: DbtCloudFields, token: str, owner: str
) -> None:
    """Installations of dbt's GitHub App. Nothing depends on them: without one, builds use deploy keys."""
    try:
        found = client.installations(token)
    except Unauthorized:
        asking.say(
            "warning",
            "dbt Cloud does not accept the personal access token.",
            "Enter it again, or leave it out.",
        )
        return
    except OutsideError as error:
        known = fields.installation_id is not None
        asking.say(
            "info",
            "The installation of dbt's GitHub App could not be looked up"
            + (": the one you typed is used." if known else ": builds will add a deploy key instead."),
            "" if known else f"{error.sentence} {error.hint}".strip(),
        )
        return
    asking.installations = sorted(
        found, key=lambda one: (one.login.casefold() != owner.casefold(), one.login)
    )
    asking.lines += _offer(asking.installations, fields, owner)


def _offer(found: Sequence[Installation], fields: DbtCloudFields, owner: str) -> Iterator[Line]:
    typed = next((one for one in found if one.id == fields.installation_id), None)
    ours = next((one for one in found if owner and one.login.casefold() == owner.casefold()), None)
    if typed and (ours is None or typed == ours):
        yield Line("success", f"dbt's GitHub App is installed at {typed.login} with this number.")
    elif ours:
        tone: Tone = "warning" if fields.installation_id else "info"
        yield Line(
            tone, f"dbt's GitHub App is installed at {owner} with the number {ours.id}.", "Type it below."
        )
    elif fields.installation_id:
        yield Line(
            "warning", f"No installation with the number {fields.installation_id} is linked to this person."
        )
    elif found:
        names = ", ".join(f"{one.login} ({one.id})" for one in found)
        yield Line(
            "info",
            f"dbt's GitHub App is installed at: {names}.",
            "Choose the one of the repositories' owner.",
        )
    else:
        yield Line(
            "info", "No installation of dbt's GitHub App is linked to this person: builds add a deploy key."
        )


def usable_connections(connections: Sequence[Connection]) -> list[Choice]:
    """Those of the four warehouses that demos are made for, by name."""
    found = [
        Choice(one.id, one.name, adapter, one.adapter_version, one.environments)
        for one in connections
        if (adapter := adapter_of(one.adapter_version))
    ]
    return sorted(found, key=lambda choice: (choice.name.casefold(), choice.id))


def adapter_of(version: str) -> Adapter | None:
    """The warehouse of an adapter's version, such as `snowflake_v0`; None for others than the four."""
    return next((adapter for adapter in ADAPTERS if version.rpartition("_v")[0] == adapter), None)


def existing_connections(fields: DbtCloudFields, token: str, *, seconds: int = CALL_SECONDS) -> list[Choice]:
    """The connections of the account to choose from. Raises OutsideError, AddressRefused."""
    with _cloud(fields, token, seconds) as client:
        return usable_connections(client.connections())
