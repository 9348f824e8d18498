"""Which step may run next, and how a build stands: decisions over step rows, without touching anything."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from provisioning.models import BuildStep, RunStatus, StepStatus
from provisioning.steps.base import Step

FINISHED = (StepStatus.SUCCEEDED, StepStatus.SKIPPED)
HELD = (StepStatus.RUNNING, StepStatus.UNDOING)


def is_dead(row: BuildStep, now: datetime) -> bool:
    """Whether a worker took the step and its lease has run out."""
    return row.status in HELD and row.lease_until is not None and row.lease_until < now


def is_stopping(status: str, rows: Sequence[BuildStep]) -> bool:
    """Whether nothing more may be begun: the build was cancelled, or a step has failed."""
    return status == RunStatus.CANCELLING or any(row.status == StepStatus.FAILED for row in rows)


def runnable(rows: Sequence[BuildStep], steps: Mapping[str, Step], now: datetime) -> list[BuildStep]:
    """The steps to run now: those of dead workers, and waiting ones whose prerequisites are done, in order."""
    done = _done(rows)
    return [row for row in rows if is_dead(row, now) or _is_ready(row, steps, done, now)]


def _done(rows: Sequence[BuildStep]) -> set[str]:
    return {row.key for row in rows if row.status in FINISHED}


def _is_ready(row: BuildStep, steps: Mapping[str, Step], done: set[str], now: datetime) -> bool:
    return row.status == StepStatus.PENDING and not _must_wait(row, now) and _is_reached(row, steps, done)


def _is_reached(row: BuildStep, steps: Mapping[str, Step], done: set[str]) -> bool:
    step = steps.get(row.key)
    return step is None or done.issuperset(step.after)


def undoable(rows: Sequence[BuildStep], now: datetime) -> list[BuildStep]:
    """The one step to undo now, in a list that is empty while it must wait or somebody else is at it."""
    left = [row for row in rows if row.status in (StepStatus.TO_UNDO, StepStatus.UNDOING)]
    if not left:
        return []
    last = left[-1]
    free = last.status == StepStatus.TO_UNDO and not _must_wait(last, now)
    return [last] if free or is_dead(last, now) else []


def is_starved(status: str, rows: Sequence[BuildStep], steps: Mapping[str, Step]) -> bool:
    """Whether nothing more can happen until a person enters credentials."""
    if any(row.status in HELD for row in rows):
        return False
    if status == RunStatus.UNDOING:
        next_ones = [row for row in rows if row.status == StepStatus.TO_UNDO][-1:]
    elif is_stopping(status, rows):
        return False
    else:
        done = _done(rows)
        next_ones = [
            row for row in rows if row.status == StepStatus.PENDING and _is_reached(row, steps, done)
        ]
    return bool(next_ones) and all(row.needs for row in next_ones)


def _must_wait(row: BuildStep, now: datetime) -> bool:
    return row.not_before is not None and row.not_before > now


def verdict(status: str, rows: Sequence[BuildStep]) -> RunStatus | None:
    """The status that a build in `status` comes to by its steps, or None while it is not over."""
    found = {row.status for row in rows}
    if found & set(HELD):
        return None
    if status == RunStatus.UNDOING:
        if StepStatus.TO_UNDO in found:
            return None
        return RunStatus.UNDO_FAILED if StepStatus.UNDO_FAILED in found else RunStatus.UNDONE
    if StepStatus.FAILED in found:
        return RunStatus.FAILED
    if found <= set(FINISHED):
        return RunStatus.SUCCEEDED
    return RunStatus.CANCELLED if status == RunStatus.CANCELLING else None
