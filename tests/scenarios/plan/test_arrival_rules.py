"""Rules about arrivals: one change of the example breaks exactly one; and what is known without running."""

from typing import Any

import pytest

from scenarios.plan.arrivals import expected_arrivals
from scenarios.plan.mend import mend_rows
from scenarios.plan.rules import check_part, check_plan
from scenarios.plan.tracing import reached, trace
from tests.scenarios.plan.changing import REMOVED, assert_one_violation, changed
from tests.scenarios.plan.example import example_plan

LATE = "day_two/tables/orders/new/1"
SQL = "statements/int_orders_totalled/sql"
#: The statement of the orders without its filter, so that each order certainly arrives.
WHOLE = {SQL: example_plan().statements[1].sql.split("where cast")[0]}

CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "nothing arrives": ({"day_two/arrivals": []}, "Second day, arrivals", "does not say what arrives"),
    "nothing new arrives": ({"day_two/arrivals/0": REMOVED}, "Second day, arrivals", "No arrival is a new row"),
    "only new ones arrive": (
        {"day_two/arrivals/2": REMOVED, "day_two/arrivals/1": REMOVED}, "Second day, arrivals",
        "All arrivals are new"),
    "key twice": ({"day_two/arrivals/3": {"key": 5011, "kind": "inserted", "what": "W"}},
                  "Second day, arrival 4", "is there twice"),
    "no key": ({"day_two/arrivals/3": {"key": None, "kind": "updated", "what": "W"}},
               "Second day, arrival 4", "has no key"),
    "unknown key": ({"day_two/arrivals/2/key": 5099}, "Second day, arrival 5099", "No row of orders"),
    "new row called changed": (
        {"day_two/arrivals/1/kind": "updated"}, "Second day, arrival 5012", "says that the row is updated"),
    "changed row called new": (
        {"day_two/arrivals/2/kind": "inserted"}, "Second day, arrival 5010", "but it is updated"),
    "late row called new": (
        WHOLE | {"day_two/arrivals/1/kind": "inserted"}, "Second day, arrival 5012", "but it is late"),
    "new row not among them": (
        WHOLE | {"day_two/arrivals/1": REMOVED}, "Second day, arrivals", "5012 reaches fct_orders"),
    "too late": (
        WHOLE | {f"{LATE}/3": "2026-03-26 23:59:59"}, "Source orders, column order_ts, new row 2",
        "loads only what is of 2026-03-27 or later"),
}  # fmt: skip


def test_example_without_its_filter_breaks_no_rule() -> None:
    assert check_plan(changed(WHOLE)) == []


@pytest.mark.parametrize(("changes", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_change_breaks_one_rule(changes: dict[str, Any], place: str, words: str) -> None:
    found = [v for v in check_plan(changed(changes)) if v.part != "sql:int_orders_totalled"]
    assert_one_violation(found, "day_two", place, words)


def test_a_filter_may_keep_a_row_out() -> None:
    assert check_plan(changed({"day_two/arrivals/1": REMOVED})) == []


def test_another_row_of_the_mart_may_change_too() -> None:
    """A window function over all orders could change this one; only the Proof can tell."""
    assert check_plan(changed({"day_two/arrivals/3": {"key": 5009, "kind": "updated", "what": "W"}})) == []


def test_a_key_that_is_computed_tells_nothing() -> None:
    key = "orders.order_id + 0 as order_id,\n                orders.customer_id"
    sql = (
        example_plan().statements[1].sql.replace("orders.order_id,\n                orders.customer_id", key)
    )
    plan = changed({SQL: sql, "day_two/arrivals/0/key": 1})
    assert expected_arrivals(plan) is None
    assert check_plan(plan) == []


def test_a_part_alone_is_judged_without_the_rows() -> None:
    plan = changed({"day_two/arrivals": []})
    found = check_part(plan.outline, "day_two", plan.day_two)
    assert_one_violation(found, "day_two", "Second day, arrivals", "does not say what arrives")


def test_missing_arrivals_are_found() -> None:
    mended, said = mend_rows(changed(WHOLE | {"day_two/arrivals": []}))
    assert [(a.key, a.kind) for a in mended.day_two.arrivals] == [
        (5011, "inserted"), (5012, "late"), (5010, "updated")
    ]  # fmt: skip
    assert mended.day_two.arrivals[0].what == "Orders: 5011 is new"
    assert said == ["Second day: its arrivals are 5011 (inserted), 5012 (late), 5010 (updated)."]
    assert check_plan(mended) == []
    assert mend_rows(mended) == (mended, [])


def test_wrong_arrivals_are_corrected_and_keep_their_words() -> None:
    changes = {"day_two/arrivals/1/kind": "inserted", "day_two/arrivals/2/key": 9}
    mended, _ = mend_rows(changed(WHOLE | changes))
    words = {a.key: (a.kind, a.what) for a in mended.day_two.arrivals}
    assert words == {
        5011: ("inserted", "Jonas's order of this morning"),
        5012: ("late", "A weekend order that the shop sent a day late"),
    }


def test_columns_are_traced_to_their_source() -> None:
    plan = example_plan()
    key = trace(plan, "fct_orders", "order_id")
    assert key is not None
    assert (key.source.table, key.column.name, key.whole) == ("orders", "order_id", False)
    assert trace(plan, "fct_orders", "order_date") is None
    cursor = trace(plan, "fct_orders", "order_date", through_casts=True)
    assert cursor is not None
    assert cursor.column.name == "order_ts"
    for model, column in (("fct_orders", "order_amount"), ("fct_orders", "nowhere"), ("nowhere", "order_id")):
        assert trace(plan, model, column) is None


def test_emptiness_stops_at_a_coalesce_and_a_value_does_not() -> None:
    plan = example_plan()
    items, customers = plan.outline.sources[3], plan.outline.sources[0]
    quantity, tier = items.columns[3], customers.columns[4]

    def names(found: list[Any]) -> set[str]:
        return {f"{model.name}.{column.name}" for model, column in found}

    empty = names(reached(plan, items, quantity, what="empty"))
    assert {"int_order_items_priced.line_amount", "fct_order_items.quantity"} <= empty
    assert "int_orders_totalled.order_amount" not in empty
    assert "fct_orders.order_margin" in names(reached(plan, items, quantity, what="value"))
    assert names(reached(plan, customers, tier, what="empty")) == set()
    assert "dim_customers.loyalty_tier" in names(reached(plan, customers, tier, what="value"))
