"""The step engine: the only writer of the status of builds and steps. The database is the truth.

Every decision is taken under the lock of the build's row; a step runs outside any transaction, under a claim
with a lease, and its end is written only if the claim's fence still holds. So a message that is lost or comes
twice changes nothing, and a worker that dies loses only the step it was at. `orders` is the other half.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from demoforge.claims import Claim, LeaseLost, claim
from demoforge.errors import Explained
from demoforge.faults import fault_point
from provisioning import graph
from provisioning.ledger import mark_leftovers
from provisioning.models import BuildEvent, BuildRun, BuildStep, RunStatus, StepStatus
from provisioning.orders import UNBEGUN
from provisioning.steps import CATALOGUE, steps_of
from provisioning.steps.base import NOTE_LIMIT, Act, Done, Outcome, Step, StepContext, StepFailed, Wait

log = structlog.get_logger(__name__)

OTHERS_SECONDS = 0.2  # so often `drive` looks again while somebody else is at the build
DEATHS_ALLOWED = 3  # so often a step whose worker died is run again without being asked
EVENT_LIMIT = 500  # characters

Catalogue = Mapping[str, Sequence[Step]]  # target -> its steps, in the order of the page
OnClaim = Callable[[BuildStep, bool], None]  # the step that is run now; whether others could run beside it


def _ignore(_row: BuildStep, _more: bool) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class _Job:
    """A claimed step, about to be run or undone."""

    run: BuildRun
    row: BuildStep
    rows: list[BuildStep]
    act: Act
    claim: Claim
    more: bool

    @property
    def undoing(self) -> bool:
        return self.claim.running == StepStatus.UNDOING

    @property
    def fault_name(self) -> str:
        return f"undo_{self.row.key}" if self.undoing else self.row.key


@dataclass(frozen=True)
class _End:
    """How a step ended: what to write into its row, and what to tell."""

    status: StepStatus
    fields: dict[str, Any]
    text: str
    level: str = "info"
    delay: float = 0.0


def advance(run_id: int, *, catalogue: Catalogue = CATALOGUE, on_claim: OnClaim = _ignore) -> float | None:
    """Run at most one ready step of a build.

    Returns the seconds after which to call again (0: there may be more to do at once), or None when there is
    nothing to do for this caller: the build is over, or somebody else is at it. Calling often does no harm.
    """
    job = _take(run_id, catalogue)
    if job is None:
        return None
    try:
        on_claim(job.row, job.more)
        fault_point(job.fault_name, "before")
        with job.claim.heartbeat():
            end = _attempt(job)
    except LeaseLost:
        log.warning("build_step_lease_lost", build=run_id, step=job.row.key)
        return None
    except (
        BaseException
    ):  # the process is being stopped, or cannot tell: whoever comes next takes the step up
        waiting = StepStatus.TO_UNDO if job.undoing else StepStatus.PENDING
        job.claim.settle(status=waiting, note="")
        raise
    fault_point(job.fault_name, "after")
    return end.delay if _settle(job, end) else None


def drive(
    run_id: int,
    *,
    on_change: Callable[[], None],
    catalogue: Catalogue = CATALOGUE,
    leave_when_starved: bool = False,
) -> None:
    """Advance a build in this process until it is over, telling when a step starts and when it ends.

    While a step waits, the others that are ready are run. `leave_when_starved` returns as soon as nothing can
    go on without credentials that a person has to enter.
    """
    while True:
        delay = advance(run_id, catalogue=catalogue, on_claim=lambda _row, _more: on_change())
        on_change()
        run = BuildRun.objects.busy().filter(pk=run_id).first()
        if run is None:
            return
        if delay is not None:
            continue
        rows = list(run.steps.all())
        steps = {step.key: step for step in steps_of(run, catalogue)}
        if leave_when_starved and graph.is_starved(run.status, rows, steps):
            return
        time.sleep(_rest(rows))


def _rest(rows: Sequence[BuildStep]) -> float:
    """Seconds until the next waiting step is due; not long, since somebody else may be at the build."""
    now = timezone.now()
    due = [(row.not_before - now).total_seconds() for row in rows if row.not_before and row.not_before > now]
    return min([OTHERS_SECONDS, *due])


# --- take ---------------------------------------------------------------------------------------------------


def _take(run_id: int, catalogue: Catalogue) -> _Job | None:
    """Claim the next step, or settle what needs no work. None when there is nothing to run."""
    with transaction.atomic():
        run = _locked(run_id)
        if run is None or not run.is_busy:
            return None
        steps = {step.key: step for step in steps_of(run, catalogue)}
        job = _claim_next(run, list(run.steps.all()), steps)
        if job is None:
            _conclude(run)
        elif run.status == RunStatus.QUEUED:
            _set_run(run, RunStatus.RUNNING, started_at=timezone.now())
        return job


def _locked(run_id: int) -> BuildRun | None:
    return BuildRun.objects.select_for_update(no_key=True).filter(pk=run_id).first()


def _claim_next(run: BuildRun, rows: list[BuildStep], steps: Mapping[str, Step]) -> _Job | None:
    now = timezone.now()
    undoing = run.status == RunStatus.UNDOING
    if not undoing and graph.is_stopping(run.status, rows):
        _bury(run, [row for row in rows if graph.is_dead(row, now)])
        return None
    found = graph.undoable(rows, now) if undoing else graph.runnable(rows, steps, now)
    for place, row in enumerate(found):
        held = _claim(row, undoing)
        if held is None:
            continue
        if _died_too_often(run, row, held, now):
            return None
        step = steps.get(row.key)
        act = _unknown if step is None else (step.undo or _nothing) if undoing else step.act
        row.attempt = held.attempt
        held.save(**_starting(row, step, undoing))
        return _Job(run, row, rows, act, held, more=place + 1 < len(found))
    return None


def _claim(row: BuildStep, undoing: bool) -> Claim | None:
    ready, running = (
        (StepStatus.TO_UNDO, StepStatus.UNDOING) if undoing else (StepStatus.PENDING, StepStatus.RUNNING)
    )
    return claim(BuildStep, row.pk, ready=[ready], running=running)


def _starting(row: BuildStep, step: Step | None, undoing: bool) -> dict[str, Any]:
    """The fields to write when a step starts; `row` follows. One that waited still says what it waits for."""
    row.started_at = row.started_at or timezone.now()
    waited = row.note if row.status in (StepStatus.PENDING, StepStatus.TO_UNDO) else ""
    row.note = waited or ("Being removed" if undoing else step.doing if step else "")
    row.status = StepStatus.UNDOING if undoing else StepStatus.RUNNING
    return {"started_at": row.started_at, "note": row.note, "needs": "", "error": "", "hint": ""}


def _died_too_often(run: BuildRun, row: BuildStep, held: Claim, now: datetime) -> bool:
    """Tell that a step was taken over from a dead worker; past the limit it fails."""
    if not graph.is_dead(row, now):
        return False
    _tell(run, row, f"{row.title}: its worker stopped in the middle; it is taken up again.", "warning")
    if held.failures <= DEATHS_ALLOWED:
        return False
    error = StepFailed(
        f"This step's worker stopped {held.failures} times in the middle.",
        "The machine may be short of memory. Ask an administrator to look at the log, then press Retry.",
    )
    _write_end(run, row, held, _failed(row, error, undoing=held.running == StepStatus.UNDOING))
    return True


def _bury(run: BuildRun, dead: list[BuildStep]) -> None:
    """Take steps from dead workers without running them: the build is stopping."""
    status = StepStatus.CANCELLED if run.status == RunStatus.CANCELLING else StepStatus.PENDING
    for row in dead:
        held = _claim(row, undoing=False)
        if held is not None:
            held.settle(status=status, **UNBEGUN)


def _unknown(_context: StepContext) -> Outcome:
    raise StepFailed(
        "This build was started by another version of DemoForge, and this one does not know the step.",
        "Undo the build if it created something, and start a new one.",
        retryable=False,
    )


def _nothing(_context: StepContext) -> Outcome:
    return Done("Nothing to remove")


# --- attempt ------------------------------------------------------------------------------------------------


def _attempt(job: _Job) -> _End:
    context = StepContext(job.run, job.row, _rows_to_know(job), job.claim.save)
    try:
        outcome = job.act(context)
    except LeaseLost:
        raise
    except Explained as error:
        return _failed(job.row, error, job.undoing)
    except Exception:
        log.exception("build_step_error", build=job.run.pk, step=job.row.key, undoing=job.undoing)
        return _failed(job.row, _unexpected(job.run), job.undoing)
    return _waiting(job, outcome) if isinstance(outcome, Wait) else _done(job, outcome)


def _rows_to_know(job: _Job) -> list[BuildStep]:
    """The rows whose facts a step may ask for: those of the build that a change is about, then its own."""
    made = BuildStep.objects.filter(run_id=job.run.live_id) if job.run.live_id else ()
    return [*made, *job.rows]


def _unexpected(run: BuildRun) -> StepFailed:
    return StepFailed(
        "Something unexpected went wrong in this step.",
        f"Press Retry. If it happens again, tell an administrator: the log names build {run.pk}.",
    )


def _done(job: _Job, outcome: Done) -> _End:
    status = StepStatus.UNDONE if job.undoing else StepStatus.SUCCEEDED
    fields = {"note": outcome.note[:NOTE_LIMIT], "finished_at": timezone.now(), "failures": 0}
    if not job.undoing:
        fields["checkpoint"] = {**job.row.checkpoint, **outcome.facts}
    verb = "undone" if job.undoing else "done"
    return _End(status, fields, f"{job.row.title}: {outcome.note or verb}")


def _waiting(job: _Job, outcome: Wait) -> _End:
    status = StepStatus.TO_UNDO if job.undoing else StepStatus.PENDING
    note = outcome.note[:NOTE_LIMIT]
    until = timezone.now() + timedelta(seconds=outcome.seconds)
    text = "" if note == job.row.note else f"{job.row.title}: {note}"
    fields = {"note": note, "not_before": until, "needs": outcome.needs}
    return _End(status, fields, text, delay=outcome.seconds)


def _failed(row: BuildStep, error: Explained, undoing: bool) -> _End:
    status = StepStatus.UNDO_FAILED if undoing else StepStatus.FAILED
    fields = {
        "error": error.sentence,
        "hint": error.hint,
        "retryable": getattr(error, "retryable", True),
        "note": "",
        "finished_at": timezone.now(),
    }
    return _End(status, fields, f"{row.title}: {error.sentence}", level="error")


# --- settle -------------------------------------------------------------------------------------------------


def _settle(job: _Job, end: _End) -> bool:
    """Write a step's end. False when the claim was lost, or the build is over."""
    with transaction.atomic():
        run = _locked(job.run.pk)
        if run is None or not _write_end(run, job.row, job.claim, end):
            log.warning("build_step_lease_lost", build=job.run.pk, step=job.row.key)
            return False
        if run.status == RunStatus.CANCELLING:
            _cancel_waiting(run)
        _conclude(run)
        return run.is_busy


def _write_end(run: BuildRun, row: BuildStep, held: Claim, end: _End) -> bool:
    if not held.settle(status=end.status, **end.fields):
        return False
    if end.status == StepStatus.UNDO_FAILED:
        mark_leftovers(row)
    if end.text:
        _tell(run, row, end.text, end.level)
    return True


def _conclude(run: BuildRun) -> None:
    """End the build if its steps say so."""
    status = graph.verdict(run.status, list(run.steps.all()))
    if status is not None:
        now = timezone.now()
        succeeded = {"succeeded_at": now} if status == RunStatus.SUCCEEDED else {}
        _set_run(run, status, finished_at=now, **succeeded)
        _tell(run, None, f"Build {run.get_status_display().lower()}.")


def _set_run(run: BuildRun, status: RunStatus, **fields: Any) -> None:
    BuildRun.objects.filter(pk=run.pk).update(status=status, **fields)
    run.status = status


def _tell(run: BuildRun, row: BuildStep | None, text: str, level: str = "info") -> None:
    BuildEvent.objects.create(run=run, step=row, level=level, text=text[:EVENT_LIMIT])


def _cancel_waiting(run: BuildRun) -> None:
    run.steps.filter(status=StepStatus.PENDING).update(status=StepStatus.CANCELLED, **UNBEGUN)
