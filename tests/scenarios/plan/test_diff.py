"""Differences between plans, as a person reads them."""

from typing import Any

import pytest

from scenarios.plan.diff import Change, diff_plans, same
from tests.scenarios.plan.changing import REMOVED, changed
from tests.scenarios.plan.example import example_plan

CASES: dict[str, tuple[dict[str, Any], Change]] = {
    "context": (
        {"outline/context/use_case": "Another."},
        Change("business context", "Business context, use case", "changed",
               "One tested definition of revenue, from the shop's tables to the board report.", "Another.")),
    "column of a source": (
        {"outline/sources/orders/columns/is_gift/required": True},
        Change("data", "Source orders, column is_gift", "changed",
               "boolean; Whether it was wrapped as a gift.",
               "boolean; required; Whether it was wrapped as a gift.")),
    "materialization": (
        {"outline/models/int_orders_totalled/materialized": "ephemeral"},
        Change("models", "Model int_orders_totalled, materialized", "changed", "view", "ephemeral")),
    "lookback": (
        {"outline/incremental/lookback_days": 7},
        Change("models", "Incremental model, lookback days", "changed", "3", "7")),
    "metric": (
        {"semantic/metrics/revenue/agg": "max"},
        Change("semantic layer", "Metric revenue, agg", "changed", "sum", "max")),
    "metric label": (
        {"outline/metrics/revenue/label": "Sales"},
        Change("semantic layer", "Metric revenue, label", "changed", "Revenue", "Sales")),
    "pain point": (
        {"outline/pain_points/2/minute": 20},
        Change("pain points", "Pain point 3, minute", "changed", "16", "20")),
    "scenario": (
        {"quality/scenarios/status_spellings/failing_rows": 1},
        Change("quality", "Scenario status_spellings, failing rows", "changed", "2", "1")),
    "second day": (
        {"day_two/story": "Nothing."},
        Change("day two", "Second day, story", "changed",
               "Overnight one order arrived, one was delivered, and one came a day late.",
               "Nothing.")),
    "talk track": (
        {"talk_track/beats/1/say": "Look."},
        Change("talk track", "Minute 6, say", "changed",
               "This order belongs to nobody. The test says so before the board does.", "Look.")),
    "feature": (
        {"features/run_tag": {"pain": 1, "say": "Run only this.", "tag": "board", "models": ["fct_orders"]}},
        Change("more of dbt", "Tag", "added")),
    "scenario removed": (
        {"outline/quality/1": REMOVED, "quality/scenarios/1/name": "unknown_customer"},
        Change("quality", "Scenario status_spellings", "removed")),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), CASES.values(), ids=CASES.keys())
def test_one_change_is_said_once(changes: dict[str, Any], expected: Change) -> None:
    old, new = example_plan(), changed(changes)
    found = [change for change in diff_plans(old, new) if change.subject == expected.subject]
    if expected.kind == "changed":
        assert diff_plans(old, new) == [expected]
    else:
        assert [(change.section, change.kind) for change in found] == [(expected.section, expected.kind)]
        gone, come = (
            ("title: One state, three spellings", "") if expected.kind == "removed" else ("", "say: Run")
        )
        assert (gone in found[0].before, come in found[0].after) == (True, True)
        assert "" in (found[0].before, found[0].after)
    assert not same(old, new)


def test_rows_are_compared_line_by_line() -> None:
    (change,) = diff_plans(example_plan(), changed({"rows/orders/rows/0/5": "placed"}))
    assert (change.section, change.subject, change.kind) == ("data", "Source orders, rows", "changed")
    assert (
        '-5001, 101, "INV-26-0001", "2026-01-09 08:14:00", "2026-01-13", "delivered", false' in change.lines
    )
    assert '+5001, 101, "INV-26-0001", "2026-01-09 08:14:00", "2026-01-13", "placed", false' in change.lines
    assert len([line for line in change.lines if line[0] in "+-"]) == 2


def test_statements_are_compared_line_by_line_without_their_indentation() -> None:
    statement = example_plan().statement_of("int_customers_profiled")
    assert statement is not None
    sql = statement.sql.replace("'guest'", "'none'")
    (change,) = diff_plans(example_plan(), changed({"statements/int_customers_profiled/sql": sql}))
    assert change.subject == "Model int_customers_profiled, SQL"
    assert "+    coalesce(customers.loyalty_tier, 'none') as loyalty_tier," in change.lines
    indented = changed({"statements/int_customers_profiled/sql": statement.sql.replace("\n", "\n  ")})
    assert diff_plans(example_plan(), indented) == []


def test_added_and_removed_are_the_two_ways_of_one_change() -> None:
    more = changed({"outline/metrics/4": {"name": "units", "label": "Units", "description": "Pieces."}})
    (added,) = diff_plans(example_plan(), more)
    (removed,) = diff_plans(more, example_plan())
    assert added == Change(
        "semantic layer", "Metric units", "added", "", "label: Units\ndescription: Pieces."
    )
    assert removed == Change(
        "semantic layer", "Metric units", "removed", "label: Units\ndescription: Pieces."
    )


def test_equal_plans_have_no_difference() -> None:
    assert diff_plans(example_plan(), example_plan()) == []
    assert same(example_plan(), example_plan())
