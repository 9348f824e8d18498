"""Runs many pieces of work at once: their calls in threads, everything else in the caller's thread."""

import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue

from scenarios.ai.calls.protocol import CallFailed
from scenarios.ai.writing.desk import Answered, Call, Desk

Until = Callable[[], bool]
#: A piece of work: yields calls and gets their answers, or CallFailed raised at the yield; or yields what it waits for.
Work = Generator[Call | Until, Answered, None]


@dataclass(frozen=True)
class _Done:
    work: Work
    call: Call
    seconds: float
    answered: Answered | None
    error: BaseException | None


class Crew:
    """Works off `Work` until all of it is done. Not to be shared between threads."""

    def __init__(
        self, desk: Desk, *, parallel: int, on_text: Callable[[str], None] = lambda text: None
    ) -> None:
        """At most `parallel` calls are under way at once; `on_text` sees answers grow, in the caller's thread."""
        self._desk, self._parallel, self._on_text = desk, parallel, on_text
        self._events: SimpleQueue[_Done | str] = SimpleQueue()
        self._running = 0
        self._waiting: list[tuple[Work, Until]] = []
        self._pool: ThreadPoolExecutor | None = None

    def run(self, works: Iterable[Work]) -> None:
        """Work all of it off. What a piece of work or the recorder raises ends everything, and is raised again.

        When this returns or raises, no thread of it is left.
        """
        with ThreadPoolExecutor(self._parallel, thread_name_prefix="model-call") as pool:
            self._pool = pool
            try:
                for work in works:
                    self.start(work)
                while self._running or self._waiting:
                    if not self._wake():
                        self._take(self._events.get())
            except BaseException:
                self._desk.stop()
                pool.shutdown(wait=True, cancel_futures=True)
                self._tell_rest()
                raise

    def start(self, work: Work) -> None:
        """Begin one more piece of work; `run` does it for its own, work does it for what it is split into."""
        self._go_on(work, partial(next, work))

    def _go_on(self, work: Work, step: Callable[[], Call | Until]) -> None:
        """Run a piece of work up to its next call or wait."""
        with suppress(StopIteration):
            wish = step()
            if isinstance(wish, Call):
                self._send(work, wish)
            else:
                self._waiting.append((work, wish))

    def _send(self, work: Work, call: Call) -> None:
        if self._pool is None:
            raise RuntimeError("work begins with run()")
        self._running += 1
        self._pool.submit(self._ask, work, call)

    def _ask(self, work: Work, call: Call) -> None:
        """In a thread of the pool."""
        began = time.monotonic()
        answered, failure = None, None
        try:
            answered = self._desk.ask(call, self._events.put)
        except BaseException as error:
            failure = error
        self._events.put(_Done(work, call, time.monotonic() - began, answered, failure))

    def _take(self, event: _Done | str) -> None:
        if isinstance(event, str):
            self._on_text(event)
            return
        self._running -= 1
        work, error = event.work, event.error
        if isinstance(error, CallFailed):
            self._desk.tell_failure(event.call, error, event.seconds)
            self._go_on(work, partial(work.throw, error))
        elif error is not None:
            raise error
        elif event.answered is not None:
            self._go_on(work, partial(work.send, event.answered))

    def _wake(self) -> bool:
        """Go on with what need not wait any more. Raises RuntimeError when nothing is left to wait for."""
        ready = [waiting for waiting in self._waiting if waiting[1]()]
        if self._waiting and not ready and not self._running:
            raise RuntimeError("work waits for something that nobody does")
        self._waiting = [waiting for waiting in self._waiting if waiting not in ready]
        for work, _ in ready:
            self._go_on(work, partial(next, work))
        return bool(ready)

    def _tell_rest(self) -> None:
        """After an error: what was under way is told as well. That the recorder fails again hides no error."""
        while not self._events.empty():
            event = self._events.get()
            if isinstance(event, str):
                continue
            with suppress(Exception):
                if isinstance(event.error, CallFailed):
                    self._desk.tell_failure(event.call, event.error, event.seconds)
                elif event.answered is not None:
                    self._desk.tell(event.answered, "stopped")
                else:
                    self._desk.tell_stopped(event.call, event.seconds)
