"""What the database holds after a run: row counts and marts. Runs only inside a confined process."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb

from scenarios.proof.duckdb_lock import limits_at_start, lock
from scenarios.proof.evidence import Looked, ManifestNode, MartLook
from scenarios.proof.forks import OnNode
from scenarios.proof.place import Place
from scenarios.proof.report import Column, Value
from scenarios.proof.spec import IncrementalSpec, Limits

PREVIEW_ROWS = 20
MAX_TEXT = 2000  # characters of one previewed value


def open_database(place: Place, limits: Limits) -> duckdb.DuckDBPyConnection:
    """Open a run's database read-only, locked as tightly as dbt's own connections."""
    start = limits_at_start(limits.query_memory_mb)
    connection = duckdb.connect(str(place.database), read_only=True, config=start)
    lock(connection, directories=[str(place.root / "nothing")], memory_mb=limits.query_memory_mb)
    return connection


def look(
    connection: duckdb.DuckDBPyConnection,
    nodes: Sequence[ManifestNode],
    incremental: IncrementalSpec | None,
    marts: Sequence[str],
    on_node: OnNode,
) -> Looked:
    """Count each table and view, check the incremental key, and look at the marts (those that exist).

    `on_node` is told each node before it is read: a view may take for ever only now.
    """
    looked = Looked()
    for node in stored_nodes(nodes):
        on_node(node.unique_id)
        looked.counts[node.name] = _count(connection, node.relation)
        if incremental is not None and node.name == incremental.model:
            looked.duplicates = count_duplicates(connection, node.relation, incremental.unique_key)
        if node.name in marts:
            looked.marts[node.name] = _mart(connection, node.relation)
    return looked


def stored_nodes(nodes: Sequence[ManifestNode]) -> list[ManifestNode]:
    """The seeds, models and snapshots that have a table or view, by name."""
    stored = [node for node in nodes if node.relation and node.materialized != "ephemeral"]
    return sorted(stored, key=lambda node: node.name)


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int | None:
    try:
        return int(_row(connection, f"select count(*) from {relation}")[0])  # noqa: S608 - dbt's own quoted name
    except duckdb.Error:
        return None


def count_duplicates(connection: duckdb.DuckDBPyConnection, relation: str, unique_key: str) -> int | None:
    """Rows beyond one per key, or without a key; None when it cannot be counted."""
    statement = f"select count(*) - count(distinct {quote(unique_key)}) from {relation}"  # noqa: S608
    try:
        return int(_row(connection, statement)[0])
    except duckdb.Error:
        return None


def _mart(connection: duckdb.DuckDBPyConnection, relation: str) -> MartLook:
    try:
        types = column_types(connection, relation)
        columns = [Column(name=name, type=kind) for name, kind in types.items()]
        cursor = connection.execute(f"select * from {relation} order by 1 limit {PREVIEW_ROWS}")  # noqa: S608
        preview = [[plain(value) for value in row] for row in cursor.fetchall()]
        filled = ", ".join(f"count({quote(column.name)})" for column in columns)
        rows, *values = _row(connection, f"select count(*), {filled} from {relation}")  # noqa: S608
    except duckdb.Error as error:
        return MartLook(rows=0, error=str(error)[:MAX_TEXT])
    empty = [column.name for column, count in zip(columns, values, strict=True) if rows and not count]
    return MartLook(rows=rows, empty_columns=empty, columns=columns, preview=preview)


def column_types(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Each column's type, as DuckDB calls it. Raises duckdb.Error."""
    cursor = connection.execute(f"select * from {relation} limit 0")  # noqa: S608
    return {entry[0]: str(entry[1]) for entry in cursor.description or []}


def _row(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[Any, ...]:
    row = connection.execute(statement).fetchone()
    if row is None:
        raise duckdb.Error("The query gave no row.")
    return row


def quote(name: str) -> str:
    """An identifier as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'


def plain(value: object) -> Value:
    """A database value as JSON can hold it: numbers stay numbers, dates become ISO text, the rest text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # JSON has no infinity
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)[:MAX_TEXT]
