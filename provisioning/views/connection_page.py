"""What the page “Connections” shows, as data: the three cards, the chosen form, what is kept, the workspace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from django.conf import settings
from django.http import HttpRequest

from demoforge.accounts import vault
from demoforge.accounts.models import User
from demoforge.accounts.vault import SecretName
from provisioning.connections import policy, store
from provisioning.connections.fields import (
    ADAPTER_LABELS,
    ADAPTERS,
    Adapter,
    Connections,
    DbtCloudFields,
    Existing,
    GitHubFields,
    Snowflake,
    SnowflakeAuth,
)
from provisioning.connections.store import AnyFields, Kind
from provisioning.connections.workspace import WorkspaceWrong, workspace_connections
from provisioning.views.connection_forms import ConnectionForm, DbtCloudForm, GitHubForm
from provisioning.views.warehouse_forms import AUTHS, TYPES, warehouse_form

CardState = Literal["ready", "secret", "workspace", "nothing"]
_TITLES: dict[Kind, str] = {"github": "GitHub", "dbt_cloud": "dbt Cloud", "warehouse": "Warehouse"}

#: Secrets as the page calls them.
_SECRETS: dict[SecretName, str] = {
    "github_token": "token",
    "dbt_cloud_token": "token",
    "dbt_cloud_user_token": "personal access token",
    "snowflake_password": "password",
    "snowflake_private_key": "private key",
    "snowflake_passphrase": "passphrase",
    "bigquery_keyfile": "key file",
    "databricks_token": "token",
    "redshift_password": "password",
}


@dataclass(frozen=True)
class Card:
    """One of the three connections: what is known of it in a line, and whether builds could use it."""

    kind: Kind
    title: str
    about: str
    state: CardState


@dataclass(frozen=True)
class Chosen:
    """What the page is about: a kind of connection, and for a warehouse, which and how one logs in.

    `connection` is the number of a connection in dbt Cloud, or "" as long as none is chosen from the list.
    """

    kind: Kind
    type: str = ""
    adapter: Adapter = "snowflake"
    auth: SnowflakeAuth = "password"
    connection: str = ""
    name: str = ""
    types: tuple[tuple[str, str], ...] = TYPES
    auths: tuple[tuple[SnowflakeAuth, str], ...] = AUTHS

    @property
    def is_existing(self) -> bool:
        """Whether a connection in dbt Cloud is used."""
        return self.type == "existing"

    @property
    def label(self) -> str:
        """The warehouse as its makers write it."""
        return ADAPTER_LABELS[self.adapter]

    @property
    def takes_auth(self) -> bool:
        """Whether there are two ways to log in."""
        return (
            self.kind == "warehouse"
            and self.adapter == "snowflake"
            and bool(not self.is_existing or self.connection)
        )


@dataclass(frozen=True)
class WorkspacePanel:
    """The workspace's connections in lines, what is wrong with its settings, and whether builds may use them."""

    lines: list[tuple[str, str]]
    wrong: str
    allowed: bool
    always: bool = field(default=False)

    @property
    def is_empty(self) -> bool:
        """Whether the operator has set up nothing at all."""
        return not self.lines and not self.wrong


def chosen_of(data: Mapping[str, Any], user: User) -> Chosen:
    """What the address or the form asks for; what is missing is as the person has saved it."""
    saved = store.remembered(user)
    kind = data.get("kind")
    if kind not in store.KINDS:
        kind = next((kind for kind in store.KINDS if getattr(saved, kind) is None), "github")
    if kind != "warehouse":
        return Chosen(cast(Kind, kind))
    return _warehouse(data, saved)


def _warehouse(data: Mapping[str, Any], saved: Connections) -> Chosen:
    known = saved.warehouse
    wanted = data.get("type")
    if wanted not in dict(TYPES):
        wanted = known.type if known else settings.DEFAULT_WAREHOUSE_TYPE
    same = known if known and known.type == wanted else None
    auth = data.get("auth") or (same.auth if isinstance(same, Snowflake | Existing) else "password")
    auth = cast(SnowflakeAuth, auth if auth in dict(AUTHS) else "password")
    if wanted != "existing":
        return Chosen("warehouse", str(wanted), cast(Adapter, wanted), auth)
    adapter = data.get("adapter") or (same.adapter if isinstance(same, Existing) else "")
    number = str(data.get("connection_id") or (same.connection_id if isinstance(same, Existing) else ""))
    if adapter not in ADAPTERS or not number.isascii() or not number.isdigit():
        return Chosen("warehouse", "existing")
    name = same.name if isinstance(same, Existing) and str(same.connection_id) == number else ""
    return Chosen("warehouse", "existing", cast(Adapter, adapter), auth, number, name or f"number {number}")


def form_for(
    user: User, chosen: Chosen, request: HttpRequest | None = None, *, tested: AnyFields | None = None
) -> ConnectionForm | None:
    """The form, with what is remembered, what was sent, or what was tested, in its normal form then.

    None while no connection is chosen from the list.
    """
    if chosen.is_existing and not chosen.connection:
        return None

    def kept(name: SecretName, bound_to: str) -> bool:
        return vault.has(user, name, bound_to=bound_to)

    initial = _values(tested) if tested else _initial(user, chosen)
    filled: dict[str, Any] = {"initial": initial, "kept": kept}
    if request is not None:
        filled |= {"data": request.POST, "files": request.FILES}
    if chosen.kind == "github":
        return GitHubForm(**filled)
    if chosen.kind == "dbt_cloud":
        return DbtCloudForm(**filled)
    return warehouse_form(chosen.adapter, chosen.auth, existing=chosen.is_existing, **filled)


def _initial(user: User, chosen: Chosen) -> dict[str, Any]:
    saved = saved_as(user, chosen)
    if saved is None:
        return {**_suggested(chosen.kind), "connection_id": chosen.connection}
    return _values(saved) | ({"connection_id": chosen.connection} if chosen.is_existing else {})


def _values(fields: AnyFields) -> dict[str, Any]:
    values = dict(fields.model_dump())
    if values.get("api_url") == settings.GITHUB_API_URL:
        values["api_url"] = ""
    return values


def _suggested(kind: Kind) -> dict[str, Any]:
    """What the operator has set as defaults; no secrets."""
    if kind == "github":
        return {"owner": settings.GITHUB_OWNER or settings.DEFAULT_GITHUB_ORG}
    if kind == "dbt_cloud":
        account = settings.DBT_CLOUD_ACCOUNT_ID or settings.DEFAULT_DBT_ACCOUNT_ID
        return {"host": settings.DBT_CLOUD_URL, "account_id": account}
    return {}


def kept_until(user: User, fields: AnyFields | None) -> list[tuple[str, datetime]]:
    """The secrets in memory for a connection: what they are, and until when they are kept."""
    if fields is None:
        return []
    found = [
        (_SECRETS[name], vault.kept_until(user, name, bound_to=fields.bound_to))
        for name, _ in store.needed_secrets(fields)
    ]
    return [(label, until) for label, until in found if until]


def saved_as(user: User, chosen: Chosen) -> AnyFields | None:
    """What is saved of what the page is about."""
    found = getattr(store.remembered(user), chosen.kind)
    return cast(AnyFields, found) if found and getattr(found, "type", "") == chosen.type else None


def cards(user: User) -> list[Card]:
    """The three connections, each in a line."""
    saved = store.remembered(user)
    try:
        shared = workspace_connections() if policy.workspace_allowed() else Connections()
    except WorkspaceWrong:
        shared = Connections()
    return [_card(user, kind, getattr(saved, kind), getattr(shared, kind)) for kind in store.KINDS]


def _card(user: User, kind: Kind, own: AnyFields | None, shared: AnyFields | None) -> Card:
    if own is not None:
        return Card(kind, _TITLES[kind], about(own), "ready" if store.is_ready(user, own) else "secret")
    if shared is not None:
        return Card(kind, _TITLES[kind], about(shared), "workspace")
    return Card(kind, _TITLES[kind], "", "nothing")


def about(fields: AnyFields) -> str:
    """A connection in a few words."""
    if isinstance(fields, GitHubFields):
        return f"{fields.owner} at {fields.api_url.partition('://')[2]}"
    if isinstance(fields, DbtCloudFields):
        return f"account {fields.account_id} at {fields.host.partition('://')[2]}"
    if isinstance(fields, Existing):
        return f"{fields.name or fields.connection_id} in dbt Cloud, {ADAPTER_LABELS[fields.adapter]}"
    place = getattr(fields, "account", "") or getattr(fields, "project", "") or getattr(fields, "host", "")
    return f"{ADAPTER_LABELS[fields.adapter]}, {place}"


def workspace_panel() -> WorkspacePanel:
    """What the operator has set up, without anything secret."""
    always = settings.LOCAL_MODE
    allowed = policy.workspace_allowed()
    try:
        found = workspace_connections()
    except WorkspaceWrong as error:
        return WorkspacePanel([], f"{error.sentence} {error.hint}", allowed, always)
    lines = [(_TITLES[kind], about(one)) for kind in store.KINDS if (one := getattr(found, kind))]
    return WorkspacePanel(lines, "", allowed, always)
