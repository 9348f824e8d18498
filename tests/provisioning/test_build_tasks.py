"""Builds through a real queue and a real worker."""

import subprocess
import sys
from pathlib import Path

import pytest

from provisioning import services
from provisioning.models import BuildRun, RunStatus, Target
from tests.processes import ended_after, wait_until
from tests.provisioning.scenery import ready_revision

ROOT = Path(__file__).parents[2]
WORKER = [sys.executable, "-m", "celery", "-q", "-A", "demoforge.celery", "worker", "-c", "1", "-l", "ERROR"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_build_whose_message_was_lost_is_found_by_the_nudge_and_finished(queue, child_environment):
    """No queue here when it is started, so nothing is sent; the worker's own timer finds the row."""
    revision = ready_revision()
    run = services.start_build(revision, target=Target.LOCAL, by=revision.demo.owner)
    assert run.status == RunStatus.QUEUED

    def over() -> bool:
        run.refresh_from_db()
        return not run.is_busy

    worker = subprocess.Popen(WORKER, cwd=ROOT, env=child_environment(REDIS_URL=queue))
    with ended_after(worker):
        wait_until(over, 120)
    failed = list(run.steps.exclude(error="").values_list("key", "error"))
    assert (run.status, failed) == (RunStatus.SUCCEEDED, [])
    assert set(run.steps.exclude(status="skipped").values_list("attempt", flat=True)) == {1}
    assert BuildRun.objects.busy().count() == 0
