"""The second day of any outline: a new row, a late row and a changed row of the table behind the incremental mart."""

from collections.abc import Mapping, Sequence

from scenarios.ai.builtin.arrivals import arrivals
from scenarios.ai.builtin.matching import Matching
from scenarios.ai.builtin.schema import Scalar
from scenarios.ai.builtin.story import event_source
from scenarios.ai.builtin.synthetic_rows import RowMaker
from scenarios.ai.builtin.trial import TrialFailed
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceColumn, SourceTable
from scenarios.plan.parts import ROWS_PER_SOURCE, Arrival, DayTwo, DayTwoTable, ModelSql

LAST = ROWS_PER_SOURCE - 1  # the newest row: it lies in the window that an incremental run computes again
STORY = "Overnight a new row came in, one came late, and one was corrected."

Rows = Mapping[str, Sequence[Sequence[Cell]]]


def day_two(
    outline: Outline,
    matching: Matching | None,
    maker: RowMaker,
    seeds: Rows,
    statements: Mapping[str, ModelSql],
) -> DayTwo:
    """What arrives overnight; `seeds` are the rows of all tables as they are in the seeds."""
    source = _source(outline, matching)
    newest = _newest(outline, source, seeds[source.table])
    handle = matching.handles.get(source.table) if matching else None
    if matching is None or handle != matching.composition.angle.event_table or maker.factory is None:
        changed, story, thing = _any_change(outline, source, newest), STORY, f"row of {source.table}"
    else:
        spec, angle = matching.composition.angle.day_two, matching.composition.angle
        told = {
            name: _changed(newest[name], value, source)
            for name, value in spec.change.items()
            if name in newest
        }
        recalculated = maker.factory.recalculated(handle, newest, told)
        changed = {**newest, **_kept(recalculated, newest)}
        lexicon = matching.composition.lexicon
        story, thing = lexicon.text(spec.story), lexicon.text(angle.event_noun).replace("_", " ")
    row = [changed[column.name] for column in source.columns]
    table = DayTwoTable(table=source.table, new=maker.later(source), changed=[row])
    told_day = DayTwo(story=story, tables=[table])
    return told_day.model_copy(update={"arrivals": _arrivals(outline, seeds, told_day, statements, thing)})


def _arrivals(
    outline: Outline, seeds: Rows, told: DayTwo, statements: Mapping[str, ModelSql], thing: str
) -> list[Arrival]:
    """As a trial run shows them; none when the models cannot be run here, and then the Proof says what is wrong."""
    try:
        return arrivals(outline, seeds, told, statements, thing)
    except TrialFailed:
        return []


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


def _newest(outline: Outline, source: SourceTable, rows: Sequence[Sequence[Cell]]) -> dict[str, Cell]:
    """The row that lies furthest in the window of the incremental mart; the last of those that are equally new."""
    names = [column.name for column in source.columns]
    times = [column.name for column in source.columns if column.staged_name == outline.incremental.cursor]
    if not times:
        return dict(zip(names, rows[LAST], strict=True))
    at = names.index(times[0])
    place = max(range(len(rows)), key=lambda number: (str(rows[number][at] or ""), number))
    return dict(zip(names, rows[place], strict=True))


def _any_change(outline: Outline, source: SourceTable, newest: Mapping[str, Cell]) -> dict[str, Cell]:
    """The row with another number, or another code where it has no number; best one that the mart shows."""
    mart = outline.model(outline.incremental.model)
    shown = {column.name for column in mart.columns} if mart else set()
    ranked = sorted(source.columns, key=lambda column: column.staged_name not in shown)
    for column in ranked:
        value = _another(source, column, newest[column.name])
        if value is not None:
            return {**newest, column.name: value}
    return dict(newest)


def _another(source: SourceTable, column: SourceColumn, cell: Cell) -> Cell:
    """Another value for a cell that may change; None where there is none."""
    if column.name == source.primary_key or column.unique or column.references:
        return None
    if column.type in ("integer", "number") and isinstance(cell, int | float):
        return cell + 1 if isinstance(cell, int) else round(cell * 1.2 + 1, 2)
    return next((value for value in column.accepted_values if value != cell), None)
