"""What a Proof found, as far as documents quote it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class AnswerFacts:
    """A metric's answers by its main dimension and over time: pairs of label and value, a period as ISO date."""

    dimension: str | None = None
    groups: Sequence[tuple[str, float | None]] = ()
    grain: str = "month"
    periods: Sequence[tuple[str, float | None]] = ()


Value = str | int | float | bool | None


@dataclass(frozen=True)
class ChangeFacts:
    """What a branch does to one model's rows, compared by value with `main`."""

    before: int
    after: int
    added: int
    removed: int
    changed: int


@dataclass(frozen=True)
class ArrivalFacts:
    """A row of the incremental mart that the second day brought, by column; `before` is None for a new one."""

    key: Value
    kind: str
    after: Mapping[str, Value]
    before: Mapping[str, Value] | None = None


@dataclass(frozen=True)
class ProvenFacts:
    """Facts of one passing Proof; the caller builds them from its report.

    `failures` maps the names of tests that warned to the failures dbt counted, `row_counts` models to rows
    after the first run, `metrics` metric names to their value (None: no value), `answers` to the answers behind it.
    `metric_periods` has first day and grain of the period for metrics that have no value over all rows.
    `red` maps the tests that failed as errors to their failing rows. On the fix branch `fix_tests_passed` tests
    passed, and `fix_changes` has the models whose rows differ from `main`; `fix_metrics` are its metric values.
    `arrivals` are the mart's rows that the second day changed, `untouched` counts those that stayed as they were.
    """

    dbt_version: str
    adapter: str
    nodes: int  # seeds, models and tests that ran
    tests_passed: int
    tests_warned: int
    failures: Mapping[str, int] = field(default_factory=dict)
    row_counts: Mapping[str, int] = field(default_factory=dict)
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    metric_periods: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    answers: Mapping[str, AnswerFacts] = field(default_factory=dict)
    red: Mapping[str, int] = field(default_factory=dict)
    fix_tests_passed: int = 0
    fix_changes: Mapping[str, ChangeFacts] = field(default_factory=dict)
    fix_metrics: Mapping[str, float | None] = field(default_factory=dict)
    arrivals: Sequence[ArrivalFacts] = ()
    untouched: int = 0


#: Units that stand in front of a value.
_MONEY = frozenset({
    "AED", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP",
    "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "MXN", "MYR", "NGN", "NOK", "NZD",
    "PEN", "PHP", "PKR", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD",
    "VND", "ZAR", "$", "€", "£", "¥",
})  # fmt: skip


def value_text(value: float | None, unit: str = "") -> str:
    """A metric's value to say out loud, with its unit: `1,284`, `EUR 12,431`, `43 %`, `3.25 days`.

    "%" shows a share of 1 times 100. Money has two decimals unless it is whole. A dash when there is no value.
    """
    if value is None:
        return "–"
    value = float(f"{value:.12g}")  # 0.1 + 0.2 is said as 0.3
    if unit == "%":
        return f"{_number(round(value * 100, 1) if abs(value) >= 0.001 else value * 100)} %"
    if unit in _MONEY:
        cents = not value.is_integer() and abs(value) >= 0.01
        return f"{unit} {value:,.2f}" if cents else f"{unit} {_number(value)}"
    return f"{_number(value)} {_one(unit) if value == 1 else unit}".rstrip()


def _one(unit: str) -> str:
    """A unit of one thing: "orders" as "order", "deliveries" as "delivery"; what is no plural stays as it is."""
    counted, per, rest = unit.partition(" per ")
    for ending, single in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if counted.endswith(ending):
            return f"{counted.removesuffix(ending)}{single}{per}{rest}"
    plural = len(counted) > 2 and counted.endswith("s") and not counted.endswith(("ss", "us", "is"))
    return f"{counted[:-1] if plural else counted}{per}{rest}"


def _number(value: float) -> str:
    if value.is_integer():
        return f"{int(value):,}"
    text = f"{value:,.2f}" if abs(value) >= 0.01 else f"{value:.3g}"
    return text.rstrip("0").rstrip(".") if "e" not in text else text
