"""The rows of a composition's tables: ten that tell the story, and more of the same kind for the second day."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from scenarios.ai.builtin.arithmetic import names_in
from scenarios.ai.builtin.batch import Batch, Cells, Parent
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.dice import Dice
from scenarios.ai.builtin.lexicon import BlueprintError
from scenarios.ai.builtin.library import shared_vocabularies
from scenarios.ai.builtin.makers import MAKE
from scenarios.ai.builtin.schema import Column
from scenarios.ai.builtin.tables import columns_present
from scenarios.plan.names import Cell
from scenarios.plan.parts import ROWS_PER_SOURCE

Columns = dict[str, Cells]  # cells by raw column name
QUIET = 4  # rows of a table that nobody refers to
_FOLLOWING = ("calc", "lookup", "format", "after")  # makers whose cells follow from other cells of the row


class RowFactory:
    """Makes the rows of one composition. The same composition, dice and day give the same rows."""

    def __init__(self, composition: Composition, dice: Dice, as_of: date) -> None:
        self._composition = composition
        self._dice = dice.child("rows", composition.choices.angle)
        self._as_of = as_of
        self._vocabularies = {**shared_vocabularies(), **composition.blueprint.vocabularies}
        self._made: dict[str, Columns] = {}

    def seed(self, key: str) -> Columns:
        """The ten clean rows of the table with this handle."""
        if key not in self._made:
            self._made[key] = self._columns(key, self._batch(key))
        return self._made[key]

    def later(self, key: str) -> Columns:
        """Two rows for the second day: a new one and one that arrives late."""
        late = frozenset({ROWS_PER_SOURCE + 1})
        return self._columns(key, self._batch(key, first=ROWS_PER_SOURCE, count=2, late=late))

    def recalculated(self, key: str, row: Mapping[str, Cell], changes: Mapping[str, Cell]) -> dict[str, Cell]:
        """The newest row after `changes`: what depends on a changed cell is made again, and nothing else."""
        made: Columns = {name: [cell] for name, cell in {**row, **changes}.items()}
        batch = replace(self._batch(key, first=ROWS_PER_SOURCE - 1, count=1), settled=True)
        present, changed = self._present(key), set(changes)
        for name in _in_order(key, present):
            needed = needs(present[name], present)
            if name in changes or name not in made or not needed & changed or not needed <= made.keys():
                continue
            cells = self._again(name, present[name], batch, made)
            if cells != made[name]:
                made[name] = cells
                changed.add(name)
        return {name: cells[0] for name, cells in made.items()}

    def _again(self, name: str, column: Column, batch: Batch, made: Columns) -> Cells:
        """The cell anew. A cell of its own, such as an amount, stays as it is unless it must be empty now."""
        if any(made[other][0] not in values for other, values in column.only.items()):
            return [None]
        if column.maker not in _FOLLOWING and made[name] != [None]:
            return made[name]
        return MAKE[column.maker](name, column, batch, made)

    def _present(self, key: str) -> dict[str, Column]:
        return columns_present(self._composition.blueprint.tables[key], self._composition.table_keys)

    def _batch(
        self, key: str, first: int = 0, count: int = ROWS_PER_SOURCE, late: frozenset[int] = frozenset()
    ) -> Batch:
        blueprint = self._composition.blueprint
        parents = {
            column.ref: Parent(
                blueprint.tables[column.ref].key,
                self.seed(column.ref),
                quiet_rows(self._dice.child(column.ref)),
            )
            for column in self._present(key).values()
            if column.ref
        }
        lexicon = self._composition.words
        return Batch(
            self._dice.child(key), lexicon, self._as_of, self._vocabularies, parents, first, count, late
        )

    def _columns(self, key: str, batch: Batch) -> Columns:
        present = self._present(key)
        made: Columns = {}
        for name in _in_order(key, present):
            made[name] = self._finished(name, present[name], batch, made)
        return {name: made[name] for name in present}

    def _finished(self, name: str, column: Column, batch: Batch, made: Columns) -> Cells:
        cells = MAKE[column.maker](name, column, batch, made)
        for other, values in column.only.items():
            cells = [cell if made[other][place] in values else None for place, cell in enumerate(cells)]
        if column.blanks and batch.is_seed:
            empty = batch.dice.shuffled(f"{name} blanks", range(ROWS_PER_SOURCE - 1))[: column.blanks]
            cells = [None if place in empty else cell for place, cell in enumerate(cells)]
        return cells


def _in_order(key: str, present: Mapping[str, Column]) -> list[str]:
    """The columns, each after those it needs. Raises BlueprintError when they need each other."""
    found: list[str] = []
    while len(found) < len(present):
        ready = [name for name in present if name not in found and needs(present[name], present) <= {*found}]
        if not ready:
            raise BlueprintError(f"Table {key}: {', '.join(present.keys() - {*found})} need each other.")
        found += ready
    return found


def quiet_rows(dice: Dice) -> frozenset[int]:
    """Places of a table's rows that no other row refers to, so that a defect in them can be taken out again."""
    return frozenset(dice.shuffled("quiet rows", range(1, 8))[:QUIET])


def needs(column: Column, present: Mapping[str, Column]) -> set[str]:
    """Columns of the same row that must be made before this one."""
    found = {
        *column.only,
        *([column.after.partition(".")[0]] if column.after else []),
        *([column.lookup.by] if column.lookup else []),
    }
    if column.calc:
        found |= names_in(column.calc)
    if column.format:
        found |= set(re.findall(r"\{(\w+)\}", column.format))
    unknown = found - present.keys()
    if unknown:
        raise BlueprintError(f"There is no column {', '.join(sorted(unknown))}.")
    return found
