"""Planting declared defects into clean rows. The same rows and scenario always give the same defect."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceColumn, SourceTable
from scenarios.plan.parts import QualityScenario

Table = list[list[Cell]]


def plant(
    outline: Outline,
    source: SourceTable,
    rows: Sequence[Sequence[Cell]],
    scenarios: Sequence[QualityScenario],
) -> Table:
    """The rows of one source with all defects that its scenarios declare."""
    table = [list(row) for row in rows]
    for scenario in scenarios:
        column = source.column(scenario.column)
        if scenario.table == source.table and column is not None:
            _PLANTERS[scenario.kind](outline, source, column, table, scenario)
    return table


def _places(table: Table, scenario: QualityScenario) -> list[int]:
    return [number - 1 for number in scenario.row_numbers if number <= len(table)]


def _null(
    outline: Outline, source: SourceTable, column: SourceColumn, table: Table, scenario: QualityScenario
) -> None:
    at = source.columns.index(column)
    for place in _places(table, scenario):
        table[place][at] = None


def _duplicate(
    outline: Outline, source: SourceTable, column: SourceColumn, table: Table, scenario: QualityScenario
) -> None:
    """The named rows share the value of the first of them; a single one copies the row before it."""
    at, places = source.columns.index(column), _places(table, scenario)
    first = places[0] if len(places) > 1 else (places[0] - 1) % len(table)
    for place in places:
        table[place][at] = table[first][at]


def _orphan(
    outline: Outline, source: SourceTable, column: SourceColumn, table: Table, scenario: QualityScenario
) -> None:
    """A key like the others with its digits replaced by nines: no table gets that far."""
    at = source.columns.index(column)
    for place in _places(table, scenario):
        table[place][at] = _unknown(table[place][at])


def _unknown(value: Cell) -> Cell:
    if isinstance(value, int | float):
        return 999_999
    text = "".join("9" if mark.isdigit() else mark for mark in str(value or "X-0"))
    return text if any(mark == "9" for mark in text) else f"{text}-999"


def _code(
    outline: Outline, source: SourceTable, column: SourceColumn, table: Table, scenario: QualityScenario
) -> None:
    """Another spelling of the same code, one for each row in turn."""
    at = source.columns.index(column)
    for number, place in enumerate(_places(table, scenario)):
        text = str(table[place][at] or column.accepted_values[0])
        table[place][at] = spelling(text, column.accepted_values, number)


def spelling(code: str, accepted: Sequence[str], number: int) -> str:
    """A way to write an accepted code that is not accepted."""
    ways = [code.upper(), code.capitalize(), code.lower(), code.replace(" ", "-"), f"{code}s", f"{code[:3]}."]
    wrong = [way for way in dict.fromkeys(ways) if way not in accepted]
    return wrong[number % min(2, len(wrong))]


def _range(
    outline: Outline, source: SourceTable, column: SourceColumn, table: Table, scenario: QualityScenario
) -> None:
    """Below the minimum if there is one, else far above the maximum."""
    at = source.columns.index(column)
    for place in _places(table, scenario):
        value = table[place][at]
        size = abs(value) if isinstance(value, int | float) and value else 1
        low = scenario.minimum
        wrong = low - size if low is not None else (scenario.maximum or 0) + 9 * size
        table[place][at] = round(wrong) if column.type == "integer" else round(wrong, 2)


def _order(
    outline: Outline, source: SourceTable, column: SourceColumn, table: Table, scenario: QualityScenario
) -> None:
    """The later date is moved to two days before the earlier one."""
    names = [other.name for other in source.columns]
    at, later = names.index(column.name), names.index(scenario.later_column or column.name)
    for place in _places(table, scenario):
        start = table[place][at]
        if isinstance(start, str):
            table[place][later] = moved(start, -2)


def _stale(
    outline: Outline, source: SourceTable, column: SourceColumn, table: Table, scenario: QualityScenario
) -> None:
    """All dates are moved back so far that the newest is a week too old."""
    at = source.columns.index(column)
    days = [date.fromisoformat(str(row[at])[:10]) for row in table if row[at] is not None]
    limit = outline.as_of - timedelta(days=(scenario.max_age_days or 0) + 7)
    back = min((limit - max(days)).days, 0) if days else 0
    for row in table:
        if isinstance(cell := row[at], str):
            row[at] = moved(cell, back)


def moved(moment: str, days: int) -> str:
    """A date or timestamp so many days later; the time of day stays."""
    return (date.fromisoformat(moment[:10]) + timedelta(days=days)).isoformat() + moment[10:]


_Planter = Callable[[Outline, SourceTable, SourceColumn, Table, QualityScenario], None]
_PLANTERS: Mapping[str, _Planter] = {
    "null": _null, "duplicate": _duplicate, "orphan": _orphan, "inconsistent_code": _code,
    "out_of_range": _range, "impossible_dates": _order, "stale": _stale,
}  # fmt: skip
