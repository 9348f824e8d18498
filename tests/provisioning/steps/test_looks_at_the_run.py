"""How often a run of dbt Cloud is looked at: a short one often, a long one less so."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from provisioning.engine import advance
from provisioning.models import BuildRun, BuildStep
from tests.provisioning.steps.stage import Stage

pytestmark = pytest.mark.django_db


def until_started(run: BuildRun) -> BuildStep:
    """The step of the first run, which waits for its run."""
    end = time.monotonic() + 60
    while "run_id" not in (row := run.steps.get(key="first_run")).checkpoint:
        assert time.monotonic() < end
        if advance(run.pk) is None:
            time.sleep(0.01)
    return row


def wait_after(run: BuildRun, seconds: float) -> float:
    """Look at the run as if its step had begun so long ago; the wait until the next look, in the product's seconds."""
    ago = timezone.now() - timedelta(seconds=seconds)
    run.steps.filter(key="first_run").update(started_at=ago, not_before=None)
    now = timezone.now()
    advance(run.pk)
    due = run.steps.get(key="first_run").not_before
    assert due is not None
    return float((due - now).total_seconds() / settings.OUTSIDE_RETRY_SECONDS)


def test_a_run_is_looked_at_as_often_as_its_length_deserves(stage: Stage, settings: Any) -> None:
    settings.OUTSIDE_RETRY_SECONDS = 1.0
    stage.cloud.run_seconds = 1000.0
    run = stage.start()
    row = until_started(run)
    assert row.not_before is not None
    assert row.not_before - timezone.now() < timedelta(seconds=1.1)
    while run.steps.filter(status="pending").exclude(key__in=["first_run", "artifacts"]).exists():
        advance(run.pk)
    assert wait_after(run, 5) == pytest.approx(1, abs=0.6)
    assert wait_after(run, 60) == pytest.approx(6, abs=0.6)
    assert wait_after(run, 3600) == pytest.approx(10, abs=0.6)
