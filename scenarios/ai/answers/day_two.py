"""The second day: its answer into a part, and back. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.building import Converted, built, known
from scenarios.ai.answers.cells import read_rows, read_text, text_of, texts_of
from scenarios.ai.answers.details import ChangedRow, DayTwoAnswer, DayTwoRows, NewCell, NewRow
from scenarios.plan.arrivals import MOST, ArrivalKind
from scenarios.plan.faults import Rows, column_values
from scenarios.plan.names import Cell
from scenarios.plan.outline import Outline, SourceTable
from scenarios.plan.parts import DayTwo, DayTwoTable, PartValue, SourceRows
from scenarios.plan.rules import check_part
from scenarios.plan.rules.second_day import check_day_two
from scenarios.plan.tracing import sources_behind
from scenarios.plan.violations import Violation
from scenarios.plan.words import one_of, source_place

KEY = "day_two"
_LINE, _LABEL = 200, 120  # characters of a line about a row, and of the table's label in one of ours


def convert(outline: Outline, ask: Ask, answer: DayTwoAnswer, done: Mapping[str, PartValue]) -> Converted:
    """The part `day_two`; a changed row is its seed row in `done` with the named cells changed.

    The lines about rows become arrivals where the incremental mart has the table's own key; which rows arrive,
    and how, is computed on the whole plan (scenarios.plan.completing).
    """
    seeds = {
        table: rows
        for key, rows in done.items()
        if (table := _table_of(key)) and isinstance(rows, SourceRows)
    }
    work = _Work(outline, {table: rows.rows for table, rows in seeds.items()})
    data = {
        "story": answer.story,
        "tables": [work.table(rows) for rows in answer.tables],
        "arrivals": list(work.arrivals.values())[:MOST],
    }
    found = Converted(violations=work.wrong)
    value, wrong = built(DayTwo, data, KEY, title="Second day")
    found.violations += wrong
    if value is not None and not work.wrong:
        found.values[KEY] = value
        rules = [*check_part(outline, KEY, value), *check_day_two(outline, value, work.seeds)]
        found.violations += dict.fromkeys(rules)
    return found


def _table_of(key: str) -> str:
    return key.removeprefix("rows:") if key.startswith("rows:") else ""


class _Work:
    """Reads the second day's rows of one outline."""

    def __init__(self, outline: Outline, seeds: Mapping[str, Rows]) -> None:
        self._outline = outline
        self.seeds = seeds
        self.wrong: list[Violation] = []
        self.arrivals: dict[Cell, dict[str, Any]] = {}

    def table(self, given: DayTwoRows) -> dict[str, Any]:
        """One table's rows as data."""
        name = known(given.table, (source.table for source in self._outline.sources))
        source = self._outline.source(name)
        if source is None:
            self._say(source_place(name[:63]), "This source is not in the plan.", self._tables())
            return {"table": name}
        new, wrong = read_rows(source, [row.cells for row in given.new], KEY, label="new row")
        self.wrong += wrong
        changed = [(row, change.what) for change in given.changed if (row := self._changed(source, change))]
        if _is_behind(self._outline, source):
            lines = [row.what for row in given.new]
            self._arrive(source, list(zip(new, lines, strict=True)), "inserted")
            self._arrive(source, changed, "updated")
        return {"table": name, "new": new, "changed": [row for row, _ in changed]}

    def _tables(self) -> str:
        return f"Choose {one_of(source.table for source in self._outline.sources)}."

    def _say(self, place: str, sentence: str, hint: str) -> None:
        self.wrong.append(Violation(KEY, place, sentence, hint))

    def _changed(self, source: SourceTable, change: ChangedRow) -> list[Cell] | None:
        """The seed row with this key, changed; None when it is not there."""
        place = f"{source_place(source.table)}, changed row {change.key.strip()[:60]}"
        column = source.column(source.primary_key)
        key, fault = read_text(change.key, column) if column else (None, "Its table has no key.")
        rows = self.seeds.get(source.table)
        if fault or rows is None:
            self._say(place, fault or "The rows of the table are not known yet.", "Use the key of a row.")
            return None
        keys = column_values(source, source.primary_key, rows)
        if key not in keys:
            choices = one_of(str(known_key) for known_key in keys if known_key is not None)
            self._say(
                place, f"No row of {source.table} has the key {text_of(key) or 'nothing'}.", f"Use {choices}."
            )
            return None
        row = list(rows[keys.index(key)])
        self._change(source, row, change.cells, place)
        return row

    def _change(self, source: SourceTable, row: list[Cell], cells: Sequence[NewCell], place: str) -> None:
        names = [column.name for column in source.columns]
        staged = {column.staged_name: column.name for column in source.columns}
        for cell in cells:
            name = known(cell.column, [*names, *staged])
            name = name if name in names else staged.get(name, name)
            if name not in names:
                self._say(place, f"{source.table} has no column {name[:63]}.", f"Choose {one_of(names)}.")
                continue
            value, fault = read_text(cell.value, source.columns[names.index(name)])
            if fault:
                self._say(f"{place}, column {name}", fault, "Correct the value.")
            row[names.index(name)] = value

    def _arrive(self, source: SourceTable, told: Sequence[tuple[list[Cell], str]], kind: ArrivalKind) -> None:
        """Arrivals with the lines about these rows; without a line, one that says what the key is."""
        keys = column_values(source, source.primary_key, [row for row, _ in told])
        for number, (key, (_, line)) in enumerate(zip(keys, told, strict=True), start=1):
            label, said = ("new row", "is new") if kind == "inserted" else ("changed row", "has changed")
            what = line.strip() or f"{source.label[:_LABEL]}: {key} {said}"
            if len(what) > _LINE:
                place = f"{source_place(source.table)}, {label} {number}, what"
                self._say(place, f"The text is longer than {_LINE} characters.", "Shorten it.")
            elif key is not None:
                self.arrivals[key] = {"key": key, "kind": kind, "what": what}


def _is_behind(outline: Outline, source: SourceTable) -> bool:
    """Whether the incremental mart has the key of this table, as far as names tell."""
    column = source.column(source.primary_key)
    same = column is not None and column.staged_name == outline.incremental.unique_key
    return same and source.table in sources_behind(outline, outline.incremental.model)


def answer(outline: Outline, ask: Ask, parts: Mapping[str, PartValue]) -> DayTwoAnswer:
    """The second day; without a seed row, all cells of a changed row are named. Raises KeyError."""
    part = parts[KEY]
    if not isinstance(part, DayTwo):
        raise KeyError(KEY)
    lines = {arrival.key: arrival.what for arrival in part.arrivals}
    tables = [(table, source) for table in part.tables if (source := outline.source(table.table)) is not None]
    return DayTwoAnswer(
        story=part.story, tables=[_rows_answer(source, table, parts, lines) for table, source in tables]
    )


def _rows_answer(
    source: SourceTable, table: DayTwoTable, parts: Mapping[str, PartValue], lines: Mapping[Cell, str]
) -> DayTwoRows:
    seed = parts.get(f"rows:{source.table}")
    before = {row[_key(source)]: row for row in seed.rows} if isinstance(seed, SourceRows) else {}
    return DayTwoRows(
        table=table.table,
        new=[
            NewRow(cells=cells, what=lines.get(row[_key(source)], ""))
            for row, cells in zip(table.new, texts_of(table.new), strict=True)
        ],
        changed=[
            ChangedRow(
                key=text_of(row[_key(source)]),
                cells=_differences(source, before.get(row[_key(source)], []), row),
                what=lines.get(row[_key(source)], ""),
            )
            for row in table.changed
        ],
    )


def _key(source: SourceTable) -> int:
    return [column.name for column in source.columns].index(source.primary_key)


def _differences(source: SourceTable, before: Sequence[Cell], after: Sequence[Cell]) -> list[NewCell]:
    """The cells of a changed row that differ from the seed row, or all but the key without one."""
    old = [*before, *[None] * (len(after) - len(before))]
    return [
        NewCell(column=column.name, value=text_of(cell))
        for place, (column, cell) in enumerate(zip(source.columns, after, strict=False))
        if (cell != old[place] if before else place != _key(source))
    ]
