"""What every adapter shares: one server and key, bounds on each call, and one exception for all that goes wrong."""

import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

import httpx2

from scenarios.ai.calls.bounded import SILENCE_SECONDS, BoundedTransport, timeouts
from scenarios.ai.calls.protocol import CallFailed, Kind, ModelChoice, OnText, Question, Reply, paced

T = TypeVar("T")

MOST_MODELS = 500
SHORTEST_SECRET = 6  # characters from which a key that a server sends back is taken out of its texts
_KEY = re.compile(r"[\x21-\x7e]{1,1000}")


class Endpoint(ABC):
    """Calls of one key at one address. The key stays in memory and is in no text of ours.

    `silence` is how many seconds a server may say nothing, before its first byte or between two. Thread-safe.
    """

    #: Headers beside the key that the protocol needs.
    headers: dict[str, str] = {}

    def __init__(self, key: str, *, address: str, silence: float = SILENCE_SECONDS) -> None:
        self._key = key.strip()
        self._address = address
        self._silence = silence

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._address!r})"

    def call(self, question: Question, *, seconds: float, on_text: OnText) -> Reply:
        """See `Caller.call`."""
        show = paced(_guarded(lambda text: on_text(self._without_key(text))))
        limits = timeouts(seconds, silence=self._silence)
        reply = self._within(seconds, lambda: self._ask(question, limits, show))
        return replace(
            reply,
            text=self._without_key(reply.text),
            request_id=self._name(reply.request_id),
            model=self._name(reply.model),
        )

    def models(self, *, seconds: float) -> list[ModelChoice]:
        """See `Caller.models`."""
        limits = timeouts(seconds, silence=self._silence)
        found = self._within(seconds, lambda: self._list(limits))
        named = [ModelChoice(self._name(model.id), self._name(model.label)) for model in found]
        return [model for model in named if model.id][:MOST_MODELS]

    @abstractmethod
    def _ask(self, question: Question, timeout: httpx2.Timeout, show: OnText) -> Reply:
        """One call through the SDK."""

    @abstractmethod
    def _list(self, timeout: httpx2.Timeout) -> list[ModelChoice]:
        """The models through the SDK."""

    @abstractmethod
    def _failure(self, error: Exception) -> CallFailed | None:
        """What an error that the server told means; None for another one."""

    @cached_property
    def _transport(self) -> BoundedTransport:
        return BoundedTransport({**self.headers, "authorization": f"Bearer {self._key}"})

    @cached_property
    def _http(self) -> httpx2.Client:
        """The client for the SDK: no redirects, no proxies, nothing of the environment."""
        return httpx2.Client(
            transport=self._transport, trust_env=False, follow_redirects=False, timeout=timeouts(60)
        )

    def _within(self, seconds: float, work: Callable[[], T]) -> T:
        """Do the work within so many seconds; whatever the SDK raises in it becomes CallFailed.

        What `on_text` raises passes unchanged: it is an error of ours.
        """
        if not _KEY.fullmatch(self._key):
            raise CallFailed("auth", "the key is empty, or has characters that no key has")
        failure: Exception
        try:
            with self._transport.within(seconds):
                return work()
        except _OurError as error:
            failure = error.error
        except Exception as error:  # servers can make an SDK raise anything
            failure = self._of(error)
        raise failure  # here, so that no exception of an SDK hangs on it: those hold requests, and these keys

    def _of(self, error: Exception) -> CallFailed:
        known = _behind(error) or self._failure(error)
        failure = known or CallFailed("server", f"an answer that makes no sense ({type(error).__name__})")
        failure.request_id = self._name(failure.request_id)
        failure.__cause__ = failure.__context__ = None
        return failure.with_traceback(None)

    def _without_key(self, text: str) -> str:
        """A server may send back what it got, for instance in an echo."""
        return text.replace(self._key, "[key]") if len(self._key) >= SHORTEST_SECRET else text

    def _name(self, text: Any) -> str:
        """A short printable text from a server: an id, a name."""
        printable = "".join(letter for letter in str(text or "") if letter.isprintable())
        return self._without_key(printable)[:200]


class _OurError(Exception):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


def _guarded(on_text: OnText) -> OnText:
    def show(text: str) -> None:
        try:
            on_text(text)
        except Exception as error:
            raise _OurError(error) from None

    return show


def _behind(error: BaseException) -> CallFailed | None:
    """A bound of ours, or an error of the transport, that an SDK has let through or wrapped in an error of its own."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, CallFailed):
            return seen
        if isinstance(seen, httpx2.TransportError):
            return CallFailed(_kind(seen), type(seen).__name__)
        seen = seen.__cause__ or seen.__context__
    return None


def _kind(error: httpx2.TransportError) -> Kind:
    if isinstance(error, httpx2.TimeoutException):
        return "timeout"
    return "cut" if isinstance(error, httpx2.ReadError | httpx2.RemoteProtocolError) else "network"


def quiet(sdk: str) -> None:
    """Let an SDK tell only warnings, whatever the environment asks of it: below, it tells whole questions."""
    logging.getLogger(sdk).setLevel(logging.WARNING)


def count(value: Any) -> int:
    """A number of tokens as a server gave it; 0 for what is none."""
    return value if isinstance(value, int) and 0 <= value < 1_000_000_000 else 0
