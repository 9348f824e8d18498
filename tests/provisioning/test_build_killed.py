"""Kill -9 at every step, before acting and after acting but before settling: generated from the catalogue."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from provisioning import services
from provisioning.clients import local_git
from provisioning.models import BuildRun, Resource, RunStatus, StepStatus, Target
from provisioning.steps import CATALOGUE
from scenarios.models import RevisionStatus
from tests.provisioning.scenery import rendered_revision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ELSEWHERE = ("cloud_project", "connect_repository", "warehouse")
STEPS = [step for step in CATALOGUE[Target.LOCAL] if step.phase not in ELSEWHERE]
DEATHS = [f"{step.key}:{moment}" for step in STEPS for moment in ("before", "after")]
UNDO_DEATHS = [
    f"undo/undo_{step.key}:{moment}" for step in STEPS if step.undo for moment in ("before", "after")
]

Workers = Callable[[int, list[str]], dict[str, int]]


@pytest.fixture
def workers(child_environment) -> Workers:
    """workers(build, points): one worker after the other dies at its point; how each of them ended."""
    settings.LOCAL_REPOSITORIES.mkdir(parents=True, exist_ok=True)

    def run(build: int, points: list[str]) -> dict[str, int]:
        command = [sys.executable, "-m", "tests.provisioning.worker", str(build), *points]
        root = Path(__file__).parents[2]
        done = subprocess.run(
            command, env=child_environment(), cwd=root, timeout=300, check=True, stdout=subprocess.PIPE
        )
        return dict(zip(points, map(int, done.stdout.split()), strict=True))

    return run


def ended_by_kill(points: list[str]) -> dict[str, int]:
    """Each worker died where it should, and the last one, which had no fault point, ended well."""
    return dict.fromkeys(points, -signal.SIGKILL) | {"none": 0}


def left_by(run: BuildRun) -> list[str]:
    """Names of the repository and of drafts of it."""
    marker = run.resources.get().marker
    names = [path.name for path in settings.LOCAL_REPOSITORIES.iterdir()]
    return [name for name in names if run.repository_name in name or marker in name]


@pytest.mark.long
def test_killed_at_every_point_one_after_the_other_a_build_still_ends_well(workers):
    """One build whose worker dies at each point in turn: the next one goes on, nothing is made twice."""
    revision = rendered_revision()
    run = services.start_build(revision, target=Target.LOCAL, by=revision.demo.owner)
    assert workers(run.pk, [*DEATHS, "none"]) == ended_by_kill(DEATHS)
    run.refresh_from_db()
    revision.refresh_from_db()
    assert (run.status, revision.status) == (RunStatus.SUCCEEDED, RevisionStatus.READY)
    for step in STEPS:
        row = run.steps.get(key=step.key)
        assert (row.status, row.attempt) == (StepStatus.SUCCEEDED, 3), step.key
    assert left_by(run) == [run.repository_name]
    path = settings.LOCAL_REPOSITORIES / run.repository_name
    branches = revision.branches()
    assert local_git.commit_count(path, "main") == 1
    assert local_git.commit_count(path) == len(branches)
    assert local_git.holds_exactly(path, branches)
    assert run.resources.get().status == Resource.Status.CREATED

    assert workers(run.pk, [*UNDO_DEATHS, "none"]) == ended_by_kill(UNDO_DEATHS)
    run.refresh_from_db()
    assert run.status == RunStatus.UNDONE
    assert left_by(run) == []
    assert run.resources.get().status == Resource.Status.REMOVED
