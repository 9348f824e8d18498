"""Builds through a real queue and a real worker."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from demoforge.celery import BROKER_ERRORS
from provisioning import services
from provisioning.models import BuildRun, RunStatus, StepStatus, Target
from provisioning.tasks import advance_build
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


@pytest.mark.django_db
def test_a_step_is_run_although_the_message_for_its_neighbour_cannot_be_sent():
    """There is no queue here. Two steps were left by dead workers, so that both could run at once."""
    revision = ready_revision()
    run = services.start_build(revision, target=Target.LOCAL, by=revision.demo.owner)
    ago = timezone.now() - timedelta(seconds=1)
    left = run.steps.filter(key__in=["template", "seeds"])
    left.update(status=StepStatus.RUNNING, attempt=1, lease_until=ago)
    with pytest.raises(BROKER_ERRORS):  # the message to itself, after the work
        advance_build(run.pk)
    assert list(left.values_list("key", "status")) == [("template", "succeeded"), ("seeds", "running")]
