"""Which rows of the incremental mart the second day changes, as far as the statements tell. Pure."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from scenarios.plan.faults import column_values, rows_by_table
from scenarios.plan.names import Cell
from scenarios.plan.outline import SourceTable
from scenarios.plan.parts import Arrival, DayTwoTable, Plan, Row
from scenarios.plan.tracing import Trace, trace

ArrivalKind = Literal["inserted", "updated", "late"]

MOST = 25  # arrivals in a plan

_WHAT: dict[ArrivalKind, str] = {
    "inserted": "{label}: {key} is new",
    "updated": "{label}: {key} has changed",
    "late": "{label}: {key} came late",
}


@dataclass(frozen=True)
class Expected:
    """What can arrive: key → the kinds it can have, for new and changed rows of the source the keys come from.

    Keys in `must` arrive for certain; others may be kept out by a filter or a join, or look the same after the
    change. Keys in `known` are in the mart already, and may be updated too, by windows or by other tables.
    """

    source: SourceTable
    keys: dict[Cell, tuple[ArrivalKind, ...]]
    must: frozenset[Cell]
    known: frozenset[Cell]


@dataclass(frozen=True)
class OutOfWindow:
    """A row of the second day that an incremental run would not see, because it is too old."""

    table: str
    label: str  # "new row 2"
    column: str
    value: str
    newest: str
    oldest: str  # the first day that is computed again


@dataclass(frozen=True)
class _Cursor:
    """The cursor's source column, the newest value in the seed, and the oldest that is loaded again."""

    place: int
    length: int  # 10 for a day, 19 for a moment
    newest: str
    oldest: str

    def value(self, row: Row) -> str | None:
        cell = row[self.place] if self.place < len(row) else None
        return cell[: self.length] if isinstance(cell, str) else None


@dataclass
class _Day:
    """The second day at the table that the unique key comes from."""

    key: Trace
    rows: list[Row]
    table: DayTwoTable
    cursor: _Cursor | None
    before: set[Cell] = field(default_factory=set)


def expected_arrivals(plan: Plan) -> Expected | None:
    """What the statements tell of the second day's arrivals; None when the key does not pass straight through."""
    day = _day(plan)
    if day is None:
        return None
    source, name = day.key.source, day.key.column.name
    keys: dict[Cell, tuple[ArrivalKind, ...]] = {}
    for row, key in zip(day.table.new, column_values(source, name, day.table.new), strict=True):
        keys.setdefault(key, ("updated",) if key in day.before else _kinds_of(row, day.cursor))
    certain = frozenset(keys) - day.before if day.key.whole and name == source.primary_key else frozenset()
    for key in column_values(source, name, day.table.changed):
        keys[key] = ("updated",)
    return Expected(source, keys, certain, frozenset(day.before))


def out_of_window(plan: Plan) -> list[OutOfWindow]:
    """Rows of the second day, at the table the mart's keys come from, that are older than what is loaded again."""
    day = _day(plan)
    if day is None or day.cursor is None:
        return []
    found = []
    for label, rows in (("new", day.table.new), ("changed", day.table.changed)):
        for number, row in enumerate(rows, start=1):
            value = day.cursor.value(row)
            if value is not None and value < day.cursor.oldest:
                column = day.key.source.columns[day.cursor.place].name
                found.append(
                    OutOfWindow(
                        day.key.source.table,
                        f"{label} row {number}",
                        column,
                        value,
                        day.cursor.newest,
                        day.cursor.oldest,
                    )
                )
    return found


def aligned_arrivals(plan: Plan) -> list[Arrival]:
    """The plan's arrivals, corrected and completed where it is known what arrives; else as they are.

    Without any, all that can arrive is listed; what is left out of a given list stays out if it may.
    """
    expected = expected_arrivals(plan)
    if expected is None:
        return list(plan.day_two.arrivals)
    said = {arrival.key: arrival for arrival in reversed(plan.day_two.arrivals)}
    aligned = {
        key: _arrival(expected.source, key, kinds, said.get(key))
        for key, kinds in expected.keys.items()
        if key in expected.must or key in said or not said
    }
    more = [a for a in plan.day_two.arrivals if a.key in expected.known and a.kind == "updated"]
    aligned |= {arrival.key: arrival for arrival in more if arrival.key not in aligned}
    order = {arrival.key: number for number, arrival in enumerate(plan.day_two.arrivals)}
    return sorted(aligned.values(), key=lambda arrival: order.get(arrival.key, len(order)))[:MOST]


def _arrival(source: SourceTable, key: Cell, kinds: tuple[ArrivalKind, ...], said: Arrival | None) -> Arrival:
    if said is not None and said.kind in kinds:
        return said
    what = _WHAT[kinds[0]].format(label=source.label[:120], key=key)[:200]
    return Arrival(key=key, kind=kinds[0], what=said.what if said else what)


def _day(plan: Plan) -> _Day | None:
    mart = plan.outline.incremental
    key = trace(plan, mart.model, mart.unique_key)
    if key is None or key.source.column(key.source.primary_key) is None:
        return None
    table = next(
        (t for t in plan.day_two.tables if t.table == key.source.table), DayTwoTable(table=key.source.table)
    )
    rows = list(rows_by_table(plan).get(key.source.table, []))
    if any(len(row) != len(key.source.columns) for row in [*rows, *table.new, *table.changed]):
        return None
    known = set(column_values(key.source, key.column.name, rows))
    return _Day(key, [list(row) for row in rows], table, _cursor(plan, key), known)


def _cursor(plan: Plan, key: Trace) -> _Cursor | None:
    """None when the cursor does not come from the table of the key, whole, or has no date there."""
    mart, model = plan.outline.incremental, plan.outline.model(plan.outline.incremental.model)
    found = trace(plan, mart.model, mart.cursor, through_casts=True) if key.whole else None
    column = model.column(mart.cursor) if model else None
    if found is None or column is None or found.source != key.source:
        return None
    length = 10 if "date" in (column.type, found.column.type) else 19
    rows = plan.rows_of(key.source.table)
    values = column_values(found.source, found.column.name, rows.rows) if rows else []
    newest = max((value[:length] for value in values if isinstance(value, str)), default=None)
    oldest = _days_before(newest, mart.lookback_days) if newest else None
    if newest is None or oldest is None:
        return None
    return _Cursor(key.source.columns.index(found.column), length, newest, oldest)


def _days_before(moment: str, days: int) -> str | None:
    try:
        return (date.fromisoformat(moment[:10]) - timedelta(days=days)).isoformat() + moment[10:]
    except (ValueError, OverflowError):
        return None


def _kinds_of(row: Row, cursor: _Cursor | None) -> tuple[ArrivalKind, ...]:
    if cursor is None:
        return ("inserted", "late")
    value = cursor.value(row)
    return ("late",) if value is not None and value < cursor.newest else ("inserted",)
