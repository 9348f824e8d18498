"""The providers by name."""

from scenarios.ai.builtin import BuiltinProvider
from scenarios.ai.protocol import Provider

_PROVIDERS: dict[str, Provider] = {BuiltinProvider.name: BuiltinProvider()}

PROVIDER_CHOICES: list[tuple[str, str]] = [(name, provider.label) for name, provider in _PROVIDERS.items()]


def provider_named(name: str) -> Provider:
    """The provider with this name. Raises KeyError when there is none."""
    return _PROVIDERS[name]
