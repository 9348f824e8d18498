"""What the makers of cells know: which rows are made, on which day, and the rows of the other tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from scenarios.ai.builtin.dice import Dice
from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.schema import Vocabulary
from scenarios.plan.names import Cell
from scenarios.plan.parts import ROWS_PER_SOURCE

Cells = list[Cell]


@dataclass(frozen=True)
class Parent:
    """Rows of a table that others refer to: cells by raw column name."""

    key: str
    columns: Mapping[str, Sequence[Cell]]
    quiet: frozenset[int] = frozenset()  # places (from 0) of rows that nobody refers to

    @property
    def busy(self) -> Sequence[Cell]:
        """Keys that other rows may refer to."""
        return [key for place, key in enumerate(self.keys) if place not in self.quiet]

    @property
    def keys(self) -> Sequence[Cell]:
        """Its primary keys, in order."""
        return self.columns[self.key]

    def cell(self, key: Cell, column: str) -> Cell:
        """A cell of the row with this key; None when there is no such row."""
        keys = list(self.keys)
        return self.columns[column][keys.index(key)] if key in keys and column in self.columns else None


@dataclass(frozen=True)
class Batch:
    """Rows `first` to `first + count - 1` (from 0) of one table. The seed is 0 to 9, later rows come on day two."""

    dice: Dice
    lexicon: Lexicon
    as_of: date
    vocabularies: Mapping[str, Vocabulary]
    parents: Mapping[str, Parent]
    first: int = 0
    count: int = ROWS_PER_SOURCE
    late: frozenset[int] = field(default_factory=frozenset)  # numbers of rows that arrive late
    settled: bool = False  # what was still to come has happened by the reference date

    @property
    def rows(self) -> range:
        """Numbers of the rows."""
        return range(self.first, self.first + self.count)

    @property
    def is_seed(self) -> bool:
        """Whether these are the ten rows of the seed."""
        return self.first == 0

    def day(self, offset: int) -> date:
        """The reference date plus so many days."""
        return self.as_of + timedelta(days=offset)
