"""One cell of the matrix: a build with one thing that goes wrong once, and what must hold after all."""

import signal
import time
import traceback

from demoforge.claims import release_leases
from provisioning import services
from provisioning.engine import advance
from provisioning.models import BuildRun, BuildStep, RunStatus
from tests.fakes.faults import Rule
from tests.provisioning.faults.ground import ground, start, workspace
from tests.provisioning.faults.matrix import Cell, Result
from tests.provisioning.faults.mortals import Mortals
from tests.provisioning.faults.verdicts import not_gone, not_green
from tests.provisioning.steps.stage import Stage, run_out

PRESSES = 3  # so often Retry, or Undo, is pressed before a cell has failed
IDLE = 0.005  # seconds until a build that waits is looked at again
LONGEST = 60.0  # seconds until a cell that does not come to its fault has failed


def run_cell(cell: Cell, mortals: Mortals) -> Result:
    """Run it and judge it. A cell that breaks has failed, too: what broke stands in `wrong`."""
    began = time.monotonic()
    try:
        again, wrong = _play(cell, mortals)
    except Exception:
        again, wrong = 0, [traceback.format_exc()]
    return Result(cell, again, "; ".join(wrong), time.monotonic() - began)


def _play(cell: Cell, mortals: Mortals) -> tuple[int, list[str]]:
    with ground(cell.variant) as stage:
        if cell.call is None:
            return _killed(cell, stage, mortals)
        return _faulted(cell, stage)


# --- a fault at a call --------------------------------------------------------------------------------------


def _faulted(cell: Cell, stage: Stage) -> tuple[int, list[str]]:
    run = start(stage)
    if cell.road == "undoing":
        run = run_out(run)
    rule = _order(cell, stage)
    if cell.road == "undo":
        _advance_until(rule, run)
        again, wrong = _stop_and_undo(stage, run)
    elif cell.road == "undoing":
        again, wrong = _undo(stage, run)
    else:
        again, wrong = _go_on(stage, run)
    return again, wrong if rule.done == 1 else [*wrong, "the fault did not come to pass"]


def _order(cell: Cell, stage: Stage) -> Rule:
    call, fault = cell.call, cell.fault
    assert call is not None
    assert fault is not None
    server = stage.github if call.system == "github" else stage.cloud
    return server.faults.add(fault, call.method, call.kind, nth=call.nth)


def _advance_until(rule: Rule, run: BuildRun) -> None:
    """Advance the build to the end of the step in which the fault comes."""
    end = time.monotonic() + LONGEST
    while not rule.done and time.monotonic() < end:
        if advance(run.pk) is None:
            time.sleep(IDLE)


# --- a worker that dies -------------------------------------------------------------------------------------


def _killed(cell: Cell, stage: Stage, mortals: Mortals) -> tuple[int, list[str]]:
    run = start(stage, in_workspace=True)
    with mortals.share(workspace(stage)):
        point = f"{cell.step}:{cell.moment}"
        if cell.road == "undoing":
            run = run_out(run)
            services.undo_build(run, by=stage.user)
            point = f"undo_{point}"
        ended = mortals.work(run.pk, point)
        release_leases(BuildStep)
        run.refresh_from_db()
        again, wrong = {"retry": _go_on, "undo": _stop_and_undo, "undoing": _undo_on}[cell.road](stage, run)
    return again, wrong if ended == -signal.SIGKILL else [*wrong, f"the worker ended with {ended}"]


# --- the roads ----------------------------------------------------------------------------------------------


def _go_on(stage: Stage, run: BuildRun) -> tuple[int, list[str]]:
    """To the end, with Retry while it fails."""
    run, again = run_out(run), 0
    while run.status == RunStatus.FAILED and again < PRESSES:
        run, again = stage.retry(run), again + 1
    return again, not_green(stage, run)


def _stop_and_undo(stage: Stage, run: BuildRun) -> tuple[int, list[str]]:
    """Cancel it if it is not over, then undo."""
    run.refresh_from_db()
    if run.is_busy:
        services.cancel_build(run, by=stage.user)
        run = run_out(run)
    return _undo(stage, run)


def _undo(stage: Stage, run: BuildRun) -> tuple[int, list[str]]:
    services.undo_build(run, by=stage.user)
    return _undo_on(stage, run)


def _undo_on(stage: Stage, run: BuildRun) -> tuple[int, list[str]]:
    """To the end of undo, with Undo pressed again while a part of it fails."""
    run, again = run_out(run), 0
    while run.status == RunStatus.UNDO_FAILED and again < PRESSES:
        run, again = stage.undo(run), again + 1
    return again, not_gone(stage, run)
