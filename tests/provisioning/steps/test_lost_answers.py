"""Answers that are lost, cut or refused at creations: after all there is one of each thing, and a green run."""

import pytest

from provisioning import services
from provisioning.engine import advance
from provisioning.models import RunStatus
from tests.fakes.faults import Fault
from tests.provisioning.steps.stage import Stage, assert_green, describe, leftovers, run_out, things

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

GITHUB = ("POST */repos", "PATCH */refs/heads/main", "POST */refs", "POST */pulls", "POST */keys")
CLOUD = (
    "POST */projects/",
    "POST */connections/",
    "POST */repositories/",
    "POST */credentials/",
    "POST */environments/",
    "POST */environment-variables/bulk/",
    "POST */jobs/",
    "POST */run/",
)
CALLS = [*(("github", call) for call in GITHUB), *(("cloud", call) for call in CLOUD)]


def spoil(stage: Stage, system: str, call: str, fault: Fault, *, times: int = 1) -> None:
    method, path = call.split()
    getattr(stage, system).faults.add(fault, method, path, times=times)


@pytest.mark.parametrize(("system", "call"), CALLS)
def test_an_answer_that_cannot_be_read_makes_nothing_twice(stage, system, call):
    spoil(stage, system, call, "malformed")
    assert_green(stage, stage.build())
    assert getattr(stage, system).faults.pending() == []


@pytest.mark.parametrize(
    ("system", "call"),
    [("github", "POST */repos"), ("cloud", "POST */projects/"), ("cloud", "POST */run/")],
)
@pytest.mark.parametrize(
    "fault",
    [
        "timeout_after",
        *(pytest.param(one, marks=pytest.mark.long) for one in ("timeout_before", "reset", "429", "500")),
    ],
)
def test_whatever_happens_to_the_three_that_matter_most(stage, system, call, fault):
    spoil(stage, system, call, fault)
    assert_green(stage, stage.build())
    assert len(stage.cloud.all("run")) == 1


@pytest.mark.parametrize(("system", "call"), CALLS[::4])
def test_a_refusal_stops_the_build_and_retry_goes_on(stage, system, call):
    spoil(stage, system, call, "403")
    run = stage.build()
    assert run.status == RunStatus.FAILED
    assert_green(stage, stage.retry(run))


@pytest.mark.parametrize(("system", "call"), CALLS[::3])
def test_undo_after_a_lost_answer_finds_what_was_made(stage, system, call):
    """The build is stopped right after the loss, so that the ledger knows no number of what was made."""
    spoil(stage, system, call, "malformed")
    run = stage.start()
    while not getattr(stage, system).faults.rules[0].done:
        advance(run.pk)
    run.refresh_from_db()
    services.cancel_build(run, by=stage.user)
    run = stage.undo(run_out(run))
    assert run.status == RunStatus.UNDONE, describe(run)
    assert things(stage) == []
    assert set(leftovers(run)) <= {"schema"}


def test_a_server_that_stays_broken_fails_after_some_tries_and_says_so(stage):
    spoil(stage, "cloud", "POST */credentials/", "500", times=99)
    run = stage.build()
    row = run.steps.get(key="credentials")
    assert (run.status, row.status, row.retryable) == (RunStatus.FAILED, "failed", True)
    assert len(stage.cloud.calls_to("POST", "/credentials/")) == 5
    stage.cloud.faults.clear()
    assert_green(stage, stage.retry(run))


def test_a_repository_that_nobody_sees_yet_is_made_once(stage):
    stage.github.visible_after = 3
    spoil(stage, "github", "POST */repos", "malformed")
    assert_green(stage, stage.build())


def test_undo_looks_again_for_a_repository_that_nobody_sees_yet(stage):
    stage.github.visible_after = 3
    spoil(stage, "github", "POST */repos", "malformed")
    run = stage.start()
    while not stage.github.repositories:
        advance(run.pk)
    run.refresh_from_db()
    services.cancel_build(run, by=stage.user)
    assert stage.undo(run_out(run)).status == RunStatus.UNDONE
    assert things(stage) == []
