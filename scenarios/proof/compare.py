"""Two states of one table, compared by value. Pure: no database, no dbt."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scenarios.proof.report import TableChange

Row = tuple[Hashable, ...]
MAX_ROWS = 20_000  # of a table that is compared; seeds have ten rows, a calendar a few thousand


@dataclass(frozen=True)
class Table:
    """A table's rows as Python values, in any order."""

    columns: tuple[str, ...]
    rows: Sequence[Row]

    def values(self, column: str) -> list[Hashable]:
        """One column of all rows. Raises ValueError when there is none of this name."""
        at = self.columns.index(column)
        return [row[at] for row in self.rows]

    def spread(self, columns: tuple[str, ...]) -> Counter[Row]:
        """How often each row is there, over these columns; one that the table does not have is null."""
        at = [self.columns.index(name) if name in self.columns else None for name in columns]
        return Counter(tuple(None if place is None else row[place] for place in at) for row in self.rows)


@dataclass(frozen=True)
class Difference:
    """A row that is new (no `before`), gone (no `after`) or changed; `columns` are those of both tables."""

    key: Hashable
    columns: tuple[str, ...]
    before: Row | None
    after: Row | None

    def value(self, column: str) -> Hashable:
        """The value in the row as it is now, or as it was if it is gone; None without such a column."""
        row = self.after or self.before
        return row[self.columns.index(column)] if row and column in self.columns else None


def differences(before: Table, after: Table, key: str | None) -> list[Difference]:
    """Rows that differ, matched by the key column and ordered by it. Without one, no row counts as changed.

    Rows may be there several times, and so may keys: equal rows match first.
    """
    columns = all_columns(before, after)
    old, new = before.spread(columns), after.spread(columns)
    gone, come = _by_key(old - new, columns, key), _by_key(new - old, columns, key)
    found = []
    for value in sorted({*gone, *come}, key=by_size):
        lost, won = gone.get(value, []), come.get(value, [])
        pairs = 0 if key is None else min(len(lost), len(won))
        found += [Difference(value, columns, lost[at], won[at]) for at in range(pairs)]
        found += [Difference(value, columns, row, None) for row in lost[pairs:]]
        found += [Difference(value, columns, None, row) for row in won[pairs:]]
    return found


def change_of(model: str, before: Table, after: Table, key: str | None) -> TableChange | None:
    """What became of a model's rows, or None when nothing did."""
    found = differences(before, after, key)
    if not found:
        return None
    added = sum(difference.before is None for difference in found)
    removed = sum(difference.after is None for difference in found)
    return TableChange(
        model=model,
        rows_before=len(before.rows),
        rows_after=len(after.rows),
        added=added,
        removed=removed,
        changed=len(found) - added - removed,
    )


def all_columns(before: Table, after: Table) -> tuple[str, ...]:
    """The columns of both tables, those that are new last."""
    return (*before.columns, *(name for name in after.columns if name not in before.columns))


def likely_key(before: Table, after: Table) -> str | None:
    """The column that tells rows apart best in both tables, the first of equals, for a table without tests."""

    def distinct(column: str) -> int:
        return min(
            len({value for value in table.values(column) if value is not None}) for table in (before, after)
        )

    shared = [column for column in before.columns if column in after.columns]
    return max(shared, key=distinct, default=None)


def _by_key(rows: Counter[Row], columns: tuple[str, ...], key: str | None) -> dict[Hashable, list[Row]]:
    at = columns.index(key) if key in columns else 0
    grouped: dict[Hashable, list[Row]] = {}
    for row in sorted(rows.elements(), key=by_size):
        grouped.setdefault(row[at], []).append(row)
    return grouped


def by_size(value: Hashable) -> tuple[bool, float, str]:
    """An order for any values: numbers by size, then the rest by text, in which dates are in order too."""
    is_number = isinstance(value, int | float | Decimal)
    return (not is_number, float(value) if is_number else 0.0, str(value))  # type: ignore[arg-type]
