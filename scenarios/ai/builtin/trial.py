"""A trial run of a demo's models on a database in memory: what its marts would hold.

Only statements of this provider are run here; everything else waits for the Proof, which is confined.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlglot

from scenarios.plan.names import Cell, ColumnType
from scenarios.plan.outline import Outline, SourceTable
from scenarios.plan.parts import ModelSql

Seeds = Mapping[str, Sequence[Sequence[Cell]]]  # rows by source table
Record = dict[str, Any]  # a mart's row: values as DuckDB gives them, by column

_TYPES: dict[ColumnType, str] = {
    "integer": "bigint", "number": "double", "string": "varchar", "date": "date", "timestamp": "timestamp",
    "boolean": "boolean",
}  # fmt: skip
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_access": False,
    "memory_limit": "256MB",
}


class TrialFailed(Exception):
    """A statement could not be run."""


def mart_rows(
    outline: Outline, seeds: Seeds, statements: Mapping[str, ModelSql], wanted: Iterable[str]
) -> dict[str, list[Record]]:
    """Rows of the `wanted` models, by model. Raises TrialFailed."""
    import duckdb  # noqa: PLC0415 - heavy, and only needed when a plan is made

    connection = duckdb.connect(":memory:", config=_SETTINGS)
    try:
        for source in outline.sources:
            _load(connection, source, seeds[source.table])
        for model in outline.models:
            select = _for_duckdb(statements[model.name].sql)
            connection.execute(f"create temp table {model.name} as {select}")
        return {name: _records(connection, name) for name in wanted}
    except (duckdb.Error, sqlglot.errors.SqlglotError) as error:
        raise TrialFailed(str(error)[:300]) from error
    finally:
        connection.close()


def _load(connection: Any, source: SourceTable, rows: Sequence[Sequence[Cell]]) -> None:
    """The staging model's rows as a table: business names and types."""
    columns = ", ".join(f"{column.staged_name} {_TYPES[column.type]}" for column in source.columns)
    connection.execute(f"create temp table {source.staging_model} ({columns})")
    marks = f"({', '.join('?' for _ in source.columns)})"
    cells = [cell for row in rows for cell in row]
    values = ", ".join(marks for _ in rows)
    connection.execute(f"insert into {source.staging_model} values {values}", cells)  # noqa: S608 - names are checked


def _records(connection: Any, name: str) -> list[Record]:
    found = connection.execute(f"select * from {name}")  # noqa: S608 - a model's name
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@lru_cache(maxsize=512)
def _for_duckdb(sql: str) -> str:
    """The plan's portable SQL as DuckDB says it: `datediff` and `dateadd` take their unit as Snowflake's do."""
    return sqlglot.transpile(sql, read="snowflake", write="duckdb")[0]
