"""Rules about seed rows: every value fits, keys hold, and only declared defects are wrong. Pure."""

from collections.abc import Iterator, Mapping

from scenarios.plan.counting import count_failures, showing_rows
from scenarios.plan.faults import (
    Fault,
    Rows,
    column_values,
    excused,
    find_faults,
    key_values,
    sharing_rows,
)
from scenarios.plan.outline import Outline, SourceTable
from scenarios.plan.parts import Quality, QualityScenario, SourceRows
from scenarios.plan.rules.quality import incomplete
from scenarios.plan.violations import Violation
from scenarios.plan.words import source_place

_HINTS = {
    "width": "Give one value for each column, in the order of the plan.",
    "cell": "Correct the value.",
    "key_null": "Give every row a key of its own.",
    "key_duplicate": "Give every row a key of its own.",
    "null": "Fill it in, or plan a quality scenario for it.",
    "duplicate": "Change one of the values, or plan a quality scenario for it.",
    "orphan": "Use an existing key, or plan a quality scenario for it.",
    "inconsistent_code": "Use an accepted value, or plan a quality scenario for it.",
}

#: One row of a duplicated pair is enough to declare it; a table is stale as a whole.
_WHOLE = ("duplicate", "stale")


def check_rows(
    outline: Outline, value: SourceRows, quality: Quality | None, others: Mapping[str, Rows] | None = None
) -> Iterator[Violation]:
    """Faults in the rows of one source that no scenario declares; `others`: other sources' rows, if known."""
    source = outline.source(value.table)
    if source is None:
        yield Violation(
            f"rows:{value.table}",
            source_place(value.table),
            "There are rows for a source that is not in the plan.",
            "Take them away.",
        )
        return
    for fault in undeclared_faults(outline, source, value.rows, quality, others):
        yield Violation(
            f"rows:{fault.table}",
            source_place(fault.table, fault.column or None, fault.row),
            fault.sentence,
            _HINTS[fault.kind],
        )


def undeclared_faults(
    outline: Outline,
    source: SourceTable,
    rows: Rows,
    quality: Quality | None,
    others: Mapping[str, Rows] | None = None,
) -> list[Fault]:
    """Faults that are not a declared defect."""
    keys = key_values(outline, {**(others or {}), source.table: rows})
    is_excused = excused(quality, outline.quality)
    return [
        fault
        for fault in find_faults(source, rows, keys)
        if fault.kind == "width"
        or not is_excused(fault, sharing_rows(fault, column_values(source, fault.column, rows)))
    ]


def check_defects(outline: Outline, rows: Mapping[str, Rows], quality: Quality) -> Iterator[Violation]:
    """Whether the declared defects are in the rows, where declared and as often as dbt's tests will count."""
    for scenario in quality.scenarios:
        if any(incomplete(outline, scenario)):
            continue
        shown = showing_rows(outline, rows, scenario)
        missing = list(_visible(scenario, shown))
        yield from missing
        counted = count_failures(outline, rows, scenario)
        if not missing and counted != scenario.failing_rows and _judged_here(scenario, shown):
            yield Violation(
                "quality",
                f"Quality scenario {scenario.name}",
                f"It promises {scenario.failing_rows} failing rows, but dbt's test will count {counted}.",
                f"Say {counted}.",
            )


def _judged_here(scenario: QualityScenario, shown: set[int]) -> bool:
    """Whether no further row shows the defect: one that does is a fault of its own, and reported as such."""
    return scenario.kind in _WHOLE or shown == set(scenario.row_numbers)


def _visible(scenario: QualityScenario, shown: set[int]) -> Iterator[Violation]:
    part, listed = f"rows:{scenario.table}", set(scenario.row_numbers)
    for number in sorted(listed - shown):
        yield Violation(
            part,
            source_place(scenario.table, scenario.column, number),
            f"The quality scenario "
            f"{scenario.name} says that this row shows the defect ({scenario.kind}), but it does not.",
            "Plant the defect in this row, or name another row in the scenario.",
        )
    extra = sorted(shown - listed) if scenario.kind in ("out_of_range", "impossible_dates") else []
    for number in extra:
        yield Violation(
            part,
            source_place(scenario.table, scenario.column, number),
            f"This row shows the defect of "
            f"the quality scenario {scenario.name} ({scenario.kind}), but the scenario does not name it.",
            "Correct the row, or add its number to the scenario.",
        )
