"""What is wrong in row data: known here only, for the rules, the mending and the counting. Pure."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from scenarios.plan.names import Cell, ColumnType, parse_cell
from scenarios.plan.outline import Outline, QualityIdea, SourceColumn, SourceTable
from scenarios.plan.parts import Plan, Quality
from scenarios.plan.words import TYPE_WORDS

TEXT_BYTES = 250  # a plain text column holds 256 bytes on Redshift
LARGEST_INTEGER = 2**31 - 1  # dbt's integer type is 32 bits wide on some warehouses
LARGEST_NUMBER = 10**12
DECIMALS = 4
YEARS = range(1950, 2101)

FaultKind = Literal[
    "width", "cell", "key_null", "key_duplicate", "null", "duplicate", "orphan", "inconsistent_code"
]
Rows = Sequence[Sequence[Cell]]
Keys = Mapping[tuple[str, str], Collection[Cell]]  # the values of (table, column)


@dataclass(frozen=True)
class Fault:
    """One wrong cell or row. `row` counts from 1; `column` is a raw name, empty for the whole row."""

    kind: FaultKind
    table: str
    row: int
    column: str
    sentence: str


def find_faults(source: SourceTable, rows: Rows, keys: Keys | None) -> Iterator[Fault]:
    """Everything wrong in the rows of one source; foreign keys are looked up in `keys`, if given."""
    wide = len(source.columns)
    for number, row in enumerate(rows, start=1):
        if len(row) != wide:
            yield Fault("width", source.table, number, "", f"It has {len(row)} values for {wide} columns.")
    if any(len(row) != wide for row in rows):
        return
    for place, column in enumerate(source.columns):
        yield from _column_faults(source, column, [row[place] for row in rows], keys)


def key_values(outline: Outline, rows: Mapping[str, Rows]) -> Keys:
    """The primary key values of every source whose rows are there."""
    return {
        (source.table, source.primary_key): set(column_values(source, source.primary_key, rows[source.table]))
        for source in outline.sources
        if source.table in rows and source.column(source.primary_key)
    }


def rows_by_table(plan: Plan) -> dict[str, Rows]:
    """The seed rows of a plan by source table."""
    return {rows.table: rows.rows for rows in plan.rows}


def column_values(source: SourceTable, column: str, rows: Rows) -> list[Cell]:
    """The values of one column; None for cells that are missing. Raises ValueError for an unknown column."""
    place = [other.name for other in source.columns].index(column)
    return [row[place] if place < len(row) else None for row in rows]


def excused(
    quality: Quality | None, ideas: Sequence[QualityIdea]
) -> Callable[[Fault, Collection[int]], bool]:
    """A test whether a fault is a declared defect, given the numbers of all rows that share it.

    Without the scenarios' details (None) every fault of a declared kind and place is excused.
    """
    declared: dict[tuple[str, str, str], Collection[int] | None] = {}
    if quality is None:
        declared = {(idea.kind, idea.table, idea.column): None for idea in ideas}
    else:
        declared = {(s.kind, s.table, s.column): s.row_numbers for s in quality.scenarios}

    def is_excused(fault: Fault, sharing: Collection[int]) -> bool:
        place = (fault.kind, fault.table, fault.column)
        numbers = declared.get(place, ())
        return place in declared and (numbers is None or bool(set(numbers) & set(sharing)))

    return is_excused


def cell_fault(value: Cell, kind: ColumnType) -> str | None:
    """Why a warehouse could not load this non-null cell without loss; None when it can."""
    if not parse_cell(value, kind):
        return f"{value!r} is not {TYPE_WORDS[kind]}."
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _number_fault(value, kind)
    if kind == "string":
        return _text_fault(value)
    if date.fromisoformat(value[:10]).year not in YEARS:
        return f"The year of {value} is not between {YEARS[0]} and {YEARS[-1]}."
    return None


def _number_fault(value: int | float, kind: ColumnType) -> str | None:
    if not math.isfinite(value) or abs(value) > (LARGEST_INTEGER if kind == "integer" else LARGEST_NUMBER):
        return f"The number {value} is too large."
    if round(value, DECIMALS) != value:
        return f"The number {value} has more than {DECIMALS} decimals."
    return None


def _text_fault(value: str) -> str | None:
    if value.strip().lower() in ("", "null"):
        return "An empty text and the word null are read as no value: leave the cell empty instead."
    if len(value.encode()) > TEXT_BYTES:
        return f"A text is longer than {TEXT_BYTES} bytes."
    if value != value.strip() or any(ord(sign) < 32 or sign in "\x7f\ufeff\u2028\u2029" for sign in value):
        return "A text has a line break, a tab or spaces around it."
    return None


def _column_faults(
    source: SourceTable, column: SourceColumn, values: list[Cell], keys: Keys | None
) -> Iterator[Fault]:
    is_key = column.name == source.primary_key
    seen: set[Cell] = set()
    for number, value in enumerate(values, start=1):

        def fault(kind: FaultKind, sentence: str, number: int = number) -> Fault:
            return Fault(kind, source.table, number, column.name, sentence)

        if value is None:
            if is_key:
                yield fault("key_null", "The primary key is empty.")
            elif column.required:
                yield fault("null", "It is empty, but the plan says that it is required.")
            continue
        wrong = cell_fault(value, column.type)
        if wrong:
            yield fault("cell", wrong)
            continue
        if value in seen and is_key:
            yield fault("key_duplicate", f"The primary key {value} is there twice.")
        elif value in seen and column.unique:
            yield fault(
                "duplicate", f"The value {value} is there twice, but the plan says that it is unique."
            )
        seen.add(value)
        if column.accepted_values and value not in column.accepted_values:
            yield fault("inconsistent_code", f"{value} is not one of {', '.join(column.accepted_values)}.")
        if keys is not None and column.references and _is_orphan(column, value, keys):
            yield fault("orphan", f"There is no {column.references.table} row with the key {value}.")


def _is_orphan(column: SourceColumn, value: Cell, keys: Keys) -> bool:
    parent = column.references
    return parent is not None and value not in keys.get((parent.table, parent.column), (value,))


def sharing_rows(fault: Fault, values: Sequence[Cell]) -> list[int]:
    """Numbers of the rows that share a fault: the row itself, or all rows with the same duplicated value."""
    if fault.kind != "duplicate":
        return [fault.row]
    return [number for number, value in enumerate(values, start=1) if value == values[fault.row - 1]]
