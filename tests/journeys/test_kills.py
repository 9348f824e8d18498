"""Kill -9 at every point of the road, before acting and after acting: a restart ends well, with nothing twice."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from demoforge.faults import FAULT_POINTS
from tests.journeys.test_forge import ROOT, commits

WORKER = Path(__file__).with_name("worker.py")


def run_worker(var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process that works on everything that is busy until nothing is."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DEMOFORGE_")}
    clean = kept | {
        "DEMOFORGE_VAR_DIR": str(var),
        "DATABASE_URL": "",
        "DEMOFORGE_TESTING": "1",
        "DEMOFORGE_LEASE_SECONDS": "2",
        "DJANGO_SETTINGS_MODULE": "demoforge.settings",
        "PYTHONPATH": str(ROOT),
        **environment,
    }
    command = [sys.executable, str(WORKER)]
    return subprocess.run(command, env=clean, capture_output=True, text=True, timeout=120, cwd=var)


@pytest.mark.parametrize("point", FAULT_POINTS)
def test_killed_worker_loses_nothing(tmp_path: Path, point: str) -> None:
    died = run_worker(tmp_path, DEMOFORGE_FAULT=point)
    assert died.returncode == -signal.SIGKILL, (point, died.stderr)
    done = run_worker(tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["revision"] == "ready"
    assert result["build"] == "succeeded"
    assert result["repositories"] == 1
    assert commits(result["repository"]) == ["Initial demo project for Northwind Outfitters"]
    assert [entry.name for entry in (tmp_path / "repositories").iterdir()] == [
        Path(result["repository"]).name
    ]
