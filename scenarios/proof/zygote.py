"""The warm process: imports dbt and MetricFlow and parses a small project once, then forks a process per job.

Started by `client.py` as `python -m scenarios.proof.zygote`. It reads one JSON line per job on standard input
and writes JSON lines on standard output. When standard input ends, because its starter closed it or died, it
kills what runs, removes its directory and exits.
"""

import contextlib
import gc
import json
import os
import selectors
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from scenarios.proof.confine import die_with_parent
from scenarios.proof.forks import ending_of_signal
from scenarios.proof.job import run_job
from scenarios.proof.leftovers import PREFIX, hold, sweep
from scenarios.proof.request import Job
from scenarios.proof.voice import Voice
from scenarios.proof.warmth import warm_up

CHUNK = 1 << 16


class GoneError(Exception):
    """Whoever started this process is gone."""


class Zygote:
    """Serves jobs one after the other over two pipes, in a private directory."""

    def __init__(self, requests: int, answers: BinaryIO, directory: Path) -> None:
        self.requests = requests  # file descriptor
        self.answers = answers
        self.directory = directory
        self.unread = b""

    def serve(self) -> None:
        """Answer jobs until the requests end."""
        with contextlib.suppress(GoneError, BrokenPipeError):
            while True:
                self._run(Job.model_validate_json(self._next_line()))

    def send(self, message: dict[str, Any]) -> None:
        """Write one message."""
        self._relay(json.dumps(message).encode() + b"\n")

    def _relay(self, data: bytes) -> None:
        self.answers.write(data)
        self.answers.flush()

    def _next_line(self) -> bytes:
        while b"\n" not in self.unread:
            data = os.read(self.requests, CHUNK)
            if not data:
                raise GoneError
            self.unread += data
        line, _, self.unread = self.unread.partition(b"\n")
        return line

    def _run(self, job: Job) -> None:
        directory = Path(tempfile.mkdtemp(prefix="job-", dir=self.directory))
        output, child_output = os.pipe()
        zygote, child = os.getpid(), os.fork()
        if child == 0:
            os.close(output)
            self._become_job(job, directory, child_output, zygote)
        os.close(child_output)
        in_time = False
        try:
            in_time = self._follow(output, time.monotonic() + job.limits.seconds)
        finally:
            os.close(output)
            status = _end_group(child)
            shutil.rmtree(directory, ignore_errors=True)
        self._relay(b"\n")  # a process that was killed may have left half a line
        self.send({"end": _ending(status) if in_time else {"reason": "time"}})

    def _become_job(self, job: Job, directory: Path, output: int, zygote: int) -> None:
        """In the forked process: leave the zygote's group and pipes, run, exit. Never returns."""
        code = 1
        try:
            os.setsid()
            die_with_parent(zygote)
            os.close(self.requests)
            self.answers.close()
            voice = Voice(output, directory / ".voice")
            try:
                run_job(job, directory, voice)
                code = 0
            except BaseException:
                voice({"ending": {"reason": "fault", "detail": traceback.format_exc()[-4000:]}})
        finally:
            os._exit(code)

    def _follow(self, output: int, deadline: float) -> bool:
        """Pass on the job's lines until it ends; False when its time is over. GoneError: the starter went."""
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            selector.register(self.requests, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    data = os.read(key.fd, CHUNK)
                    if key.fd == output and not data:
                        return True
                    if key.fd == output:
                        self._relay(data)
                    else:  # no one asks while a job runs: the other end was closed
                        raise GoneError
        return False


def _end_group(leader: int) -> int:
    """Kill a job and everything it forked; returns the leader's wait status."""
    pid, status = os.waitpid(leader, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    if pid == 0:
        with contextlib.suppress(ProcessLookupError):
            os.kill(leader, signal.SIGKILL)
        _, status = os.waitpid(leader, 0)
    return status


def _ending(status: int) -> dict[str, str]:
    if os.WIFSIGNALED(status):
        return ending_of_signal(os.WTERMSIG(status))
    return {"reason": "done" if os.WEXITSTATUS(status) == 0 else "fault"}


def main() -> None:
    """Make the private directory, say where it is, warm up, say so, serve, clean up."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints while importing must not reach the protocol
    directory = Path(tempfile.mkdtemp(prefix=PREFIX))
    with hold(directory):
        zygote = Zygote(0, answers, directory)
        try:
            zygote.send({"directory": str(directory)})
            os.chdir(directory)
            (directory / ".env").touch()  # see confine.py
            os.environ["HOME"] = str(directory)
            warm_up(directory / "warm")
            sweep()
            gc.collect()
            gc.freeze()  # forks share what was imported as long as nobody touches it
            zygote.send({"ready": os.getpid()})
            zygote.serve()
        except BrokenPipeError:
            pass  # the starter went away while this process was warming up
        finally:
            os.chdir("/")
            shutil.rmtree(directory, ignore_errors=True)
    sys.stderr.flush()
    os._exit(0)  # nothing is left to do, and the imported libraries' own exit work takes half a second


if __name__ == "__main__":
    main()
