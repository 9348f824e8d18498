"""The engine with small steps: order, waiting, failing, dying, fences."""

from datetime import timedelta

import pytest
from django.utils import timezone

from demoforge.claims import claim
from provisioning.engine import DEATHS_ALLOWED, advance, drive
from provisioning.models import BuildRun, BuildStep, RunStatus, StepStatus
from provisioning.steps.base import Done, StepContext, StepFailed, Wait
from tests.provisioning.scenery import chain, done, raiser, run_out, small_build, statuses, step

pytestmark = pytest.mark.django_db


def expire(run: BuildRun, **fields: object) -> None:
    """As if the workers of all held steps had died a while ago."""
    past = timezone.now() - timedelta(seconds=1)
    BuildStep.objects.filter(run=run, lease_until__isnull=False).update(lease_until=past, **fields)


def test_steps_run_one_at_a_time_in_the_order_of_their_prerequisites():
    ran: list[str] = []

    def noting(context: StepContext) -> Done:
        ran.append(context.checkpoint.get("name", "") or str(len(ran)))
        return Done("done", {"number": len(ran)})

    catalogue = chain(
        step("last", noting, after=["left", "right"]), step("left", noting, after=["first"]),
        step("right", noting, after=["first"]), step("first", noting),
    )  # fmt: skip
    run = small_build(catalogue)
    order = []
    while advance(run.pk, catalogue=catalogue, on_claim=lambda row, _more: order.append(row.key)) == 0:
        pass
    run.refresh_from_db()
    assert order == ["first", "left", "right", "last"]
    assert len(ran) == 4
    assert run.status == RunStatus.SUCCEEDED
    assert run.started_at is not None
    assert run.finished_at is not None
    assert run.steps.get(key="last").checkpoint == {"number": 4}


def test_whoever_claims_hears_of_steps_that_could_run_beside_it():
    catalogue = chain(step("first"), step("left", after=["first"]), step("right", after=["first"]))
    run = small_build(catalogue)
    heard = []
    while advance(run.pk, catalogue=catalogue, on_claim=lambda row, more: heard.append((row.key, more))) == 0:
        pass
    assert heard == [("first", False), ("left", True), ("right", False)]


def test_advancing_a_build_that_is_over_or_gone_does_nothing():
    catalogue = chain(step("only"))
    run = run_out(small_build(catalogue), catalogue)
    assert advance(run.pk, catalogue=catalogue) is None
    assert advance(run.pk + 1000, catalogue=catalogue) is None
    assert run.steps.get().attempt == 1


def test_waiting_comes_back_later_and_eats_no_retries():
    asked = []

    def patient(context: StepContext) -> Done | Wait:
        asked.append(context.checkpoint.get("seen", 0))
        context.remember(seen=len(asked))
        return Wait(30, "Waiting for the far side") if len(asked) < 3 else Done("there")

    catalogue = chain(step("patient", patient))
    run = small_build(catalogue)
    for _ in range(2):
        assert advance(run.pk, catalogue=catalogue) == 30
        assert advance(run.pk, catalogue=catalogue) is None  # not yet
        row = run.steps.get()
        assert (row.status, row.note, row.failures) == (StepStatus.PENDING, "Waiting for the far side", 0)
        run.steps.update(not_before=timezone.now())
    assert run_out(run, catalogue).status == RunStatus.SUCCEEDED
    assert asked == [0, 1, 2]  # what it remembered survived
    assert run.events.filter(text__contains="far side").count() == 1


def test_a_failed_step_stops_the_build_with_its_sentence():
    failure = StepFailed("The name is taken.", "Choose another.", retryable=False)
    catalogue = chain(
        step("first"), step("second", raiser(failure), after=["first"]), step("third", after=["second"])
    )
    run = run_out(small_build(catalogue), catalogue)
    assert run.status == RunStatus.FAILED
    assert statuses(run) == {"first": "succeeded", "second": "failed", "third": "pending"}
    row = run.steps.get(key="second")
    assert (row.error, row.hint, row.retryable) == ("The name is taken.", "Choose another.", False)
    assert run.events.filter(level="error", text__contains="The name is taken.").exists()


def test_a_bug_fails_with_a_neutral_sentence():
    catalogue = chain(step("buggy", raiser(KeyError("password=hunter2"))))
    run = run_out(small_build(catalogue), catalogue)
    row = run.steps.get()
    assert run.status == RunStatus.FAILED
    assert "unexpected" in row.error
    assert str(run.pk) in row.hint
    texts = [row.error, row.hint, *run.events.values_list("text", flat=True)]
    assert not any("hunter2" in text for text in texts)


def test_after_a_failure_nothing_new_begins_even_where_it_could():
    ran = []
    catalogue = chain(
        step("bad", raiser(StepFailed("No."))), step("free", lambda _c: ran.append(1) or Done())
    )
    run = run_out(small_build(catalogue), catalogue)
    assert run.status == RunStatus.FAILED
    assert ran == []


def test_a_step_of_a_dead_worker_is_taken_up_again_then_given_up():
    catalogue = chain(step("deadly", done))
    run = small_build(catalogue)
    row = run.steps.get()
    assert claim(BuildStep, row.pk, ready=["pending"], running="running") is not None
    assert advance(run.pk, catalogue=catalogue) is None  # its worker may live
    expire(run)
    assert run_out(run, catalogue).status == RunStatus.SUCCEEDED
    assert run.steps.get().attempt == 2

    run = small_build(catalogue)
    assert claim(BuildStep, run.steps.get().pk, ready=["pending"], running="running") is not None
    expire(run, failures=DEATHS_ALLOWED)
    assert run_out(run, catalogue).status == RunStatus.FAILED
    assert f"{DEATHS_ALLOWED + 1} times" in run.steps.get().error


def test_a_worker_that_overslept_settles_nothing():
    catalogue = chain(step("slow"))
    run = small_build(catalogue)

    def overslept(_context: StepContext) -> Done:
        expire(run)
        assert run_out(run, catalogue).status == RunStatus.SUCCEEDED  # the successor was quicker
        raise StepFailed("This must not be seen.")

    slow = chain(step("slow", overslept))
    assert advance(run.pk, catalogue=slow) is None
    run.refresh_from_db()
    assert run.status == RunStatus.SUCCEEDED
    assert run.steps.get().error == ""


def test_a_worker_that_overslept_may_not_even_remember():
    catalogue = chain(step("slow"))
    run = small_build(catalogue)

    def overslept(context: StepContext) -> Done:
        expire(run)
        run_out(run, catalogue)
        context.remember(late=True)
        return Done()

    assert advance(run.pk, catalogue=chain(step("slow", overslept))) is None
    assert run.steps.get().checkpoint == {}


def test_a_stopped_process_leaves_its_step_to_the_next():
    catalogue = chain(step("interrupted", raiser(KeyboardInterrupt())))  # type: ignore[arg-type]
    run = small_build(catalogue)
    with pytest.raises(KeyboardInterrupt):
        advance(run.pk, catalogue=catalogue)
    assert run.steps.get().status == StepStatus.PENDING
    assert run_out(run, chain(step("interrupted"))).status == RunStatus.SUCCEEDED


def test_a_step_that_this_version_does_not_know_fails_with_a_sentence():
    run = small_build(chain(step("old")))
    run_out(run, chain(step("new")))
    row = run.steps.get()
    assert row.status == StepStatus.FAILED
    assert "another version" in row.error
    assert not row.retryable


def test_steps_that_the_build_does_without_are_skipped_from_the_start():
    skipped = step("skipped")
    skipped = type(skipped)("skipped", "skipped", "Skipped", done, skip=lambda _run: "not asked for")
    catalogue = chain(skipped, step("next", after=["skipped"]))
    run = small_build(catalogue)
    assert run.steps.get(key="skipped").note == "not asked for"
    assert run_out(run, catalogue).status == RunStatus.SUCCEEDED
    assert statuses(run) == {"skipped": "skipped", "next": "succeeded"}


def test_driving_tells_when_a_step_starts_and_ends():
    catalogue = chain(step("first"), step("second", after=["first"]))
    run = small_build(catalogue)
    seen: list[tuple[str, ...]] = []
    drive(run.pk, on_change=lambda: seen.append(tuple(statuses(run).values())), catalogue=catalogue)
    assert seen == [
        ("running", "pending"),
        ("succeeded", "pending"),
        ("succeeded", "running"),
        ("succeeded", "succeeded"),
    ]


def test_a_listener_that_breaks_leaves_the_step_to_the_next():
    catalogue = chain(step("only"))
    run = small_build(catalogue)

    def broken(_row: BuildStep, _more: bool) -> None:
        raise ConnectionError("the queue is gone")

    with pytest.raises(ConnectionError):
        advance(run.pk, catalogue=catalogue, on_claim=broken)
    assert run.steps.get().status == StepStatus.PENDING
    assert run_out(run, catalogue).status == RunStatus.SUCCEEDED


def test_a_dead_workers_step_waits_for_retry_when_another_has_failed():
    catalogue = chain(step("held"), step("bad", raiser(StepFailed("No."))))
    run = small_build(catalogue)
    assert claim(BuildStep, run.steps.get(key="held").pk, ready=["pending"], running="running") is not None
    assert run_out(run, catalogue).status == RunStatus.RUNNING  # its worker may live, and finish
    assert statuses(run) == {"held": "running", "bad": "failed"}
    expire(run)
    assert run_out(run, catalogue).status == RunStatus.FAILED
    assert statuses(run) == {"held": "pending", "bad": "failed"}


# --- waiting for people -------------------------------------------------------------------------------------


def hungry(_context: StepContext) -> Wait:
    return Wait(600, "Needs a token.", needs="github")


def test_what_a_step_needs_is_on_its_row_until_it_starts_again():
    catalogue = chain(step("only", hungry))
    run = small_build(catalogue)
    advance(run.pk, catalogue=catalogue)
    row = run.steps.get()
    assert (row.status, row.needs, row.note, row.failures) == ("pending", "github", "Needs a token.", 0)
    run.steps.update(not_before=None)
    assert run_out(run, chain(step("only"))).status == RunStatus.SUCCEEDED
    assert run.steps.get().needs == ""


def test_while_one_step_waits_the_others_are_driven_and_then_the_driver_leaves():
    catalogue = chain(step("hungry", hungry), step("free"), step("last", after=["hungry", "free"]))
    run = small_build(catalogue)
    drive(run.pk, on_change=lambda: None, catalogue=catalogue, leave_when_starved=True)
    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING
    assert statuses(run) == {"hungry": "pending", "free": "succeeded", "last": "pending"}


def test_a_driver_does_not_sleep_through_a_wait_while_something_else_is_ready():
    order: list[str] = []

    def slow(context: StepContext) -> Done | Wait:
        order.append("slow")
        context.remember(seen=True)
        return Done() if len(order) > 1 else Wait(0.2, "A moment")

    catalogue = chain(step("slow", slow), step("quick", lambda _context: order.append("quick") or Done()))
    run = small_build(catalogue)
    drive(run.pk, on_change=lambda: None, catalogue=catalogue)
    assert order == ["slow", "quick", "slow"]


def test_calls_of_a_step_are_written_down_with_its_attempt():
    seen: list[int] = []

    def looking(context: StepContext) -> Done | Wait:
        seen.append(context.row.attempt)
        return Wait(0, "again") if len(seen) < 3 else Done()

    catalogue = chain(step("only", looking))
    assert run_out(small_build(catalogue), catalogue).status == RunStatus.SUCCEEDED
    assert seen == [1, 2, 3]
