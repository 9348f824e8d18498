"""From a person and a provider's name to somebody who can be asked: which key, which address, which model.

A person's own key goes before the workspace's. The workspace's key goes to the workspace's address and nowhere else,
a person's key to the address that it was typed for. Addresses that people type must be on the administrator's list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from demoforge.accounts import vault
from demoforge.accounts.models import User
from demoforge.addresses import AddressRefused, check_address
from scenarios.ai.calls.protocol import Caller
from scenarios.ai.calls.servers import caller_of
from scenarios.ai.protocol import ProviderError
from scenarios.ai.registry import BUILTIN, PROVIDER_CHOICES, SERVERS, Server
from scenarios.models import ModelChoice

SET_UP = "Set it up on the page “AI model”."


@dataclass(frozen=True)
class ProviderState:
    """Whether a person can use a provider now; `why` says in a few words what it still needs."""

    name: str
    label: str
    ready: bool
    why: str
    model: str


@dataclass(frozen=True)
class Opened:
    """A provider that can be asked. `key` is for taking it out of records, should a server repeat it."""

    caller: Caller
    model: str
    provider: str
    label: str
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Connection:
    """Where the calls of a person would go, and with which key (empty: none)."""

    server: Server
    address: str
    key: str = field(repr=False)
    needs_key: bool

    @property
    def lacks(self) -> tuple[str, ProviderError] | None:
        """What stands in the way, in a few words and in sentences; None when nothing does."""
        label = self.server.label
        if not self.address:
            return "needs a server address", ProviderError(f"{label} has no address yet.", SET_UP)
        if self.address != workspace_address(self.server):
            try:
                check_address(self.address)
            except AddressRefused as error:
                return "its address is not allowed", ProviderError(error.sentence, error.hint)
        if self.needs_key and not self.key:
            return "needs a key", ProviderError(f"{label} needs a key, and none is kept.", SET_UP)
        return None

    def caller(self) -> Caller:
        """The adapter. Raises ProviderError."""
        if self.lacks:
            raise self.lacks[1]
        return caller_of(self.server.name, key=self.key, address=self.address)


def workspace_address(server: Server) -> str:
    """The address that the administrator has set; empty when there is none."""
    return tidy_address(getattr(settings, f"{server.setting}_BASE_URL"))


def tidy_address(address: str) -> str:
    """An address in one way of writing it: without blanks around it, and without a slash at its end."""
    return address.strip().rstrip("/")


def connect(
    user: User | None, server: Server, *, address: str = "", key: str = "", needs_key: bool = False
) -> Connection:
    """How this person would reach the server: with the address they typed and the key they typed, if they did.

    `needs_key` is for a server that could do without one, but was set up with one.
    Without a person, as in the headless command, the settings alone count.
    """
    at_home = workspace_address(server)
    where = tidy_address(address) or at_home
    own = key or (user and vault.get(user, server.secret, bound_to=where)) or ""
    of_workspace = getattr(settings, f"{server.setting}_API_KEY") if where == at_home else ""
    return Connection(server, where, own or of_workspace, server.needs_key or needs_key)


def choices_of(user: User | None) -> dict[str, ModelChoice]:
    """Provider -> what this person has set up for it, the one they chose last first."""
    if user is None:
        return {}
    return {choice.provider: choice for choice in ModelChoice.objects.filter(user=user)}


def default_provider(user: User | None) -> str:
    """The provider that this person chose last, or the workspace's."""
    return next(iter(choices_of(user)), settings.DEFAULT_AI_PROVIDER)


def available(user: User | None) -> list[ProviderState]:
    """Every provider, and whether this person can use it now. One query."""
    choices = choices_of(user)
    return [
        _state(user, SERVERS[name], choices)
        if name in SERVERS
        else ProviderState(name, label, ready=True, why="", model="")
        for name, label in PROVIDER_CHOICES
    ]


def _state(user: User | None, server: Server, choices: Mapping[str, ModelChoice]) -> ProviderState:
    model, lacks = model_of(server, choices), _connection(user, server, choices).lacks
    why = lacks[0] if lacks else "" if model else "needs a model"
    return ProviderState(server.name, server.label, not why, why, model)


def open_caller(user: User | None, provider: str, *, model: str = "") -> Opened:
    """The adapter for this person's calls, and the model to ask: `model`, or the one they have chosen.

    Without a person, and in the headless command, only the settings count. Raises ProviderError with what is missing;
    KeyError for the built-in provider, which nobody has to open, and for unknown names.
    """
    user = None if settings.INLINE_WORK else user
    server, choices = SERVERS[provider], choices_of(user)
    connection = _connection(user, server, choices)
    caller = connection.caller()
    wanted = model or model_of(server, choices)
    if not wanted:
        raise ProviderError(f"{server.label} has no model yet.", SET_UP)
    return Opened(caller, wanted, provider, server.label, connection.key)


def model_of(server: Server, choices: Mapping[str, ModelChoice]) -> str:
    """The model that somebody with these choices asks there; empty when nobody has named one."""
    choice = choices.get(server.name)
    if choice and choice.model:
        return choice.model
    is_default = server.name == settings.DEFAULT_AI_PROVIDER
    return str(settings.DEFAULT_AI_MODEL) if is_default else ""


def _connection(user: User | None, server: Server, choices: Mapping[str, ModelChoice]) -> Connection:
    choice = choices.get(server.name)
    if choice is None:
        return connect(user, server)
    return connect(user, server, address=choice.address, needs_key=choice.uses_key)


def is_builtin(provider: str) -> bool:
    """Whether no server has to be asked."""
    return provider == BUILTIN
