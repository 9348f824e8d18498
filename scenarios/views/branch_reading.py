"""What the Proof found on the branches and the warehouses, as a person reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.plan.names import WAREHOUSES, Cell
from scenarios.plan.parts import Plan
from scenarios.proof.report import (
    ArrivedRow,
    BranchReport,
    DayTwoReport,
    Portability,
    ProofReport,
    TableChange,
)
from scenarios.rendering.facts import value_text

ARRIVALS = {"inserted": "new", "updated": "changed", "late": "late"}


@dataclass(frozen=True)
class RedTest:
    """A planted defect's test, run as an error: what was declared and what it returned."""

    name: str
    title: str
    declared: int
    found: int | None

    @property
    def as_declared(self) -> bool:
        """Whether it failed with exactly the declared number of rows."""
        return self.found == self.declared


@dataclass(frozen=True)
class MetricChange:
    """A metric whose value another branch changes."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class FixReading:
    """The branch on which the defects are mended."""

    report: BranchReport
    changes: list[TableChange]
    metrics: list[MetricChange]

    @property
    def is_green(self) -> bool:
        """Whether every test passed and none warned."""
        return not self.report.tests_warned and not any(
            node.status in ("fail", "error", "warn", "skipped") for node in self.report.nodes
        )


@dataclass(frozen=True)
class ArrivalCell:
    """A cell of an arrived row; `before` is what stood there, when it was something else."""

    value: Cell
    before: Cell = None
    changed: bool = False


@dataclass(frozen=True)
class ShownArrival:
    """A row that the second day inserted or changed."""

    kind: str
    label: str
    what: str
    cells: list[ArrivalCell]


@dataclass(frozen=True)
class DayTwoReading:
    """The incremental run of the second day."""

    report: DayTwoReport
    model: str
    columns: list[str]
    arrivals: list[ShownArrival]
    counts: list[tuple[str, int]]  # "new", 2
    metrics: list[MetricChange]


@dataclass(frozen=True)
class Matrix:
    """Portability as a table: warehouses across, models down; None where nothing was looked at."""

    warehouses: list[str]
    rows: list[tuple[str, list[Portability | None]]]
    problems: list[Portability]

    @property
    def hows(self) -> set[str]:
        """Which ways of checking the table has."""
        return {cell.how for _, cells in self.rows for cell in cells if cell}


def red_tests(plan: Plan, report: ProofReport) -> list[RedTest]:
    """Every declared test with what the red run returned, then those that failed without being declared."""
    if report.red is None:
        return []
    titles = {idea.name: idea.title for idea in plan.outline.quality}
    declared = [
        RedTest(s.test_name, titles.get(s.name, s.name), s.failing_rows, report.red.failed.get(s.test_name))
        for s in plan.quality.scenarios
    ]
    known = {test.name for test in declared}
    return declared + [
        RedTest(name, "Not declared", 0, found)
        for name, found in report.red.failed.items()
        if name not in known
    ]


def read_fix(plan: Plan, report: ProofReport) -> FixReading | None:
    """The fix branch, or None when there is none."""
    if report.fix is None:
        return None
    return FixReading(
        report.fix, report.fix.changes, _metric_changes(plan, report.metrics, report.fix.metrics)
    )


def read_day_two(plan: Plan, report: ProofReport) -> DayTwoReading | None:
    """The second day, or None when it was not run."""
    day = report.day_two
    if day is None:
        return None
    said = {str(arrival.key): arrival.what for arrival in plan.day_two.arrivals}
    arrivals = [_arrival(row, said.get(str(row.key), "")) for row in day.arrivals]
    counts = [(label, sum(one.label == label for one in arrivals)) for label in ARRIVALS.values()]
    return DayTwoReading(
        report=day,
        model=plan.outline.incremental.model,
        columns=[column.name for column in day.columns],
        arrivals=arrivals,
        counts=[(label, count) for label, count in counts if count],
        metrics=_metric_changes(plan, report.metrics, day.metrics),
    )


def _arrival(row: ArrivedRow, what: str) -> ShownArrival:
    if row.before is None:
        cells = [ArrivalCell(value) for value in row.after]
    else:
        cells = [ArrivalCell(new, old, new != old) for old, new in zip(row.before, row.after, strict=False)]
    return ShownArrival(row.kind, ARRIVALS[row.kind], what, cells)


def _metric_changes(
    plan: Plan, before: Mapping[str, float | None], after: Mapping[str, float | None]
) -> list[MetricChange]:
    """The metrics whose value reads differently on the branch."""
    changes = []
    for idea in plan.outline.metrics:
        if idea.name not in after:
            continue
        old, new = value_text(before.get(idea.name), idea.unit), value_text(after[idea.name], idea.unit)
        if old != new:
            changes.append(MetricChange(idea.label, old, new))
    return changes


def read_portability(found: Sequence[Portability]) -> Matrix | None:
    """The matrix, with the warehouses that a demo can be sold for first; None when nothing was looked at."""
    if not found:
        return None
    cells = {(one.model, one.warehouse): one for one in found}
    others = dict.fromkeys(one.warehouse for one in found if one.warehouse not in WAREHOUSES)
    there = {one.warehouse for one in found}
    warehouses = [*(name for name in WAREHOUSES if name in there), *others]
    models = dict.fromkeys(one.model for one in found)
    rows = [(model, [cells.get((model, warehouse)) for warehouse in warehouses]) for model in models]
    return Matrix(warehouses, rows, [one for one in found if not one.fine])
