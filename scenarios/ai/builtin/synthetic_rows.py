"""Rows of any outline's source tables: the blueprint's cells where a column is the blueprint's, else synthetic ones."""

from collections.abc import Mapping

from scenarios.ai.builtin.batch import Batch, Cells, Parent
from scenarios.ai.builtin.dice import Dice
from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.library import shared_vocabularies
from scenarios.ai.builtin.matching import Matching
from scenarios.ai.builtin.rows import RowFactory, quiet_rows
from scenarios.ai.builtin.synthetic_cells import synthetic_cells
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceColumn, SourceTable
from scenarios.plan.parts import ROWS_PER_SOURCE

Table = list[list[Cell]]


class RowMaker:
    """Clean rows for all tables of one outline; the same outline and dice give the same rows."""

    def __init__(self, outline: Outline, matching: Matching | None, dice: Dice) -> None:
        self._outline = outline
        self._matching = matching
        self._dice = dice
        self._factory = RowFactory(matching.composition, dice, outline.as_of) if matching else None
        self._made: dict[str, dict[str, Cells]] = {}
        self._open: list[str] = []

    @property
    def factory(self) -> RowFactory | None:
        """The blueprint's own maker of rows, if the outline is from a blueprint."""
        return self._factory

    def seed(self, source: SourceTable) -> Table:
        """Ten clean rows."""
        cells = self._columns(source)
        return [[cells[column.name][row] for column in source.columns] for row in range(ROWS_PER_SOURCE)]

    def later(self, source: SourceTable) -> Table:
        """Two rows for the second day: a new one and one that arrives late."""
        late = frozenset({ROWS_PER_SOURCE + 1})
        cells = self._fill(source, self._batch(source, ROWS_PER_SOURCE, 2, late), seed=False)
        return [[cells[column.name][row] for column in source.columns] for row in range(2)]

    def _columns(self, source: SourceTable) -> dict[str, Cells]:
        if source.table not in self._made:
            self._open.append(source.table)
            self._made[source.table] = self._fill(source, self._batch(source), seed=True)
            self._open.remove(source.table)
        return self._made[source.table]

    def _batch(
        self,
        source: SourceTable,
        first: int = 0,
        count: int = ROWS_PER_SOURCE,
        late: frozenset[int] = frozenset(),
    ) -> Batch:
        parents = {
            column.name: parent for column in source.columns if (parent := self._parent(column)) is not None
        }
        dice = self._dice.child("synthetic", source.table)
        return Batch(
            dice, Lexicon({}), self._outline.as_of, shared_vocabularies(), parents, first, count, late
        )

    def _parent(self, column: SourceColumn) -> Parent | None:
        """The rows that a foreign key refers to; None while they wait for this table themselves."""
        reference = column.references
        table = self._outline.source(reference.table) if reference else None
        if reference is None or table is None or table.table in self._open:
            return None
        return Parent(
            reference.column, self._columns(table), quiet_rows(self._dice.child("synthetic", table.table))
        )

    def _fill(self, source: SourceTable, batch: Batch, *, seed: bool) -> dict[str, Cells]:
        known = self._blueprint_cells(source, seed=seed)
        made: dict[str, Cells] = {}
        dates: Cells | None = None
        for column in source.columns:
            cells = known.get(column.name)
            parent = batch.parents.get(column.name)
            if cells is None or (parent is not None and not set(cells) - {None} <= set(parent.keys)):
                cells = self._cells(source, column, batch, dates)
            made[column.name] = cells
            if dates is None and column.type in ("date", "timestamp"):
                dates = made[column.name]
        return made

    def _blueprint_cells(self, source: SourceTable, *, seed: bool) -> Mapping[str, Cells]:
        """Cells of those columns that are still as the blueprint has them."""
        if self._matching is None or self._factory is None or source.table not in self._matching.handles:
            return {}
        key = self._matching.handles[source.table]
        cells = self._factory.seed(key) if seed else self._factory.later(key)
        composed = self._matching.composition.tables[key]
        return {
            column.name: cells[column.name]
            for column in source.columns
            if (own := composed.column(column.name)) is not None and self._same(column, own)
        }

    def _same(self, column: SourceColumn, own: SourceColumn) -> bool:
        """Whether the blueprint's cells keep what the outline says of the column."""
        if column.references:
            handle = self._matching.handles.get(column.references.table) if self._matching else None
            mine = self._matching.composition.tables[handle].table if handle and self._matching else None
            if own.references is None or own.references.table != mine:
                return False
        promises = (column.type, column.accepted_values) == (own.type, own.accepted_values)
        return promises and column.required <= own.required and column.unique <= own.unique

    def _cells(self, source: SourceTable, column: SourceColumn, batch: Batch, dates: Cells | None) -> Cells:
        if column.references:
            parent = batch.parents.get(column.name)
            if parent is None:  # tables that refer to each other in a circle: the first one stays empty
                return [None] * batch.count
            return _keys(column, parent, batch)
        return synthetic_cells(source, column, batch, dates)


def _keys(column: SourceColumn, parent: Parent, batch: Batch) -> Cells:
    """Keys of the parent: all different where the column must be, else six of them, some more often."""
    if column.unique:
        keys = batch.dice.shuffled(f"{column.name} parents", list(parent.keys))
        return [keys[row % len(keys)] for row in batch.rows]
    used = batch.dice.shuffled(f"{column.name} parents", list(parent.busy))[:6]
    if batch.first:
        return [batch.dice.pick(f"{column.name} {row}", used) for row in batch.rows]
    return batch.dice.shuffled(f"{column.name} deal", [*used, *used[:3], used[0]])[: batch.count]
