"""Fits the second day's rows to the seeds' rows: keys that must be there, and keys that must be new. Pure.

The built-in provider's new rows refer to keys of its own; beside rows that somebody else wrote, these need not exist.
"""

from collections.abc import Mapping, Sequence

from scenarios.plan.faults import Rows, column_values
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceColumn, SourceTable
from scenarios.plan.parts import DayTwo, DayTwoTable
from scenarios.plan.second_day import rows_after
from scenarios.plan.values import fresh

Seeds = Mapping[str, Rows]


def mend_day_two(outline: Outline, day_two: DayTwo, rows: Seeds) -> DayTwo:
    """The second day with keys of the rows that there are; `rows` are the seeds' rows by table.

    A changed row without its seed row is left out. A new row's key, or value of a unique column, that is taken
    becomes a free one, and a reference that no row has, of the seeds or of the second day, gets the key of one. What
    is right stays as it is, and a second day that is right is the same object; the arrivals follow in `mend_rows`.
    """
    tables = [_with_known_rows(outline, table, rows) for table in day_two.tables]
    tables = [_with_free_values(outline, table, rows) for table in tables]
    known = rows_after(outline, day_two.model_copy(update={"tables": tables}), rows)
    tables = [_with_known_keys(outline, table, rows, known) for table in tables]
    return day_two.model_copy(update={"tables": tables}) if tables != day_two.tables else day_two


def _source(outline: Outline, table: DayTwoTable) -> SourceTable | None:
    """The table's source; None when there is none that its rows fit."""
    source = outline.source(table.table)
    if source is None or source.column(source.primary_key) is None:
        return None
    return source if all(len(row) == len(source.columns) for row in [*table.new, *table.changed]) else None


def _with_known_rows(outline: Outline, table: DayTwoTable, seeds: Seeds) -> DayTwoTable:
    """The table with those changed rows that a seed row has the key of; with all if its seed rows are not known."""
    source = _source(outline, table)
    if source is None or source.table not in seeds:
        return table
    known = set(column_values(source, source.primary_key, seeds[source.table]))
    keys = column_values(source, source.primary_key, table.changed)
    changed = [row for key, row in zip(keys, table.changed, strict=True) if key in known]
    return table.model_copy(update={"changed": changed})


def _with_free_values(outline: Outline, table: DayTwoTable, seeds: Seeds) -> DayTwoTable:
    """The table with new values in the unique columns that refer to nothing."""
    if (source := _source(outline, table)) is None:
        return table
    new = [list(row) for row in table.new]
    for column in source.columns:
        if column.references is None:
            _free(outline, source, column, new, _old_rows(source, table, seeds), [])
    return table.model_copy(update={"new": new})


def _old_rows(source: SourceTable, table: DayTwoTable, seeds: Seeds) -> Rows:
    """The source's rows without the new ones: changed rows in the place of their seed rows."""
    rows = seeds.get(source.table, [])
    changed = set(column_values(source, source.primary_key, table.changed))
    keys = column_values(source, source.primary_key, rows)
    return [*(row for key, row in zip(keys, rows, strict=True) if key not in changed), *table.changed]


def _free(
    outline: Outline,
    source: SourceTable,
    column: SourceColumn,
    new: list[list[Cell]],
    old: Rows,
    choices: Sequence[Cell],
) -> None:
    """Give the `new` rows values that no other row has if the column is unique: one of `choices`, else a fresh one."""
    is_key, place = column.name == source.primary_key, source.columns.index(column)
    if not is_key and not column.unique:
        return
    used = {cell for cell in column_values(source, column.name, old) if cell is not None}
    for row in new:
        if row[place] in used or (is_key and row[place] is None):
            like = row[place] if row[place] is not None else min(used, key=str, default=None)
            free = [choice for choice in choices if choice not in used]
            row[place] = free[0] if free else fresh(column.type, used, like, outline.as_of)
        if (cell := row[place]) is not None:
            used.add(cell)


def _with_known_keys(
    outline: Outline, table: DayTwoTable, seeds: Seeds, known: Mapping[str, Rows]
) -> DayTwoTable:
    """The table with references to `known` rows; a changed row keeps what its seed row has."""
    if (source := _source(outline, table)) is None:
        return table
    new, changed = [list(row) for row in table.new], [list(row) for row in table.changed]
    old, own = _old_rows(source, table, seeds), seeds.get(source.table, [])
    ids, own_ids = (column_values(source, source.primary_key, rows) for rows in (changed, own))
    for place, column in enumerate(source.columns):
        if column.references is None:
            continue
        keys = _keys(outline, column, known)
        kept = set(zip(own_ids, column_values(source, column.name, own), strict=True))
        for number, row in enumerate([*new, *changed]):
            stays = number >= len(new) and (ids[number - len(new)], row[place]) in kept
            if keys and row[place] is not None and row[place] not in keys and not stays:
                row[place] = keys[number % len(keys)]
        _free(outline, source, column, new, old, keys)
    return table.model_copy(update={"new": new, "changed": changed})


def _keys(outline: Outline, column: SourceColumn, known: Mapping[str, Rows]) -> list[Cell]:
    """The keys that a column may hold; empty when it refers to nothing, or nobody knows them."""
    parent = outline.source(column.references.table) if column.references else None
    if parent is None or column.references is None or parent.column(column.references.column) is None:
        return []
    values = column_values(parent, column.references.column, known.get(parent.table, []))
    return [key for key in values if key is not None]
