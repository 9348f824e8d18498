"""Tests that a planted defect would turn red are found by the names of columns."""

from typing import Any

import pytest

from scenarios.plan.clashes import clashes
from tests.scenarios.plan.changing import changed

IDEA = {"name": "planted", "title": "Planted", "table": "orders", "story": "It happened."}
TO_CUSTOMERS = {"model": "dim_customers", "column": "customer_id"}


def found(idea: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    paths = {
        f"outline/models/{place.replace('__', '/columns/', 1).replace('__', '/')}": value
        for place, value in changes.items()
    }
    outline = changed({"outline/quality": [IDEA | idea], **paths}).outline
    return [(clash.model, clash.scenario) for clash in clashes(outline)]


def test_the_example_has_none() -> None:
    assert list(clashes(changed({}).outline)) == []


@pytest.mark.parametrize(
    ("kind", "column", "tested", "value", "plain"),
    [
        ("orphan", "customer_id", "fct_orders__customer_id__references", TO_CUSTOMERS, None),
        ("null", "customer_id", "fct_orders__customer_id__required", True, False),
        (
            "inconsistent_code",
            "status",
            "fct_orders__order_status__accepted_values",
            ["placed", "shipped"],
            [],
        ),
    ],
)
def test_each_test_is_found_with_its_kind_of_defect(
    kind: str, column: str, tested: str, value: object, plain: object
) -> None:
    idea = {"kind": kind, "column": column}
    assert ("fct_orders", "planted") in found(idea, **{tested: value})
    assert ("fct_orders", "planted") not in found(idea, **{tested: plain})
    assert ("fct_orders", "planted") not in found(idea | {"kind": "out_of_range"}, **{tested: value})


def test_a_defect_must_not_reach_a_primary_key() -> None:
    assert ("fct_orders", "planted") in found({"kind": "duplicate", "column": "order_id"})
    assert found({"kind": "stale", "column": "order_id"}) == []


def test_a_column_of_a_table_that_is_not_read_does_not_count() -> None:
    change = {"dim_customers__customer_id__required": True}
    models = [
        model for model, _ in found({"kind": "null", "table": "products", "column": "product_id"}, **change)
    ]
    assert "dim_customers" not in models
