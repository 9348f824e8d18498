"""The example plan is worth starting from: its statements run, and give what its outline says."""

from collections.abc import Iterator

import duckdb
import pytest
import sqlglot

from scenarios.plan.names import ColumnType
from scenarios.plan.outline import Model, SourceTable
from scenarios.plan.parts import Plan
from tests.scenarios.plan.example import example_plan

DUCKDB_TYPES: dict[ColumnType, str] = {
    "integer": "integer",
    "number": "decimal(18, 4)",
    "string": "varchar",
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}
FAMILIES: dict[ColumnType, tuple[str, ...]] = {
    "integer": ("INTEGER", "BIGINT", "HUGEINT"),
    "number": ("DECIMAL", "DOUBLE", "INTEGER", "BIGINT", "HUGEINT"),
    "string": ("VARCHAR",),
    "date": ("DATE",),
    "timestamp": ("TIMESTAMP",),
    "boolean": ("BOOLEAN",),
}


def _stage(db: duckdb.DuckDBPyConnection, plan: Plan, source: SourceTable) -> None:
    columns = ", ".join(f"{column.staged_name} {DUCKDB_TYPES[column.type]}" for column in source.columns)
    db.execute(f"create table {source.staging_model} ({columns})")
    rows = plan.rows_of(source.table)
    assert rows is not None
    marks = ", ".join("?" * len(source.columns))
    db.executemany(f"insert into {source.staging_model} values ({marks})", rows.rows)


def _build(db: duckdb.DuckDBPyConnection, plan: Plan, model: Model) -> None:
    statement = plan.statement_of(model.name)
    assert statement is not None
    select = sqlglot.transpile(statement.sql, read="snowflake", write="duckdb")[0]
    db.execute(f"create table {model.name} as {select}")


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    plan = example_plan()
    with duckdb.connect(":memory:") as db:
        for source in plan.outline.sources:
            _stage(db, plan, source)
        for model in plan.outline.models:
            _build(db, plan, model)
        yield db


@pytest.mark.parametrize("model", example_plan().outline.models, ids=lambda model: model.name)
def test_model_delivers_what_the_outline_declares(warehouse: duckdb.DuckDBPyConnection, model: Model) -> None:
    described = warehouse.execute(f"describe {model.name}").fetchall()
    assert [row[0] for row in described] == [column.name for column in model.columns]
    for (name, kind, *_), column in zip(described, model.columns, strict=True):
        assert kind.startswith(FAMILIES[column.type]), f"{model.name}.{name} is {kind}"
        filled = warehouse.execute(f"select count(*), count({name}) from {model.name}").fetchone()
        assert filled is not None
        assert filled[0] > 0
        assert filled[1] == filled[0] if column.required or name == model.primary_key else filled[1] > 0
    distinct = warehouse.execute(f"select count(*) - count(distinct {model.primary_key}) from {model.name}")
    assert distinct.fetchone() == (0,)


def test_cost_in_the_story_is_true(warehouse: duckdb.DuckDBPyConnection) -> None:
    lost = warehouse.execute(
        "select count(*) from fct_orders where customer_id not in (select customer_id from dim_customers)"
    ).fetchone()
    rate = warehouse.execute(
        "select avg(is_delivered::int), avg((lower(order_status) = 'delivered')::int) from fct_orders"
    ).fetchone()
    assert lost == (1,)
    assert rate == (0.4, 0.6)
