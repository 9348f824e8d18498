"""Where the calls of one draft go out: one budget of time, one stop for all, every call told to the recorder."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scenarios.ai.answers.base import Answer
from scenarios.ai.calls.protocol import Caller, CallFailed, Kind, OnText, Question, Reply, Usage
from scenarios.ai.calls.retrying import LEAST, ask
from scenarios.ai.calls.wire import portable_schema
from scenarios.ai.prompting import Texts, digest_of
from scenarios.ai.writing.records import CallRecord, Outcome, Recorder

#: Failures that every further call would share.
FATAL: frozenset[Kind] = frozenset({"auth", "permission", "billing", "not_found", "address"})
USUAL_TOKENS, MANY_TOKENS = 16_000, 32_000
MOST_RECORDED = 400_000  # characters of an answer


@dataclass(frozen=True)
class Call:
    """A question that is to go out. `shape` asks the server to keep to the answer's schema."""

    purpose: str
    texts: Texts
    shape: type[Answer] | None
    max_tokens: int = USUAL_TOKENS


@dataclass(frozen=True)
class Answered:
    """A call and its reply; `seconds` of wall time."""

    call: Call
    reply: Reply
    seconds: float
    retries: int


class NotAsked(CallFailed):
    """No call went out: a failure before it would be its failure too, or the time of the draft is used up."""

    def __init__(self, reason: CallFailed | None) -> None:
        super().__init__(reason.kind if reason else "timeout", "not asked", retry_after=None)
        self.out_of_time = reason is None


class Stopped(Exception):
    """The draft was given up while a call was under way. Only the threads of the calls see it."""


@dataclass(eq=False)
class Desk:
    """Lets calls out. `ask` is for the threads of the calls, everything else for the caller's own.

    The clock of `seconds`, the budget of everything that goes over this desk, starts when it is made.
    """

    caller: Caller
    provider: str
    model: str
    record: Recorder
    seconds: float
    call_seconds: float
    _started: float = field(default_factory=time.monotonic)
    _fatal: CallFailed | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)

    def ask(self, call: Call, on_text: OnText) -> Answered:
        """Ask, and ask again as `retrying` sees fit. Raises CallFailed, NotAsked among them, and Stopped.

        A failure that others would share closes the desk.
        """
        if refusal := self.refusal():
            raise refusal
        began, failures = time.monotonic(), list[CallFailed]()
        try:
            asked = ask(
                self.caller,
                self._question(call),
                seconds=min(self.call_seconds, self.left()),
                on_text=self._unless_stopped(on_text),
                on_retry=lambda error, wait: failures.append(error),
                sleep=lambda wait: self._pause(wait, failures),
            )
        except CallFailed as error:
            if error.kind in FATAL and self._fatal is None:
                self._fatal = error  # here, before this thread takes the next call
            raise
        return Answered(call, asked.reply, time.monotonic() - began, asked.retries)

    def left(self) -> float:
        """Seconds of the budget that are left."""
        return self._started + self.seconds - time.monotonic()

    def refusal(self) -> NotAsked | None:
        """Why no further call goes out, or None."""
        if self._fatal is not None:
            return NotAsked(self._fatal)
        return NotAsked(None) if self.left() < LEAST else None

    def stop(self) -> None:
        """End the calls that are under way as soon as they notice, and let no other out."""
        self._stopped.set()

    def tell(self, answered: Answered, outcome: Outcome) -> None:
        """Tell the recorder about an answer."""
        reply = answered.reply
        self._tell(
            answered.call,
            outcome,
            answered.seconds,
            answered.retries,
            reply.request_id,
            reply.text,
            reply.usage,
        )

    def tell_failure(self, call: Call, error: CallFailed, seconds: float) -> None:
        """Tell the recorder about a call without an answer."""
        if not isinstance(error, NotAsked):
            self._tell(call, error.kind, seconds, error.retries, error.request_id)

    def tell_stopped(self, call: Call, seconds: float) -> None:
        """Tell the recorder about a call that was given up, or whose answer nobody waits for."""
        self._tell(call, "stopped", seconds, 0, "")

    def _tell(
        self,
        call: Call,
        outcome: Outcome,
        seconds: float,
        retries: int,
        request_id: str,
        answer: str = "",
        usage: Usage | None = None,
    ) -> None:
        texts = call.texts
        self.record(
            CallRecord(
                purpose=call.purpose,
                provider=self.provider,
                model=self.model,
                prompt_digest=digest_of(texts),
                system=texts.system,
                shared=texts.shared,
                task=texts.task,
                answer=_storable(answer),
                usage=usage or Usage(),
                seconds=seconds,
                retries=retries,
                outcome=outcome,
                request_id=request_id,
            )
        )

    def _question(self, call: Call) -> Question:
        name = call.shape.__name__.lower() if call.shape else "answer"
        schema: Mapping[str, Any] | None = portable_schema(call.shape) if call.shape else None
        texts = call.texts
        return Question(
            self.model,
            texts.system,
            texts.shared,
            texts.task,
            name,
            schema=schema,
            max_tokens=call.max_tokens,
        )

    def _unless_stopped(self, on_text: OnText) -> Callable[[str], None]:
        def show(text: str) -> None:
            self._stop_here()
            on_text(text)

        return show

    def _pause(self, seconds: float, failures: list[CallFailed]) -> None:
        """Wait between two tries, unless another call has shown that no try will help."""
        self._stopped.wait(seconds)
        self._stop_here()
        if self._fatal is not None:
            failures[-1].retries = len(failures) - 1
            raise failures[-1]

    def _stop_here(self) -> None:
        if self._stopped.is_set():
            raise Stopped


def _storable(answer: str) -> str:
    """An answer as every database can keep it: no half characters, no NUL, no more than anybody would read."""
    return answer[:MOST_RECORDED].encode(errors="replace").decode().replace("\x00", "")
