"""Parts are checked alone with what is known, and all together."""

import pytest

from scenarios.plan.parts import part_keys, parts_of
from scenarios.plan.rules import check_part, check_plan
from tests.scenarios.plan.changing import changed
from tests.scenarios.plan.example import example_plan


def test_example_breaks_none() -> None:
    assert check_plan(example_plan()) == []


@pytest.mark.parametrize("key", part_keys(example_plan().outline))
def test_each_part_can_be_checked_alone(key: str) -> None:
    plan = example_plan()
    part = parts_of(plan)[key]
    assert check_part(plan.outline, key, part) == []
    assert check_part(plan.outline, key, part, quality=plan.quality) == []


def test_rows_are_judged_by_the_scenarios_once_they_are_known() -> None:
    plan = changed({"rows/orders/rows/9/5": "open"})
    rows = plan.rows_of("orders")
    assert rows is not None
    assert (
        check_part(plan.outline, "rows:orders", rows) == []
    )  # the outline plans such a defect, rows unknown
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
