"""Locks between the processes of one machine. The kernel lets go of them when a process dies, however it died."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

_held: list[IO[str]] = []


def hold_worker_lock() -> None:
    """Mark this process, and the children that it will fork, as one that may hold claims, until it ends."""
    if not _held:
        _held.append(_open("workers.lock"))
        fcntl.flock(_held[0], fcntl.LOCK_SH)


@contextmanager
def no_worker_alive(*, patience: float = 2.0) -> Iterator[bool]:
    """Whether no process of this machine may hold claims; while the block runs, none can begin to.

    Processes that have just been killed need a moment to die: so many seconds of patience.
    """
    with _open("workers.lock") as lock:
        end = time.monotonic() + patience
        while not (alone := _lock(lock)) and time.monotonic() < end:
            time.sleep(0.05)
        yield alone


class RunLock:
    """Only one product runs on one data directory. The lock file says which process it is, and where it answers."""

    def __init__(self) -> None:
        self._file = _open("run.lock")

    def take(self) -> bool:
        """Try to become the one. False when another process is."""
        return _lock(self._file)

    def write(self, words: str) -> None:
        """Say who holds the lock."""
        self._file.truncate(0)
        self._file.write(words)
        self._file.flush()

    @property
    def path(self) -> Path:
        """The lock file."""
        return Path(self._file.name)


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(name: str) -> IO[str]:
    return (settings.VAR_DIR / name).open("a")
