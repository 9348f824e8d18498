"""What the build page needs, as data. One builder feeds the page and its part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from demoforge.accounts.models import User
from provisioning import orders
from provisioning.access import may_build
from provisioning.headlines import headline
from provisioning.models import BuildEvent, BuildRun, BuildStep, Resource, RunStatus, StepStatus, Target
from provisioning.names import SCHEMA
from provisioning.steps import steps_of
from provisioning.views.far_side import Need, RunLog, needs, run_log
from provisioning.views.lines import PhaseLine, phase_lines, remaining_seconds

EVENTS_SHOWN = 40


@dataclass(frozen=True)
class BuildPage:
    """The build page. `doing` says in words what happens now; `remaining` is an estimate in seconds or None.

    `failed` is the phase that explains a stop, with error and hint. `leftovers` could not be removed.
    `needs` are the connections whose credentials it waits for. `run_log`: dbt Cloud's run, as far as it is.
    Resources and events are read only when the build is over, so that polling stays cheap.
    """

    run: BuildRun
    phases: Sequence[PhaseLine]
    headline: str
    doing: str
    elapsed: float | None
    remaining: float | None
    failed: PhaseLine | None
    may_retry: bool
    may_cancel: bool
    may_undo: bool
    needs: Sequence[Need] = ()
    run_log: RunLog | None = None
    may_live: bool = False  # whether something is live, or can be again
    resources: Sequence[Resource] = ()
    events: Sequence[BuildEvent] = ()

    @property
    def polling(self) -> bool:
        """Whether the page must ask again: something is still happening."""
        return self.run.is_busy

    @property
    def done(self) -> int:
        """How many phases are over."""
        return sum(phase.is_over for phase in self.phases)

    @property
    def percent(self) -> int:
        """How far the build is, by phases, for the progress bar."""
        return round(100 * self.done / len(self.phases)) if self.phases else 0

    @property
    def succeeded(self) -> bool:
        """Whether there is a result to show."""
        return self.run.status == RunStatus.SUCCEEDED

    @property
    def leftovers(self) -> list[Resource]:
        """What could not be removed."""
        return [resource for resource in self._left() if resource.kind != SCHEMA]

    @property
    def schemas(self) -> list[Resource]:
        """What a run may have made in the warehouse: `location` is the statement that drops it."""
        return [resource for resource in self._left() if resource.kind == SCHEMA]

    def _left(self) -> list[Resource]:
        return [resource for resource in self.resources if resource.status == Resource.Status.LEFTOVER]

    @property
    def is_outside(self) -> bool:
        """Whether GitHub or dbt Cloud are called for it, so that there is a log of calls."""
        return self.run.target != Target.LOCAL


def build_page(run: BuildRun, user: User) -> BuildPage:
    """Everything the build page shows. One query while the build runs, three when it is over."""
    rows = list(run.steps.all())
    now = timezone.now()
    phases = phase_lines(rows, now, busy=run.is_busy)
    mine = may_build(user, run.demo)
    return BuildPage(
        run=run,
        phases=phases,
        headline=headline(run, rows),
        doing=_doing(run, rows, phases),
        elapsed=elapsed_seconds(run),
        remaining=_remaining(run, rows, now),
        failed=_failed(run, phases),
        may_retry=mine and _may_retry(run, rows),
        may_cancel=mine and run.status in orders.CANCELLABLE,
        may_undo=mine and may_undo(run, rows),
        may_live=mine and run.target != Target.LOCAL and bool(run.project_digest) and not run.is_busy,
        needs=needs(run, rows, user),
        run_log=run_log(rows),
        resources=() if run.is_busy else list(run.resources.all()),
        events=() if run.is_busy else list(run.events.order_by("-pk")[:EVENTS_SHOWN])[::-1],
    )


def _remaining(run: BuildRun, rows: Sequence[BuildStep], now: datetime) -> float | None:
    """Seconds that are left, by past builds; None when nobody knows, or nothing goes on."""
    if run.status not in orders.CANCELLABLE:
        return None
    return remaining_seconds(rows, {step.key: step.after for step in steps_of(run)}, now)


def _doing(run: BuildRun, rows: Sequence[BuildStep], phases: Sequence[PhaseLine]) -> str:
    if not run.is_busy:
        return ""
    for row in rows:
        if row.status == StepStatus.RUNNING and row.key == "proof" and run.revision.proof:
            return run.revision.proof.progress or row.note
    return next((phase.note or phase.title for phase in phases if phase.is_moving), "")


def _failed(run: BuildRun, phases: Sequence[PhaseLine]) -> PhaseLine | None:
    """The phase that explains why the build, or its undo, stopped; old errors are not told again."""
    why = {RunStatus.FAILED: StepStatus.FAILED, RunStatus.UNDO_FAILED: StepStatus.UNDO_FAILED}
    wanted = why.get(RunStatus(run.status))
    return next((phase for phase in phases if phase.status == wanted), None) if wanted else None


def elapsed_seconds(run: BuildRun) -> float | None:
    """How long a build took, or has been under way, since its start or its last retry or undo.

    The time in which it lay still before somebody took it up again does not count. None before it has begun.
    """
    if run.started_at is None:
        return None
    return ((run.finished_at or timezone.now()) - run.started_at).total_seconds()


def _may_retry(run: BuildRun, rows: Sequence[BuildStep]) -> bool:
    final = any(row.status == StepStatus.FAILED and not row.retryable for row in rows)
    return run.status in orders.RETRYABLE and not final


def may_undo(run: BuildRun, rows: Sequence[BuildStep]) -> bool:
    """Only when something may exist outside: a step that can be undone was attempted."""
    keys = orders.undo_keys(steps_of(run))
    touched = any(row.attempt > 0 and row.key in keys and row.status != StepStatus.UNDONE for row in rows)
    return run.status in orders.UNDOABLE and touched
