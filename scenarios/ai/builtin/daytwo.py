"""The second day of any outline: a new row, a late row and a changed row of the table behind the incremental mart."""

from collections.abc import Mapping, Sequence

from scenarios.ai.builtin.matching import Matching
from scenarios.ai.builtin.schema import Scalar
from scenarios.ai.builtin.story import event_source
from scenarios.ai.builtin.synthetic_rows import RowMaker
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceTable
from scenarios.plan.parts import ROWS_PER_SOURCE, DayTwo, DayTwoTable

LAST = ROWS_PER_SOURCE - 1  # the newest row: it lies in the window that an incremental run computes again
STORY = "Overnight a new row came in, one came late, and one was corrected."

Rows = Mapping[str, Sequence[Sequence[Cell]]]


def day_two(outline: Outline, matching: Matching | None, maker: RowMaker, seeds: Rows) -> DayTwo:
    """What arrives overnight; `seeds` are the rows of all tables as they are in the seeds."""
    source = _source(outline, matching)
    newest = dict(zip([column.name for column in source.columns], seeds[source.table][LAST], strict=True))
    handle = matching.handles.get(source.table) if matching else None
    if matching is None or handle != matching.composition.angle.event_table or maker.factory is None:
        changed, story = _any_change(source, newest), STORY
    else:
        spec = matching.composition.angle.day_two
        told = {
            name: _changed(newest[name], value, source)
            for name, value in spec.change.items()
            if name in newest
        }
        recalculated = maker.factory.recalculated(handle, {**newest, **told})
        changed, story = (
            {**newest, **_kept(recalculated, newest)},
            matching.composition.lexicon.text(spec.story),
        )
    row = [changed[column.name] for column in source.columns]
    return DayTwo(
        story=story, tables=[DayTwoTable(table=source.table, new=maker.later(source), changed=[row])]
    )


def _source(outline: Outline, matching: Matching | None) -> SourceTable:
    """The table whose rows the incremental mart holds."""
    if matching is not None:
        event = matching.composition.angle.event_table
        known = [outline.source(table) for table, handle in matching.handles.items() if handle == event]
        if known and known[0] is not None:
            return known[0]
    return event_source(outline)


def _kept(cells: Mapping[str, Cell], newest: Mapping[str, Cell]) -> dict[str, Cell]:
    return {name: cell for name, cell in cells.items() if name in newest}


def _changed(cell: Cell, value: Scalar | None, source: SourceTable) -> Cell:
    """The new value; "*1.2" multiplies the old one."""
    if isinstance(value, str) and value.startswith("*"):
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            return cell
        product = cell * float(value[1:])
        return max(round(product), cell + 1) if isinstance(cell, int) else round(product, 2)
    return value


def _any_change(source: SourceTable, newest: Mapping[str, Cell]) -> dict[str, Cell]:
    """The newest row with another number, or another code where it has no number."""
    for column in source.columns:
        cell = newest[column.name]
        plain = not (column.name == source.primary_key or column.unique or column.references)
        if plain and column.type in ("integer", "number") and isinstance(cell, int | float):
            return {**newest, column.name: cell + 1 if isinstance(cell, int) else round(cell * 1.2 + 1, 2)}
    for column in source.columns:
        others = [value for value in column.accepted_values if value != newest[column.name]]
        if others:
            return {**newest, column.name: others[0]}
    return dict(newest)
