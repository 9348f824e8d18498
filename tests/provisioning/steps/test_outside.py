"""How errors of GitHub and dbt Cloud end a step, and how one thing is made once; no server is needed."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from provisioning import orders
from provisioning.clients.outcome import (
    Conflict,
    Forbidden,
    Invalid,
    Limited,
    NotThere,
    OutsideError,
    Unauthorized,
    Unclear,
)
from provisioning.connections.secrets import Missing
from provisioning.engine import advance
from provisioning.models import BuildRun, BuildStep, RunStatus
from provisioning.steps.base import Done, Step, StepContext
from provisioning.steps.outside import TRIES, make_once, outside, remove_all
from tests.provisioning.scenery import chain, raiser, run_out, small_build, step

pytestmark = pytest.mark.django_db


def tried(error: Exception, **options: object) -> tuple[BuildRun, float | None]:
    """A build whose only step raises this, after one try; the delay until the next."""
    catalogue = chain(step("only", outside(raiser(error), **options)))
    run = small_build(catalogue)
    return run, advance(run.pk, catalogue=catalogue)


@pytest.mark.parametrize("kind", [Forbidden, Invalid, NotThere, Conflict])
def test_a_refusal_fails_with_its_own_words(kind):
    run, _ = tried(kind("GitHub", "This is forbidden.", "Ask an owner."))
    row = run.steps.get()
    assert (row.status, row.error, row.hint, row.retryable) == (
        "failed", "This is forbidden.", "Ask an owner.", True,
    )  # fmt: skip


def test_too_many_calls_are_waited_for_as_long_as_it_takes():
    run, delay = tried(Limited("dbt Cloud", "Too many calls.", seconds=123.0))
    row = run.steps.get()
    assert (row.status, row.note, delay, row.needs) == ("pending", "Too many calls.", 123.0, "")


@pytest.mark.parametrize(
    ("error", "needs"),
    [
        (Unauthorized("GitHub", "Wrong token."), "github"),
        (Unauthorized("dbt Cloud", "Wrong token."), "dbt_cloud"),
        (Missing("warehouse", "No password.", "Enter it."), "warehouse"),
    ],
)
def test_credentials_are_waited_for_and_named(error, needs):
    run, delay = tried(error)
    row = run.steps.get()
    assert (row.status, row.needs, row.failures) == ("pending", needs, 0)
    assert delay is not None
    assert delay > 0


def test_an_unclear_end_is_tried_again_longer_and_longer_then_fails_and_retry_begins_anew():
    error = Unclear("GitHub", "No answer.")
    catalogue = chain(step("only", outside(raiser(error))))
    run = small_build(catalogue)
    delays = []
    for _ in range(TRIES - 1):
        delays.append(advance(run.pk, catalogue=catalogue))
        BuildStep.objects.update(not_before=None)
    assert delays == sorted(delays)
    assert delays[-1] == 8 * delays[0]
    assert run_out(run, catalogue).status == RunStatus.FAILED
    assert run.steps.get().error == "No answer."
    orders.retry(run)
    assert advance(run.pk, catalogue=catalogue) == delays[0]


def test_what_a_new_thing_may_answer_is_tried_again_only_where_that_is_said():
    run, delay = tried(NotThere("GitHub", "Not there."), settling=(NotThere,))
    assert run.steps.get().status == "pending"
    assert delay is not None
    run, _ = tried(Conflict("GitHub", "Taken."), settling=(NotThere,))
    assert run.steps.get().status == "failed"


# --- make once ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    id: int


class Far:
    """A far side that makes things, loses answers, and counts what it is asked."""

    def __init__(self, *errors: OutsideError | None, acts: bool = True) -> None:
        self.things: list[Thing] = []
        self.errors = list(errors)
        self.acts = acts
        self.looked = 0

    def create(self) -> Thing:
        error = self.errors.pop(0) if self.errors else None
        if error is None or (self.acts and isinstance(error, Unclear)):
            self.things.append(Thing(len(self.things) + 1))
        if error:
            raise error
        return self.things[-1]

    def find(self) -> Thing | None:
        self.looked += 1
        return self.things[-1] if self.things else None

    def step(self) -> Step:
        def act(context: StepContext) -> Done:
            resource = context.ledger.intend("thing", "thing")
            make_once(
                context, resource, create=self.create, find=self.find, location=lambda made: f"/{made.id}"
            )
            return Done()

        def undo(context: StepContext) -> Done:
            remove_all(context, delete=self.delete, find=lambda _resource: self.find_id())
            return Done()

        return step("make", outside(act), undo=outside(undo))

    def find_id(self) -> int | None:
        found = self.find()
        return found.id if found else None

    def delete(self, number: int) -> None:
        before = len(self.things)
        self.things = [thing for thing in self.things if thing.id != number]
        if len(self.things) == before:
            raise NotThere("GitHub", "It is gone.")


def played(far: Far) -> tuple[BuildRun, Callable[[], BuildRun]]:
    """A build of one making step, run to its end without waiting; and how to undo it."""
    catalogue = chain(far.step())
    run = small_build(catalogue)

    def on() -> BuildRun:
        for _ in range(20):
            BuildStep.objects.update(not_before=None)
            if advance(run.pk, catalogue=catalogue) is None:
                break
        run.refresh_from_db()
        return run

    def undo() -> BuildRun:
        orders.undo(run, catalogue["local"])
        return on()

    on()
    return run, undo


def test_a_clean_first_attempt_looks_nothing_up():
    far = Far()
    run, _ = played(far)
    assert (run.status, len(far.things), far.looked) == (RunStatus.SUCCEEDED, 1, 0)
    resource = run.resources.get()
    assert (resource.external_id, resource.location) == ("1", "/1")


def test_after_a_lost_answer_what_was_made_is_adopted():
    far = Far(Unclear("GitHub", "No answer."))
    run, _ = played(far)
    assert (run.status, len(far.things), far.looked) == (RunStatus.SUCCEEDED, 1, 1)


def test_what_was_not_made_is_made_after_a_look():
    far = Far(Unclear("GitHub", "No answer."), acts=False)
    run, _ = played(far)
    assert (run.status, len(far.things), far.looked) == (RunStatus.SUCCEEDED, 1, 1)


def test_a_conflict_is_looked_at_once_and_told_when_it_is_not_ours():
    far = Far(Conflict("GitHub", "The name is taken."))
    run, _ = played(far)
    assert (run.status, far.looked) == (RunStatus.FAILED, 1)
    assert run.steps.get().error == "The name is taken."


def test_what_was_refused_is_not_looked_for_by_retry_or_undo():
    far = Far(Forbidden("GitHub", "No."))
    run, undo = played(far)
    assert run.status == RunStatus.FAILED
    assert undo().status == RunStatus.UNDONE
    assert far.looked == 0


def test_undo_removes_what_was_made_and_what_is_gone_is_no_error():
    far = Far()
    run, undo = played(far)
    far.things.clear()
    assert undo().status == RunStatus.UNDONE
    assert run.resources.get().status == "removed"
