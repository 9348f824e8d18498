"""A question, and the three adapters at a fake server."""

from collections.abc import Callable
from typing import Any

from scenarios.ai.calls.claude import ClaudeCaller
from scenarios.ai.calls.endpoint import Endpoint
from scenarios.ai.calls.gpt import ChatCaller, ResponsesCaller
from scenarios.ai.calls.protocol import Question, Reply
from scenarios.ai.calls.retrying import Asked, ask
from tests.fakes.model_server import ModelServer, Protocol

PROTOCOLS: tuple[Protocol, ...] = ("anthropic", "responses", "chat")
ADAPTERS: dict[str, Callable[..., Endpoint]] = {
    "anthropic": ClaudeCaller,
    "responses": ResponsesCaller,
    "chat": ChatCaller,
}
KEY = "sk-canary-5d1f0c7ab2e94"
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
QUESTION = Question(
    model="fake-large",
    system="The rules.",
    shared="The outline.",
    task="Write the rows.",
    name="rows",
    schema=SCHEMA,
)


def caller(server: ModelServer, protocol: Protocol, **more: Any) -> Endpoint:
    """The adapter of this protocol, at this server."""
    more.setdefault("key", KEY)
    return ADAPTERS[protocol](address=server.address(protocol), **more)


def call(server: ModelServer, protocol: Protocol, *, seconds: float = 20, **more: Any) -> Reply:
    """One call."""
    return caller(server, protocol, **more).call(QUESTION, seconds=seconds, on_text=lambda text: None)


def ask_at(server: ModelServer, protocol: Protocol, *, seconds: float = 20, **more: Any) -> Asked:
    """Calls until there is an answer, without waiting between them."""
    at = caller(server, protocol, **more)
    return ask(at, QUESTION, seconds=seconds, sleep=lambda wait: None)
