"""What the second day did to the incremental mart, by value. Runs only inside a confined process."""

from collections.abc import Hashable
from typing import Literal

import duckdb

from scenarios.proof.compare import Row, Table, all_columns, by_size, differences
from scenarios.proof.evidence import Arrived, RowAt
from scenarios.proof.look import column_types, count_duplicates, plain
from scenarios.proof.report import ArrivedRow, Column, Value
from scenarios.proof.rows import read_table
from scenarios.proof.spec import IncrementalSpec

Connection = duckdb.DuckDBPyConnection
Kind = Literal["inserted", "updated", "late"]
MAX_ROWS = 1_000  # of a mart whose rows are listed one by one


def arrived(
    first: Connection, second: Connection, refreshed: Connection, relation: str, spec: IncrementalSpec
) -> Arrived:
    """Compare the mart after main's first run, after the second day's, and after a full refresh of that.

    Raises TooLongError, and duckdb.Error when one of the three cannot be read.
    """
    before, after, anew = (
        read_table(database, relation, MAX_ROWS) for database in (first, second, refreshed)
    )
    found = _rows(before, after, column_types(second, relation), spec)
    found.duplicates = count_duplicates(second, relation, spec.unique_key)
    for difference in differences(after, anew, spec.unique_key):
        row = RowAt(key=plain(difference.key), cursor=plain(difference.value(spec.cursor)))
        if difference.before is None:
            found.refresh_adds.append(row)
        elif difference.after is None:
            found.refresh_removes.append(row)
        else:
            found.refresh_changes.append(row)
    return found


def _rows(before: Table, after: Table, types: dict[str, str], spec: IncrementalSpec) -> Arrived:
    """What the incremental run did, row by row."""
    newest = _newest(before, spec.cursor)
    names = all_columns(before, after)
    found = Arrived(
        columns=[Column(name=name, type=types.get(name, "")) for name in names], newest=plain(newest)
    )
    for difference in differences(before, after, spec.unique_key):
        if difference.after is None:
            found.removed.append(plain(difference.key))
            continue
        kind: Kind = "updated" if difference.before else "inserted"
        if kind == "inserted" and _is_older(difference.value(spec.cursor), newest):
            kind = "late"
        row = ArrivedRow(
            key=plain(difference.key),
            kind=kind,
            before=_plain(difference.before) if difference.before else None,
            after=_plain(difference.after),
        )
        found.arrivals.append(row)
    changed = sum(row.before is not None for row in found.arrivals)
    found.untouched = len(before.rows) - changed - len(found.removed)
    return found


def _newest(table: Table, cursor: str) -> Hashable:
    known = table.values(cursor) if cursor in table.columns else []
    return max((value for value in known if value is not None), default=None, key=by_size)


def _is_older(cursor: Hashable, newest: Hashable) -> bool:
    return cursor is not None and newest is not None and by_size(cursor) < by_size(newest)


def _plain(row: Row) -> list[Value]:
    return [plain(value) for value in row]
