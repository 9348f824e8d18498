"""Which rows of the incremental mart the second day brings: seen by a trial run, said in the prospect's words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from scenarios.ai.builtin.slices import capital, words
from scenarios.ai.builtin.trial import Record, Seeds, mart_rows
from scenarios.ai.builtin.wording import shortened
from scenarios.plan.names import Cell
from scenarios.plan.outline import Model, Outline
from scenarios.plan.parts import Arrival, DayTwo, ModelSql
from scenarios.plan.second_day import rows_after

MOST, LINE = 25, 200
_TOLD = 2  # changed values that are said

Kind = Literal["inserted", "updated", "late"]


def arrivals(
    outline: Outline, seeds: Seeds, day_two: DayTwo, statements: Mapping[str, ModelSql], thing: str
) -> list[Arrival]:
    """The mart's rows that are new or other on the second day; `thing` is what a row is, such as "order".

    Raises TrialFailed when the statements cannot be run.
    """
    mart = outline.model(outline.incremental.model)
    if mart is None:
        return []
    after_seeds = rows_after(outline, day_two, seeds)
    before = _by_key(outline, mart_rows(outline, seeds, statements, [mart.name])[mart.name])
    after = _by_key(outline, mart_rows(outline, after_seeds, statements, [mart.name])[mart.name])
    newest = max((day for row in before.values() if (day := row[outline.incremental.cursor])), default=None)
    found = []
    for key, row in after.items():
        if before.get(key) != row:
            kind = _kind(before.get(key), row[outline.incremental.cursor], newest)
            what = _said(outline, mart, kind, key, before.get(key), row, newest, thing)
            found.append(Arrival(key=_cell(key), kind=kind, what=shortened(what, LINE)))
    order = ("inserted", "updated", "late")
    return sorted(found, key=lambda arrival: order.index(arrival.kind))[:MOST]


def _by_key(outline: Outline, rows: Sequence[Record]) -> dict[Any, Record]:
    return {row[outline.incremental.unique_key]: row for row in rows}


def _kind(before: Record | None, moment: Any, newest: Any) -> Kind:
    if before is not None:
        return "updated"
    return "late" if newest is not None and moment is not None and moment < newest else "inserted"


def _said(
    outline: Outline,
    mart: Model,
    kind: Kind,
    key: Any,
    before: Record | None,
    row: Record,
    newest: Any,
    thing: str,
) -> str:
    name = f"{thing} {_value(key)}"
    moment = row[outline.incremental.cursor]
    if kind == "updated" and before is not None:
        changes = [
            f"{words(column.name)} from {_value(before[column.name])} to {_value(row[column.name])}"
            for column in _told_first(mart, before, row)
        ]
        return f"{capital(name)}: {' and '.join(changes[:_TOLD])}"
    if kind == "late":
        behind = (_day(newest) - _day(moment)).days
        days = "1 day" if behind == 1 else f"{behind} days"
        return f"{capital(name)} of {_day(moment)}, which came in {days} behind the newest"
    return f"New {name}" + (f" of {_day(moment)}" if moment is not None else "")


def _told_first(mart: Model, before: Record, row: Record) -> list[Any]:
    """The columns that changed: words before numbers, and numbers before marks that count as one or none."""
    changed = [column for column in mart.columns if before[column.name] != row[column.name]]
    marks = ("_flag", "_count")
    return sorted(changed, key=lambda c: (c.name.endswith(marks), c.type not in ("string", "boolean")))


def _day(moment: Any) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _value(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case float() | Decimal():
            return f"{float(value):,.2f}".removesuffix(".00")
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def _cell(value: Any) -> Cell:
    """A key as a plan says it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
