"""The providers by name: the built-in one, and the servers of language models."""

from dataclasses import dataclass

from demoforge.accounts.vault import SecretName
from scenarios.ai.builtin import BuiltinProvider
from scenarios.ai.protocol import Provider

BUILTIN = BuiltinProvider.name
_PROVIDERS: dict[str, Provider] = {BUILTIN: BuiltinProvider()}


@dataclass(frozen=True)
class Server:
    """A kind of model server, as people choose it.

    `setting` begins the names of the workspace's settings: `<setting>_API_KEY` and `<setting>_BASE_URL`.
    """

    name: str
    label: str
    secret: SecretName
    setting: str
    takes_address: bool  # whether people may type another address than the workspace's
    needs_key: bool = True  # servers on one's own machine want none
    key_page: str = ""  # where one gets a key


SERVERS: dict[str, Server] = {
    server.name: server
    for server in (
        Server(
            name="anthropic",
            label="Claude (Anthropic)",
            secret="anthropic_key",  # noqa: S106 - the secret's name
            setting="ANTHROPIC",
            takes_address=False,
            key_page="https://platform.claude.com/settings/keys",
        ),
        Server(
            name="openai",
            label="OpenAI",
            secret="openai_key",  # noqa: S106
            setting="OPENAI",
            takes_address=True,
            key_page="https://platform.openai.com/api-keys",
        ),
        Server(
            name="compatible",
            label="Compatible server",
            secret="compatible_key",  # noqa: S106
            setting="COMPATIBLE",
            takes_address=True,
            needs_key=False,
        ),
    )
}

PROVIDER_CHOICES: list[tuple[str, str]] = [
    *((name, provider.label) for name, provider in _PROVIDERS.items()),
    *((name, server.label) for name, server in SERVERS.items()),
]


def provider_named(name: str) -> Provider:
    """The provider that computes in this process. Raises KeyError for one whose server has to be asked."""
    return _PROVIDERS[name]
