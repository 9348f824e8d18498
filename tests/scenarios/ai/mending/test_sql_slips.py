"""SQL as people write it elsewhere becomes portable SQL, and means the same."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest
import sqlglot

from scenarios.ai.mending.sql.statement import is_accepted, mend_sql
from scenarios.plan.names import ColumnType
from tests.scenarios.ai.mending.sql_slips import SLIPS, D, F, P, Slip
from tests.scenarios.plan.example import example_outline, example_plan

TYPES: dict[ColumnType, str] = {"number": "decimal(18, 4)", "string": "varchar"}
OUTLINE = example_outline()


def mended(model: str, sql: str) -> tuple[str, list[str]]:
    found = OUTLINE.model(model)
    assert found is not None
    return mend_sql(OUTLINE, found, sql)


def accepted(model: str, sql: str) -> bool:
    found = OUTLINE.model(model)
    assert found is not None
    return is_accepted(OUTLINE, found, sql)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """The example plan's tables with their rows."""
    plan = example_plan()
    with duckdb.connect(":memory:") as db:
        for source in plan.outline.sources:
            kinds = ", ".join(f"{c.staged_name} {TYPES.get(c.type, c.type)}" for c in source.columns)
            db.execute(f"create table {source.staging_model} ({kinds})")
            rows = plan.rows_of(source.table)
            assert rows is not None
            marks = ", ".join("?" * len(source.columns))
            db.executemany(f"insert into {source.staging_model} values ({marks})", rows.rows)
        for statement in plan.statements:
            select = sqlglot.transpile(statement.sql, read="snowflake", write="duckdb")[0]
            db.execute(f"create table {statement.model} as {select}")
        yield db


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_slip_is_refused_before_and_accepted_after(slip: Slip) -> None:
    assert not accepted(slip.model, slip.sql)
    made, said = mended(slip.model, slip.sql)
    assert accepted(slip.model, made), made
    assert said
    assert all(sentence.startswith(f"Model {slip.model}: ") and sentence.endswith(".") for sentence in said)
    assert mended(slip.model, made) == (made, [])
    assert mended(slip.model, slip.sql) == (made, said)


def _rows(db: duckdb.DuckDBPyConnection, model: str, sql: str, dialect: str) -> list[tuple[str, ...]]:
    """What a statement gives, by declared column; numbers to four decimals, moments as days."""
    found = OUTLINE.model(model)
    assert found is not None
    relation = db.execute(sqlglot.transpile(sql, read=dialect, write="duckdb")[0])
    names = [each[0].lower() for each in relation.description or []]
    places = [names.index(column.name) for column in found.columns]
    return sorted(tuple(_shown(row[place]) for place in places) for row in relation.fetchall())


def _shown(value: object) -> str:
    if value is None or isinstance(value, bool | str | date):
        return str(value)[:40]
    return f"{float(str(value)):.4f}"


@pytest.mark.parametrize("slip", [slip for slip in SLIPS if slip.dialect], ids=lambda slip: slip.name)
def test_the_mended_statement_gives_the_same_rows(warehouse: duckdb.DuckDBPyConnection, slip: Slip) -> None:
    made, _ = mended(slip.model, slip.sql)
    before = _rows(warehouse, slip.model, slip.sql, slip.dialect or "")
    assert before
    assert _rows(warehouse, slip.model, made, "snowflake") == before


def test_nearest_name_is_said() -> None:
    slip = next(slip for slip in SLIPS if slip.name == "misspelt column")
    _, said = mended(slip.model, slip.sql)
    assert (
        "Model fct_orders: column order_total does not exist in int_orders_totalled; order_amount is meant."
        in said
    )


def test_today_is_the_reference_date() -> None:
    slip = next(slip for slip in SLIPS if slip.name == "current_date")
    made, _ = mended(slip.model, slip.sql)
    assert "'2026-03-31'" in made
    assert "current_date" not in made


def test_null_stands_for_a_column_that_nothing_gives() -> None:
    sql = (
        "select orders.customer_id, count(*) as order_count, sum(orders.order_amount) as lifetime_value, "
        "min(orders.order_date) as first_order_date, profiles.customer_name, profiles.loyalty_tier, "
        "profiles.signed_up_on from fct_orders as orders inner join int_customers_profiled as profiles "
        "on orders.customer_id = profiles.customer_id group by 1, 5, 6, 7"
    )
    made, said = mended(D, sql)
    assert accepted(D, made)
    assert "cast(null as varchar) as sales_region" in " ".join(made.split())
    assert "Model dim_customers: nothing gives the declared column sales_region: it is empty." in said


@pytest.mark.parametrize("statement", example_plan().statements, ids=lambda statement: statement.model)
def test_good_statements_stay_as_they_are(statement: object) -> None:
    plan_statement = example_plan().statement_of(statement.model)  # type: ignore[attr-defined]
    assert plan_statement is not None
    assert mended(plan_statement.model, plan_statement.sql) == (plan_statement.sql, [])


@pytest.mark.parametrize(
    ("model", "sql"),
    [
        (P, "drop table stg_shop__customers"),
        (P, "select count(*) from read_csv('/etc/passwd')"),
        (F, "select 1"),
        (F, "select " + "(" * 300 + "1" + ")" * 300),
        (F, "select order_id from int_orders_totalled where " + " and ".join(["not order_id = 1"] * 4000)),
        (D, "select customer_id from int_customers_profiled"),  # the outline says that it reads fct_orders
        (P, ""),
        (P, "```"),
        (P, "{{ this }}" * 5000),
    ],
)
def test_what_cannot_be_mended_stays_as_it_is(model: str, sql: str) -> None:
    assert mended(model, sql) == (sql, [])
