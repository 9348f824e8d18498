"""Retry, cancel, undo with small steps: where a build goes on, where it stops, what it takes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from demoforge.claims import claim
from demoforge.errors import NotNow
from provisioning import orders
from provisioning.engine import advance
from provisioning.models import BuildRun, BuildStep, Resource, RunStatus, StepStatus
from provisioning.steps.base import Done, Step, StepContext, StepFailed, Wait
from tests.provisioning.scenery import chain, raiser, run_out, small_build, statuses, step

pytestmark = pytest.mark.django_db
Catalogue = dict[str, tuple[Step, ...]]


def creating(context: StepContext) -> Done:
    """Create a thing outside (on paper)."""
    key = context.checkpoint.get("key", f"thing-{Resource.objects.count()}")
    resource = context.ledger.intend("thing", key)
    context.ledger.created(resource, external_id="7", location=f"https://example.com/{key}")
    return Done("created")


def removing(context: StepContext) -> Done:
    """Remove what this step created."""
    for resource in context.ledger.remaining():
        context.ledger.removed(resource)
    return Done("removed")


def undo(run: BuildRun, catalogue: Catalogue) -> BuildRun:
    orders.undo(run, catalogue["local"])
    return run_out(run, catalogue)


def test_retry_goes_on_from_the_failed_step():
    broken = chain(step("first"), step("second", raiser(StepFailed("No."))), step("third", after=["second"]))
    run = run_out(small_build(broken), broken)
    assert run.status == RunStatus.FAILED
    first_attempts = run.steps.get(key="first").attempt
    mended = chain(step("first"), step("second"), step("third", after=["second"]))
    orders.retry(run)
    assert run_out(run, mended).status == RunStatus.SUCCEEDED
    assert run.steps.get(key="first").attempt == first_attempts
    second = run.steps.get(key="second")
    assert (second.error, second.hint) == ("", "")


def test_retry_is_refused_where_it_cannot_help():
    catalogue = chain(step("only", raiser(StepFailed("The plan is wrong.", "Change it.", retryable=False))))
    run = run_out(small_build(catalogue), catalogue)
    with pytest.raises(NotNow, match="The plan is wrong"):
        orders.retry(run)
    succeeded = run_out(small_build(chain(step("only"))), chain(step("only")))
    with pytest.raises(NotNow, match="nothing to retry"):
        orders.retry(succeeded)


def test_cancel_lets_the_running_step_finish_and_begins_nothing_more():
    run_of: list[BuildRun] = []

    def cancelled_meanwhile(_context: StepContext) -> Done:
        orders.cancel(run_of[0])
        orders.cancel(run_of[0])  # a second click changes nothing
        return Done("finished all the same")

    catalogue = chain(step("first", cancelled_meanwhile), step("second", after=["first"]))
    run_of.append(small_build(catalogue))
    advance(run_of[0].pk, catalogue=catalogue)
    run = run_out(run_of[0], catalogue)
    assert run.status == RunStatus.CANCELLED
    assert statuses(run) == {"first": "succeeded", "second": "cancelled"}
    orders.retry(run)
    assert run_out(run, catalogue).status == RunStatus.SUCCEEDED


def test_cancel_of_a_waiting_step_and_of_a_queued_build_needs_no_worker():
    catalogue = chain(step("waits", lambda _context: Wait(600, "Waiting")))
    run = small_build(catalogue)
    assert advance(run.pk, catalogue=catalogue) == 600
    run.refresh_from_db()
    orders.cancel(run)
    assert run_out(run, catalogue).status == RunStatus.CANCELLED
    queued = small_build(catalogue, run.demo)
    orders.cancel(queued)
    assert run_out(queued, catalogue).status == RunStatus.CANCELLED


def test_cancel_while_the_worker_is_dead_ends_when_its_lease_does():
    catalogue = chain(step("held"), step("next", after=["held"]))
    run = small_build(catalogue)
    assert claim(BuildStep, run.steps.get(key="held").pk, ready=["pending"], running="running")
    orders.cancel(run)
    assert run_out(run, catalogue).status == RunStatus.CANCELLING
    BuildStep.objects.filter(key="held").update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run_out(run, catalogue).status == RunStatus.CANCELLED
    assert set(statuses(run).values()) == {"cancelled"}


def test_cancelling_when_everything_is_done_is_a_success():
    run_of: list[BuildRun] = []

    def cancelled_meanwhile(_context: StepContext) -> Done:
        orders.cancel(run_of[0])
        return Done()

    catalogue = chain(step("only", cancelled_meanwhile))
    run_of.append(small_build(catalogue))
    assert run_out(run_of[0], catalogue).status == RunStatus.SUCCEEDED


def test_undo_walks_back_over_what_was_attempted_only():
    undone: list[str] = []

    def noting(context: StepContext) -> Done:
        undone.extend(resource.name for resource in context.ledger.remaining())
        return removing(context)

    catalogue = chain(
        step("one", creating, undo=noting),
        step("two", creating, after=["one"], undo=noting),
        step("plain", after=["two"]),
        step("three", raiser(StepFailed("No.")), after=["plain"], undo=noting),
        step("never", creating, after=["three"], undo=noting),
    )
    run = run_out(small_build(catalogue), catalogue)
    assert undo(run, catalogue).status == RunStatus.UNDONE
    assert undone == ["thing-1", "thing-0"]
    expected = {"one": "undone", "two": "undone", "plain": "succeeded", "three": "undone", "never": "pending"}
    assert statuses(run) == expected
    assert set(run.resources.values_list("status", flat=True)) == {Resource.Status.REMOVED}


def test_undo_goes_past_errors_lists_leftovers_and_can_be_tried_again():
    stuck = StepFailed("The far side says no.", "Remove it there by hand.")
    catalogue = chain(
        step("one", creating, undo=removing),
        step("two", creating, after=["one"], undo=raiser(stuck)),
        step("three", creating, after=["two"], undo=raiser(OSError("disk"))),
    )
    run = run_out(small_build(catalogue), catalogue)
    assert undo(run, catalogue).status == RunStatus.UNDO_FAILED
    assert statuses(run) == {"one": "undone", "two": "undo_failed", "three": "undo_failed"}
    leftovers = run.resources.filter(status=Resource.Status.LEFTOVER)
    assert {row.location for row in leftovers} == {
        "https://example.com/thing-1",
        "https://example.com/thing-2",
    }
    assert run.steps.get(key="two").hint == "Remove it there by hand."
    mended = chain(*(step(key, creating, undo=removing) for key in ("one", "two", "three")))
    assert undo(run, mended).status == RunStatus.UNDONE
    assert run.steps.get(key="one").attempt == 2  # made and undone once: not undone again


def test_undo_may_wait_and_survives_a_dead_worker():
    asked: list[int] = []

    def slowly(context: StepContext) -> Done | Wait:
        asked.append(1)
        return Wait(600, "Waiting for the far side") if len(asked) == 1 else removing(context)

    catalogue = chain(step("one", creating, undo=slowly))
    run = run_out(small_build(catalogue), catalogue)
    orders.undo(run, catalogue["local"])
    assert advance(run.pk, catalogue=catalogue) == 600
    row = run.steps.get()
    assert row.status == StepStatus.TO_UNDO
    BuildStep.objects.update(not_before=None)
    held = claim(BuildStep, row.pk, ready=[StepStatus.TO_UNDO], running=StepStatus.UNDOING)
    assert held is not None
    assert run_out(run, catalogue).status == RunStatus.UNDOING
    BuildStep.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run_out(run, catalogue).status == RunStatus.UNDONE


def test_undo_of_nothing_and_undo_too_early():
    catalogue = chain(step("plain"))
    run = small_build(catalogue)
    with pytest.raises(NotNow, match="cannot be undone now"):
        orders.undo(run, catalogue["local"])
    run = run_out(run, catalogue)
    assert undo(run, catalogue).status == RunStatus.UNDONE
    with pytest.raises(NotNow):
        orders.undo(run, catalogue["local"])
