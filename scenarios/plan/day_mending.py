"""Fits the second day's rows to the seeds' rows: keys that must be there, and keys that must be new. Pure."""

from collections.abc import Mapping

from scenarios.plan.faults import Rows, column_values
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceColumn, SourceTable
from scenarios.plan.parts import DayTwo, DayTwoTable
from scenarios.plan.values import fresh


def mend_day_two(outline: Outline, day_two: DayTwo, rows: Mapping[str, Rows]) -> DayTwo:
    """The second day with keys of the rows that there are; `rows` are the seeds' rows by table.

    A new row whose primary key is taken gets a fresh one, and a reference that no row has, of the seeds or of the
    second day, gets the key of one. What is right stays as it is; the arrivals follow in `mend_rows`.
    """
    tables = [_with_fresh_keys(outline, table, rows) for table in day_two.tables]
    known = {source.table: [list(row) for row in rows.get(source.table, [])] for source in outline.sources}
    for table in tables:
        if _source(outline, table) is not None:
            known[table.table] += table.new
    return day_two.model_copy(
        update={"tables": [_with_known_keys(outline, table, known) for table in tables]}
    )


def _source(outline: Outline, table: DayTwoTable) -> SourceTable | None:
    """The table's source; None when there is none that its rows fit."""
    source = outline.source(table.table)
    rows = [*table.new, *table.changed]
    return source if source and all(len(row) == len(source.columns) for row in rows) else None


def _with_fresh_keys(outline: Outline, table: DayTwoTable, rows: Mapping[str, Rows]) -> DayTwoTable:
    source = _source(outline, table)
    key = source.column(source.primary_key) if source else None
    if source is None or key is None:
        return table
    place, new = source.columns.index(key), [list(row) for row in table.new]
    used = {cell for cell in column_values(source, key.name, rows.get(source.table, [])) if cell is not None}
    for row in new:
        if row[place] is None or row[place] in used:
            like = row[place] if row[place] is not None else min(used, key=str, default=None)
            row[place] = fresh(key.type, used, like, outline.as_of)
        if (cell := row[place]) is not None:
            used.add(cell)
    return table.model_copy(update={"new": new})


def _with_known_keys(outline: Outline, table: DayTwoTable, known: Mapping[str, Rows]) -> DayTwoTable:
    source = _source(outline, table)
    if source is None:
        return table
    new, changed = [list(row) for row in table.new], [list(row) for row in table.changed]
    for place, column in enumerate(source.columns):
        keys = _keys(outline, column, known)
        for number, row in enumerate([*new, *changed]):
            if keys and row[place] is not None and row[place] not in keys:
                row[place] = keys[number % len(keys)]
    return table.model_copy(update={"new": new, "changed": changed})


def _keys(outline: Outline, column: SourceColumn, known: Mapping[str, Rows]) -> list[Cell]:
    """The keys that a column may hold; empty when it refers to nothing."""
    if column.references is None or (parent := outline.source(column.references.table)) is None:
        return []
    values = column_values(parent, column.references.column, known.get(parent.table, []))
    return [key for key in values if key is not None]
