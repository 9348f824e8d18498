"""Rules about the talk track, answered pains and main dimensions: one change breaks exactly one."""

from typing import Any

import pytest

from scenarios.plan.rules import check_part, check_plan
from scenarios.plan.rules.metrics import metric_marts
from tests.scenarios.plan.changing import REMOVED, assert_one_violation, changed
from tests.scenarios.plan.example import example_plan

BEATS = "talk_track/beats"
BAD_DATA, REVENUE = "Talk track, “Bad data is caught”", "Talk track, “One revenue”"
METRICS = "semantic/metrics"

CASES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "begins after the end": (
        {"talk_track/ends_at": 16}, "talk_track", "Talk track, “The second day”", "over in minute 16"),
    "opens nothing": ({f"{BEATS}/2/opens": "profit"}, "talk_track", REVENUE, "It opens profit"),
    "pain that is not there": (
        {f"{BEATS}/2/pains": [4]}, "talk_track", REVENUE, "pain point 4, but there are only 3"),
    "pain twice": ({f"{BEATS}/2/pains": [1, 1]}, "talk_track", REVENUE, "names a pain point twice"),
    "value of no metric": (
        {f"{BEATS}/2/say": "It is [[profit]]."}, "talk_track", REVENUE, "[[profit]] stands for"),
    "value of no metric in the opening": (
        {"talk_track/opening": "It is [[profit]]."}, "talk_track", "Talk track, opening", "[[profit]]"),
    "sentence answered twice": (
        {"outline/pain_points/0/answers": [1, 2, 1]}, "outline", "Pain point 1", "same sentence twice"),
    "dimension that is none": (
        {f"{METRICS}/revenue/by": "order_amount"}, "semantic", "Metric revenue", "no categorical dimension"),
    "dimension of time": ({f"{METRICS}/revenue/by": "order_date"}, "semantic", "Metric revenue", "order_date"),
    "dimension of another mart": (
        {f"{METRICS}/average_order_value/by": "sales_region"}, "semantic", "Metric average_order_value",
        "of fct_orders"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "part", "place", "words"), CASES.values(), ids=CASES.keys())
def test_one_change_breaks_one_rule(changes: dict[str, Any], part: str, place: str, words: str) -> None:
    assert_one_violation(check_plan(changed(changes)), part, place, words)


def test_moments_need_what_they_show() -> None:
    plain = {
        "outline/semantic_layer": False, "outline/metrics": [], "semantic": None,
        "outline/quality": [], "quality/scenarios": [],
        "rows/orders/rows/3/5": "delivered", "rows/orders/rows/6/5": "delivered", "rows/orders/rows/7/1": 101,
        "outline/pain_points/0/where": "fct_orders",
        f"{BEATS}/1/opens": None, f"{BEATS}/2/opens": None, f"{BEATS}/2/click": "fct_orders",
        f"{BEATS}/2/say": "One revenue.",
    }  # fmt: skip
    found = {v.place: v.sentence for v in check_plan(changed(plain))}
    assert found == {
        BAD_DATA: "It is a test moment, but the plan has no quality scenario.",
        REVENUE: "It is a metric moment, but there is no semantic layer.",
    }
    fixed = plain | {f"{BEATS}/1/kind": "feature", f"{BEATS}/2/kind": "feature"}
    assert check_plan(changed(fixed)) == []


def test_tests_are_not_known_before_the_scenarios() -> None:
    plan = example_plan()
    assert check_part(plan.outline, "talk_track", plan.talk_track) == []
    without = changed({"quality/scenarios/0/test_name": "another_test"})
    found = check_part(plan.outline, "talk_track", plan.talk_track, quality=without.quality)
    assert_one_violation(found, "talk_track", BAD_DATA, "It opens orders_customer_exists")


def test_main_dimension_may_come_from_any_mart_behind() -> None:
    plan = changed({
        f"{METRICS}/4": {"type": "simple", "name": "known", "model": "dim_customers", "agg": "count",
                         "column": "customer_id"},
        f"{METRICS}/5": {"type": "ratio", "name": "each", "numerator": "revenue", "denominator": "known",
                         "by": "sales_region"},
        "outline/metrics/4": {"name": "known", "label": "Known", "description": "D"},
        "outline/metrics/5": {"name": "each", "label": "Each", "description": "D"},
    })  # fmt: skip
    assert check_plan(plan) == []
    assert plan.semantic is not None
    assert metric_marts(plan.semantic, plan.semantic.metrics[5]) == ["fct_orders", "dim_customers"]


def test_a_metric_called_customer_can_be_quoted() -> None:
    plan = changed({
        "outline/metrics/0/name": "customer", f"{METRICS}/revenue/name": "customer",
        f"{METRICS}/average_order_value/numerator": "customer", f"{METRICS}/revenue_to_date/input": "customer",
        "outline/pain_points/0/where": "fct_orders", f"{BEATS}/2/click": "fct_orders", f"{BEATS}/2/opens": None,
        f"{BEATS}/2/say": "Today it is [[customer]].",
        "semantic/models/0/entities/1": REMOVED, "semantic/models/1/entities/0/name": "account",
    })  # fmt: skip
    assert check_plan(plan) == []
