"""On which days things happen in a demo: what separate calls must agree on, counted from the reference date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scenarios.ai.builtin.story import event_source
from scenarios.plan.faults import column_values
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceTable
from scenarios.plan.parts import PartValue, SourceRows

_FIRST_MONTH, _SECOND_MONTH = (
    (5, 14, 23),
    (4, 11, 18),
)  # days of the two months before that of the reference date
_STOPPED = timedelta(days=30)
_CHANGEABLE = 2  # known rows that may change; the newest ones
_SINCE = (8, 6, 3, 1)  # days before the reference date of the last four rows


def event_days(outline: Outline) -> list[date]:
    """The days of the event table's ten rows, ascending: two whole months to compare, and the last few days.

    They end on the day before the reference date; a table that has stopped arriving ends a month before.
    """
    source = event_source(outline)
    stopped = any(idea.kind == "stale" and idea.table == source.table for idea in outline.quality)
    return _days_before(outline.as_of - _STOPPED if stopped else outline.as_of)


def _days_before(as_of: date) -> list[date]:
    month_before = (as_of.replace(day=1) - timedelta(days=1)).replace(day=1)
    earlier = (month_before - timedelta(days=1)).replace(day=1)
    days = [earlier.replace(day=day) for day in _FIRST_MONTH]
    days += [month_before.replace(day=day) for day in _SECOND_MONTH]
    last = [as_of - timedelta(days=back) for back in _SINCE]
    return [*days, min(last[0], month_before.replace(day=25)), *last[1:]]


@dataclass(frozen=True)
class Night:
    """Between the first and the second day, at the event table; `cursor` is raw, "" where the table has no date.

    `newest` is the newest day known before; `late_day` is None where the lookback is too short for a late row;
    `changeable` are the keys of known rows that an incremental run computes again.
    """

    source: SourceTable
    cursor: str
    newest: date
    late_day: date | None
    changeable: tuple[str, ...]

    @property
    def new_day(self) -> date:
        """The day of new rows."""
        return self.newest + timedelta(days=1)


def night_of(outline: Outline, keys: Mapping[str, Sequence[Cell]], done: Mapping[str, PartValue]) -> Night:
    """The night of a demo: by its rows where these are done already, else by the prescribed days and `keys`."""
    source, rule = event_source(outline), outline.incremental
    cursor = _cursor_of(source, rule.cursor)
    rows = done.get(f"rows:{source.table}")
    known = _known_days(source, cursor, rows) if isinstance(rows, SourceRows) and cursor else {}
    days = known or dict(zip(map(str, keys[source.table]), event_days(outline), strict=True))
    newest = max(days.values())
    mart = outline.model(rule.model)
    column = mart.column(rule.cursor) if mart else None
    # a moment of the day before may be more than a day back, so that only whole days in between are safe
    reach = rule.lookback_days if column is not None and column.type == "date" else rule.lookback_days - 1
    late = newest - timedelta(days=1) if reach >= 1 else None
    fresh = [key for key, day in days.items() if (newest - day).days <= max(0, reach)]
    return Night(source, cursor, newest, late, tuple(fresh[-_CHANGEABLE:]))


def _cursor_of(source: SourceTable, name: str) -> str:
    """The raw name of the column behind the mart's cursor, or else of the date that tells when something happened."""
    dated = [column for column in source.columns if column.type in ("date", "timestamp")]
    dated.sort(key=lambda column: (column.staged_name != name, not column.required))
    return dated[0].name if dated else ""


def _known_days(source: SourceTable, cursor: str, rows: SourceRows) -> dict[str, date]:
    """The day of each row by its key, oldest first; rows without one are left out."""
    values = column_values(source, cursor, rows.rows)
    keys = column_values(source, source.primary_key, rows.rows)
    days = {
        str(key): date.fromisoformat(value[:10])
        for key, value in zip(keys, values, strict=True)
        if isinstance(value, str) and key is not None
    }
    return dict(sorted(days.items(), key=lambda item: item[1]))
