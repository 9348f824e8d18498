"""Directories of runs whose process died without cleaning up (such as by kill -9 of everything)."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PREFIX = "demoforge-proof-"
LOCK = ".held"
YOUNG_SECONDS = 60  # a directory this young may be just about to be held


@contextlib.contextmanager
def hold(directory: Path) -> Iterator[None]:
    """Mark the directory as in use for as long as this process lives, or the block runs."""
    with (directory / LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sweep() -> None:
    """Remove the directories of this user that no living process holds."""
    for directory in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        with contextlib.suppress(OSError):  # another sweep may be faster
            state = directory.stat()
            old = time.time() - state.st_mtime > YOUNG_SECONDS
            if old and state.st_uid == os.getuid() and _is_abandoned(directory):
                shutil.rmtree(directory, ignore_errors=True)


def _is_abandoned(directory: Path) -> bool:
    with (directory / LOCK).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
