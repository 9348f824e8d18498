"""What calls cost."""

from decimal import Decimal

import pytest

from scenarios.ai.calls.protocol import Usage
from scenarios.ai.pricing import Price, price_of

PRICES: dict[str, Price] = {
    "some-model": (Decimal(3), Decimal("0.3"), Decimal(15)),
    "some-model-mini": (Decimal(1), Decimal("0.1"), Decimal(5)),
    "own-model": (Decimal(0), Decimal(0), Decimal(0)),
}


@pytest.mark.parametrize(
    ("model", "usage", "price"),
    [
        ("some-model", Usage(input=1_000_000, output=0), "3"),
        ("some-model", Usage(input=1_000_000, cached=1_000_000, output=0), "0.3"),
        ("some-model", Usage(input=10_000, cached=8_000, output=2_000), "0.0384"),
        ("some-model-mini", Usage(input=1_000_000), "1"),
        ("own-model", Usage(input=5, output=5), "0"),
        ("some-model", Usage(), "0"),
        ("some-model", Usage(input=10, cached=999), "0.000003"),  # a server that counts in its own way
    ],
)
def test_tokens_are_paid_by_kind(model: str, usage: Usage, price: str) -> None:
    assert price_of(PRICES, model, usage) == Decimal(price)


@pytest.mark.parametrize("model", ["some-model-2026-01-31", "some-model-20260131"])
def test_a_dated_version_costs_what_the_model_costs(model: str) -> None:
    assert price_of(PRICES, model, Usage(input=1_000_000)) == Decimal(3)
    assert price_of(PRICES, f"some-model-mini{model[10:]}", Usage(input=1_000_000)) == Decimal(1)


@pytest.mark.parametrize("model", ["another-model", "some-model-max", "some-model-2026", "some", ""])
def test_what_is_not_in_the_list_has_no_price(model: str) -> None:
    assert price_of(PRICES, model, Usage(input=1_000_000)) is None
