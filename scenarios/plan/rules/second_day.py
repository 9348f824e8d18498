"""Rules about the second day's rows. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from scenarios.plan.faults import Fault, Keys, Rows, column_values, find_faults, key_values
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceTable
from scenarios.plan.parts import DayTwo, DayTwoTable
from scenarios.plan.rules.arrivals import check_arrivals
from scenarios.plan.second_day import rows_after
from scenarios.plan.tracing import sources_behind
from scenarios.plan.violations import Violation
from scenarios.plan.words import one_of, repeated, source_place

PART = "day_two"


def check_day_two(outline: Outline, day_two: DayTwo, seeds: Mapping[str, Rows] | None) -> Iterator[Violation]:
    """Faults in the second day's rows; keys are compared with the `seeds`' rows when those are known."""
    yield from check_arrivals(day_two)
    for name in repeated(table.table for table in day_two.tables):
        yield Violation(PART, source_place(name), "It is there twice.", "Put its rows together.")
    behind = sources_behind(outline, outline.incremental.model)
    if not any(table.new for table in day_two.tables if table.table in behind):
        yield Violation(
            PART,
            "Second day",
            f"No new row reaches {outline.incremental.model}, so it has nothing to pick up.",
            f"Add a new row to {one_of(sorted(behind))}." if behind else "Let the model read a source first.",
        )
    after = rows_after(outline, day_two, seeds or {})
    keys = key_values(outline, after) if seeds is not None else None
    for table in day_two.tables:
        source = outline.source(table.table)
        if source is None:
            yield Violation(
                PART,
                source_place(table.table),
                "This source is not in the plan.",
                f"Choose {one_of(other.table for other in outline.sources)}.",
            )
            continue
        if source.column(source.primary_key) is None:
            continue  # the outline's own rules speak about it
        yield from _row_faults(source, table, (seeds or {}).get(source.table, []), after, keys)
        if seeds is not None and source.table in seeds:
            yield from _keys(
                source, table, set(column_values(source, source.primary_key, seeds[source.table]))
            )


def _row_faults(
    source: SourceTable, table: DayTwoTable, seeds: Rows, after: Mapping[str, Rows], keys: Keys | None
) -> Iterator[Violation]:
    """Faults in new and changed rows; what a changed row keeps from its seed row is not judged again."""
    rows = [*table.changed, *table.new]
    for fault in find_faults(source, rows, keys):
        if fault.kind == "width" or not _kept(source, rows[fault.row - 1], fault.column, seeds):
            yield Violation(PART, _row_place(source, table, fault), fault.sentence, _hint(fault))
    if any(len(row) != len(source.columns) for row in rows):
        return
    for column in source.columns:
        if column.unique and column.name != source.primary_key:
            yield from _clashes(source, table, column.name, seeds, after.get(source.table, []))


def _row_place(source: SourceTable, table: DayTwoTable, fault: Fault) -> str:
    number = fault.row - len(table.changed)
    label = f"new row {number}" if number > 0 else f"changed row {fault.row}"
    return f"{source_place(source.table, fault.column or None)}, {label}"


def _hint(fault: Fault) -> str:
    return (
        "Give one value for each column."
        if fault.kind == "width"
        else "The second day is clean: correct the value."
    )


def _kept(source: SourceTable, row: Sequence[Cell], column: str, seeds: Rows) -> bool:
    """Whether a row has the same value in `column` as the seed row with its key."""
    names = [other.name for other in source.columns]
    key, place = names.index(source.primary_key), names.index(column)
    return any(
        len(seed) == len(row) and seed[key] == row[key] and seed[place] == row[place] for seed in seeds
    )


def _clashes(
    source: SourceTable, table: DayTwoTable, column: str, seeds: Rows, after: Rows
) -> Iterator[Violation]:
    """New or changed values of a unique column that another row has already."""
    values = [value for value in column_values(source, column, after) if value is not None]
    for label, rows in (("changed", table.changed), ("new", table.new)):
        for number, row in enumerate(rows, start=1):
            value = column_values(source, column, [row])[0]
            if value is not None and values.count(value) > 1 and not _kept(source, row, column, seeds):
                yield Violation(
                    PART,
                    f"{source_place(source.table, column)}, {label} row {number}",
                    f"The value {value} is there already, but the plan says that it is unique.",
                    "Use a new value.",
                )


def _keys(source: SourceTable, table: DayTwoTable, known: set[Cell]) -> Iterator[Violation]:
    place = source_place(source.table, source.primary_key)
    for number, key in enumerate(column_values(source, source.primary_key, table.new), start=1):
        if key in known:
            yield Violation(
                PART,
                f"{place}, new row {number}",
                f"The key {key} is not new: a seed row has it.",
                "Use a new key, or make it a changed row.",
            )
    for number, key in enumerate(column_values(source, source.primary_key, table.changed), start=1):
        if key not in known:
            yield Violation(
                PART,
                f"{place}, changed row {number}",
                f"No seed row has the key {key}.",
                "Use the key of an existing row, or make it a new row.",
            )
