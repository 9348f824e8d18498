"""What a call costs, by the administrator's price list. Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal

from scenarios.ai.calls.protocol import Usage

#: US dollars for a million tokens read, read from the server's cache, and written.
Price = tuple[Decimal, Decimal, Decimal]

PER = 1_000_000  # tokens
DIGITS = Decimal("0.000001")  # what a price is rounded to
_DATED = re.compile(r"-\d{4}-?\d{2}-?\d{2}")  # a version of a model, by its day


def price_of(prices: Mapping[str, Price], model: str, usage: Usage) -> Decimal | None:
    """What a call has cost in US dollars, rounded to a millionth; None when the model has no price.

    The price of a model is also that of its dated versions: `some-model` for `some-model-2026-01-31`. What a
    server takes for writing into its cache is not in the list, so it counts as read.
    """
    price = _price(prices, model)
    if price is None:
        return None
    read, cached, written = price
    known = min(usage.cached, usage.input)
    cost = (usage.input - known) * read + known * cached + usage.output * written
    return (cost / PER).quantize(DIGITS)


def _price(prices: Mapping[str, Price], model: str) -> Price | None:
    if model in prices:
        return prices[model]
    stems = [name for name in prices if model.startswith(name) and _DATED.fullmatch(model[len(name) :])]
    return prices[max(stems, key=len)] if stems else None
