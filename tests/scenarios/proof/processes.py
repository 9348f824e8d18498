"""Looking at processes through /proc."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path


def descendants(pid: int) -> set[int]:
    """All processes below `pid`."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in children(waiting.pop()):
            found.add(child)
            waiting.append(child)
    return found


def children(pid: int) -> list[int]:
    """The processes that `pid` forked and that are not waited for yet."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def zygotes(pid: int) -> list[int]:
    """The warm processes among the children of `pid`."""
    found = []
    for child in children(pid):
        command = Path(f"/proc/{child}/cmdline")
        if command.exists() and b"scenarios.proof.zygote" in command.read_bytes():
            found.append(child)
    return found


def alive(pids: Iterable[int]) -> set[int]:
    """Those that run; a process that ended but was not waited for does not count."""
    return {pid for pid in pids if _state(pid) not in {"Z", "X", ""}}


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return true()


def folder(pid: int) -> Path:
    """The folder a process works in; the warm process works in its private one."""
    return Path(f"/proc/{pid}/cwd").readlink()


def environment(pid: int) -> str:
    """What a process was started with."""
    return Path(f"/proc/{pid}/environ").read_bytes().replace(b"\0", b"\n").decode()
