"""Mends the second day that a model wrote: tables, widths, keys, values. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.ai.answers.cells import read_text, text_of
from scenarios.ai.answers.details import DayTwoAnswer
from scenarios.ai.answers.prescribing import prescription
from scenarios.ai.mending.names import snake
from scenarios.ai.mending.nearest import nearest
from scenarios.ai.mending.said import Said
from scenarios.ai.mending.texts import LINE, TEXT, Texts, bounded
from scenarios.plan.faults import column_values
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceColumn, SourceTable
from scenarios.plan.parts import PartValue, SourceRows
from scenarios.plan.values import fresh, read_cell
from scenarios.plan.values import nearest as nearest_value
from scenarios.plan.words import source_place

Data = dict[str, Any]
Seeds = Mapping[str, Sequence[Sequence[Cell]]]

_MOST_TABLES = _MOST_ROWS = 5


def mend_day_two(
    outline: Outline, answer: DayTwoAnswer, done: Mapping[str, PartValue]
) -> tuple[DayTwoAnswer, list[str]]:
    """The answer with all that can be mended, and a sentence for each thing. No row is invented.

    The seed rows are those in `done`; the keys of tables without are the prescribed ones.
    """
    said = Said()
    data = bounded(answer.model_dump(), said)
    seeds = {rows.table: rows.rows for rows in done.values() if isinstance(rows, SourceRows)}
    data["tables"] = _tables(outline, data["tables"], said)
    texts = Texts(outline.company, outline.industry, said)
    texts.mend(data, {"story": TEXT}, {"story": "The next day brings new and changed rows."}, "Second day")
    work = _Day(outline, seeds, data["tables"])
    for table in data["tables"]:
        source = outline.source(table["table"])
        if source is None:
            continue
        own = said.at(source_place(source.table))
        for row in (*table["new"], *table["changed"]):
            texts.mend(row, {"what": LINE}, {}, f"{source_place(source.table)}, second day")
        work.changed(source, table, own)
        work.new(source, table, own)
    return DayTwoAnswer.model_validate(data), said.sentences


def _tables(outline: Outline, tables: Sequence[Data], said: Said) -> list[Data]:
    """Known tables, each once, with at most five rows of each kind."""
    names = [source.table for source in outline.sources]
    kept: dict[str, Data] = {}
    for table in tables:
        written = table["table"]
        found = written if written in names else _table(outline, written)
        place = said.at(source_place(written[:63]))
        if found is None:
            place.add("it is left out: this source is not in the plan.")
            continue
        if found != written:
            place.add(f"{found} is meant.")
        if found in kept:
            place.add("its rows are put together.")
        other = kept.setdefault(found, {"table": found, "new": [], "changed": []})
        for kind in ("new", "changed"):
            other[kind] = [*other[kind], *table[kind]]
            if len(other[kind]) > _MOST_ROWS:
                place.add(f"the first {_MOST_ROWS} {kind} rows are kept.")
                other[kind] = other[kind][:_MOST_ROWS]
    return list(kept.values())[:_MOST_TABLES]


def _table(outline: Outline, written: str) -> str | None:
    word = snake(written)
    staged = {snake(source.staging_model): source.table for source in outline.sources}
    return staged.get(word) or nearest(word, [source.table for source in outline.sources])


class _Day:
    """The rows of the second day, beside the seeds' rows."""

    def __init__(self, outline: Outline, seeds: Seeds, tables: Sequence[Data]) -> None:
        self._outline = outline
        self._seeds = seeds
        self._prescribed = prescription(outline)
        self._tables = {table["table"]: table for table in tables}

    def _rows(self, table: str) -> Sequence[Sequence[Cell]]:
        return self._seeds.get(table, [])

    def _keys(self, source: SourceTable) -> list[Cell]:
        """Keys of the seed rows: the real ones, else those that are prescribed."""
        if source.table in self._seeds:
            return column_values(source, source.primary_key, self._rows(source.table))
        return list(self._prescribed.keys[source.table])

    def changed(self, source: SourceTable, table: Data, said: Said) -> None:
        """Changed rows of known keys, each once, with cells of known columns."""
        keys = [text_of(key) for key in self._keys(source)]
        kept: dict[str, Data] = {}
        for row in table["changed"]:
            written = row["key"].strip()
            free = [key for key in keys if key not in kept]
            found = written if written in keys else nearest(written, free, cutoff=0.5)
            if found is None or found in kept:
                said.add(f"the changed row {written[:63]} is left out: no further row has this key.")
                continue
            if found != row["key"]:
                said.add(f"no row has the key {written[:63]}; {found} is meant.")
            seed = next((r for k, r in zip(keys, self._rows(source.table), strict=False) if k == found), None)
            cells = self._cells(source, row["cells"], seed, said)
            kept[found] = {**row, "key": found, "cells": cells}
        table["changed"] = list(kept.values())

    def _cells(
        self, source: SourceTable, cells: Sequence[Data], seed: Sequence[Cell] | None, said: Said
    ) -> list[Data]:
        """Cells of columns that exist, with values that fit; the key does not change."""
        names = [column.name for column in source.columns]
        staged = {column.staged_name: column.name for column in source.columns}
        made: dict[str, Data] = {}
        for cell in cells:
            written = cell["column"].strip()
            name = written if written in names else staged.get(written) or nearest(snake(written), names)
            if name is None or name == source.primary_key:
                said.add(f"the change of {written[:63]} is left out: it is no column that may change.")
                continue
            if name != written and written not in staged:
                said.add(f"column {written[:63]} does not exist; {name} is meant.")
            place = names.index(name)
            before = seed[place] if seed is not None and place < len(seed) else None
            value = self._value(source, source.columns[place], cell["value"], before, [], said)
            made[name] = {"column": cell["column"] if written in staged else name, "value": value}
        return list(made.values())

    def new(self, source: SourceTable, table: Data, said: Said) -> None:
        """New rows as wide as the table, with keys of their own and values that fit."""
        wide = len(source.columns)
        used: list[Cell] = list(self._keys(source))
        seen: dict[str, list[Cell]] = {column.name: [] for column in source.columns}
        for row in table["new"]:
            if len(row["cells"]) != wide:
                said.add(f"a new row of {len(row['cells'])} values is made into one of {wide}.")
                row["cells"] = [*row["cells"][:wide], *[""] * (wide - len(row["cells"]))]
            for place, column in enumerate(source.columns):
                if column.name == source.primary_key:
                    row["cells"][place] = self._new_key(source, column, row["cells"][place], used, said)
                    continue
                known = [r[place] for r in self._rows(source.table) if place < len(r)]
                like = next((value for value in reversed(known) if value is not None), None)
                taken = [*known, *seen[column.name]] if column.unique else []
                row["cells"][place] = self._value(source, column, row["cells"][place], like, taken, said)
                seen[column.name].append(read_text(row["cells"][place], column)[0])

    def _new_key(
        self, source: SourceTable, column: SourceColumn, written: str, used: list[Cell], said: Said
    ) -> str:
        key, fault = read_text(written, column)
        if fault or key is None or key in used:
            free = [k for k in self._prescribed.new_keys[source.table] if k not in used]
            key = (
                free[0] if free else fresh(column.type, used, used[-1] if used else None, self._outline.as_of)
            )
            said.add(f"the key {written.strip()[:63] or 'nothing'} is not new: {text_of(key)} is taken.")
        used.append(key)
        return text_of(key) if text_of(key) != written.strip() else written

    def _value(
        self,
        source: SourceTable,
        column: SourceColumn,
        written: str,
        like: Cell,
        taken: Sequence[Cell],
        said: Said,
    ) -> str:
        """A value that fits its column: the one written, else one read from it, else one like the seed's."""
        cell, fault = read_text(written, column)
        made = cell
        if fault:
            made = read_cell(written, column.type)
        if made is None and column.required:
            made = like
        if made is not None:
            made = self._fitting(column, made, taken, like)
        if made == cell and not fault:
            return written
        where = source_place(source.table, column.name)
        said.at(f"{where}, second day").add(f"“{written[:60]}” is replaced by {text_of(made) or 'nothing'}.")
        return text_of(made)

    def _fitting(self, column: SourceColumn, value: Cell, taken: Sequence[Cell], like: Cell) -> Cell:
        if column.accepted_values and value not in column.accepted_values:
            return nearest_value(value, column.accepted_values, 1)
        if column.references and (keys := self._parents(column)) and value not in keys:
            words = {text_of(key): key for key in keys if key is not None}
            found = nearest(text_of(value), words, cutoff=0.5)
            return words[found] if found else (like if like in keys else next(iter(words.values()), None))
        if value in taken:
            return fresh(column.type, taken, value, self._outline.as_of)
        return value

    def _parents(self, column: SourceColumn) -> list[Cell]:
        """Keys that exist once the day is over: seeds and new rows."""
        parent = self._outline.source(column.references.table) if column.references else None
        if parent is None or (key := parent.column(parent.primary_key)) is None:
            return []
        place = parent.columns.index(key)
        table = self._tables.get(parent.table, {"new": []})
        new = [read_text(r["cells"][place], key)[0] for r in table["new"] if place < len(r["cells"])]
        return [*self._keys(parent), *(value for value in new if value is not None)]
