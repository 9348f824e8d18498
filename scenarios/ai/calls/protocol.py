"""What a call of a language model is, what comes back, and what can go wrong."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Stop = Literal["ok", "length", "refusal"]

Kind = Literal[
    "auth",  # the key is wrong
    "permission",  # the key may not do this
    "billing",  # no quota or no money left
    "not_found",  # no such model
    "too_large",  # the question does not fit
    "schema",  # the server refuses the schema
    "bad_request",
    "rate_limit",
    "overloaded",
    "server",
    "network",
    "timeout",
    "cut",  # the stream ended before the answer did
    "refusal",
    "length",
    "oversized",  # the answer is larger than anything we would read
    "address",  # the server's address is not allowed
]

#: Trying again may help.
PASSING: frozenset[Kind] = frozenset({"rate_limit", "overloaded", "server", "network", "timeout", "cut"})


@dataclass(frozen=True)
class Usage:
    """Tokens of one call. `input` includes `cached`; `output` includes reasoning."""

    input: int = 0
    cached: int = 0
    output: int = 0


@dataclass(frozen=True)
class Question:
    """One call. `shared` is the part that many calls have in common and that servers may cache.

    `schema` is a JSON schema in the portable subset (`wire.py`), or None for plain text. `name` is what servers
    that want one call the schema.
    """

    model: str
    system: str
    shared: str
    task: str
    name: str
    schema: Mapping[str, Any] | None = None
    max_tokens: int = 16_000


@dataclass(frozen=True)
class Reply:
    """A finished answer. `stop` is never a cut stream: that is a CallFailed."""

    text: str
    stop: Stop
    usage: Usage = field(default_factory=Usage)
    request_id: str = ""
    model: str = ""


@dataclass(frozen=True)
class ModelChoice:
    """A model that a key may use."""

    id: str
    label: str


class CallFailed(Exception):
    """A call that brought no answer. The text is for the log, without keys, questions and answers."""

    def __init__(
        self, kind: Kind, detail: str = "", *, retry_after: float | None = None, request_id: str = ""
    ) -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after  # seconds the server asked us to wait
        self.request_id = request_id
        self.retries = 0  # how often it was tried again before giving up

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later."""
        return self.kind in PASSING


OnText = Callable[[str], None]
SHOW_EVERY = 0.3  # seconds between two looks at a growing answer


def paced(on_text: OnText) -> OnText:
    """`on_text`, called at most a few times a second: each look may cost a write."""
    shown = 0.0

    def show(text: str) -> None:
        nonlocal shown
        if time.monotonic() - shown > SHOW_EVERY:
            on_text(text)
            shown = time.monotonic()

    return show


class Caller(Protocol):
    """An adapter: one server and key. Thread-safe."""

    def call(self, question: Question, *, seconds: float, on_text: OnText) -> Reply:
        """Ask once, within `seconds` of wall time; `on_text` gets the answer's text so far as it grows.

        Raises CallFailed.
        """
        ...

    def models(self, *, seconds: float) -> list[ModelChoice]:
        """The models that the key may use, the newest first; doubles as the check of the key. Raises CallFailed."""
        ...
