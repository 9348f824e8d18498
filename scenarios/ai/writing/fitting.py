"""Fits the second day's rows to the rows that there are: keys, references and unique values. Pure, deterministic.

The built-in provider's new rows refer to keys of its own; beside rows that somebody else wrote, these need not exist.
"""

from collections.abc import Mapping, Sequence

from scenarios.plan.faults import Rows, column_values
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceColumn, SourceTable
from scenarios.plan.parts import DayTwo, DayTwoTable
from scenarios.plan.values import fresh

Seeds = Mapping[str, Rows]


def fitted(outline: Outline, day_two: DayTwo, seeds: Seeds) -> DayTwo:
    """The second day with new keys that are new, references that lead somewhere, and changed rows that exist."""
    tables = [_fitted(outline, table, seeds) for table in day_two.tables]
    return day_two.model_copy(update={"tables": tables}) if tables != day_two.tables else day_two


def _fitted(outline: Outline, table: DayTwoTable, seeds: Seeds) -> DayTwoTable:
    source = outline.source(table.table)
    if source is None or source.table not in seeds or source.column(source.primary_key) is None:
        return table
    known = set(column_values(source, source.primary_key, seeds[source.table]))
    place = [column.name for column in source.columns].index(source.primary_key)
    changed = [row for row in table.changed if row[place] in known]
    rows: list[list[Cell]] = [list(row) for row in seeds[source.table]]
    for number, row in enumerate(table.new):
        rows.append([_cell(outline, source, column, row, rows, seeds, number) for column in source.columns])
    return DayTwoTable(table=table.table, new=rows[len(seeds[source.table]) :], changed=changed)


def _cell(
    outline: Outline,
    source: SourceTable,
    column: SourceColumn,
    row: Sequence[Cell],
    before: Rows,
    seeds: Seeds,
    number: int,
) -> Cell:
    """The cell of a new row; `before` are the table's rows so far."""
    value = row[source.columns.index(column)]
    used = {other for other in column_values(source, column.name, before) if other is not None}
    parents = _parents(outline, column, seeds)
    if value is not None and parents and value not in parents:
        value = parents[number % len(parents)]
    if (column.unique or column.name == source.primary_key) and value in used:
        free = [key for key in parents if key not in used]
        value = free[0] if free else fresh(column.type, used, value, outline.as_of)
    return value


def _parents(outline: Outline, column: SourceColumn, seeds: Seeds) -> list[Cell]:
    """Keys that the column may refer to; none when it refers to nothing, or nobody knows them."""
    parent = outline.source(column.references.table) if column.references else None
    if parent is None or column.references is None or parent.column(column.references.column) is None:
        return []
    values = column_values(parent, column.references.column, seeds.get(parent.table, []))
    return [value for value in values if value is not None]
