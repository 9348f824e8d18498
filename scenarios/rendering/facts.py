"""What a Proof found, as far as documents quote it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ProvenFacts:
    """Facts of one passing Proof; the caller builds them from its report.

    `failures` maps the names of tests that warned to the failures dbt counted, `row_counts` models to rows
    after the first run, `metrics` metric names to their value (None: no value).
    """

    dbt_version: str
    adapter: str
    nodes: int  # seeds, models and tests that ran
    tests_passed: int
    tests_warned: int
    failures: Mapping[str, int] = field(default_factory=dict)
    row_counts: Mapping[str, int] = field(default_factory=dict)
    metrics: Mapping[str, float | None] = field(default_factory=dict)


def value_text(value: float | None) -> str:
    """A metric's value to say out loud: `1,284`, `0.6`, `52.35`; a dash when there is none."""
    if value is None:
        return "–"
    if float(value).is_integer():
        return f"{int(value):,}"
    text = f"{value:,.2f}" if abs(value) >= 0.01 else f"{value:.3g}"
    return text.rstrip("0").rstrip(".") if "e" not in text else text
