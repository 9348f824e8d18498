"""What a planted defect's test will find: computed from the rows, as dbt's tests count. Pure."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from scenarios.plan.faults import Rows, column_values, key_values, rows_by_table
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceTable
from scenarios.plan.parts import Plan, QualityScenario


def failing_rows(plan: Plan, scenario: QualityScenario) -> int:
    """dbt's count of failures for a scenario's test on the seed rows of `plan`.

    not_null and relationships count rows; unique and accepted_values count distinct values; the tests of
    impossible dates and ranges count rows; the test of stale data counts one if the newest value is too old.
    0 when the scenario's table or column does not exist, or has values of another type.
    """
    return count_failures(plan.outline, rows_by_table(plan), scenario)


def count_failures(outline: Outline, rows: Mapping[str, Rows], scenario: QualityScenario) -> int:
    """`failing_rows` for rows that are not in a plan yet."""
    shown = showing_rows(outline, rows, scenario)
    if scenario.kind == "stale":
        return min(1, len(shown))
    if scenario.kind not in ("duplicate", "inconsistent_code"):
        return len(shown)
    source = outline.source(scenario.table)
    values = column_values(source, scenario.column, rows[scenario.table]) if source and shown else []
    return len({values[number - 1] for number in shown})


def showing_rows(outline: Outline, rows: Mapping[str, Rows], scenario: QualityScenario) -> set[int]:
    """Numbers (from 1) of the rows that show the scenario's defect."""
    source = outline.source(scenario.table)
    if source is None or source.column(scenario.column) is None or scenario.table not in rows:
        return set()
    values = column_values(source, scenario.column, rows[scenario.table])
    try:
        wrong = _wrong(outline, rows, scenario, source, values)
    except (TypeError, ValueError):  # values of another type: the rules about rows say so
        return set()
    return {number for number, is_wrong in enumerate(wrong, start=1) if is_wrong}


def _wrong(
    outline: Outline,
    rows: Mapping[str, Rows],
    scenario: QualityScenario,
    source: SourceTable,
    values: list[Cell],
) -> list[bool]:
    column = source.column(scenario.column)
    assert column is not None  # noqa: S101
    match scenario.kind:
        case "null":
            return [value is None for value in values]
        case "duplicate":
            times = Counter(values)
            return [value is not None and times[value] > 1 for value in values]
        case "orphan":
            parent = column.references
            known = key_values(outline, rows).get((parent.table, parent.column)) if parent else None
            return [value is not None and known is not None and value not in known for value in values]
        case "inconsistent_code":
            return [value is not None and value not in column.accepted_values for value in values]
        case "out_of_range":
            return [value is not None and _outside(value, scenario) for value in values]
        case "impossible_dates":
            return _after(values, column_values(source, scenario.later_column or "", rows[source.table]))
        case "stale":
            return _stale(values, scenario, outline.as_of)


def _outside(value: Cell, scenario: QualityScenario) -> bool:
    number = float(value) if isinstance(value, int | float) else float("nan")
    below = scenario.minimum is not None and number < scenario.minimum
    return below or (scenario.maximum is not None and number > scenario.maximum)


def _after(values: list[Cell], later: list[Cell]) -> list[bool]:
    return [
        value is not None and limit is not None and str(value) > str(limit)
        for value, limit in zip(values, later, strict=True)
    ]


def _stale(values: list[Cell], scenario: QualityScenario, as_of: date) -> list[bool]:
    days = [date.fromisoformat(str(value)[:10]) if value is not None else None for value in values]
    newest = max((day for day in days if day), default=as_of)
    too_old = (as_of - newest).days > (scenario.max_age_days or 0)
    return [too_old and day is not None for day in days]
