"""The confinement itself, tried by a process that runs Python: the worst a project could become."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.proof import landlock

ROOT = Path(__file__).parents[3]
ATTEMPTS = """
import json, os, resource, socket, subprocess, sys
from pathlib import Path
from dbt.adapters.duckdb.environments import Environment
from scenarios.proof.confine import confine, confine_phase
from scenarios.proof.spec import Limits
directory, result = Path(sys.argv[1]), os.dup(1)
confine(directory, Limits(cpu_seconds=7, file_mb=2))
confine_phase(directory, os.getppid())
def outcome(act):
    try:
        act()
    except Exception as error:
        return type(error).__name__
    return "done"
def connect():
    with socket.socket() as client:
        client.connect(("127.0.0.1", 9))
def python_model():
    Environment.run_python_job(None, None, "model", "raise SystemExit", None)
answers = {
    "write inside": outcome(lambda: (directory / "inside.txt").write_text("x")),
    "write too much": outcome(lambda: (directory / "big.bin").write_bytes(bytes(3_000_000))),
    "read outside": outcome(lambda: Path("/etc/passwd").read_text()),
    "read the starter": outcome(lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes()),
    "read the checkout": outcome(lambda: Path(sys.argv[2], "requirements.in").read_text()),
    "write outside": outcome(lambda: (directory.parent / "outside.txt").write_text("x")),
    "start": outcome(lambda: subprocess.run(["true"])),
    "system": outcome(lambda: os.system("true")),
    "exec": outcome(lambda: os.execv("/bin/true", ["true"])),
    "connect": outcome(connect),
    "python model": outcome(python_model),
    "kill": outcome(lambda: os.kill(os.getppid(), 0)),
    "environment": sorted(os.environ),
    "cpu": resource.getrlimit(resource.RLIMIT_CPU)[0],
    "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
}
os.write(result, json.dumps(answers).encode())
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    directory = tmp_path_factory.mktemp("outer") / "run"
    directory.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", ATTEMPTS, str(directory), str(ROOT)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_its_own_folder_is_usable(answers):
    assert answers["write inside"] == "done"


@pytest.mark.parametrize("attempt", ["start", "system", "exec", "connect", "kill", "python model"])
def test_processes_and_network_are_refused(answers, attempt):
    assert answers[attempt] == "ConfinedError"


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
@pytest.mark.parametrize(
    "attempt", ["read outside", "read the starter", "read the checkout", "write outside"]
)
def test_files_outside_are_refused_by_the_kernel(answers, attempt):
    assert answers[attempt] == "PermissionError"


def test_limits_hold(answers):
    assert answers["write too much"] == "OSError"
    assert (answers["cpu"], answers["core"]) == (7, 0)


def test_the_environment_is_bare(answers):
    assert answers["environment"] == ["HOME", "LANG", "TMPDIR", "TZ"]
