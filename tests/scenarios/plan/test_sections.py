"""Sections go out and come back unchanged; what is wrong comes back as sentences that name the place."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from scenarios.plan.outline import Outline
from scenarios.plan.parts import Plan, Quality, SourceRows
from scenarios.plan.sections import SECTIONS, get_section, replace_section, schema_violations
from scenarios.plan.violations import PlanRefused, Violation
from tests.scenarios.plan.changing import REMOVED, changed, changed_data
from tests.scenarios.plan.example import example_plan


def _refused(key: str, data: Any) -> list[Violation]:
    with pytest.raises(PlanRefused) as caught:
        replace_section(example_plan(), key, data)
    return caught.value.violations


@pytest.mark.parametrize("key", SECTIONS)
def test_section_comes_back_unchanged(key: str) -> None:
    plan = example_plan()
    data = json.loads(json.dumps(get_section(plan, key)))
    assert replace_section(plan, key, data) == plan


CHANGES: dict[str, dict[str, Any]] = {
    "context": {"outline/context/use_case": "Another."},
    "sources": {"outline/sources/orders/label": "Sales", "rows/orders/rows/0/6": True},
    "models": {"outline/incremental/lookback_days": 7, "statements/fct_orders/header": "Sales."},
    "semantic": {"outline/metrics/revenue/label": "Sales", "semantic/metrics/revenue/agg": "max"},
    "pain_points": {"outline/pain_points/0/minute": 9},
    "features": {
        "features/run_tag": {"pain": 1, "say": "Run only this.", "tag": "board", "models": ["fct_orders"]}
    },
    "quality": {"outline/quality/0/title": "Nobody's order", "quality/scenarios/0/fix": "Ask."},
    "day_two": {"day_two/story": "One order came."},
    "talk_track": {"talk_track/close": "Thank you."},
}


@pytest.mark.parametrize("key", SECTIONS)
def test_changed_section_changes_only_its_part(key: str) -> None:
    wanted = changed(CHANGES[key])
    assert replace_section(example_plan(), key, get_section(wanted, key)) == wanted
    others = [other for other in SECTIONS if other != key]
    assert all(get_section(wanted, other) == get_section(example_plan(), other) for other in others)


def test_fields_left_out_stay() -> None:
    plan = replace_section(example_plan(), "context", {"use_case": "Another."})
    assert plan == changed({"outline/context/use_case": "Another."})


def test_broken_rule_is_refused_with_its_place() -> None:
    data = get_section(example_plan(), "sources")
    data["rows"]["order_items"][0][2] = 77
    assert [violation.place for violation in _refused("sources", data)] == [
        "Source order_items, row 1, column product_id"
    ]


def test_unknown_section_and_field() -> None:
    with pytest.raises(KeyError):
        get_section(example_plan(), "nothing")
    with pytest.raises(KeyError):
        replace_section(example_plan(), "nothing", {})
    (violation,) = _refused("quality", {"scenario": []})
    assert violation.sentence == "It has no field called scenario."


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("sources", {"rows": 3}),
        ("models", {"statements": {"fct_orders": 3}}),
        ("models", {"statements": None}),
    ],
)
def test_other_shapes_are_refused_not_raised(key: str, data: dict[str, Any]) -> None:
    assert [violation.part for violation in _refused(key, data)] == ["outline"]


# what is put where → part, place, words of the sentence
SHAPES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "type": ({"outline/sources/orders/columns/status/type": "money"}, "outline",
             "Source orders, column status, type", "“money” is not possible here"),
    "name": ({"outline/models/0/columns/1/name": "Order ID"}, "outline",
             "Model int_order_items_priced, column Order ID, name", "not a legal name"),
    "missing": ({"outline/incremental/why": REMOVED}, "outline", "Outline, Incremental model, why",
                "missing"),
    "unknown": ({"outline/context/mood": "good"}, "outline", "Outline, Business context, mood", "not known"),
    "empty": ({"outline/context/summary": " "}, "outline", "Outline, Business context, summary", "empty"),
    "too few rows": ({"rows/orders/rows/9": REMOVED}, "rows:orders", "Source orders, rows", "at least 10"),
    "cell": ({"rows/orders/rows/1/2": ["x"]}, "rows:orders", "Source orders, row 2, value 3", "should be"),
    "statement": ({"statements/fct_orders/sql": 5}, "sql:fct_orders", "Model fct_orders, sql",
                  "should be text"),
    "metric": ({"semantic/metrics/revenue/agg": "median"}, "semantic", "Semantic layer, Metric revenue, agg",
               "not possible"),
    "metric type": ({"semantic/metrics/revenue/type": "magic"}, "semantic", "Semantic layer, Metric revenue",
                    "not possible"),
    "too many": ({"quality/scenarios/0/talking_points": ["x"] * 6}, "quality",
                 "Quality scenario unknown_customer, talking points", "at most 5"),
    "too large": ({"quality/scenarios/0/failing_rows": 11}, "quality",
                  "Quality scenario unknown_customer, failing rows", "11 is more than 10"),
    "minute": ({"talk_track/beats/1/minute": -1}, "talk_track", "Talk track, beat Bad data is caught, minute",
               "-1 is less than 0"),
    "date": ({"outline/as_of": "soon"}, "outline", "Outline, as of", "should be a date"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "part", "place", "words"), SHAPES.values(), ids=SHAPES.keys())
def test_schema_errors_are_sentences(changes: dict[str, Any], part: str, place: str, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        changed(changes)
    found = schema_violations(caught.value, "outline", data=changed_data(changes))
    assert [(violation.part, violation.place) for violation in found] == [(part, place)], found
    assert words in found[0].sentence
    assert found[0].hint


def test_without_the_data_places_are_numbered() -> None:
    with pytest.raises(ValidationError) as caught:
        Outline.model_validate(changed_data({"outline/sources/orders/columns/status/type": "x"})["outline"])
    (violation,) = schema_violations(caught.value, "outline")
    assert violation.place == "Source 3, column 6, type"


def test_parts_alone() -> None:
    with pytest.raises(ValidationError) as caught:
        SourceRows.model_validate({"table": "orders", "rows": [[1, 2, 3]] * 9 + [[1, {}, 3]]})
    found = schema_violations(caught.value, "rows:orders")
    assert [(violation.part, violation.place) for violation in found] == [("rows:orders", "Row 10, value 2")]
    with pytest.raises(ValidationError) as caught:
        Quality.model_validate({"scenarios": "none"})
    assert [v.place for v in schema_violations(caught.value, "quality")] == ["Scenarios"]
    with pytest.raises(ValidationError) as caught:
        Plan.model_validate({})
    assert {v.sentence for v in schema_violations(caught.value, "outline")} == {"It is missing."}


def _swapped() -> dict[str, Any]:
    """The sources after one edit that takes a column out of the middle of orders and adds another at the end."""
    data = get_section(example_plan(), "sources")
    orders = next(source for source in data["sources"] if source["table"] == "orders")
    place = [column["name"] for column in orders["columns"]].index("delivered_on")
    moved = orders["columns"].pop(place)
    orders["columns"].append({**moved, "name": "arrived_on", "rename": "delivered_on"})
    for number, row in enumerate(data["rows"]["orders"]):
        row.append(row.pop(place))
        row[-1] = f"2026-03-{number + 10}"
    return data


def test_second_day_follows_its_columns() -> None:
    plan = replace_section(example_plan(), "sources", _swapped())
    day = plan.day_two.tables[0]
    assert day.new[0] == [5011, 104, "INV-26-0011", "2026-03-31 08:02:00", "placed", False, None]
    assert day.changed[0] == [
        5010,
        103,
        "INV-26-0010",
        "2026-03-30 09:26:40",
        "delivered",
        False,
        "2026-03-19",
    ]
    assert plan.day_two.tables[1] == example_plan().day_two.tables[1]


def test_a_renamed_column_keeps_its_second_day() -> None:
    data = get_section(example_plan(), "sources")
    orders = next(source for source in data["sources"] if source["table"] == "orders")
    next(column for column in orders["columns"] if column["name"] == "is_gift")["name"] = "gift_wrapped"
    orders["columns"][-1]["rename"] = "is_gift"
    assert replace_section(example_plan(), "sources", data).day_two == example_plan().day_two
