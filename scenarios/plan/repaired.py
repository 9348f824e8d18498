"""The source tables as staging gives them on once the planted defects are fixed. Pure.

Computed on the rows as the fixes' SQL will compute it, so that rules can say what a fix would do before
anything runs.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from scenarios.plan.counting import showing_rows
from scenarios.plan.faults import Rows, column_values, rows_by_table
from scenarios.plan.fixes import UNKNOWN, Fix, fixes_of
from scenarios.plan.names import Cell
from scenarios.plan.outline import SourceTable
from scenarios.plan.parts import Plan


@dataclass(frozen=True)
class Repaired:
    """Rows by source table (raw columns), and what was taken out: table → number of the seed's row → by which fix."""

    rows: dict[str, Rows]
    removed: dict[str, dict[int, Fix]] = field(default_factory=dict)


def delivered_rows(plan: Plan) -> dict[str, Rows]:
    """The seeds' rows on the fix branch: as in the plan, but for tables whose newest row is delivered again."""
    rows = {table: [list(row) for row in known] for table, known in rows_by_table(plan).items()}
    for fix in fixes_of(plan):
        source = plan.outline.source(fix.scenario.table)
        if fix.strategy == "redeliver" and source is not None:
            place = [column.name for column in source.columns].index(fix.column)
            rows[source.table][fix.row - 1][place] = fix.value
    return dict(rows)


def repaired(plan: Plan) -> Repaired:
    """All source tables after all fixes."""
    seeds, fixes = delivered_rows(plan), fixes_of(plan)
    found = Repaired(dict(seeds))
    for source in plan.outline.sources:
        own = [fix for fix in fixes if fix.scenario.table == source.table and fix.strategy]
        rows = seeds.get(source.table, [])
        if not own or any(len(row) != len(source.columns) for row in rows):
            continue
        shown = {fix.scenario.name: showing_rows(plan.outline, seeds, fix.scenario) for fix in own}
        removed = _held_back(own, shown)
        changed = _changed(source, rows, own, shown)
        removed |= _later_ones(source, changed, own, removed)
        found.rows[source.table] = [row for n, row in enumerate(changed, start=1) if n not in removed]
        found.removed[source.table] = dict(sorted(removed.items()))
    return found


def _held_back(fixes: Collection[Fix], shown: Mapping[str, Collection[int]]) -> dict[int, Fix]:
    out = [fix for fix in fixes if fix.strategy in ("hold_back", "known_parent")]
    return {number: fix for fix in out for number in shown[fix.scenario.name]}


def _changed(
    source: SourceTable, rows: Rows, fixes: Collection[Fix], shown: Mapping[str, Collection[int]]
) -> list[list[Cell]]:
    """The rows with the cells that fixes write anew."""
    names = [column.name for column in source.columns]
    changed = [list(row) for row in rows]
    for fix in fixes:
        if fix.strategy in ("map_codes", "placeholder", "empty_value", "empty_key"):
            place = names.index(fix.column)
            for number in shown[fix.scenario.name]:
                changed[number - 1][place] = _written(fix, changed[number - 1][place])
    return changed


def _written(fix: Fix, value: Cell) -> Cell:
    if fix.strategy == "placeholder":
        return UNKNOWN
    if fix.strategy == "map_codes":
        return next((c.right for c in fix.scenario.corrections if c.wrong == value), value)
    return None


def _later_ones(
    source: SourceTable, rows: Rows, fixes: Collection[Fix], removed: Collection[int]
) -> dict[int, Fix]:
    """Rows whose value an earlier row has, among those that are still there."""
    found: dict[int, Fix] = {}
    for fix in fixes:
        if fix.strategy != "keep_first":
            continue
        values = column_values(source, fix.column, rows)
        keys = list(zip(*(column_values(source, name, rows) for name in fix.order), strict=True))
        left = [n for n, value in enumerate(values) if value is not None and n + 1 not in removed]
        seen: set[Cell] = set()
        for number in sorted(left, key=lambda n: tuple(_sortable(cell) for cell in keys[n])):
            if values[number] in seen:
                found[number + 1] = fix
            seen.add(values[number])
    return found


def _sortable(cell: Cell) -> tuple[bool, float, str]:
    """Numbers by size, texts by their letters, nothing at the end."""
    number = float(cell) if isinstance(cell, int | float) else 0.0
    return cell is None, number, cell if isinstance(cell, str) else ""
