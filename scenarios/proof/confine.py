"""What a process gives up before it reads a project: environment, output, files, network, children, more.

With Landlock (Linux) the kernel takes files and TCP away; where it is missing the other measures still hold.
"""

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from scenarios.proof.landlock import restrict_files
from scenarios.proof.spec import Limits

PR_SET_PDEATHSIG = 1
MEGABYTE = 1024 * 1024
CHECKOUT = Path(__file__).resolve().parents[2]

# Audit events of things no dbt run on DuckDB needs. Once added, an audit hook cannot be removed.
FORBIDDEN_EVENTS = frozenset(
    {
        "os.exec", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn", "subprocess.Popen", 
        "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
        "os.kill", "os.killpg",
    }
)  # fmt: skip


class ConfinedError(PermissionError):
    """A project tried something that a run may not do."""


def die_with_parent(parent: int) -> None:
    """Let the kernel kill this process when the one that forked it, `parent`, dies (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the kernel was asked
        os._exit(1)


def confine(directory: Path, limits: Limits) -> None:
    """Confine this process and all it forks to `directory` and `limits`, for good."""
    _bare_environment(directory)
    _no_output()
    _limit(limits)
    _restrict(directory, Path("/proc"))
    refuse_python_models()
    sys.addaudithook(_audit)


def confine_phase(directory: Path, parent: int) -> None:
    """Confine a process that `parent`, a confined one, forked to run SQL: of /proc it sees only itself.

    /proc shows other processes' environments. DuckDB cannot start without /proc/self, which names another folder
    in each process and so cannot be allowed before the fork; the parent, which runs no SQL, keeps /proc for it.
    """
    die_with_parent(parent)
    _restrict(directory, Path("/proc/self"))


def _restrict(directory: Path, processes: Path) -> None:
    # Python's locks between processes are files in shared memory; dbt's validators and pools make some.
    shared_memory = Path("/dev/shm")  # noqa: S108
    restrict_files(read=[*_readable(), processes], write=[directory], make=[shared_memory])


def _bare_environment(directory: Path) -> None:
    """Leave nothing for `env_var()` to reveal. The home directory is the run's own."""
    os.environ.clear()
    os.environ.update({"HOME": str(directory), "TMPDIR": str(directory), "LANG": "C.UTF-8", "TZ": "UTC"})
    os.chdir(directory)
    os.umask(0o077)
    (directory / ".env").touch()  # dbt looks upward from here for one; this one is found first


def _no_output() -> None:
    """Standard input, output and error lead nowhere, so that a project cannot write into the protocol."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _limit(limits: Limits) -> None:
    wanted = {
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_AS: limits.process_memory_mb * MEGABYTE,
        resource.RLIMIT_FSIZE: limits.file_mb * MEGABYTE,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
    }
    for kind, soft in wanted.items():
        _, ceiling = resource.getrlimit(kind)
        # A few CPU seconds between the two tell a limit (SIGXCPU) from a kill by somebody else (SIGKILL).
        hard = soft + 5 if kind == resource.RLIMIT_CPU else soft
        if ceiling != resource.RLIM_INFINITY:
            hard = min(hard, ceiling)
        resource.setrlimit(kind, (min(soft, hard), hard))


def _readable() -> list[Path]:
    """Where Python, its packages, the system's libraries and time zones lie.

    Not the checkout with its settings: all that is needed of it is loaded by now.
    """
    packages = {Path(entry) for entry in sys.path if entry and Path(entry) != CHECKOUT}
    python = {Path(sys.prefix), Path(sys.base_prefix)}
    system = {Path(name) for name in ("/usr", "/lib", "/lib64", "/etc/localtime", "/sys/fs/cgroup")}
    devices = {Path(name) for name in ("/dev/null", "/dev/zero", "/dev/urandom")}
    return sorted(path for path in packages | python | system | devices if path.exists())


def refuse_python_models() -> None:
    """dbt-duckdb would run a Python model inside this process; take that ability away at its root."""
    from dbt.adapters.duckdb.environments import Environment  # noqa: PLC0415 - heavy

    Environment.run_python_job = classmethod(_no_python)  # type: ignore[assignment, method-assign]


def _no_python(*_args: object, **_kwargs: object) -> NoReturn:
    raise ConfinedError("Python models are not run.")


def _audit(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in FORBIDDEN_EVENTS:
        raise ConfinedError(f"A project may not do this: {event}.")
