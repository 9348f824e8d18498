"""Kill -9 while drafting and while proving, before acting and after: a restart ends well, with nothing twice.

The engine's steps have the same test in `tests/provisioning/`, generated from the catalogue of steps.
"""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.model_server import ModelServer
from tests.journeys.test_forge import ROOT, commits
from tests.journeys.test_models import brief_file
from tests.sampling import few
from tests.scenarios.ai.writing.played import Played

pytestmark = pytest.mark.slow

WORKER = Path(__file__).with_name("worker.py")


def points_in(module: str) -> list[str]:
    """Every fault point that a module has."""
    found = re.findall(r'fault_point\("(\w+)", "(\w+)"\)', (ROOT / "scenarios" / module).read_text())
    return [f"{name}:{moment}" for name, moment in found]


DRAFTING = [*points_in("drafting.py"), *points_in("composing.py")]


def run_worker(var: Path, until: str, *provider: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process that drafts, proves and builds one demo until it is drafted or built.

    `provider`: who writes the plan, and the brief's file; without, the built-in provider and the worker's own brief.
    """
    clean = os.environ | {
        "DEMOFORGE_VAR_DIR": str(var),
        "DATABASE_URL": "",
        "DEMOFORGE_LEASE_SECONDS": "3",
        "PYTHONPATH": str(ROOT),
        **environment,
    }
    command = [sys.executable, str(WORKER), until, *provider]
    return subprocess.run(command, env=clean, capture_output=True, text=True, timeout=180, cwd=var)


def killed_and_restarted(var: Path, until: str, point: str) -> dict[str, Any]:
    """Let a worker die at a point, start another, and return what it found at the end."""
    died = run_worker(var, until, DEMOFORGE_FAULT=point)
    assert died.returncode == -signal.SIGKILL, (point, died.stderr)
    done = run_worker(var, until)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_there_are_points_before_and_after_each_act() -> None:
    assert {point.partition(":")[0] for point in DRAFTING} >= {"draft", "outline", "parts", "render"}
    assert set(points_in("proving.py")) == {"prove:before", "prove:after"}


@pytest.mark.parametrize(
    "point",
    [
        *few(points_in("drafting.py"), "render:after"),
        *(pytest.param(point, marks=pytest.mark.long) for point in points_in("composing.py")),
    ],
)
def test_killed_while_drafting(tmp_path: Path, point: str) -> None:
    result = killed_and_restarted(tmp_path, "drafted", point)
    assert result["revision"] in ("rendered", "ready")
    assert (result["demos"], result["revisions"], result["proofs"]) == (1, 1, 1)
    assert result["files"] > 20


@pytest.mark.long  # by default one is killed while drafting, above
@pytest.mark.parametrize("point", points_in("composing.py"))
def test_killed_while_a_model_writes(tmp_path: Path, point: str) -> None:
    """What was there is kept: the outline is asked for once, and after all parts nothing is asked for again."""
    with ModelServer(answer=Played()) as server:
        settings = {
            "ANTHROPIC_BASE_URL": server.address("anthropic"),
            "ANTHROPIC_API_KEY": "any-key-for-a-test",
        }
        asked = ("drafted", "anthropic", str(brief_file(tmp_path)))
        died = run_worker(tmp_path, *asked, DEMOFORGE_FAULT=point, **settings)
        assert died.returncode == -signal.SIGKILL, died.stderr
        before = len(server.requests)
        done = run_worker(tmp_path, *asked, **settings)
        assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert (result["revision"], result["revisions"], result["proofs"]) == ("rendered", 1, 1)
    assert sum("# This request: the outline" in call.user for call in server.requests) == 1
    if point == "parts:after":
        assert len(server.requests) == before


@pytest.mark.long  # beside it: tests/provisioning/test_build_killed.py, and the zygote's own tests
@pytest.mark.parametrize("point", points_in("proving.py"))
def test_killed_while_proving(tmp_path: Path, point: str) -> None:
    result = killed_and_restarted(tmp_path, "built", point)
    assert (result["revision"], result["build"]) == ("ready", "succeeded")
    assert (result["demos"], result["revisions"], result["proofs"], result["repositories"]) == (1, 1, 1, 1)
    assert commits(result["repository"]) == ["Initial demo project for Brightwater University"]
    assert [entry.name for entry in (tmp_path / "repositories").iterdir()] == [
        Path(result["repository"]).name
    ]
