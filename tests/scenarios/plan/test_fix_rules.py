"""Every planted defect can be fixed: rules about fixes, what the fixes do to the rows, and what mending adds."""

from typing import Any

import pytest

from scenarios.plan.fixes import fix_of, fixes_of
from scenarios.plan.mend import mend_rows
from scenarios.plan.parts import Plan
from scenarios.plan.repaired import delivered_rows, repaired
from scenarios.plan.rules import check_part, check_plan
from tests.scenarios.plan.changing import assert_one_violation, changed
from tests.scenarios.plan.example import example_plan
from tests.scenarios.rendering.projects import rich_plan, soft_plan

SCENARIOS, CODES = "quality/scenarios", "quality/scenarios/status_spellings"
WRONG = {"wrong": "Delivered", "right": "delivered"}
SHOUTED = {"wrong": "DELIVERED", "right": "delivered"}


def _another(kind: str, table: str, column: str, numbers: list[int], **fields: Any) -> dict[str, Any]:
    """Changes that plan one more scenario, and describe it."""
    place = {"name": "another", "kind": kind, "table": table, "column": column}
    scenario = {**place, "row_numbers": numbers, "test_name": "another_test", "failing_rows": len(numbers),
                "cost": "C", "fix": "F", "talking_points": ["T"], **fields}  # fmt: skip
    return {"outline/quality/2": {**place, "title": "T", "story": "S"}, f"{SCENARIOS}/2": scenario}


# what is changed → where it is said, and what
CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "code without correction": (
        {f"{CODES}/corrections": [WRONG]}, "Quality scenario status_spellings", "accepted value DELIVERED means"),
    "no corrections": (
        {f"{CODES}/corrections": []}, "Quality scenario status_spellings", "Delivered or DELIVERED means"),
    "correction of a code that is nowhere": (
        {f"{CODES}/corrections": [WRONG, SHOUTED, {"wrong": "gone", "right": "cancelled"}]},
        "Quality scenario status_spellings", "corrects gone, which is in no row"),
    "correction twice": (
        {f"{CODES}/corrections": [WRONG, SHOUTED, SHOUTED]}, "Quality scenario status_spellings",
        "corrects DELIVERED twice"),
    "correction to another wrong code": (
        {f"{CODES}/corrections": [WRONG, {"wrong": "DELIVERED", "right": "done"}]},
        "Quality scenario status_spellings", "to done, which is not accepted"),
    "correction of another kind": (
        {f"{SCENARIOS}/unknown_customer/corrections": [WRONG]}, "Quality scenario unknown_customer",
        "Only wrong codes"),
    "wrong code with an apostrophe": (
        {"rows/orders/rows/3/5": "deliver'd",
         f"{CODES}/corrections": [{"wrong": "deliver'd", "right": "delivered"}, SHOUTED]},
        "Quality scenario status_spellings", "has an apostrophe"),
    "row that others refer to": (
        {"rows/orders/rows/0/3": None} | _another("null", "orders", "order_ts", [1]), "Quality scenario another",
        "Row 1 of orders would be taken out by the fix, but order_items refer to it"),
    "later twin that others refer to": (
        {"rows/orders/rows/9/2": "INV-26-0009"}
        | _another("duplicate", "orders", "invoice_number", [9, 10], failing_rows=1),
        "Quality scenario another", "Row 10 of orders"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_change_breaks_one_rule(changes: dict[str, Any], place: str, words: str) -> None:
    assert_one_violation(check_plan(changed(changes)), "quality", place, words)


def test_an_accepted_code_needs_no_correction() -> None:
    plan = changed({f"{CODES}/corrections": [{"wrong": "placed", "right": "delivered"}]})
    found = check_part(plan.outline, "quality", plan.quality)
    assert_one_violation(
        found, "quality", "Quality scenario status_spellings", "corrects placed, which is accepted"
    )


def test_a_planted_date_must_not_carry_the_window() -> None:
    dated = {f"rows/orders/rows/{n}/3": f"2026-03-{n + 1:02d}" for n in range(10)}
    plan = changed(
        dated
        | {"outline/sources/orders/columns/order_ts/type": "date", "rows/orders/rows/2/3": "2026-03-25"}
        | {"rows/orders/rows/2/4": "2026-03-20"}
        | {f"rows/orders/rows/{n}/4": None for n in range(10) if n != 2}
        | _another("impossible_dates", "orders", "order_ts", [3], later_column="delivered_on")
    )
    found = [v for v in check_plan(plan) if v.part == "rows:orders"]
    assert_one_violation(found, "rows:orders", "Source orders, row 3, column order_ts", "is the newest one")


def test_a_key_whose_parent_is_unknown_cannot_be_fixed() -> None:
    plan = changed({"outline/sources/orders/columns/customer_id/references": None})
    fix = fix_of(plan, plan.quality.scenarios[0])
    assert fix.strategy is None
    assert fix.says == "The plan does not say to which table customer_id refers."
    assert fix.says in [v.sentence for v in check_plan(plan)]


def test_good_plans_break_no_rule() -> None:
    assert check_plan(soft_plan()) == []


def _removed(plan: Plan) -> dict[str, list[int]]:
    return {table: list(rows) for table, rows in repaired(plan).removed.items() if rows}


def test_what_the_fixes_take_out() -> None:
    assert _removed(example_plan()) == {"orders": [8]}
    assert _removed(rich_plan()) == {"customers": [9], "orders": [8], "order_items": [4, 5]}
    assert _removed(soft_plan()) == {"customers": [9, 10]}


def test_what_the_fixes_write() -> None:
    assert {row[5] for row in repaired(example_plan()).rows["orders"]} == {
        "delivered",
        "cancelled",
        "shipped",
        "placed",
    }
    soft = repaired(soft_plan()).rows
    assert soft["customers"][5][1] == "unknown"
    assert [row[3] for row in soft["order_items"]][3:5] == [None, None]
    assert soft["orders"][7][1] is None


def test_only_stale_data_changes_a_seed() -> None:
    plan = rich_plan()
    rows = delivered_rows(plan)
    changes = [
        (table, number)
        for table, known in rows.items()
        for number, row in enumerate(known)
        if list(row) != plan.rows_of(table).rows[number]  # type: ignore[union-attr]
    ]
    assert changes == [("customers", 9)]
    assert rows["customers"][9][5] == plan.outline.as_of.isoformat()


def test_a_word_for_nothing_must_not_break_what_it_reaches() -> None:
    """A tier that the mart accepts only from a list cannot say unknown: its row waits."""
    place = {"rows/customers/rows/8/4": None, "outline/sources/customers/columns/loyalty_tier/required": True}
    place |= {f"rows/customers/rows/{n}/4": "gold" for n in range(10) if n != 8}
    plan = changed(place | _another("null", "customers", "loyalty_tier", [9]))
    assert fixes_of(plan)[2].strategy == "placeholder"
    listed = {"outline/models/dim_customers/columns/loyalty_tier/accepted_values": ["gold", "guest"]}
    plan = changed(place | listed | _another("null", "customers", "loyalty_tier", [9]))
    assert fixes_of(plan)[2].strategy == "hold_back"


def test_a_value_is_not_emptied_where_a_mart_needs_it() -> None:
    optional = {
        "outline/sources/order_items/columns/discount_amount/required": False,
        "rows/order_items/rows/2/4": 3900.0,
    }
    ranged = _another("out_of_range", "order_items", "discount_amount", [3], maximum=1000)
    assert fixes_of(changed(optional | ranged))[2].strategy == "empty_value"
    needed = {"outline/models/fct_order_items/columns/line_amount/required": True}
    assert fixes_of(changed(optional | needed | ranged))[2].strategy == "hold_back"


def test_missing_corrections_are_filled_in() -> None:
    mended, said = mend_rows(changed({f"{CODES}/corrections": [{"wrong": "gone", "right": "placed"}]}))
    assert mended == example_plan()
    assert said == [
        "Quality scenario status_spellings: its corrections are Delivered → delivered, DELIVERED → delivered."
    ]


def test_references_to_lost_rows_are_pointed_elsewhere() -> None:
    changes, _, _ = CASES["row that others refer to"]
    mended, said = mend_rows(changed(changes))
    assert check_plan(mended) == []
    items = mended.rows_of("order_items")
    assert items is not None
    assert 5001 not in [row[1] for row in items.rows]
    assert all("because a fix takes that row out" in sentence for sentence in said)
    assert len(said) == 2
    assert mend_rows(mended) == (mended, [])
