"""Printed statements run on PostgreSQL, with the macros of its own adapter, and give the rows that were meant."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import duckdb
import psycopg
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.plan.portable import check_select, print_select
from tests.projects.postgres import start_server
from tests.scenarios.plan.portable.adapters.own_macros import MISSING, PACKAGES, own_macros
from tests.scenarios.plan.portable.macros_for_tests import model_text, rendered
from tests.scenarios.plan.portable.rows_on_duckdb import comparable, loaded, rows
from tests.scenarios.plan.portable.samples import DUCKDB_TYPES, GOOD, IMPORT_NAMES, INPUTS, ROWS
from tests.scenarios.plan.portable.typed_sql import expressions

pytestmark = [
    pytest.mark.skipif(not PACKAGES.exists(), reason=MISSING),
    pytest.mark.slow,  # and never on the other lane's server, which is somebody else's
]
TYPED = expressions()


class OwnMacros(SimpleNamespace):
    """The `dbt` object of a Jinja context, as dbt-postgres fills it."""

    call: Callable[..., str]

    def __getattr__(self, name: str) -> Callable[..., str]:
        return lambda *arguments, **named: self.call(name, *arguments, **named)


@pytest.fixture(scope="module")
def dbt() -> OwnMacros:
    return OwnMacros(call=own_macros("postgres"))


@pytest.fixture(scope="module")
def postgres() -> Iterator[psycopg.Connection[Any]]:
    """A server of its own with the sample tables."""
    with psycopg.connect(start_server(), autocommit=True) as connection:
        for table, columns in INPUTS.items():
            types = ", ".join(f"{name} {DUCKDB_TYPES[kind]}" for name, kind in columns.items())
            connection.execute(f"create table {table} ({types})")
            marks = ", ".join("%s" for _ in columns)
            connection.cursor().executemany(f"insert into {table} values ({marks})", ROWS[table])
        yield connection


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with loaded() as connection:
        yield connection


def on_postgres(connection: psycopg.Connection[Any], sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """As `rows`, on PostgreSQL."""
    found = connection.execute(sql)
    names = [column.name for column in found.description or []]
    order = sorted(range(len(names)), key=lambda i: names[i])
    values = [tuple(comparable(row[i]) for i in order) for row in found.fetchall()]
    return sorted(names), sorted(values, key=repr)


def text_of(sql: str) -> str:
    return model_text(print_select(sql, inputs=INPUTS, import_names=IMPORT_NAMES))


def meant(sql: str) -> str:
    """The statement as written, for DuckDB."""
    original = sqlglot.transpile(sql.rstrip(";"), read="snowflake", write="duckdb")[0]
    return original.replace("{{ x }}", "{ { x } }").replace("%}", "% }")


@pytest.mark.parametrize("name", sorted(GOOD))
def test_printed_statement_gives_the_rows_that_were_meant(
    name: str, postgres: psycopg.Connection[Any], warehouse: duckdb.DuckDBPyConnection, dbt: OwnMacros
) -> None:
    assert on_postgres(postgres, rendered(text_of(GOOD[name]), dbt)) == rows(warehouse, meant(GOOD[name]))


@settings(max_examples=120, deadline=None, database=None, derandomize=True)
@given(data=st.data(), kind=st.sampled_from(sorted(TYPED)))
def test_random_expressions_mean_the_same(
    postgres: psycopg.Connection[Any],
    warehouse: duckdb.DuckDBPyConnection,
    dbt: OwnMacros,
    data: st.DataObject,
    kind: str,
) -> None:
    expression, condition = data.draw(TYPED[kind]), data.draw(TYPED["boolean"])
    sql = f"select order_id, {expression} as answer from stg_shop__orders where {condition}"
    if check_select(sql, inputs=INPUTS, part="x").violations:
        return
    try:
        expected = rows(warehouse, meant(sql))
    except duckdb.Error:  # too large a number, a date out of range: the original does not run either
        return
    assert on_postgres(postgres, rendered(text_of(sql), dbt)) == expected
