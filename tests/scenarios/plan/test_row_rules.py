"""Rules about rows, planted defects and the second day: one change of the example breaks exactly one."""

from typing import Any

import pytest

from scenarios.plan.rules import check_plan
from tests.scenarios.plan.changing import REMOVED, assert_one_violation, changed
from tests.scenarios.plan.example import example_plan

ORDERS, ITEMS = "rows/orders/rows", "rows/order_items/rows"
SCENARIOS = "quality/scenarios"
NEW_ORDER = [5013, 104, "INV-26-0013", "2026-03-31 08:02:00", None, "placed", False]


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
        {f"{ORDERS}/2/3": "yesterday"}, "rows:orders", "Source orders, row 3, column order_ts",
        "is not a moment"),
    "number in a text": (
        {f"{ORDERS}/2/2": 17}, "rows:orders", "Source orders, row 3, column invoice_number", "is not text"),
    "too large": (
        {f"{ITEMS}/0/3": 2**31}, "rows:order_items", "Source order_items, row 1, column quantity",
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
    "key empty": ({f"{ITEMS}/9/0": None}, "rows:order_items",
                  "Source order_items, row 10, column order_item_id",
                  "primary key is empty"),
    "key twice": (
        {f"{ITEMS}/9/0": 90001}, "rows:order_items", "Source order_items, row 10, column order_item_id",
        "90001 is there twice"),
    "required cell empty": (
        {f"{ITEMS}/0/4": None}, "rows:order_items", "Source order_items, row 1, column discount_amount",
        "required"),
    "unique value twice": (
        {f"{ORDERS}/9/2": "INV-26-0001"}, "rows:orders", "Source orders, row 10, column invoice_number",
        "unique"),
    "orphan": (
        {f"{ITEMS}/0/2": 77}, "rows:order_items", "Source order_items, row 1, column product_id",
        "no products row with the key 77"),
    "orphan beside a declared one": (
        {f"{ORDERS}/0/1": 191}, "rows:orders", "Source orders, row 1, column customer_id", "key 191"),
    "value that is not accepted": (
        {"rows/customers/rows/0/3": "nord"}, "rows:customers", "Source customers, row 1, column region",
        "nord is not one of north"),
    "rows of no source": (
        {"rows/4": {"table": "people", "rows": [[1, 2, 3]] * 10}}, "rows:people", "Source people",
        "not in the plan"),
    "rows twice": (
        {"rows/4": example_plan().rows[0].model_dump()}, "rows:customers", "Source customers", "there twice"),
    # planted defects
    "defect not planted": (
        {f"{SCENARIOS}/status_spellings/row_numbers": [4, 7, 9]}, "rows:orders",
        "Source orders, row 9, column status",
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
        {"outline/quality/status_spellings/table": "customers",
         "outline/quality/status_spellings/column": "region"},
        "quality", "Quality scenario status_spellings", "customers.region, but this is"),
    "test name twice": (
        {f"{SCENARIOS}/status_spellings/test_name": "orders_customer_exists"}, "quality",
        "Test orders_customer_exists", "Two scenarios"),
    "test name taken": (
        {f"{SCENARIOS}/status_spellings/test_name": "fct_orders"}, "quality",
        "Quality scenario status_spellings",
        "taken"),
    "test name reserved": (
        {f"{SCENARIOS}/status_spellings/test_name": "table"}, "quality",
        "Quality scenario status_spellings, test",
        "reserved"),
    "row number twice": (
        {f"{SCENARIOS}/status_spellings/row_numbers": [4, 4, 7]}, "quality",
        "Quality scenario status_spellings",
        "same row twice"),
    "range without limits": (
        _amounts(maximum=None) | {f"{ITEMS}/2/4": 0.0}, "quality", "Quality scenario another",
        "which values"),
    "range upside down": (_amounts(minimum=2000.0, failing_rows=10, row_numbers=list(range(1, 11))),
                          "quality",
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
    # the second day
    "no new row": (
        {"day_two/tables/1": REMOVED, "day_two/tables/0/new": []}, "day_two", "Second day", "No new row"),
    "new row beside the incremental mart": (
        {"day_two/tables/1": REMOVED, "day_two/tables/0": {"table": "customers", "new": [
            [111, "Mo Lund", "mo.lund@example.com", "east", None, "2026-03-31"]]}},
        "day_two", "Second day", "No new row reaches fct_orders"),
    "second day of no source": (
        {"day_two/tables/2": {"table": "people", "new": [[1, 2, 3]]}}, "day_two", "Source people",
        "not in the plan"),
    "second day twice": (
        {"day_two/tables/2": {"table": "orders", "new": [NEW_ORDER]}}, "day_two", "Source orders",
        "there twice"),
    "second day of another type": (
        {"day_two/tables/orders/new/0/3": "noon"}, "day_two", "Source orders, column order_ts, new row 1",
        "moment"),
    "second day too short": (
        {"day_two/tables/order_items/new/0/4": REMOVED}, "day_two", "Source order_items, new row 1",
        "4 values"),
    "second day's orphan": (
        {"day_two/tables/order_items/new/0/1": 4999}, "day_two",
        "Source order_items, column order_id, new row 1",
        "no orders row"),
    "key is not new": (
        {"day_two/tables/order_items/new/0/0": 90003}, "day_two",
        "Source order_items, column order_item_id, new row 1", "not new"),
    "changed row is not there": (
        {"day_two/tables/orders/changed/0/0": 6000, "day_two/tables/orders/changed/0/2": "INV-26-0099"},
        "day_two",
        "Source orders, column order_id, changed row 1", "No seed row"),
    "new value is not unique": (
        {"day_two/tables/orders/new/0/2": "INV-26-0001"}, "day_two",
        "Source orders, column invoice_number, new row 1", "there already"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "part", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_change_breaks_one_rule(changes: dict[str, Any], part: str, place: str, words: str) -> None:
    assert_one_violation(check_plan(changed(changes)), part, place, words)
