"""What people order of a build: start, retry, cancel, undo. The other half of the state machine in `engine`.

Each order runs inside the caller's transaction, under the lock of the build's row, and only writes statuses:
the engine does the work.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from demoforge.errors import NotNow
from provisioning.models import BuildEvent, BuildRun, BuildStep, RunStatus, StepStatus
from provisioning.steps.base import Step

RETRYABLE = (RunStatus.FAILED, RunStatus.CANCELLED)
CANCELLABLE = (RunStatus.QUEUED, RunStatus.RUNNING)
UNDOABLE = (RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.UNDO_FAILED)


#: What a step is given when it is left without having come to an end: it took no time.
UNBEGUN: dict[str, Any] = {"not_before": None, "note": "", "needs": "", "started_at": None}

#: What a step is given when it is begun anew; its checkpoint and its resources stay.
_FRESH: dict[str, Any] = {**UNBEGUN, "failures": 0, "error": "", "hint": "", "finished_at": None}


def enrol(run: BuildRun, steps: Sequence[Step], *, expected: Mapping[str, float]) -> None:
    """Write the steps of a new build, skipping those it does without; `expected` has seconds by key."""
    BuildStep.objects.bulk_create(
        _row(run, position, step, expected.get(step.key)) for position, step in enumerate(steps, start=1)
    )
    _tell(run, "Build started.")


def _row(run: BuildRun, position: int, step: Step, expected: float | None) -> BuildStep:
    reason = step.skip(run)
    return BuildStep(
        run=run,
        key=step.key,
        phase=step.phase,
        position=position,
        title=step.title,
        status=StepStatus.SKIPPED if reason else StepStatus.PENDING,
        note=reason,
        expected_seconds=0.0 if reason else expected,
    )


def retry(run: BuildRun) -> None:
    """Go on from the failed or cancelled steps. Raises NotNow."""
    if run.status not in RETRYABLE:
        raise NotNow("There is nothing to retry: this build has not failed.", "Reload the page.")
    if final := run.steps.filter(status=StepStatus.FAILED, retryable=False).first():
        raise NotNow(f"Trying again cannot mend this: {final.error}", final.hint)
    stopped = run.steps.filter(status__in=[StepStatus.FAILED, StepStatus.CANCELLED])
    stopped.update(status=StepStatus.PENDING, **_FRESH)
    _set_status(run, RunStatus.RUNNING, started_at=timezone.now())
    _tell(run, "Build taken up again.")


def cancel(run: BuildRun) -> None:
    """Begin nothing more; a running step comes to its end. Raises NotNow."""
    if run.status == RunStatus.CANCELLING:
        return
    if run.status not in CANCELLABLE:
        raise NotNow("This build cannot be stopped: it is over.", "Undo removes what it created.")
    run.steps.filter(status=StepStatus.PENDING).update(status=StepStatus.CANCELLED, **UNBEGUN)
    _set_status(run, RunStatus.CANCELLING)
    _tell(run, "Stopping after the running step.")


def undo(run: BuildRun, steps: Sequence[Step]) -> None:
    """Mark every attempted step that can be undone. Raises NotNow."""
    if run.status == RunStatus.UNDOING:
        return
    if run.status not in UNDOABLE:
        raise NotNow("This build cannot be undone now.", "Cancel it first, or wait until it is over.")
    attempted = run.steps.filter(key__in=undo_keys(steps), attempt__gt=0).exclude(status=StepStatus.UNDONE)
    attempted.update(status=StepStatus.TO_UNDO, **_FRESH)
    _set_status(run, RunStatus.UNDOING, started_at=timezone.now())
    _tell(run, "Undo started.")


def undo_keys(steps: Sequence[Step]) -> list[str]:
    """The steps that have something to undo once they were attempted."""
    return [step.key for step in steps if step.undo is not None]


def _set_status(run: BuildRun, status: RunStatus, **fields: Any) -> None:
    BuildRun.objects.filter(pk=run.pk).update(status=status, finished_at=None, **fields)
    run.status, run.finished_at = status, None


def _tell(run: BuildRun, text: str) -> None:
    BuildEvent.objects.create(run=run, text=text)
