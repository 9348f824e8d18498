"""Fits the second day's rows to columns that were added, removed, moved or renamed. Pure, on plain data."""

from collections.abc import Mapping, Sequence
from typing import Any

Data = dict[str, Any]


def refitted(
    tables: Sequence[Data], old: Sequence[Data], new: Sequence[Data], rows: Mapping[str, Sequence[Any]]
) -> list[Data]:
    """The second day's tables with each value under the column it was written for.

    `old` and `new` are the outline's sources, `rows` the new seed rows by table. A new column takes a changed
    row's value from its seed row and is empty in a new row. A column that only changed its name keeps its values.
    """
    before = {source["table"]: source for source in old}
    after = {source["table"]: source for source in new}
    return [
        _refit(table, before[table["table"]], after[table["table"]], rows.get(table["table"], []))
        if table.get("table") in before and table.get("table") in after
        else table
        for table in tables
    ]


def _refit(table: Data, old: Data, new: Data, seeds: Sequence[Any]) -> Data:
    places = _places(old["columns"], new["columns"])
    if places == list(range(len(old["columns"]))):
        return table
    names = [column["name"] for column in new["columns"]]
    key = names.index(new["primary_key"]) if new["primary_key"] in names else None
    known = {row[key]: row for row in seeds if key is not None and len(row) == len(names)}

    def moved(row: Sequence[Any]) -> list[Any]:
        cells = [row[at] if at is not None and at < len(row) else None for at in places]
        seed = known.get(cells[key]) if key is not None else None
        return [
            seed[place] if at is None and seed is not None else cell
            for place, (at, cell) in enumerate(zip(places, cells, strict=True))
        ]

    return {**table, **{kind: [moved(row) for row in table[kind]] for kind in ("new", "changed")}}


def _places(old: Sequence[Data], new: Sequence[Data]) -> list[int | None]:
    """For each new column the place of its values in the old rows; None for one that has none."""
    before, now = [column["name"] for column in old], [column["name"] for column in new]

    def place(at: int, column: Data) -> int | None:
        if column["name"] in before:
            return before.index(column["name"])
        renamed = len(old) == len(new) and before[at] not in now and old[at].get("type") == column.get("type")
        return at if renamed else None

    return [place(at, column) for at, column in enumerate(new)]
