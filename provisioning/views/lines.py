"""The lines of the build page: engine steps gathered into the thirteen phases, with words and times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from provisioning.models import BuildStep, StepStatus
from provisioning.steps.phases import PHASES, Phase

OVER = (StepStatus.SUCCEEDED, StepStatus.SKIPPED)

#: The status of a phase is the first of these that one of its steps has.
_LOUDEST = (
    StepStatus.FAILED,
    StepStatus.UNDO_FAILED,
    StepStatus.UNDOING,
    StepStatus.RUNNING,
    StepStatus.TO_UNDO,
    StepStatus.CANCELLED,
    StepStatus.PENDING,
    StepStatus.UNDONE,
    StepStatus.SUCCEEDED,
    StepStatus.SKIPPED,
)


@dataclass(frozen=True)
class StepLine:
    """One engine step below its phase, and what was done."""

    title: str
    status: str
    label: str
    note: str


@dataclass(frozen=True)
class PhaseLine:
    """One phase as the page shows it. `seconds`: how long it took, or takes so far; None if not begun.

    `steps`: what it is made of, if that is more than one thing; then the note is that of the step that counts now.
    """

    number: int
    key: str
    title: str
    status: str
    label: str
    note: str = ""
    seconds: float | None = None
    error: str = ""
    hint: str = ""
    steps: Sequence[StepLine] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen in it, for good."""
        return self.status in OVER

    @property
    def is_moving(self) -> bool:
        """Whether something is happening in it now."""
        return self.status in (StepStatus.RUNNING, StepStatus.UNDOING)


def phase_lines(rows: Sequence[BuildStep], now: datetime, *, busy: bool = True) -> list[PhaseLine]:
    """The phases that the build has steps of, in their order. In a build that is not `busy` nothing moves."""
    gathered = [(phase, [row for row in rows if row.phase == phase.key]) for phase in PHASES]
    numbered = enumerate(gathered, start=1)
    return [_line(number, phase, steps, now, busy=busy) for number, (phase, steps) in numbered if steps]


def _line(number: int, phase: Phase, steps: list[BuildStep], now: datetime, *, busy: bool) -> PhaseLine:
    telling = min(steps, key=lambda row: _LOUDEST.index(StepStatus(row.status)))
    waiting = telling.status == StepStatus.PENDING and telling.attempt > 0
    # A phase is under way as soon as one of its steps is, and between two of its steps.
    begun = telling.status == StepStatus.PENDING and any(row.status == StepStatus.SUCCEEDED for row in steps)
    status = StepStatus.RUNNING if busy and (waiting or begun) else StepStatus(telling.status)
    timed = steps if busy else [row for row in steps if row.finished_at]
    times = [seconds for row in timed if (seconds := seconds_so_far(row, now)) is not None]
    stopped = "Done in part" if begun else ""  # what a step waited for does not matter any more
    return PhaseLine(
        number=number,
        key=phase.key,
        title=phase.title,
        status=status.value,
        label=str(status.label),
        note=telling.note if busy or telling.status != StepStatus.PENDING else stopped,
        seconds=sum(times) if times else None,
        error=telling.error,
        hint=telling.hint,
        steps=_step_lines(steps),
    )


def _step_lines(steps: Sequence[BuildStep]) -> list[StepLine]:
    """The steps of a phase that has several, without those that the build does without."""
    shown = [row for row in steps if row.status != StepStatus.SKIPPED]
    if len(shown) < 2:
        return []
    return [StepLine(row.title, row.status, str(row.get_status_display()), row.note) for row in shown]


def seconds_so_far(row: BuildStep, now: datetime) -> float | None:
    """How long a step took, or has been under way; None before it has begun, and for a skipped one."""
    if row.started_at is None:
        return None
    return row.seconds if row.finished_at else max(0.0, (now - row.started_at).total_seconds())


def remaining_seconds(
    rows: Sequence[BuildStep], after: Mapping[str, Sequence[str]], now: datetime
) -> float | None:
    """An estimate of what is left, from past builds; None while a step is left that was never timed.

    It is the longest way through the steps: `after` names what each waits for, and the others run side by side.
    """
    left: dict[str, float] = {}
    for row in rows:
        if row.status not in OVER:
            if row.expected_seconds is None:
                return None
            left[row.key] = max(0.0, row.expected_seconds - (seconds_so_far(row, now) or 0.0))

    @cache
    def until(key: str) -> float:
        return left.get(key, 0.0) + max((until(other) for other in after.get(key, ())), default=0.0)

    return max(map(until, left), default=0.0)
