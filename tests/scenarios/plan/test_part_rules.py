"""Every rule about the parts: one change of the example breaks exactly it, in the right part and place."""

from typing import Any

import pytest

from scenarios.plan.parts import part_keys, parts_of
from scenarios.plan.rules import check_part, check_plan
from tests.scenarios.plan.changing import REMOVED, changed
from tests.scenarios.plan.example import example_plan

ORDERS, ITEMS = "rows/orders/rows", "rows/order_items/rows"
SCENARIOS = "quality/scenarios"
SEMANTIC, METRICS = "semantic/models", "semantic/metrics"
NEW_ORDER = [5012, 104, "INV-26-0012", "2026-03-31 08:02:00", None, "placed", False]

FCT_SQL = """
select o.order_id, o.customer_id, o.order_date, o.order_status, o.is_delivered, o.days_to_deliver,
       o.item_count, o.order_amount, o.order_amount - o.order_cost as order_margin
from int_orders_totalled as o
"""


def _idea_and_scenario(kind: str, column: str, numbers: list[int], **fields: Any) -> dict[str, Any]:
    """Changes that plan one more scenario in orders, and describe it."""
    idea = {"name": "another", "title": "T", "kind": kind, "table": "orders", "column": column, "story": "S"}
    scenario = {"name": "another", "kind": kind, "table": "orders", "column": column, "row_numbers": numbers,
                "test_name": "orders_another", "failing_rows": len(numbers), "cost": "C", "fix": "F",
                "talking_points": ["T"], **fields}  # fmt: skip
    return {"outline/quality/2": idea, f"{SCENARIOS}/2": scenario}


def _amounts(**fields: Any) -> dict[str, Any]:
    """Changes that plant an impossible discount in line 3."""
    changes = _idea_and_scenario("out_of_range", "discount_amount", [3], **{"maximum": 1000.0, **fields})
    for place in changes.values():
        place["table"] = "order_items"
    return changes | {f"{ITEMS}/2/4": 3900.0}


# what is changed → in which part and where it is said, and what
CASES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    # rows
    "value of another type": (
        {f"{ORDERS}/2/3": "yesterday"}, "rows:orders", "Source orders, row 3, column order_ts", "is not a moment"),
    "number in a text": (
        {f"{ORDERS}/2/2": 17}, "rows:orders", "Source orders, row 3, column invoice_number", "is not text"),
    "too large": (
        {f"{ITEMS}/0/3": 2**31}, "rows:order_items", "Source order_items, row 1, column quantity", "too large"),
    "no number": (
        {f"{ITEMS}/0/4": float("inf")}, "rows:order_items", "Source order_items, row 1, column discount_amount",
        "too large"),
    "too many decimals": (
        {f"{ITEMS}/0/4": 0.123456}, "rows:order_items", "Source order_items, row 1, column discount_amount",
        "decimals"),
    "word null": (
        {"rows/customers/rows/0/1": "NULL"}, "rows:customers", "Source customers, row 1, column full_name",
        "read as no value"),
    "text too long": (
        {"rows/customers/rows/0/1": "é" * 130}, "rows:customers", "Source customers, row 1, column full_name",
        "longer than 250 bytes"),
    "line break": (
        {"rows/customers/rows/0/1": "Ada\nLovelace"}, "rows:customers",
        "Source customers, row 1, column full_name", "line break"),
    "strange year": (
        {"rows/customers/rows/0/5": "0202-01-01"}, "rows:customers",
        "Source customers, row 1, column signed_up_on", "year"),
    "missing cell": (
        {f"{ITEMS}/0/4": REMOVED}, "rows:order_items", "Source order_items, row 1", "4 values for 5 columns"),
    "key empty": ({f"{ITEMS}/9/0": None}, "rows:order_items", "Source order_items, row 10, column order_item_id",
                  "primary key is empty"),
    "key twice": (
        {f"{ITEMS}/9/0": 90001}, "rows:order_items", "Source order_items, row 10, column order_item_id",
        "90001 is there twice"),
    "required cell empty": (
        {f"{ITEMS}/0/4": None}, "rows:order_items", "Source order_items, row 1, column discount_amount", "required"),
    "unique value twice": (
        {f"{ORDERS}/9/2": "INV-26-0001"}, "rows:orders", "Source orders, row 10, column invoice_number", "unique"),
    "orphan": (
        {f"{ITEMS}/0/2": 77}, "rows:order_items", "Source order_items, row 1, column product_id",
        "no products row with the key 77"),
    "orphan beside a declared one": (
        {f"{ORDERS}/0/1": 191}, "rows:orders", "Source orders, row 1, column customer_id", "key 191"),
    "value that is not accepted": (
        {"rows/customers/rows/0/3": "nord"}, "rows:customers", "Source customers, row 1, column region",
        "nord is not one of north"),
    "rows of no source": (
        {"rows/4": {"table": "people", "rows": [[1, 2, 3]] * 10}}, "rows:people", "Source people", "not in the plan"),
    "rows twice": (
        {"rows/4": example_plan().rows[0].model_dump()}, "rows:customers", "Source customers", "there twice"),
    # planted defects
    "defect not planted": (
        {f"{SCENARIOS}/status_spellings/row_numbers": [4, 7, 9]}, "rows:orders", "Source orders, row 9, column status",
        "shows the defect (inconsistent_code), but it does not"),
    "wrong promise": (
        {f"{SCENARIOS}/status_spellings/failing_rows": 1}, "quality", "Quality scenario status_spellings",
        "promises 1 failing rows, but dbt's test will count 2"),
    "value out of range elsewhere": (
        _amounts(failing_rows=2) | {f"{ITEMS}/4/4": 5000.0}, "rows:order_items",
        "Source order_items, row 5, column discount_amount", "does not name it"),
    # scenarios
    "scenario without details": (
        {f"{SCENARIOS}/1": REMOVED, f"{ORDERS}/3/5": "delivered", f"{ORDERS}/6/5": "delivered"}, "quality",
        "Quality scenario status_spellings", "are missing"),
    "scenario not planned": (
        {"outline/quality/1": REMOVED}, "quality", "Quality scenario status_spellings", "not in the outline"),
    "scenario in another place": (
        {"outline/quality/status_spellings/table": "customers", "outline/quality/status_spellings/column": "region"},
        "quality", "Quality scenario status_spellings", "customers.region, but this is"),
    "test name twice": (
        {f"{SCENARIOS}/status_spellings/test_name": "orders_customer_exists"}, "quality",
        "Test orders_customer_exists", "Two scenarios"),
    "test name taken": (
        {f"{SCENARIOS}/status_spellings/test_name": "fct_orders"}, "quality", "Quality scenario status_spellings",
        "taken"),
    "test name reserved": (
        {f"{SCENARIOS}/status_spellings/test_name": "table"}, "quality", "Quality scenario status_spellings, test",
        "reserved"),
    "row number twice": (
        {f"{SCENARIOS}/status_spellings/row_numbers": [4, 4, 7]}, "quality", "Quality scenario status_spellings",
        "same row twice"),
    "range without limits": (
        _amounts(maximum=None) | {f"{ITEMS}/2/4": 0.0}, "quality", "Quality scenario another", "which values"),
    "range upside down": (_amounts(minimum=2000.0, failing_rows=10, row_numbers=list(range(1, 11))), "quality",
                          "Quality scenario another", "above its maximum"),
    "stale without an age": (
        _idea_and_scenario("stale", "order_ts", [10], max_age_days=None, failing_rows=1), "quality",
        "Quality scenario another", "how old"),
    "later column of another type": (
        _idea_and_scenario("impossible_dates", "order_ts", [2], later_column="delivered_on"), "quality",
        "Quality scenario another", "cannot be compared"),
    "no later column": (
        _idea_and_scenario("impossible_dates", "order_ts", [2]), "quality", "Quality scenario another",
        "does not say which date"),
    "unknown later column": (
        _idea_and_scenario("impossible_dates", "order_ts", [2], later_column="nowhere"), "quality",
        "Quality scenario another", "nowhere is not in orders"),
    # statements
    "statement missing": ({"statements/dim_customers": REMOVED}, "sql:dim_customers", "Model dim_customers",
                          "is missing"),
    "statement of no model": (
        {"statements/6": {"model": "fct_people", "sql": "select 1 as x"}}, "sql:fct_people", "Model fct_people",
        "not in the plan"),
    "column not selected": (
        {"statements/fct_orders/sql": FCT_SQL.replace("o.item_count,", "")}, "sql:fct_orders", "Model fct_orders",
        "does not select item_count"),
    "column not declared": (
        {"statements/fct_orders/sql": FCT_SQL.replace("o.item_count,", "o.item_count, o.order_cost,")},
        "sql:fct_orders", "Model fct_orders", "selects order_cost"),
    "type differs": (
        {"statements/fct_orders/sql": FCT_SQL.replace("o.order_date,", "o.order_status as order_date,")},
        "sql:fct_orders", "Model fct_orders, column order_date", "but the SQL gives text"),
    "input not read": (
        {"outline/models/dim_customers/inputs/2": "fct_order_items"}, "sql:dim_customers", "Model dim_customers",
        "reads fct_order_items, but the SQL does not"),
    "note on no step": (
        {"statements/dim_customers/notes/0/cte": "nowhere"}, "sql:dim_customers", "Model dim_customers",
        "the step nowhere"),
    "placeholder in a header": (
        {"statements/dim_customers/header": "{todo}"}, "sql:dim_customers", "Model dim_customers, dim_customers, header",
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
        {f"{SEMANTIC}/fct_orders/entities/sales_order/type": "unique"}, "semantic", "Semantic model fct_orders",
        "exactly one primary entity"),
    "column twice": (
        {f"{SEMANTIC}/fct_orders/dimensions/2": {"column": "order_status", "type": "categorical"}}, "semantic",
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
        {f"{SEMANTIC}/fct_orders/entities/sales_order/name": "customer"}, "semantic", "Semantic model fct_orders",
        "Two entities are called customer"),
    "entity with a reserved name": (
        {f"{SEMANTIC}/fct_orders/entities/sales_order/name": "order"}, "semantic", "Entity order", "reserved"),
    "name of MetricFlow's own": (
        {f"{SEMANTIC}/fct_orders/entities/sales_order/name": "metric_time"}, "semantic", "Name metric_time",
        "for itself"),
    # metrics
    "metric not defined": ({f"{METRICS}/3": REMOVED}, "semantic", "Metric revenue_to_date", "not defined"),
    "metric not planned": (
        {f"{METRICS}/4": {"type": "cumulative", "name": "extra", "input": "revenue"}}, "semantic", "Metric extra",
        "does not plan it"),
    "metric twice": (
        {f"{METRICS}/4": {"type": "cumulative", "name": "revenue_to_date", "input": "revenue"}}, "semantic",
        "Metric revenue_to_date", "defined twice"),
    "metric of no semantic model": (
        {f"{METRICS}/revenue/model": "fct_order_items"}, "semantic", "Metric revenue", "not in the semantic layer"),
    "metric of no column": (
        {f"{METRICS}/revenue/column": "nowhere"}, "semantic", "Metric revenue", "no column nowhere"),
    "sum of texts": (
        {f"{METRICS}/revenue/column": "order_status"}, "semantic", "Metric revenue", "takes the sum of order_status"),
    "ratio of no metric": (
        {f"{METRICS}/average_order_value/numerator": "nothing"}, "semantic", "Metric average_order_value",
        "computed from nothing"),
    "ratio to itself": (
        {f"{METRICS}/average_order_value/numerator": "orders_placed"}, "semantic", "Metric average_order_value",
        "by itself"),
    "running total of a ratio": (
        {f"{METRICS}/revenue_to_date/input": "average_order_value"}, "semantic", "Metric revenue_to_date",
        "needs a simple metric"),
    "difference to itself": (
        {f"{METRICS}/3": {"type": "derived", "name": "revenue_to_date", "left": "revenue", "operation": "growth",
                          "right": "revenue"}}, "semantic", "Metric revenue_to_date", "with itself"),
    "metrics in a circle": (
        {f"{METRICS}/average_order_value/numerator": "revenue_to_date",
         f"{METRICS}/3": {"type": "ratio", "name": "revenue_to_date", "numerator": "average_order_value",
                          "denominator": "revenue"}},
        "semantic", "Metric average_order_value", "in a circle"),
    # the second day
    "no new row": (
        {"day_two/tables/1": REMOVED, "day_two/tables/0/new": []}, "day_two", "Second day", "No new row"),
    "second day of no source": (
        {"day_two/tables/2": {"table": "people", "new": [[1, 2, 3]]}}, "day_two", "Source people", "not in the plan"),
    "second day twice": (
        {"day_two/tables/2": {"table": "orders", "new": [NEW_ORDER]}}, "day_two", "Source orders", "there twice"),
    "second day of another type": (
        {"day_two/tables/orders/new/0/3": "noon"}, "day_two", "Source orders, column order_ts, new row 1", "moment"),
    "second day too short": (
        {"day_two/tables/order_items/new/0/4": REMOVED}, "day_two", "Source order_items, new row 1", "4 values"),
    "second day's orphan": (
        {"day_two/tables/order_items/new/0/1": 4999}, "day_two", "Source order_items, column order_id, new row 1",
        "no orders row"),
    "key is not new": (
        {"day_two/tables/order_items/new/0/0": 90003}, "day_two",
        "Source order_items, column order_item_id, new row 1", "not new"),
    "changed row is not there": (
        {"day_two/tables/orders/changed/0/0": 6000, "day_two/tables/orders/changed/0/2": "INV-26-0099"}, "day_two",
        "Source orders, column order_id, changed row 1", "No seed row"),
    "new value is not unique": (
        {"day_two/tables/orders/new/0/2": "INV-26-0001"}, "day_two",
        "Source orders, column invoice_number, new row 1", "there already"),
    # the talk track
    "beats out of order": (
        {"talk_track/beats/1/minute": 2}, "talk_track", "Talk track, “Bad data is caught”", "after minute 2"),
    "click on nothing": (
        {"talk_track/beats/3/click": "fct_nowhere"}, "talk_track", "Talk track, “The second day”", "fct_nowhere"),
    "unfinished beat": (
        {"talk_track/close": "Thank you, [insert name]."}, "talk_track", "Talk track, close", "[insert name]"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "part", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_change_breaks_one_rule(changes: dict[str, Any], part: str, place: str, words: str) -> None:
    found = check_plan(changed(changes))
    assert [(violation.part, violation.place) for violation in found] == [(part, place)], [str(v) for v in found]
    assert words in found[0].sentence
    assert found[0].hint
    assert found[0].sentence.endswith(".")


def test_example_breaks_none() -> None:
    assert check_plan(example_plan()) == []


@pytest.mark.parametrize("key", part_keys(example_plan().outline))
def test_each_part_can_be_checked_alone(key: str) -> None:
    plan = example_plan()
    part = parts_of(plan)[key]
    assert check_part(plan.outline, key, part) == []
    assert check_part(plan.outline, key, part, quality=plan.quality) == []


def test_rows_are_judged_by_the_scenarios_once_they_are_known() -> None:
    plan = changed({f"{ORDERS}/9/5": "open"})
    rows = plan.rows_of("orders")
    assert rows is not None
    assert check_part(plan.outline, "rows:orders", rows) == []  # the outline plans such a defect, rows unknown
    found = check_part(plan.outline, "rows:orders", rows, quality=plan.quality)
    assert [violation.place for violation in found] == ["Source orders, row 10, column status"]


def test_part_of_another_model_is_refused() -> None:
    plan = example_plan()
    found = check_part(plan.outline, "sql:fct_orders", plan.statements[0])
    assert [violation.sentence for violation in found] == ["This is the part of int_order_items_priced."]
    with pytest.raises(KeyError):
        check_part(plan.outline, "sql:fct_nowhere", plan.statements[0])
    with pytest.raises(TypeError):
        check_part(plan.outline, "quality", plan.statements[0])


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
