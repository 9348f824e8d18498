"""How an analytics engineer would fix each planted defect: a rule for all rows, never a row's number. Pure.

A fix belongs into staging, where names and types are settled too; only data that stopped arriving is fixed at
its source. `scenarios.rendering.fixes` writes the files.
"""

from dataclasses import dataclass
from typing import Literal

from scenarios.plan.faults import column_values
from scenarios.plan.names import Cell
from scenarios.plan.outline import SourceColumn, SourceTable
from scenarios.plan.parts import Plan, QualityScenario
from scenarios.plan.tracing import reached, trace
from scenarios.plan.words import all_of

#: Stands where a required text says nothing.
UNKNOWN = "unknown"

Strategy = Literal[
    "keep_first",  # one row for each value: the first
    "known_parent",  # only rows whose key is known
    "empty_key",  # an unknown key is emptied
    "placeholder",  # an empty text says `unknown`
    "hold_back",  # a wrong row waits outside until its source is corrected
    "map_codes",  # a wrong code becomes the one that was meant
    "empty_value",  # a wrong value is emptied
    "redeliver",  # the newest row arrives again with a fresh date: the seed changes
]


@dataclass(frozen=True)
class Fix:
    """What is done about one scenario; all columns by raw name.

    `column` is the one that changes, or that decides which rows stay. `order` is that of `keep_first`, `row`
    (from 1) and `value` are those of `redeliver`. Without a `strategy`, `says` is why there is none.
    """

    scenario: QualityScenario
    strategy: Strategy | None
    says: str
    column: str = ""
    order: tuple[str, ...] = ()
    row: int = 0
    value: Cell = None
    hint: str = ""

    @property
    def removes_rows(self) -> bool:
        """Whether rows are taken out of the staging model."""
        return self.strategy in ("keep_first", "known_parent", "hold_back")


def fixes_of(plan: Plan) -> list[Fix]:
    """The fixes of all scenarios, in the plan's order."""
    return [fix_of(plan, scenario) for scenario in plan.quality.scenarios]


def fix_of(plan: Plan, scenario: QualityScenario) -> Fix:
    """How a scenario is fixed, or why it cannot be; never raises."""
    source = plan.outline.source(scenario.table)
    column = source.column(scenario.column) if source else None
    if source is None or column is None:
        place = f"{scenario.table}.{scenario.column}"
        return _impossible(scenario, f"Its place {place} is not in the plan.", "Choose another place.")
    match scenario.kind:
        case "null":
            return _null(plan, scenario, source, column)
        case "duplicate":
            return _duplicate(plan, scenario, source, column)
        case "orphan":
            return _orphan(plan, scenario, source, column)
        case "inconsistent_code":
            return _code(scenario, source, column)
        case "out_of_range":
            return _range(plan, scenario, source, column)
        case "impossible_dates":
            return _dates(plan, scenario, source, column)
        case "stale":
            return _stale(plan, scenario, source, column)


def _impossible(scenario: QualityScenario, why: str, hint: str) -> Fix:
    return Fix(scenario, None, why, hint=hint)


def _null(plan: Plan, scenario: QualityScenario, source: SourceTable, column: SourceColumn) -> Fix:
    if _is_free_text(plan, source, column):
        says = f"Staging writes {UNKNOWN} where {column.staged_name} is empty."
        return Fix(scenario, "placeholder", says, column.name)
    says = f"Staging holds back {source.table} without {column.staged_name}, until the source fills it in."
    return Fix(scenario, "hold_back", says, column.name)


def _is_free_text(plan: Plan, source: SourceTable, column: SourceColumn) -> bool:
    """Whether the word `unknown` breaks nothing in this column, and in none that it reaches."""
    plain = column.type == "string" and not (column.unique or column.references or column.accepted_values)
    if not plain or column.name == source.primary_key:
        return False
    return not any(
        there.accepted_values or there.references or there.name == model.primary_key
        for model, there in reached(plan, source, column, what="value")
    )


def _duplicate(plan: Plan, scenario: QualityScenario, source: SourceTable, column: SourceColumn) -> Fix:
    order = _own_order(plan, source)
    names = [found.staged_name for name in order if (found := source.column(name))]
    says = (
        f"Staging keeps the first of all {source.table} with the same {column.staged_name}, "
        f"in the order of {all_of(names)}."
    )
    return Fix(scenario, "keep_first", says, column.name, order)


def _own_order(plan: Plan, source: SourceTable) -> tuple[str, ...]:
    """The table's own order: the incremental cursor's column or its first date, then the primary key.

    Only dates that are always there count: warehouses disagree about where nulls come.
    """
    mart = plan.outline.incremental
    cursor = trace(plan, mart.model, mart.cursor, through_casts=True)
    dates = [c for c in source.columns if c.type in ("date", "timestamp") and c.required]
    dates = [c for c in dates if not _is_empty_somewhere(plan, source, c)]
    first = next((c for c in dates if cursor and cursor.source == source and cursor.column == c), None)
    first = first or next(iter(dates), None)
    return (*((first.name,) if first else ()), source.primary_key)


def _is_empty_somewhere(plan: Plan, source: SourceTable, column: SourceColumn) -> bool:
    rows = plan.rows_of(source.table)
    return rows is not None and None in column_values(source, column.name, rows.rows)


def _orphan(plan: Plan, scenario: QualityScenario, source: SourceTable, column: SourceColumn) -> Fix:
    parent = plan.outline.source(column.references.table) if column.references else None
    if parent is None or column.references is None or parent.column(column.references.column) is None:
        why = f"The plan does not say to which table {column.name} refers."
        return _impossible(scenario, why, "Say so in the source, or take the scenario away.")
    name = column.staged_name
    if _may_be_empty(plan, source, column):
        says = f"Staging empties {name} in {source.table} where it is not known in {parent.table}."
        return Fix(scenario, "empty_key", says, column.name)
    says = f"Staging keeps only {source.table} whose {name} is known in {parent.table}."
    return Fix(scenario, "known_parent", says, column.name)


def _may_be_empty(plan: Plan, source: SourceTable, column: SourceColumn) -> bool:
    """Whether an empty value breaks no test: not on the column, and on none that it makes empty."""
    if column.required or column.name == source.primary_key:
        return False
    return not any(
        there.required or there.name == model.primary_key
        for model, there in reached(plan, source, column, what="empty")
    )


def _code(scenario: QualityScenario, source: SourceTable, column: SourceColumn) -> Fix:
    meant: dict[str, list[str]] = {}
    for correction in scenario.corrections:
        meant.setdefault(correction.right, []).append(correction.wrong)
    if not meant:
        why = "It does not say which accepted value each wrong code means."
        return _impossible(scenario, why, "Add a correction for each wrong code.")
    pairs = "; ".join(f"{right} for {all_of(wrong)}" for right, wrong in meant.items())
    says = f"Staging writes one code for one meaning in {column.staged_name}: {pairs}."
    return Fix(scenario, "map_codes", says, column.name)


def _range(plan: Plan, scenario: QualityScenario, source: SourceTable, column: SourceColumn) -> Fix:
    wrong = f"{column.staged_name} is {range_words(scenario)}"
    if _may_be_empty(plan, source, column):
        says = f"Staging empties {column.staged_name} in {source.table} where it is {range_words(scenario)}."
        return Fix(scenario, "empty_value", says, column.name)
    says = f"Staging holds back {source.table} whose {wrong}, until the source corrects it."
    return Fix(scenario, "hold_back", says, column.name)


def range_words(scenario: QualityScenario) -> str:
    """What is out of range, such as: below 0 or above 99."""
    low, high = scenario.minimum, scenario.maximum
    words = [f"below {low:g}"] if low is not None else []
    return " or ".join([*words, *([f"above {high:g}"] if high is not None else [])])


def _dates(plan: Plan, scenario: QualityScenario, source: SourceTable, column: SourceColumn) -> Fix:
    later = source.column(scenario.later_column or "")
    if later is None:
        why = f"It does not say which date {column.name} must not be after."
        return _impossible(scenario, why, "Name the later column.")
    order = f"{column.staged_name} lies after {later.staged_name}"
    for emptied in (later, column):
        if _may_be_empty(plan, source, emptied):
            says = f"Staging empties {emptied.staged_name} in {source.table} where {order}."
            return Fix(scenario, "empty_value", says, emptied.name)
    says = f"Staging holds back {source.table} where {order}, until the source corrects it."
    return Fix(scenario, "hold_back", says, column.name)


def _stale(plan: Plan, scenario: QualityScenario, source: SourceTable, column: SourceColumn) -> Fix:
    rows = plan.rows_of(source.table)
    values = column_values(source, column.name, rows.rows) if rows else []
    newest = max((value for value in values if isinstance(value, str)), default=None)
    if newest is None or column.type not in ("date", "timestamp"):
        return _impossible(scenario, f"{column.name} has no date.", "Choose another column.")
    today = plan.outline.as_of.isoformat()
    says = (
        f"The source delivers again: its newest row of {source.table} arrives with the {column.name} {today}. "
        "No model changes, because no model was wrong."
    )
    number = values.index(newest) + 1
    return Fix(scenario, "redeliver", says, column.name, row=number, value=today + newest[10:])
