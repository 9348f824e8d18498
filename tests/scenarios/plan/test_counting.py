"""Counts of failing rows, beside what dbt's own test queries count on the same rows in DuckDB."""

from typing import Any

import duckdb
import pytest

from scenarios.plan.counting import failing_rows
from scenarios.plan.parts import Plan, QualityScenario
from scenarios.plan.rules import check_plan
from tests.scenarios.plan.changing import changed

ORDERS = "rows/orders/rows"

# the queries of dbt's generic tests, and of singular tests for the other kinds
NOT_NULL = "select order_ts from orders where order_ts is null"
UNIQUE = """select invoice_number from orders where invoice_number is not null
            group by invoice_number having count(*) > 1"""
RELATIONSHIPS = """select c.customer_id from orders as c left join customers as p using (customer_id)
                   where c.customer_id is not null and p.customer_id is null"""
ACCEPTED = """select status, count(*) from orders group by status
              having status not in ('placed', 'shipped', 'delivered', 'cancelled')"""
RANGE = "select * from order_items where quantity < 1 or quantity > 5"
IMPOSSIBLE = "select * from orders where order_ts > delivered_on"
STALE = "select max(signed_up_on) as newest from customers having max(signed_up_on) < date '2026-03-31' - 60"


def _scenario(
    kind: str, table: str, column: str, numbers: list[int], count: int, **more: Any
) -> QualityScenario:
    return QualityScenario(
        name="another", kind=kind, table=table, column=column, row_numbers=numbers, test_name="another_test",
        failing_rows=count, cost="C", fix="F", talking_points=["T"], **more,
    )  # fmt: skip


DATED = {f"{ORDERS}/{n}/3": f"2026-03-{n + 1:02d}" for n in range(10)} | {
    "outline/sources/orders/columns/order_ts/type": "date"
}
CASES: dict[str, tuple[QualityScenario, dict[str, Any], str]] = {
    "null": (
        _scenario("null", "orders", "order_ts", [3, 8], 2), {f"{ORDERS}/2/3": None, f"{ORDERS}/7/3": None},
        NOT_NULL),
    "duplicate": (
        _scenario("duplicate", "orders", "invoice_number", [3, 8], 1),
        {f"{ORDERS}/2/2": "INV-26-0001", f"{ORDERS}/7/2": "INV-26-0001"}, UNIQUE),
    "two duplicates": (
        _scenario("duplicate", "orders", "invoice_number", [3, 8], 2),
        {f"{ORDERS}/2/2": "INV-26-0001", f"{ORDERS}/7/2": "INV-26-0004"}, UNIQUE),
    "orphan": (_scenario("orphan", "orders", "customer_id", [5, 8], 2), {f"{ORDERS}/4/1": 190},
               RELATIONSHIPS),
    "inconsistent code": (
        _scenario("inconsistent_code", "orders", "status", [1, 2, 4, 7], 3),
        {f"{ORDERS}/0/5": "done", f"{ORDERS}/1/5": "done"}, ACCEPTED),
    "out of range": (
        _scenario("out_of_range", "order_items", "quantity", [1, 2], 2, minimum=1, maximum=5),
        {"rows/order_items/rows/0/3": 0, "rows/order_items/rows/1/3": 60}, RANGE),
    "impossible dates": (
        _scenario("impossible_dates", "orders", "order_ts", [1, 2, 4, 5, 6], 5, later_column="delivered_on"),
        DATED | {f"{ORDERS}/6/4": "2026-03-07"}, IMPOSSIBLE),
    "stale": (_scenario("stale", "customers", "signed_up_on", [10], 1, max_age_days=60), {}, STALE),
    "not stale": (_scenario("stale", "customers", "signed_up_on", [10], 1, max_age_days=90), {},
                  STALE.replace("- 60", "- 90")),
}  # fmt: skip


def _dbt_counts(plan: Plan, query: str) -> int:
    types = {"integer": "integer", "number": "double", "string": "varchar", "date": "date",
             "timestamp": "timestamp", "boolean": "boolean"}  # fmt: skip
    with duckdb.connect(":memory:") as db:
        for source in plan.outline.sources:
            rows = plan.rows_of(source.table)
            assert rows is not None
            columns = ", ".join(f"{column.name} {types[column.type]}" for column in source.columns)
            db.execute(f"create table {source.table} ({columns})")
            marks = ", ".join("?" * len(source.columns))
            db.executemany(f"insert into {source.table} values ({marks})", rows.rows)
        return len(db.execute(query).fetchall())


@pytest.mark.parametrize(("scenario", "changes", "query"), CASES.values(), ids=CASES.keys())
def test_counts_as_dbt_counts(scenario: QualityScenario, changes: dict[str, Any], query: str) -> None:
    plan = changed(changes)
    assert failing_rows(plan, scenario) == _dbt_counts(plan, query)


DECLARED = [
    name for name in CASES if name not in ("orphan", "inconsistent code", "not stale", "impossible dates")
]


@pytest.mark.parametrize("name", DECLARED)
def test_declared_defects_break_no_rule(name: str) -> None:
    scenario, changes, _ = CASES[name]
    idea = {"name": "another", "title": "T", "kind": scenario.kind, "table": scenario.table,
            "column": scenario.column, "story": "S"}  # fmt: skip
    plan = changed(
        changes | {"outline/quality/2": idea, "quality/scenarios/2": scenario.model_dump(mode="json")}
    )
    assert check_plan(plan) == []


def test_places_that_do_not_exist_count_nothing() -> None:
    assert failing_rows(changed({}), _scenario("null", "nowhere", "order_ts", [1], 1)) == 0
    assert failing_rows(changed({}), _scenario("null", "orders", "nowhere", [1], 1)) == 0
    assert failing_rows(changed({}), _scenario("impossible_dates", "orders", "order_ts", [1], 1)) == 0
