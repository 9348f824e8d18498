"""The processes of one run: a phase is a process that does one thing, a lane one that does phases in turn.

Whoever forks has no threads and runs no SQL itself. Everything is killed when its parent dies, so to give up
it is enough to end.
"""

import os
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from scenarios.proof.confine import confine_phase, die_with_parent
from scenarios.proof.evidence import Ran

Send = Callable[[dict[str, Any]], None]
OnNode = Callable[[str], None]  # is told the unique_id of each node before it is touched
Work = Callable[[OnNode], BaseModel]
GO_ON, HALT, FAULT = 0, 3, 4


@dataclass(frozen=True)
class Lane:
    """`work` runs in a process of its own and returns GO_ON, HALT or FAULT.

    `name` is the phase that this process does itself, or the first of those it forks. The lanes named in
    `after` must have ended with GO_ON, or this one never starts.
    """

    name: str
    work: Callable[[], int]
    after: Sequence[str] = ()


class Lanes:
    """Runs lanes beside each other, at most `at_once`."""

    def __init__(self, send: Send, at_once: int) -> None:
        self._send = send
        self._at_once = at_once
        self._running: dict[int, str] = {}
        self._ended: dict[str, int] = {}

    def start(self, lane: Lane) -> None:
        """Start a lane now."""
        parent, child = os.getpid(), os.fork()
        if child == 0:
            os._exit(_guarded(lane.name, lambda: _lane(lane, parent), self._send))
        self._running[child] = lane.name

    def run(self, lanes: Sequence[Lane]) -> None:
        """Run these lanes, and those that were started before, to their ends; stop at the first fault."""
        waiting = list(lanes)
        while True:
            for lane in [lane for lane in waiting if self._may_start(lane)]:
                if len(self._running) < self._at_once:
                    waiting.remove(lane)
                    self.start(lane)
            if not self._running or self._reap() == FAULT:
                return

    def _may_start(self, lane: Lane) -> bool:
        return all(self._ended.get(name) == GO_ON for name in lane.after)

    def _reap(self) -> int:
        """Wait until a lane ends; returns how it ended."""
        child, status = os.wait()
        name = self._running.pop(child)
        self._ended[name] = _code(name, status, self._send)
        return self._ended[name]


def _lane(lane: Lane, parent: int) -> int:
    die_with_parent(parent)
    return lane.work()


def run_phase(name: str, directory: Path, work: Work, send: Send) -> int:
    """Run one phase in a process of its own; returns GO_ON, HALT (nodes failed) or FAULT (no result)."""
    parent, child = os.getpid(), os.fork()
    if child == 0:
        os._exit(_guarded(name, lambda: _phase(name, directory, parent, work, send), send))
    _, status = os.waitpid(child, 0)
    return _code(name, status, send)


def _phase(name: str, directory: Path, parent: int, work: Work, send: Send) -> int:
    """In the forked process: confine it, work, send the result."""
    started = start(name, send)
    confine_phase(directory, parent)
    result = work(lambda node: send({"node": node, "at": name}))
    finish(name, started, result, send)
    return HALT if isinstance(result, Ran) and result.stopped else GO_ON


def _guarded(phase: str, work: Callable[[], int], send: Send) -> int:
    """What the process exits with. Whatever goes wrong in it is said."""
    try:
        return work()
    except MemoryError:
        send({"ending": {"phase": phase, "reason": "crash", "detail": "out of memory"}})
    except BaseException:
        send({"ending": {"phase": phase, "reason": "fault", "detail": traceback.format_exc()[-4000:]}})
    return FAULT


def _code(phase: str, status: int, send: Send) -> int:
    if os.WIFSIGNALED(status):
        send({"ending": {"phase": phase, **ending_of_signal(os.WTERMSIG(status))}})
        return FAULT
    code = os.WEXITSTATUS(status)
    return code if code in (GO_ON, HALT) else FAULT


def ending_of_signal(number: int) -> dict[str, str]:
    """How to call the end of a process that a signal ended."""
    if number == signal.SIGXCPU:
        return {"reason": "cpu"}
    if number == signal.SIGKILL:
        return {"reason": "killed"}
    return {"reason": "crash", "detail": signal.Signals(number).name}


def start(name: str, send: Send) -> float:
    """Say that a phase starts; returns the time for `finish`."""
    send({"phase": name})
    return time.monotonic()


def finish(name: str, started: float, result: BaseModel, send: Send) -> None:
    """Say that a phase is done, with its result."""
    seconds = round(time.monotonic() - started, 3)
    send({"done": name, "seconds": seconds, "result": result.model_dump(mode="json")})
