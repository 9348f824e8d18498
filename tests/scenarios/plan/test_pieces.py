"""Pieces of plans: read, taken from another plan, and what they read."""

import pytest

from scenarios.plan.pieces import ALL_SECTIONS, FIELDS, model_holds, needs_of, piece_of, with_piece
from scenarios.plan.sections import SECTIONS
from tests.scenarios.plan.changing import changed
from tests.scenarios.plan.example import example_plan

PLAN = example_plan()
TO_CUSTOMERS = {"model": "dim_customers", "column": "customer_id"}
CHANGED = changed(
    {
        "outline/context/summary": "Boats.",
        "outline/models/fct_orders/purpose": "Other words.",
        "outline/sources/orders/description": "Other rows.",
        "outline/metrics/revenue/label": "Turnover",
        "day_two/story": "Another night.",
    }
)


def test_every_section_is_a_piece_and_together_they_are_the_plan() -> None:
    assert set(FIELDS) == set(SECTIONS) == set(ALL_SECTIONS)
    whole = CHANGED
    for key in ALL_SECTIONS:
        whole = with_piece(whole, PLAN, key)
    assert whole == PLAN


@pytest.mark.parametrize(
    "key", ["context", "models", "semantic", "day_two", "model:fct_orders", "source:orders"]
)
def test_a_piece_brings_nothing_but_itself(key: str) -> None:
    got = with_piece(CHANGED, PLAN, key)
    assert piece_of(got, key) == piece_of(PLAN, key) != piece_of(CHANGED, key)
    others = {"context", "sources", "models", "semantic", "day_two"} - {key}
    others -= {{"model": "models", "source": "sources"}.get(key.partition(":")[0], "")}
    assert all(piece_of(got, other) == piece_of(CHANGED, other) for other in others)


def test_what_is_gone_comes_back_where_it_stood() -> None:
    without = PLAN.model_copy(
        update={
            "outline": PLAN.outline.model_copy(update={"models": PLAN.outline.models[1:]}),
            "statements": PLAN.statements[1:],
        }
    )
    assert piece_of(without, f"model:{PLAN.outline.models[0].name}") is None
    assert with_piece(without, PLAN, f"model:{PLAN.outline.models[0].name}") == PLAN


def test_the_incremental_model_brings_how_it_is_kept_up_to_date() -> None:
    other = changed({"outline/incremental/lookback_days": 5})
    assert with_piece(other, PLAN, "model:dim_customers").outline.incremental.lookback_days == 5
    assert with_piece(other, PLAN, "model:fct_orders").outline.incremental == PLAN.outline.incremental


def test_needs_are_what_is_read_and_referred_to() -> None:
    assert needs_of(PLAN, "model:int_order_items_priced") == ["source:order_items", "source:products"]
    referring = changed({"outline/models/fct_orders/columns/customer_id/references": TO_CUSTOMERS})
    assert needs_of(referring, "model:fct_orders") == ["model:int_orders_totalled", "model:dim_customers"]
    assert needs_of(PLAN, "context") == []
    assert needs_of(PLAN, "quality") == ["source:orders"]


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({"outline/sources/orders/description": "Other words."}, True),
        ({"outline/sources/orders/system": "till"}, False),
        ({"outline/sources/orders/columns/status/rename": "state_of_order"}, False),
        ({"outline/sources/orders/columns/status/type": "integer"}, False),
        ({"outline/sources/orders/table": "purchases"}, False),
    ],
)
def test_a_source_holds_while_its_readers_find_what_they_found(
    changes: dict[str, object], holds: bool
) -> None:
    assert model_holds(changed(changes), PLAN, "source:orders") is holds
