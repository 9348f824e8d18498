"""The starter's side of the zygote: one warm process per calling process, one job at a time."""

import atexit
import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import IO, Any

from scenarios.proof.request import Job

Message = dict[str, Any]
START_SECONDS = 120.0  # imports on a cold disk of a busy machine
MAX_LINE = 1 << 26  # bytes of one message; a report is far smaller
GRACE_SECONDS = 15.0  # the zygote stops a job itself; this much later it is taken for broken
ROOT = Path(__file__).resolve().parents[2]


class ProofUnavailable(Exception):
    """The runner itself broke; the project may be fine. Trying again is right."""

    def __init__(
        self, message: str, hint: str = "Try again; if it happens again, read the worker's log."
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Runner:
    """Starts the zygote when first needed and talks to it. Thread-safe; safe to inherit through a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._directory: Path | None = None
        self._unread = b""
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.shutdown)

    def warm_up(self) -> None:
        """Start the zygote if it does not run. Raises ProofUnavailable."""
        with self._lock:
            self._ensure_started()

    def run(self, job: Job) -> Generator[Message, None, None]:
        """Yield the zygote's messages about one job; the last has the key "end". Raises ProofUnavailable.

        If the caller stops reading before the end, the job and the zygote are stopped.
        """
        with self._lock:
            self._ensure_started()
            ended = False
            try:
                self._send(job)
                deadline = time.monotonic() + job.limits.seconds + GRACE_SECONDS
                while not ended:
                    message = self._receive(deadline)
                    ended = "end" in message
                    yield message
            finally:
                if not ended:
                    self._stop()

    def shutdown(self) -> None:
        """Stop the zygote and what it runs, if it was started by this process."""
        acquired = self._lock.acquire(timeout=1.0)  # at exit, a run in another thread may hold it
        try:
            self._stop()
        finally:
            if acquired:
                self._lock.release()

    def _ensure_started(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self._stop()
        try:
            self._start()
            deadline = time.monotonic() + START_SECONDS
            self._directory = Path(self._receive(deadline)["directory"])
            while "ready" not in self._receive(deadline):
                pass
        except (OSError, KeyError) as error:
            self._stop()
            raise ProofUnavailable("The process that runs dbt could not be started.") from error
        except BaseException:
            self._stop()
            raise

    def _start(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._unread = b""
        # A clean environment: nothing of the caller's may be visible to a project.
        environment = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": "0",  # the same project, the same order of everything
            "TMPDIR": tempfile.gettempdir(),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "scenarios.proof.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            bufsize=0,  # no buffer, no lock of a buffer: a fork in another thread cannot inherit it locked
            cwd="/",
            env=environment,
            start_new_session=True,
        )

    def _send(self, job: Job) -> None:
        stdin = self._running().stdin
        if stdin is None:  # only to tell the type checker: it was opened as a pipe
            raise ProofUnavailable("The process that runs dbt has no input.")
        try:
            unsent = memoryview(job.model_dump_json().encode() + b"\n")
            while unsent:
                unsent = unsent[os.write(stdin.fileno(), unsent) :]
        except OSError as error:
            raise ProofUnavailable("The process that runs dbt stopped answering.") from error

    def _receive(self, deadline: float) -> Message:
        """The next message. Lines that are no messages (a killed job's last half line) are left out."""
        while True:
            line, found, rest = self._unread.partition(b"\n")
            if not found:
                self._unread += self._read(deadline)
                continue
            self._unread = rest
            with contextlib.suppress(ValueError):
                message = json.loads(line)
                if isinstance(message, dict):
                    return message

    def _read(self, deadline: float) -> bytes:
        stdout = self._running().stdout
        if stdout is None:
            raise ProofUnavailable("The process that runs dbt has no output.")
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise ProofUnavailable("The process that runs dbt did not answer in time.")
        data = os.read(stdout.fileno(), 1 << 16)
        if len(self._unread) > MAX_LINE:
            raise ProofUnavailable("The run of the project sent more than can be a report.")
        if not data:
            raise ProofUnavailable("The process that runs dbt ended unexpectedly." + self._last_words())
        return data

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise ProofUnavailable("The process that runs dbt is not running.")
        return self._process

    def _last_words(self) -> str:
        """The last line the zygote printed: why it could not start."""
        if self._log is None:
            return ""
        self._log.seek(0)
        lines = self._log.read()[-2000:].decode(errors="replace").strip().splitlines()
        return f" Its last words: {lines[-1]}" if lines else ""

    def _stop(self) -> None:
        """Close the pipes, which ends the zygote; kill it if it stays; remove what it could not remove."""
        process, self._process = self._process, None
        if process is not None:
            _close_pipes(process)
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def _forget(self) -> None:
        """In a forked child: the zygote is the parent's. Our copies of its pipes would keep it alive."""
        process, self._process = self._process, None
        self._directory = None
        self._lock = threading.Lock()
        if process is not None:
            process.returncode = 0  # not our child: never wait for it or warn about it
            _close_pipes(process)


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
