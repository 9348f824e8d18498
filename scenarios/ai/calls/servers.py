"""The adapter for a provider's name."""

from scenarios.ai.calls import claude, gpt
from scenarios.ai.calls.claude import ClaudeCaller
from scenarios.ai.calls.dialects import dialect_of
from scenarios.ai.calls.gpt import ChatCaller, ResponsesCaller
from scenarios.ai.calls.protocol import Caller

#: Provider -> its own address; a compatible server has none that goes without saying.
ADDRESSES = {"anthropic": claude.ADDRESS, "openai": gpt.ADDRESS, "compatible": ""}


def caller_of(provider: str, *, key: str, address: str = "") -> Caller:
    """The adapter for `anthropic`, `openai` or `compatible`; without an address, for the provider's own server.

    The address must have been checked. Raises KeyError for another name, ValueError for a compatible server without
    an address.
    """
    address = address or ADDRESSES[provider]
    if not address:
        raise ValueError("a compatible server needs an address")
    if provider == "anthropic":
        return ClaudeCaller(key, address=address)
    if provider == "openai" or dialect_of(address).protocol == "responses":
        return ResponsesCaller(key, address=address)
    return ChatCaller(key, address=address)
