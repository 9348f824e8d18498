"""One editing page of a section: fields, grids of rows, and the section's data on the way back.

Sources and models are edited one at a time (`item` is the table's or model's name); the pages of the others show
the whole section. The data have the shape of `scenarios.plan.sections`.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from scenarios.views import editor_fields as known
from scenarios.views.editor import Control, Data, Read, controls, read_cell, read_fields

ITEMS = {"sources": ("sources", "table"), "models": ("models", "name")}
_IDEA = ("name", "title", "kind", "table", "column", "story")
_SHARED = ("name", "kind", "table", "column")
BLANK_ROWS = 2


@dataclass
class Grid:
    """Rows of a table as a grid of inputs. `columns` are (name, type)."""

    name: str
    title: str
    columns: list[tuple[str, str]]
    rows: list[list[Any]]

    @property
    def is_open(self) -> bool:
        """Whether there is anything in it to see."""
        return any(cell is not None for row in self.rows for cell in row)


@dataclass
class SectionForm:
    """What the editing page shows."""

    groups: list[tuple[str, list[Control]]] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)


def item_names(section: str, data: Data) -> list[str]:
    """What can be edited one at a time in this section; empty when it is edited as a whole."""
    if section not in ITEMS:
        return []
    key, name = ITEMS[section]
    return [item[name] for item in data[key]]


def build(
    section: str, data: Data, tables: Mapping[str, list[tuple[str, str]]], item: str = ""
) -> SectionForm:
    """The editing page of a section, or of one item of it. `tables`: source table -> its columns."""
    if section == "sources":
        return _source_form(data, item)
    if section == "models":
        return _model_form(data, item)
    if section == "day_two":
        return _day_two_form(data, tables)
    shaped = {**data, "scenarios": _joined(data)} if section == "quality" else data
    return SectionForm([("", controls(known.FLAT[section], shaped))])


def read(
    section: str,
    data: Data,
    post: Mapping[str, str],
    tables: Mapping[str, list[tuple[str, str]]],
    item: str = "",
    *,
    key_kind: str = "string",
) -> Read:
    """The section's data with what was posted put in; `data` is the section as it was.

    `key_kind` is the type of the incremental mart's unique key, whose values the second day names.
    """
    if section == "sources":
        return _read_source(deepcopy(data), post, item)
    if section == "models":
        return _read_model(deepcopy(data), post, item)
    if section == "day_two":
        return _read_day_two(post, tables, key_kind)
    result = read_fields(known.FLAT[section], post)
    if section == "quality":
        result.data = _split(result.data["scenarios"])
    return result


# --- quality: one entry on the page, an idea and a scenario in the plan ------------------------------------
def _joined(data: Data) -> list[Data]:
    scenarios = {scenario["name"]: scenario for scenario in data["scenarios"]}
    return [{**idea, **scenarios.get(idea["name"], {})} for idea in data["ideas"]]


def _split(entries: list[Data]) -> Data:
    return {
        "ideas": [{key: entry[key] for key in _IDEA} for entry in entries],
        "scenarios": [
            {key: value for key, value in entry.items() if key in _SHARED or key not in _IDEA}
            for entry in entries
        ],
    }


# --- sources ---------------------------------------------------------------------------------------------------
def _position(section: str, data: Data, item: str) -> int:
    """Where the item stands. Raises KeyError."""
    names = item_names(section, data)
    if item not in names:
        raise KeyError(item)
    return names.index(item)


def _columns(source: Data) -> list[tuple[str, str]]:
    return [(column["name"], column["type"]) for column in source["columns"]]


def _source_form(data: Data, item: str) -> SectionForm:
    source = data["sources"][_position("sources", data, item)]
    grid = Grid("rows", f"The ten rows of {item}", _columns(source), data["rows"][item])
    return SectionForm([("", controls(known.SOURCE, source))], [grid])


def _read_source(data: Data, post: Mapping[str, str], item: str) -> Read:
    position = _position("sources", data, item)
    old = data["sources"][position]
    result = read_fields(known.SOURCE, post)
    new = {**old, **result.data}
    data["rows"][item] = _rows(post, new, result.numbers["columns"], len(data["rows"][item]))
    data["sources"][position] = new
    return Read(data, result.faults)


def _rows(post: Mapping[str, str], source: Data, numbers: list[int], count: int) -> list[list[Any]]:
    """The cells under the source's columns: both have the numbers of one page, whatever a column is called now."""
    kinds = [kind for _, kind in _columns(source)]
    return [
        [read_cell(post.get(f"rows.{row}.{at}", ""), kind) for at, kind in zip(numbers, kinds, strict=True)]
        for row in range(count)
    ]


# --- models ----------------------------------------------------------------------------------------------------
def _model_form(data: Data, item: str) -> SectionForm:
    model = data["models"][_position("models", data, item)]
    form = SectionForm([
        ("", controls(known.MODEL, model)),
        ("Statement", controls(known.STATEMENT, data["statements"][item], "statement.")),
    ])  # fmt: skip
    if data["incremental"]["model"] == item:
        form.groups.append(("Incremental", controls(known.INCREMENTAL, data["incremental"], "incremental.")))
    return form


def _read_model(data: Data, post: Mapping[str, str], item: str) -> Read:
    position = _position("models", data, item)
    result = read_fields(known.MODEL, post)
    statement = read_fields(known.STATEMENT, post, "statement.")
    data["models"][position] = {**data["models"][position], **result.data}
    data["statements"][item] = statement.data
    if data["incremental"]["model"] == item:
        data["incremental"] = read_fields(known.INCREMENTAL, post, "incremental.").data
    return Read(data, result.faults + statement.faults)


# --- the second day ---------------------------------------------------------------------------------------------
def _day_two_form(data: Data, tables: Mapping[str, list[tuple[str, str]]]) -> SectionForm:
    form = SectionForm([("", controls(known.DAY_TWO, data))])
    present = {table["table"]: table for table in data["tables"]}
    for table, columns in tables.items():
        rows = present.get(table, {"new": [], "changed": []})
        for kind, words in (("new", "new rows"), ("changed", "changed rows")):
            blank = [[None] * len(columns) for _ in range(BLANK_ROWS)]
            form.grids.append(Grid(f"{table}.{kind}", f"{table}: {words}", columns, rows[kind] + blank))
    return form


def _read_day_two(
    post: Mapping[str, str], tables: Mapping[str, list[tuple[str, str]]], key_kind: str
) -> Read:
    result = read_fields(known.DAY_TWO, post)
    for arrival in result.data["arrivals"]:
        arrival["key"] = read_cell(arrival["key"], key_kind)
    found = [{"table": table, **{kind: _grid_rows(post, f"{table}.{kind}", columns) for kind in ("new", "changed")}}
             for table, columns in tables.items()]  # fmt: skip
    result.data["tables"] = [table for table in found if table["new"] or table["changed"]]
    return result


def _grid_rows(post: Mapping[str, str], name: str, columns: list[tuple[str, str]]) -> list[list[Any]]:
    rows = []
    for row in range(20):
        cells = [read_cell(post.get(f"{name}.{row}.{at}", ""), kind) for at, (_, kind) in enumerate(columns)]
        if any(cell is not None for cell in cells):
            rows.append(cells)
    return rows
