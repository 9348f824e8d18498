"""The calls of a draft: few, balanced, in the plan's order, and only for what is wanted."""

import pytest

from scenarios.ai.answers.asking import Ask, asks_for
from scenarios.plan.parts import part_keys
from tests.scenarios.plan.example import example_outline


def with_sources(count):
    """The example's outline with this many source tables, a copy of one in place of what is not there."""
    outline = example_outline()
    more = [outline.sources[0].model_copy(update={"table": f"extra_{number}"}) for number in range(5)]
    return outline.model_copy(update={"sources": [*outline.sources, *more][:count]})


def with_models(count):
    outline = example_outline()
    more = [outline.models[0].model_copy(update={"name": f"int_extra_{number}"}) for number in range(12)]
    return outline.model_copy(update={"models": [*outline.models, *more][:count]})


def test_a_whole_plan_takes_these_calls():
    outline = example_outline()
    assert asks_for(outline, part_keys(outline)) == [
        Ask("data", "data:1", ("rows:customers", "rows:products"), ("customers", "products")),
        Ask("data", "data:2", ("quality", "rows:orders", "rows:order_items"), ("orders", "order_items")),
        Ask(
            "sql",
            "sql:1",
            ("sql:int_order_items_priced", "sql:int_orders_totalled", "sql:int_customers_profiled"),
        ),
        Ask("sql", "sql:2", ("sql:fct_orders", "sql:fct_order_items", "sql:dim_customers")),
        Ask("semantic", "semantic", ("semantic",)),
        Ask("day_two", "day_two", ("day_two",)),
        Ask("talk_track", "talk_track", ("talk_track",)),
    ]


@pytest.mark.parametrize(("tables", "sizes"), [(3, [3]), (4, [2, 2]), (5, [3, 2])])
def test_tables_are_spread_evenly(tables, sizes):
    outline = with_sources(tables)
    asks = [ask for ask in asks_for(outline, part_keys(outline)) if ask.kind == "data"]
    assert [len(ask.tables) for ask in asks] == sizes
    assert [table for ask in asks for table in ask.rows_of] == [source.table for source in outline.sources]


@pytest.mark.parametrize(
    ("models", "sizes"), [(3, [3]), (4, [4]), (5, [3, 2]), (8, [4, 4]), (9, [3, 3, 3]), (12, [4, 4, 4])]
)
def test_models_are_spread_evenly(models, sizes):
    outline = with_models(models)
    asks = [ask for ask in asks_for(outline, part_keys(outline)) if ask.kind == "sql"]
    assert [len(ask.models) for ask in asks] == sizes
    assert [name for ask in asks for name in ask.models] == [model.name for model in outline.models]


def test_only_what_is_wanted_is_asked_for_in_the_plans_order():
    outline = example_outline()
    keys = {"talk_track", "sql:dim_customers", "rows:orders", "sql:fct_orders", "features"}
    assert asks_for(outline, keys) == [
        Ask("data", "data:1", ("rows:orders",), ("orders",)),
        Ask("sql", "sql:1", ("sql:fct_orders", "sql:dim_customers")),
        Ask("talk_track", "talk_track", ("talk_track",)),
    ]
    assert asks_for(outline, {"features"}) == []
    assert asks_for(outline, {"rows:nothing", "sql:nothing"}) == []


def test_defects_alone_are_asked_for_with_their_tables_and_without_rows():
    outline = example_outline()
    assert asks_for(outline, {"quality"}) == [Ask("data", "data:1", ("quality",), ("orders",))]
    calm = outline.model_copy(update={"quality": []})
    assert asks_for(calm, {"quality"}) == []


def test_no_semantic_call_without_a_semantic_layer():
    outline = example_outline().model_copy(update={"semantic_layer": False, "metrics": []})
    assert asks_for(outline, {"semantic", "day_two"}) == [Ask("day_two", "day_two", ("day_two",))]
