"""Starts a few processes, watches them, and ends every one of them, whatever happens.

Each child has a process group of its own, so that a Ctrl-C reaches the supervisor alone and the order of ending is
ours. On Linux the kernel ends the children when the supervisor is killed.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

GRACE_SECONDS = 5.0
LOOK_SECONDS = 0.2
RESTARTS, RESTART_WINDOW = 5, 60.0  # more restarts than that in that many seconds: something is wrong
PR_SET_PDEATHSIG = 1


class Stop(Exception):
    """End everything. `sentence` says why, and is empty if a person asked for it."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass
class Child:
    """A process to keep running. `before_restart` is called between its death and its next life; without it,
    the death of this child ends everything."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    pass_fds: Sequence[int] = ()
    before_restart: Callable[[], object] | None = None
    process: "subprocess.Popen[bytes] | None" = None
    restarts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start the process, in its own process group."""
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            pass_fds=self.pass_fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509 - before any thread is started
        )

    def signal_group(self, number: int) -> None:
        """Send a signal to the process and everything in its group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Keeps children running until it is told to stop, or one dies that must not."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _raise_stop)
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # we are on our way
        self.end_all()

    def add(self, child: Child) -> None:
        """Start a child and watch it from now on."""
        child.start()
        self.children.append(child)

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Watch the children until `ready` says so, or the time is over. Raises Stop."""
        end = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > end:
                return False
            self.look()
            time.sleep(LOOK_SECONDS)
        return True

    def watch(self) -> None:
        """Watch until someone stops us. Raises Stop, always."""
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Restart what died and may be restarted. Raises Stop for what may not."""
        for child in self.children:
            if child.process is not None and (code := child.process.poll()) is not None:
                self._died(child, code)

    def _died(self, child: Child, code: int) -> None:
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        now = time.monotonic()
        child.restarts = [at for at in child.restarts if now - at < RESTART_WINDOW] + [now]
        if child.before_restart is None:
            raise Stop(f"The {child.name} has stopped ({how}), so DemoForge stops.")
        if len(child.restarts) > RESTARTS:
            raise Stop(f"The {child.name} stops again and again ({how}), so DemoForge stops.")
        print(f"The {child.name} has stopped ({how}) and is started again.", file=sys.stderr, flush=True)  # noqa: T201
        child.signal_group(signal.SIGKILL)  # what it left behind
        child.before_restart()
        child.start()

    def end_all(self) -> None:
        """End the children, the last started first: ask each, and kill what does not go in time."""
        for child in reversed(self.children):
            child.signal_group(signal.SIGTERM)
            end = time.monotonic() + GRACE_SECONDS
            while child.process is not None and child.process.poll() is None and time.monotonic() < end:
                time.sleep(0.02)
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()


def _raise_stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    """For the child between fork and exec: ask the kernel to end it when its parent dies. Linux only."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it has died already
            os.kill(os.getpid(), signal.SIGTERM)

    return ask
