"""The features of a demo: what holds for the example, and that each rule can say no."""

from typing import Any

import pytest

from scenarios.plan.features import FEATURE_WORDS, Features
from scenarios.plan.parts import Plan, assemble, part_keys, part_type, parts_of
from scenarios.plan.portable import print_select, ratios_in
from scenarios.plan.rules import check_part, check_plan
from tests.scenarios.plan.example import example_plan
from tests.scenarios.plan.example_features import FEATURES, showcase_plan

GIVEN = FEATURES["unit_test"]["given"][0]


def said(plan: Plan) -> str:
    """All that the rules say about the features of a plan."""
    return " ".join(str(violation) for violation in check_plan(plan) if violation.part == "features")


def test_the_showcase_breaks_no_rule() -> None:
    plan = showcase_plan()
    assert check_plan(plan) == check_plan(showcase_plan(depth="standard")) == check_plan(example_plan())
    assert said(plan) == ""
    assert [name for name, _ in plan.features.shown()] == list(FEATURE_WORDS) == list(Features.model_fields)


def test_a_stored_plan_without_features_stays_valid() -> None:
    data = example_plan().model_dump(mode="json")
    del data["features"]
    del data["outline"]["depth"]
    plan = Plan.model_validate(data)
    assert plan.features == Features()
    assert said(plan) == ""


def test_features_are_a_part_unless_the_demo_is_simple() -> None:
    plan = showcase_plan()
    assert "features" in part_keys(plan.outline)
    assert part_type("features") is Features
    assert assemble(plan.outline, parts_of(plan)) == plan
    simple = plan.outline.model_copy(update={"depth": "essential"})
    assert "features" not in part_keys(simple)
    parts = {key: value for key, value in parts_of(plan).items() if key != "features"}
    assert assemble(simple, parts).features == Features()


def test_a_simple_demo_shows_none() -> None:
    assert "meant to be simple" in said(showcase_plan(depth="essential"))
    plan = showcase_plan().outline.model_copy(update={"depth": "essential"})
    with pytest.raises(KeyError):
        check_part(plan, "features", Features())


def _given(**changes: Any) -> dict[str, Any]:
    return {"given": [{**GIVEN, **changes}]}


@pytest.mark.parametrize(
    ("feature", "changes", "sentence"),
    [
        ("exposure", {"pain": 9}, "serves pain point 9, but there are 3"),
        ("unit_test", {"model": "fct_orders"}, "not an intermediate model that is built as a view"),
        ("unit_test", {"model": "int_order_items_priced"}, "not an intermediate model that is built as a view"),
        ("unit_test", {"model": "int_orders_totalled"}, "but rows are given for stg_shop__customers"),
        ("unit_test", {"name": "orders_customer_exists"}, "A data test has the same name"),
        ("unit_test", {"name": "select"}, "reserved word"),
        ("unit_test", _given(input="stg_shop__orders"), "but rows are given for stg_shop__orders"),
        ("unit_test", _given(columns=["customer_id", "loyalty_tier", "nothing"]), "there is no column nothing"),
        ("unit_test", _given(columns=["customer_id", "customer_id", "loyalty_tier"]), "customer_id is there twice"),
        ("unit_test", _given(rows=[[1, "gold"]]), "row 1 has 2 values for 3 columns"),
        ("unit_test", _given(rows=[["one", "gold", None]]), "row 1, customer_id: 'one' is not a whole number"),
        ("unit_test", {"rows": [[7, 5, None]]}, "In the expected rows, row 1, loyalty_tier: 5 is not text"),
        ("unit_test", {"columns": ["loyalty_tier"], "rows": [["gold"]]}, "lack the primary key customer_id"),
        ("contract", {"model": "int_orders_totalled"}, "int_orders_totalled is not a mart"),
        ("exposure", {"models": ["stg_shop__orders"]}, "stg_shop__orders is not a mart"),
        ("exposure", {"models": ["fct_orders", "fct_orders"]}, "fct_orders is named twice"),
        ("exposure", {"metrics": ["churn"]}, "reads the metric churn"),
        ("exposure", {"name": "fct_orders"}, "Something else is called fct_orders"),
        ("freshness", {"table": "parcels"}, "parcels.order_ts is not in the plan"),
        ("freshness", {"column": "status"}, "is no date"),
        ("freshness", {"warn_after_days": 1}, "is 1 days old on the day of the demo"),
        ("ownership", {"models": ["fct_nothing"], "private": []}, "fct_nothing is no model"),
        ("ownership", {"private": ["fct_orders"]}, "fct_orders is private, but no intermediate model"),
        ("ownership", {"models": ["int_orders_totalled"], "private": ["int_orders_totalled"]},
         "reads int_orders_totalled, which is private to the group finance"),
        ("run_tag", {"tag": "data_quality"}, "has a meaning already"),
        ("run_tag", {"models": ["stg_shop__orders"]}, "not a mart"),
        ("glossary", {"terms": [{"word": "x", "means": "y", "model": "fct_orders", "column": "z"}]}, "no column z"),
        ("glossary", {"terms": [{"word": "x", "means": "y", "model": "fct_nothing"}]}, "fct_nothing is no model"),
        ("glossary", {"terms": [FEATURES["glossary"]["terms"][0]] * 2}, "“turnover” is there twice"),
    ],
)  # fmt: skip
def test_a_rule_says_no(feature: str, changes: dict[str, Any], sentence: str) -> None:
    assert sentence in said(showcase_plan(**{feature: changes}))


def test_an_ephemeral_input_is_refused() -> None:
    rows = [{"input": name, "columns": ["order_id"], "rows": [[1]]}
            for name in ("stg_shop__orders", "int_order_items_priced")]  # fmt: skip
    changes = {"model": "int_orders_totalled", "given": rows, "columns": ["order_id"], "rows": [[1]]}
    assert "int_order_items_priced is ephemeral" in said(showcase_plan(unit_test=changes))


def test_doc_blocks_describe_each_column_once() -> None:
    block = FEATURES["doc_blocks"]["blocks"][0]
    text = said(showcase_plan(doc_blocks={"blocks": [block, block]}))
    assert "Two blocks are called customer_id" in text
    assert "stg_shop__customers.customer_id is described twice" in text
    wrong = {**block, "places": [{"model": "dim_customers", "column": "nothing"}, block["places"][0]]}
    assert "dim_customers has no column nothing" in said(showcase_plan(doc_blocks={"blocks": [wrong]}))


def test_a_macro_needs_ratios() -> None:
    data = showcase_plan().model_dump(mode="json")
    data["statements"] = example_plan().model_dump(mode="json")["statements"]
    assert "The models have 0 ratios" in said(Plan.model_validate(data))


def test_placeholders_are_found_in_features_too() -> None:
    assert "{company}" in said(showcase_plan(exposure={"description": "The report of {company}"}))


def test_ratios_are_printed_as_calls_on_request() -> None:
    sql = (
        "select x.a, 1.0 * (x.a - x.b) / x.b as r, 2 * (1.0 * x.a / nullif(x.b, 0)) as s, x.a / x.b as q "
        "from int_x as x where 1.0 * x.a / x.b > 0.5"
    )
    inputs = {"int_x": {"a": "integer", "b": "integer"}}
    assert ratios_in(sql, inputs=inputs) == 2  # type: ignore[arg-type]
    plain, called = (
        print_select(sql, inputs=inputs, ratio_calls=calls).ctes[-1].body  # type: ignore[arg-type]
        for calls in (False, True)
    )
    assert "1.0 * (a - b) / nullif(b, 0) as r" in plain
    assert "{{ safe_ratio('(a - b)', 'b') }} as r" in called
    assert "2 * {{ safe_ratio('a', 'b') }} as s" in called
    assert "where 1.0 * a / nullif(b, 0) > 0.5" in called
