"""Rules about statements, the semantic layer and the talk track: one change breaks exactly one."""

from typing import Any

import pytest

from scenarios.plan.rules import check_plan
from tests.scenarios.plan.changing import REMOVED, assert_one_violation, changed
from tests.scenarios.plan.example import example_plan

SEMANTIC, METRICS = "semantic/models", "semantic/metrics"

FCT_SQL = """
select o.order_id, o.customer_id, o.order_date, o.order_status, o.is_delivered, o.days_to_deliver,
       o.item_count, o.order_amount, o.order_amount - o.order_cost as order_margin
from int_orders_totalled as o
"""

# what is changed → in which part and where it is said, and what
CASES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    # statements
    "statement missing": ({"statements/dim_customers": REMOVED}, "sql:dim_customers", "Model dim_customers",
                          "is missing"),
    "statement of no model": (
        {"statements/6": {"model": "fct_people", "sql": "select 1 as x"}}, "sql:fct_people",
        "Model fct_people",
        "not in the plan"),
    "column not selected": (
        {"statements/fct_orders/sql": FCT_SQL.replace("o.item_count,", "")}, "sql:fct_orders",
        "Model fct_orders",
        "does not select item_count"),
    "column not declared": (
        {"statements/fct_orders/sql": FCT_SQL.replace("o.item_count,", "o.item_count, o.order_cost,")},
        "sql:fct_orders", "Model fct_orders", "selects order_cost"),
    "type differs": (
        {"statements/fct_orders/sql": FCT_SQL.replace("o.order_date,", "o.order_status as order_date,")},
        "sql:fct_orders", "Model fct_orders, column order_date", "but the SQL gives text"),
    "input not read": (
        {"outline/models/dim_customers/inputs/2": "fct_order_items"}, "sql:dim_customers",
        "Model dim_customers",
        "reads fct_order_items, but the SQL does not"),
    "note on no step": (
        {"statements/dim_customers/notes/0/cte": "nowhere"}, "sql:dim_customers", "Model dim_customers",
        "the step nowhere"),
    "placeholder in a header": (
        {"statements/dim_customers/header": "{todo}"}, "sql:dim_customers",
        "Model dim_customers, header",
        "{todo}"),
    # semantic layer
    "semantic layer missing": ({"semantic": None}, "semantic", "Semantic layer", "is missing"),
    "semantic model of no mart": (
        {f"{SEMANTIC}/dim_customers/model": "int_customers_profiled"}, "semantic",
        "Semantic model int_customers_profiled", "not a mart"),
    "semantic model twice": (
        {f"{SEMANTIC}/2": example_plan().semantic.models[1].model_dump()}, "semantic",
        "Semantic model dim_customers", "there twice"),
    "entity on no column": (
        {f"{SEMANTIC}/fct_orders/entities/customer/column": "nowhere"}, "semantic",
        "Semantic model fct_orders, entity customer", "no column nowhere"),
    "dimension on no column": (
        {f"{SEMANTIC}/dim_customers/dimensions/loyalty_tier/column": "nowhere"}, "semantic",
        "Semantic model dim_customers, dimension nowhere", "no column nowhere"),
    "no primary entity": (
        {f"{SEMANTIC}/fct_orders/entities/sales_order/type": "unique"}, "semantic",
        "Semantic model fct_orders",
        "exactly one primary entity"),
    "column twice": (
        {f"{SEMANTIC}/fct_orders/dimensions/2": {"column": "order_status", "type": "categorical"}},
        "semantic",
        "Semantic model fct_orders", "order_status is used twice"),
    "dimension labels twice": (
        {f"{SEMANTIC}/fct_orders/dimensions/1/label": "Order date"}, "semantic", "Semantic model fct_orders",
        "label “Order date”"),
    "time dimension of texts": (
        {f"{SEMANTIC}/fct_orders/dimensions/order_status/type": "time"}, "semantic",
        "Semantic model fct_orders, dimension order_status", "A time dimension is a date"),
    "categories of numbers": (
        {f"{SEMANTIC}/fct_orders/dimensions/order_status/column": "order_amount"}, "semantic",
        "Semantic model fct_orders, dimension order_amount", "not a category"),
    "granularity of categories": (
        {f"{SEMANTIC}/fct_orders/dimensions/order_status/granularity": "day"}, "semantic",
        "Semantic model fct_orders, dimension order_status", "granularity"),
    "time dimension not a dimension": (
        {f"{SEMANTIC}/fct_orders/time_dimension": "order_status"}, "semantic", "Semantic model fct_orders",
        "not one of its dimensions of type time"),
    "entity of two types": (
        {f"{SEMANTIC}/fct_orders/entities/customer/column": "order_amount"}, "semantic",
        "Semantic model dim_customers, entity customer", "in another model"),
    "entity named as a dimension": (
        {f"{SEMANTIC}/fct_orders/entities/sales_order/name": "loyalty_tier"}, "semantic", "Name loyalty_tier",
        "used for two of"),
    "entity named as a metric": (
        {f"{SEMANTIC}/fct_orders/entities/sales_order/name": "revenue"}, "semantic", "Name revenue",
        "used for two of"),
    "entities with one name": (
        {f"{SEMANTIC}/fct_orders/entities/sales_order/name": "customer"}, "semantic",
        "Semantic model fct_orders",
        "Two entities are called customer"),
    "entity with a reserved name": (
        {f"{SEMANTIC}/fct_orders/entities/sales_order/name": "order"}, "semantic", "Entity order",
        "reserved"),
    "name of MetricFlow's own": (
        {f"{SEMANTIC}/fct_orders/entities/sales_order/name": "metric_time"}, "semantic", "Name metric_time",
        "for itself"),
    # metrics
    "metric not defined": ({f"{METRICS}/3": REMOVED}, "semantic", "Metric revenue_to_date", "not defined"),
    "metric not planned": (
        {f"{METRICS}/4": {"type": "cumulative", "name": "extra", "input": "revenue"}}, "semantic",
        "Metric extra",
        "does not plan it"),
    "metric twice": (
        {f"{METRICS}/4": {"type": "cumulative", "name": "revenue_to_date", "input": "revenue"}}, "semantic",
        "Metric revenue_to_date", "defined twice"),
    "metric of no semantic model": (
        {f"{METRICS}/revenue/model": "fct_order_items"}, "semantic", "Metric revenue",
        "not in the semantic layer"),
    "metric of no column": (
        {f"{METRICS}/revenue/column": "nowhere"}, "semantic", "Metric revenue", "no column nowhere"),
    "sum of texts": (
        {f"{METRICS}/revenue/column": "order_status"}, "semantic", "Metric revenue",
        "takes the sum of order_status"),
    "ratio of no metric": (
        {f"{METRICS}/average_order_value/numerator": "nothing"}, "semantic", "Metric average_order_value",
        "computed from nothing"),
    "ratio to itself": (
        {f"{METRICS}/average_order_value/numerator": "orders_placed"}, "semantic",
        "Metric average_order_value",
        "by itself"),
    "running total of a ratio": (
        {f"{METRICS}/revenue_to_date/input": "average_order_value"}, "semantic", "Metric revenue_to_date",
        "needs a simple metric"),
    "difference to itself": (
        {f"{METRICS}/3": {"type": "derived", "name": "revenue_to_date", "left": "revenue",
                          "operation": "growth",
                          "right": "revenue"}}, "semantic", "Metric revenue_to_date", "with itself"),
    "metrics in a circle": (
        {f"{METRICS}/average_order_value/numerator": "revenue_to_date",
         f"{METRICS}/3": {"type": "ratio", "name": "revenue_to_date", "numerator": "average_order_value",
                          "denominator": "revenue"}},
        "semantic", "Metric average_order_value", "in a circle"),
    # the talk track
    "beats out of order": (
        {"talk_track/beats/1/minute": 2}, "talk_track", "Talk track, “Bad data is caught”", "after minute 2"),
    "click on nothing": (
        {"talk_track/beats/3/click": "fct_nowhere"}, "talk_track", "Talk track, “The second day”",
        "fct_nowhere"),
    "unfinished beat": (
        {"talk_track/close": "Thank you, [insert name]."}, "talk_track", "Talk track, close",
        "[insert name]"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "part", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_change_breaks_one_rule(changes: dict[str, Any], part: str, place: str, words: str) -> None:
    assert_one_violation(check_plan(changed(changes)), part, place, words)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select o.order_id from int_orders_totalled as o; drop table fct_orders",
        "select {{ env_var('HOME') }} as order_id from int_orders_totalled",
        FCT_SQL.replace("int_orders_totalled as o", "stg_shop__orders as o"),
        FCT_SQL + "inner join int_orders_totalled as p on o.order_id = p.order_status",
    ],
)
def test_sql_gate_speaks_for_every_statement(sql: str) -> None:
    found = check_plan(changed({"statements/fct_orders/sql": sql}))
    assert {violation.part for violation in found} == {"sql:fct_orders"}
