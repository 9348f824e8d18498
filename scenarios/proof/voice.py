"""How the processes of a run speak: whole messages, one at a time, over one pipe."""

import fcntl
import json
import os
import threading
from pathlib import Path
from typing import Any


class Voice:
    """Writes messages as JSON lines. Made once; every process that is forked later speaks with its copy.

    A pipe keeps only short writes whole, so a writer holds a lock between processes: a POSIX record lock, which
    belongs to a process and is gone when it dies. Each line starts on a new line, because one that was killed
    may have left half of its own.
    """

    def __init__(self, pipe: int, lock: Path) -> None:
        self._pipe = pipe
        self._lock = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._threads = threading.Lock()  # a record lock does not part the threads of one process

    def __call__(self, message: dict[str, Any]) -> None:
        """Write one message. Raises BrokenPipeError when nobody listens any more."""
        unsent = memoryview(b"\n" + json.dumps(message).encode() + b"\n")
        with self._threads:
            fcntl.lockf(self._lock, fcntl.LOCK_EX)
            try:
                while unsent:
                    unsent = unsent[os.write(self._pipe, unsent) :]
            finally:
                fcntl.lockf(self._lock, fcntl.LOCK_UN)
