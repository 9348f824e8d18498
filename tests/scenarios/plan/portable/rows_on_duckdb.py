"""The sample rows on DuckDB, and rows that can be compared."""

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from tests.scenarios.plan.portable.samples import DUCKDB_TYPES, INPUTS, ROWS


def loaded() -> duckdb.DuckDBPyConnection:
    """A database in memory with the sample tables."""
    connection = duckdb.connect()
    for table, columns in INPUTS.items():
        types = ", ".join(f"{name} {DUCKDB_TYPES[kind]}" for name, kind in columns.items())
        connection.execute(f"create table {table} ({types})")
        marks = ", ".join("?" for _ in columns)
        connection.executemany(f"insert into {table} values ({marks})", ROWS[table])
    return connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names sorted, and rows with comparable values in that column order, sorted."""
    found = connection.execute(sql)
    names = [column[0] for column in found.description or []]
    order = sorted(range(len(names)), key=lambda i: names[i])
    values = [tuple(comparable(row[i]) for i in order) for row in found.fetchall()]
    return sorted(names), sorted(values, key=repr)


def comparable(value: Any) -> Any:
    """Numbers to nine digits, dates and midnights alike as texts."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        number = float(value)
        return float(f"{number:.8g}") + 0.0 if math.isfinite(number) else str(number)
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat()
    return value.isoformat() if isinstance(value, date) else value
