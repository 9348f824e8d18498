"""The matrix on paper: a table for each variant and road, and how many cells of each road went how."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tests.provisioning.faults.matrix import ROADS, Cell, Result

TITLES = {
    "retry": "the build goes on, with Retry while it fails: one of each thing, first run green, ledger true",
    "undo": "the build is stopped there and undone: nothing left, or listed",
    "undoing": "in the middle of undo, with Undo again while it fails: nothing left, or listed",
}
ABOUT = {"key": "deploy key", "app": "GitHub App and Semantic Layer"}
EMPTY = "-"


def tables(cells: Sequence[Cell], results: Mapping[Cell, Result]) -> Iterator[str]:
    """The lines of all tables. A cell without a result says "-"."""
    for variant, road, killed in sorted(
        {(cell.variant, cell.road, cell.call is None) for cell in cells},
        key=lambda one: (one[0] != "key", ROADS.index(one[1]), one[2]),
    ):
        here = [
            cell for cell in cells if (cell.variant, cell.road, cell.call is None) == (variant, road, killed)
        ]
        what = "a worker killed at every step" if killed else "a fault at every call"
        yield f"{ABOUT[variant]}, {what}; {TITLES[road]}"
        yield from _table(here, results)
        yield ""


def _table(cells: Sequence[Cell], results: Mapping[Cell, Result]) -> Iterator[str]:
    columns = list(dict.fromkeys(cell.column for cell in cells))
    rows: dict[str, dict[str, str]] = {}
    for cell in cells:
        found = results.get(cell)
        rows.setdefault(cell.row, {})[cell.column] = found.word if found else EMPTY
    first = max(map(len, rows)) + 2
    widths = {column: max(len(column), len("FAILED")) + 2 for column in columns}
    yield " " * first + "".join(column.ljust(width) for column, width in widths.items()).rstrip()
    for row, words in rows.items():
        line = "".join(words.get(column, "").ljust(width) for column, width in widths.items())
        yield f"{row.ljust(first)}{line}".rstrip()


def counts(cells: Sequence[Cell], results: Mapping[Cell, Result]) -> Iterator[str]:
    """A line for each road: so many cells, and how they ended."""
    for road in ROADS:
        here = [cell for cell in cells if cell.road == road]
        if here:
            found = Counter(results[cell].word if cell in results else "empty" for cell in here)
            told = ", ".join(f"{count} {word}" for word, count in sorted(found.items()))
            yield f"{road:<8} {len(here)} cells: {told}"


def failures(results: Iterable[Result]) -> Iterator[str]:
    """What is wrong with each cell that failed, under its name."""
    for result in results:
        if result.wrong:
            yield f"FAILED {result.cell.name}\n    {result.wrong}"
