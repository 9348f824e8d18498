"""What calls that run side by side must agree on: keys of rows, and where defects are planted.

Everything comes from the outline alone; the same outline gives the same prescription. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.ai.answers.places import rows_for_defects
from scenarios.ai.builtin.story import name_of_test
from scenarios.plan.names import Cell
from scenarios.plan.outline import DefectKind, Outline, QualityIdea, SourceTable
from scenarios.plan.parts import ROWS_PER_SOURCE
from scenarios.plan.rules.names import NAME_LIMIT, project_names

NEW_ROWS = 3  # rows of the second day that have a key prescribed
_LETTERS = 3  # of a text key, before its number


@dataclass(frozen=True)
class PrescribedDefect:
    """A defect's kind, place and test, and the rows (from 1) that it is planted in."""

    name: str
    kind: DefectKind
    table: str
    column: str
    test_name: str
    row_numbers: tuple[int, ...]


@dataclass(frozen=True)
class Prescription:
    """Keys by source table, of the ten rows and of the second day's new ones, and the defects in plan order.

    `alone` are keys of rows that no other table may refer to: a fix may take them out.
    """

    keys: Mapping[str, tuple[Cell, ...]]
    new_keys: Mapping[str, tuple[Cell, ...]]
    defects: tuple[PrescribedDefect, ...]
    alone: Mapping[str, tuple[Cell, ...]]


def prescription(outline: Outline) -> Prescription:
    """What all calls of one outline are told."""
    every = {source.table: _keys_of(outline, source) for source in outline.sources}
    defects = prescribed_defects(outline)
    keys = {table: cells[:ROWS_PER_SOURCE] for table, cells in every.items()}
    parents = {column.references.table for s in outline.sources for column in s.columns if column.references}
    alone = {
        table: tuple(cells[number - 1] for number in sorted(_leaving(defects, table)))
        for table, cells in keys.items()
        if table in parents
    }
    return Prescription(
        keys=keys,
        new_keys={table: cells[ROWS_PER_SOURCE:] for table, cells in every.items()},
        defects=tuple(defects),
        alone={table: cells for table, cells in alone.items() if cells},
    )


def prescribed_defects(outline: Outline) -> list[PrescribedDefect]:
    """The outline's defects with their tests and rows."""
    rows, tests = rows_for_defects(outline), _tests(outline)
    return [
        PrescribedDefect(idea.name, idea.kind, idea.table, idea.column, tests[idea.name], rows[idea.name])
        for idea in outline.quality
    ]


def _leaving(defects: list[PrescribedDefect], table: str) -> set[int]:
    """Numbers of the rows that a fix may take out of a table.

    Of duplicates the later one goes, by a date that is not known yet: so it may be any of them.
    """
    stays = ("inconsistent_code", "stale")
    return {
        number
        for defect in defects
        if defect.table == table and defect.kind not in stays
        for number in defect.row_numbers
    }


def _tests(outline: Outline) -> dict[str, str]:
    """A test name of its own for every defect, by the defect's name."""
    taken = {name for name, _ in project_names(outline)}
    tests: dict[str, str] = {}
    for idea in outline.quality:
        tests[idea.name] = _free_name(idea, taken)
        taken.add(tests[idea.name])
    return tests


def _free_name(idea: QualityIdea, taken: set[str]) -> str:
    name, number = name_of_test(idea), 2
    while name in taken:
        name = f"{name_of_test(idea)[: NAME_LIMIT - 3].rstrip('_')}_{number}"
        number += 1
    return name


def _keys_of(outline: Outline, source: SourceTable, above: tuple[str, ...] = ()) -> tuple[Cell, ...]:
    """All keys of a table; a key that refers to another table's has the same values."""
    column = source.column(source.primary_key)
    parent = outline.source(column.references.table) if column and column.references else None
    if parent is not None and parent.table not in (*above, source.table):
        return _keys_of(outline, parent, (*above, source.table))
    first = 100 * (outline.sources.index(source) + 1) + 1
    numbers = range(first, first + ROWS_PER_SOURCE + NEW_ROWS)
    if column is not None and column.type == "string":
        prefix = _prefixes(outline)[source.table]
        return tuple(f"{prefix}-{number - first + 1:03d}" for number in numbers)
    return tuple(numbers)


def _prefixes(outline: Outline) -> dict[str, str]:
    """Letters for text keys, different for every table: ORD for orders, OIT for order_items."""
    found: dict[str, str] = {}
    for source in outline.sources:
        words = source.table.split("_")
        letters = "".join(word[:1] for word in words[:-1]) + words[-1]
        short = letters[:_LETTERS].upper()
        candidates = [short, *(letters[: _LETTERS + more].upper() for more in range(1, len(letters)))]
        candidates += [f"{short}{number}" for number in range(2, len(outline.sources) + 2)]
        found[source.table] = next(text for text in candidates if text not in found.values())
    return found
