"""Metrics answer the prospect's words, and each has something to show on ten rows."""

from datetime import date

import pytest

from scenarios.ai.builtin import library
from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.readings import Readings
from scenarios.ai.builtin.trial import mart_rows
from scenarios.ai.builtin.units import said_unit, unit_of
from scenarios.ai.builtin.worth import FEW, MANY, Bench
from scenarios.plan.brief import Brief
from scenarios.plan.faults import rows_by_table
from scenarios.plan.outline import Model
from scenarios.plan.parts import CumulativeMetric, DerivedMetric, RatioMetric, SimpleMetric
from tests.built import built_plan
from tests.sampling import every
from tests.scenarios.ai.test_builtin_provider import brief
from tests.scenarios.plan.example import example_outline

#: The first and last days of months, the end of February, and days between.
DAYS = [date(2026, 3, 14), date(2026, 11, 1), date(2027, 2, 28), date(2026, 8, 31)]


def bench_of(plan):
    times = {model.model: model.time_dimension for model in plan.semantic.models}
    statements = {statement.model: statement for statement in plan.statements}
    rows = mart_rows(plan.outline, rows_by_table(plan), statements, times)
    metrics = {metric.name: metric for metric in plan.semantic.metrics}
    return Bench(plan.outline, metrics, Readings(list(metrics.values()), rows, times, plan.outline.as_of))


@pytest.mark.parametrize("key", every(6, library.blueprint_keys()))
def test_every_metric_of_every_industry_is_worth_showing(key):
    for number, day in enumerate(DAYS):
        given = Brief(
            company=f"House {number}",
            industry=library.blueprint(key).industry,
            include_semantic_layer=True,
            pain_points="Duplicates and missing values. Every team counts differently." if number % 2 else "",
            as_of=day,
        )
        plan = built_plan(given)
        bench = bench_of(plan)
        assert len(plan.semantic.metrics) >= 6
        for metric in plan.semantic.metrics:
            assert bench.faults(metric.name) == [], (given.company, metric.name)
            groups = bench.readings.groups(metric.name, metric.by)
            assert FEW <= len(groups.keys() - {"None"}) <= MANY
            assert len(set(groups.values())) >= FEW


@pytest.mark.parametrize("key", every(4, library.blueprint_keys()))
def test_at_most_two_metrics_come_from_the_summary_mart(key):
    plan = built_plan(brief(industry=library.blueprint(key).industry))
    summaries = {m.name for m in plan.outline.marts if m.name.startswith(("fct_weekly_", "fct_monthly_"))}
    simple = [metric for metric in plan.semantic.metrics if isinstance(metric, SimpleMetric)]
    assert sum(metric.model in summaries for metric in simple) <= 2
    assert len(plan.outline.metrics) >= 6


@pytest.mark.parametrize(
    ("notes", "first"),
    [
        ("Returns eat the margin; we want the refund rate by country", "refund"),
        ("Returns and margin: which margin rate is left?", "margin"),
        ("Campaigns and attribution: what is the conversion rate?", "conversion"),
    ],
)
def test_the_metrics_that_the_notes_name_come_first(notes, first):
    """Nearly always: one that says nothing on a demo's ten rows is left out, even if it is named."""
    named = 0
    for company in ("Ada", "Bob", "Cleo", "Dora", "Emil", "Faye"):
        metrics = built_plan(brief(company=company, discovery_notes=notes)).outline.metrics
        named += any(first in f"{metric.name} {metric.label}".lower() for metric in metrics[:2])
    assert named >= 4


def test_every_metric_of_every_industry_has_a_short_unit_or_none():
    counted = {}
    for key in library.blueprint_keys():
        blueprint = library.blueprint(key)
        for longest in (False, True):
            terms = {
                term: max(options, key=lambda option: len(option.many) * (1 if longest else -1))
                for term, options in blueprint.terms.items()
            }
            facts = {"company": "X", "industry": "Y", "brand": "Z", "code": "ABC"}
            units = [unit_of(blueprint, metric, Lexicon(terms, facts)) for metric in blueprint.metrics]
            assert all(len(unit) <= 16 for unit in units)
            assert sum(map(bool, units)) >= 0.8 * len(units)
            counted[key] = set(units)
    assert all("%" in units for units in counted.values())


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Value after discount in euros.", "EUR"),
        ("Cost of care per day, in dollars.", "USD"),
        ("Average minutes of a call.", "minutes"),
        ("Energy of all readings in kilowatt hours.", "kWh"),
        ("A band of value.", ""),
    ],
)
def test_units_are_told_by_words(text, unit):
    assert said_unit(text) == unit


ROWS = [
    {"order_id": 1, "paid_on": date(2026, 1, 5), "channel": "web", "amount": 10.0, "is_open": True},
    {"order_id": 2, "paid_on": date(2026, 1, 9), "channel": "app", "amount": 30.0, "is_open": False},
    {"order_id": 3, "paid_on": date(2026, 2, 3), "channel": "web", "amount": 50.0, "is_open": False},
    {"order_id": 4, "paid_on": date(2026, 3, 2), "channel": None, "amount": 5.0, "is_open": False},
]
METRICS = [
    SimpleMetric(name="paid", model="fct_paid", agg="sum", column="amount"),
    SimpleMetric(name="orders", model="fct_paid", agg="count_distinct", column="order_id"),
    SimpleMetric(name="one", model="fct_paid", agg="min", column="order_id"),
    RatioMetric(name="per_order", numerator="paid", denominator="orders"),
    RatioMetric(name="always_one", numerator="orders", denominator="orders"),
    DerivedMetric(name="growth", left="paid", operation="growth", right="paid", right_offset_months=1),
    CumulativeMetric(name="to_date", input="paid"),
]


def small_bench(rows=ROWS, as_of=date(2026, 3, 14)):
    columns = [("order_id", "integer"), ("paid_on", "date"), ("channel", "string"), ("amount", "number")]
    mart = Model(
        name="fct_paid", layer="marts", materialized="table", purpose="p", grain="g", primary_key="order_id",
        inputs=["int_x"], columns=[{"name": n, "type": t, "description": "d"} for n, t in columns],
    )  # fmt: skip
    outline = example_outline().model_copy(update={"models": [mart], "metrics": [], "as_of": as_of})
    readings = Readings(METRICS, {"fct_paid": rows}, {"fct_paid": "paid_on"}, as_of)
    return Bench(outline, {metric.name: metric for metric in METRICS}, readings)


def test_readings_are_what_the_metrics_say():
    readings = small_bench().readings
    assert readings.value("paid") == 95
    assert readings.value("per_order") == pytest.approx(23.75)
    assert readings.groups("paid", "channel") == {"web": 60, "app": 30, "None": 5}
    assert readings.months("orders") == [("2026-01", 2), ("2026-02", 1), ("2026-03", 1)]
    assert readings.months("to_date") == [("2026-01", 40), ("2026-02", 90), ("2026-03", 95)]
    assert readings.value("growth") == pytest.approx(0.25), "February against January; March is not over"


def test_a_metric_that_shows_nothing_is_found_out():
    bench = small_bench()
    assert bench.faults("paid") == []
    assert bench.dimension("paid") == "channel", "the row without a channel is no bar"
    assert "it is exactly 1" in bench.faults("always_one")
    flat = small_bench([{**row, "amount": 0.0, "order_id": 1} for row in ROWS])
    assert flat.faults("paid")[0] == "it has no value, or 0"
    assert "it is flat over time" in flat.faults("one")
    assert "no dimension tells anything" in flat.faults("one")
    wild = small_bench(
        [{**row, "amount": row["amount"] * (20 if row["order_id"] == 3 else 1)} for row in ROWS]
    )
    assert "it grows beyond belief" in wild.faults("growth")
