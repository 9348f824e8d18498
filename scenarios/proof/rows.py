"""The rows of a table as Python values. Runs only inside a confined process."""

from collections.abc import Hashable

import duckdb

from scenarios.proof.compare import MAX_ROWS, Table


class TooLongError(Exception):
    """A table has more rows than are compared."""


def read_table(connection: duckdb.DuckDBPyConnection, relation: str, limit: int = MAX_ROWS) -> Table:
    """All rows of a table or view. Raises TooLongError, and duckdb.Error when it cannot be read."""
    cursor = connection.execute(f"select * from {relation} limit {limit + 1}")  # noqa: S608 - dbt's own name
    columns = tuple(entry[0] for entry in cursor.description or [])
    rows = [tuple(_comparable(value) for value in row) for row in cursor.fetchall()]
    if len(rows) > limit:
        raise TooLongError
    return Table(columns, rows)


def _comparable(value: object) -> Hashable:
    """A value that equals what is the same: NaN does not equal itself, and lists cannot be looked up."""
    if isinstance(value, Hashable) and value == value:
        return value
    return repr(value)
