"""Cells as models write them, texts, into the plan's cells, and back. Pure."""

import re
from collections.abc import Sequence

from scenarios.plan.faults import TEXT_BYTES
from scenarios.plan.names import Cell, ColumnType
from scenarios.plan.outline import SourceColumn, SourceTable
from scenarios.plan.values import read_cell
from scenarios.plan.violations import Violation
from scenarios.plan.words import TYPE_WORDS, source_place

_EMPTY = ("", "null")  # what the plan takes for no value anyway
#: A number with nothing around it that reading would lose: 1,200.50 and 12 %, but not 1,2 or 3e5 or 12 pcs.
_NUMBER = re.compile(r"[-+]?[$€£¥]?\s?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?\s?%?")


def read_rows(
    source: SourceTable, rows: Sequence[Sequence[str]], part: str, *, label: str = ""
) -> tuple[list[list[Cell]], list[Violation]]:
    """The rows with cells of the columns' types, and what could not be read; such a cell is empty.

    A row of another width stays as wide as it is. `label` says which rows they are, such as "new row".
    """
    read, wrong = [], []
    for number, row in enumerate(rows, start=1):
        cells: list[Cell] = [None] * len(row)
        for place, (column, text) in enumerate(zip(source.columns, row, strict=False)):
            cells[place], fault = read_text(text, column)
            if fault:
                where = _place(source, column, number, label)
                wrong.append(Violation(part, where, fault, f"Write {TYPE_WORDS[column.type]}, or nothing."))
        read.append(cells)
    return read, wrong


def read_text(text: str, column: SourceColumn) -> tuple[Cell, str]:
    """The cell that a text stands for, and "" or what is wrong with it."""
    text = text.strip()
    if text.casefold() in _EMPTY:
        return None, ""
    cell = read_cell(text, column.type) if _is_whole(text, column.type) else None
    if cell is None:
        return None, f"“{text[:60]}” is not {TYPE_WORDS[column.type]}, or too long or too large."
    return cell, ""


def _is_whole(text: str, kind: ColumnType) -> bool:
    """Whether reading this text as such a cell would lose nothing of it."""
    if kind == "string":
        return len(text.encode()) <= TEXT_BYTES
    if kind not in ("integer", "number"):
        return True
    if not _NUMBER.fullmatch(text):
        return False
    return kind == "number" or read_cell(text, "number") == read_cell(text, "integer")


def _place(source: SourceTable, column: SourceColumn, number: int, label: str) -> str:
    if not label:
        return source_place(source.table, column.name, number)
    return f"{source_place(source.table, column.name)}, {label} {number}"


def texts_of(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Rows as a model would write them: the inverse of `read_rows`."""
    return [[text_of(cell) for cell in row] for row in rows]


def text_of(cell: Cell) -> str:
    """One cell as text."""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
