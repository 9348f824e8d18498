"""Plants the declared defects in rows that do not show them, and takes them out of rows not named. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from scenarios.plan.counting import showing_rows
from scenarios.plan.faults import Rows, cell_fault, column_values, key_values
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceColumn, SourceTable
from scenarios.plan.parts import Quality, QualityScenario
from scenarios.plan.values import fresh

Change = tuple[int, str, Cell]  # row number from 1, raw column, new value

_APART = timedelta(days=3)


def planted(
    outline: Outline, source: SourceTable, rows: Mapping[str, Rows], quality: Quality
) -> list[Change]:
    """Cells to change in `source`, so that exactly the rows each scenario names show its defect.

    Empty when they do already. `rows` holds the source's rows and those of its parents.
    """
    changes: list[Change] = []
    for scenario in quality.scenarios:
        column = source.column(scenario.column)
        if scenario.table != source.table or column is None:
            continue
        shown, named = showing_rows(outline, rows, scenario), set(scenario.row_numbers)
        if named - shown:
            changes += _plant(outline, source, rows, scenario, column, sorted(named - shown))
        if scenario.kind in ("out_of_range", "impossible_dates"):
            changes += _weed(source, rows[source.table], scenario, sorted(shown - named))
    return changes


def _plant(
    outline: Outline,
    source: SourceTable,
    rows: Mapping[str, Rows],
    scenario: QualityScenario,
    column: SourceColumn,
    numbers: list[int],
) -> Iterator[Change]:
    values = column_values(source, column.name, rows[source.table])
    if scenario.kind == "stale":
        yield from _older(column, values, scenario, outline.as_of)
        return
    key = column.references
    parents = key_values(outline, rows).get((key.table, key.column)) if key else None
    if scenario.kind == "orphan" and parents is None:
        return  # nobody knows yet what an orphan would be
    for number in numbers:
        if scenario.kind == "impossible_dates":
            yield from _reversed(source, rows[source.table], scenario, number)
        elif scenario.kind == "duplicate":
            yield number, column.name, _twin(values, scenario, numbers, number)
        else:
            used = {*values, *(parents or ())}
            yield number, column.name, _defect(scenario, column, values[number - 1], used, outline.as_of)


def _defect(
    scenario: QualityScenario, column: SourceColumn, value: Cell, used: set[Cell], as_of: date
) -> Cell:
    if scenario.kind == "orphan":
        return fresh(column.type, used, value, as_of)
    if scenario.kind == "inconsistent_code":
        known = column.accepted_values
        base = value if isinstance(value, str) and value else known[0]
        spellings = (base.upper(), base.title(), base.replace("_", " "), f"{base} ?")
        return next(text for text in spellings if text not in known)
    return _outside(scenario, column, value) if scenario.kind == "out_of_range" else None


def _twin(values: list[Cell], scenario: QualityScenario, numbers: list[int], number: int) -> Cell:
    """A value that another row has: best that of a named row, so that the named rows are one group."""
    twins = [named for named in scenario.row_numbers if named not in numbers]
    if not twins and len(numbers) > 1:
        twins = numbers[:1]  # the first keeps its value, the others take it
    beside = [other for other in (number - 1, *range(1, len(values) + 1)) if other not in (0, number)]
    return next((values[other - 1] for other in (*twins, *beside) if values[other - 1] is not None), None)


def _outside(scenario: QualityScenario, column: SourceColumn, value: Cell) -> Cell:
    limits = [
        (limit, sign) for limit, sign in ((scenario.maximum, 1), (scenario.minimum, -1)) if limit is not None
    ]
    for limit, sign in limits:
        for step in (9 * abs(limit), 1.0):  # far off is easier to see, near is always possible
            far = limit + sign * max(1.0, step)
            wrong: Cell = int(far) if column.type == "integer" else round(far, 2)
            if cell_fault(wrong, column.type) is None:
                return wrong
    return value


def _reversed(source: SourceTable, rows: Rows, scenario: QualityScenario, number: int) -> Iterator[Change]:
    """The later date set before the earlier one; an empty earlier date is set behind the later one.

    The earlier date is the one that tells when something happened: the incremental window may hang on it.
    """
    later = scenario.later_column
    if later is None or source.column(later) is None:
        return
    first = column_values(source, scenario.column, rows)[number - 1]
    second = column_values(source, later, rows)[number - 1]
    if isinstance(first, str):
        yield number, later, _moved(first, -_APART)
    elif isinstance(second, str):
        yield number, scenario.column, _moved(second, _APART)


def _older(
    column: SourceColumn, values: list[Cell], scenario: QualityScenario, as_of: date
) -> Iterator[Change]:
    """All dates moved back together, until the newest one is a day too old."""
    newest = max((value for value in values if isinstance(value, str)), default=None)
    if newest is None or scenario.max_age_days is None:
        return
    back = timedelta(days=scenario.max_age_days + 1) - (as_of - date.fromisoformat(newest[:10]))
    for number, value in enumerate(values, start=1):
        if isinstance(value, str):
            yield number, column.name, _moved(value, -back)


def _weed(source: SourceTable, rows: Rows, scenario: QualityScenario, numbers: list[int]) -> Iterator[Change]:
    values = column_values(source, scenario.column, rows)
    for number in numbers:
        value = values[number - 1]
        if scenario.kind == "impossible_dates" and scenario.later_column:
            yield number, scenario.later_column, value
        elif isinstance(value, int | float):
            too_low = scenario.minimum is not None and value < scenario.minimum
            limit = scenario.minimum if too_low else scenario.maximum
            if limit is not None:
                yield number, scenario.column, type(value)(limit)


def _moved(value: str, by: timedelta) -> str:
    if len(value) == len("2026-01-31"):
        return (date.fromisoformat(value) + by).isoformat()
    return (datetime.fromisoformat(value) + by).strftime("%Y-%m-%d %H:%M:%S")
