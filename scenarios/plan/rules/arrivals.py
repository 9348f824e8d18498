"""Rules about what the second day brings to the incremental mart. Pure."""

from collections.abc import Iterator

from scenarios.plan.arrivals import Expected, expected_arrivals, out_of_window
from scenarios.plan.names import Cell
from scenarios.plan.parts import DayTwo, Plan
from scenarios.plan.tracing import sources_behind
from scenarios.plan.violations import Violation
from scenarios.plan.words import all_of, one_of, source_place

PART = "day_two"


def check_arrivals(day_two: DayTwo) -> Iterator[Violation]:
    """What can be said without knowing the rows: there are arrivals, of two kinds, each once."""
    place, kinds = "Second day, arrivals", {arrival.kind for arrival in day_two.arrivals}
    if "inserted" not in kinds:
        yield Violation(
            PART,
            place,
            "No arrival is a new row of the incremental mart." if kinds else "It does not say what arrives.",
            "Name a row, by its unique key, that the second day inserts.",
        )
    if kinds and not kinds & {"updated", "late"}:
        yield Violation(
            PART,
            place,
            "All arrivals are new rows: nothing shows that changed or late ones are picked up.",
            "Add a row that is changed or comes late.",
        )
    keys = [arrival.key for arrival in day_two.arrivals]
    for number, key in enumerate(keys, start=1):
        if key is None:
            yield Violation(PART, f"Second day, arrival {number}", "It has no key.", "Give its unique key.")
        elif key in keys[: number - 1]:
            yield Violation(
                PART, f"Second day, arrival {number}", f"The key {key} is there twice.", "Name each row once."
            )


def check_arriving_rows(plan: Plan) -> Iterator[Violation]:
    """Whether arrivals agree with the second day's rows, as far as the statements tell."""
    for row in out_of_window(plan):
        yield Violation(
            PART,
            f"{source_place(row.table, row.column)}, {row.label}",
            f"It is of {row.value}, but with rows up to {row.newest} an incremental run loads only what is "
            f"of {row.oldest} or later.",
            f"Use {row.oldest} or later, or give {plan.outline.incremental.model} a longer lookback.",
        )
    expected = expected_arrivals(plan)
    behind = sources_behind(plan.outline, plan.outline.incremental.model)
    brings = any(table.new for table in plan.day_two.tables if table.table in behind)  # else it has been said
    if expected is not None and plan.day_two.arrivals and brings:
        yield from _agreeing(plan, expected)


def _agreeing(plan: Plan, expected: Expected) -> Iterator[Violation]:
    table, mart = expected.source.table, plan.outline.incremental.model
    for arrival in (arrival for arrival in plan.day_two.arrivals if arrival.key is not None):
        place = f"Second day, arrival {arrival.key}"
        kinds = expected.keys.get(arrival.key)
        if kinds is None and arrival.key in expected.known:
            kinds = ("updated",)
        if kinds is None:
            yield Violation(
                PART, place, f"No row of {table} with this key arrives.", f"Name {_some(expected)}."
            )
        elif arrival.kind not in kinds:
            yield Violation(
                PART,
                place,
                f"It says that the row is {arrival.kind}, but it is {' or '.join(kinds)}.",
                f"Say {one_of(kinds)}.",
            )
    said = {arrival.key for arrival in plan.day_two.arrivals}
    missing = [key for key in expected.keys if key in expected.must and key not in said]
    if missing:
        yield Violation(
            PART,
            "Second day, arrivals",
            f"The new {table} row {_keys(missing)} reaches {mart}, but is not among them."
            if len(missing) == 1
            else f"The new {table} rows {_keys(missing)} reach {mart}, but are not among them.",
            "Add what arrives, or take the rows away.",
        )


def _some(expected: Expected) -> str:
    return one_of(str(key) for key in expected.keys)


def _keys(keys: list[Cell]) -> str:
    return all_of(str(key) for key in keys)
