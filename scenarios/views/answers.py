"""The answer sheet: each metric's proven value, by its main dimension and over time, with small charts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from scenarios.plan.outline import MetricIdea
from scenarios.plan.parts import Plan, Semantic
from scenarios.proof.report import Answer, ProofReport
from scenarios.rendering.facts import value_text
from scenarios.rendering.periods import in_period, period_mark, period_text
from scenarios.views.charts import Chart, Item, bar_chart, time_chart

PERCENT = "%"


@dataclass(frozen=True)
class Slice:
    """One cut of a metric: its picture, and the same figures as rows of label and value."""

    title: str
    picture: SafeString
    head: str
    rows: list[tuple[str, str]]


@dataclass(frozen=True)
class ShownAnswer:
    """A metric with everything that was proven about it."""

    idea: MetricIdea
    value: str
    when: str = ""  # "in October 2026", when it is the value of one period
    slices: list[Slice] = field(default_factory=list)


def shown_answers(plan: Plan, report: ProofReport) -> list[ShownAnswer]:
    """The answers to all metrics that the Proof computed, in the plan's order."""
    return [
        _shown(idea, report, _labels(plan.semantic))
        for idea in plan.outline.metrics
        if idea.name in report.metrics
    ]


def _labels(semantic: Semantic | None) -> dict[str, str]:
    """Column of a dimension -> its label."""
    models = semantic.models if semantic else []
    return {one.column: one.label for model in models for one in model.dimensions if one.label}


def _shown(idea: MetricIdea, report: ProofReport, labels: Mapping[str, str]) -> ShownAnswer:
    value, answer = report.metrics[idea.name], report.answers.get(idea.name)
    slices = []
    if answer and answer.groups and answer.dimension:
        slices.append(_by_dimension(idea, answer, labels.get(answer.dimension) or _words(answer.dimension)))
    if answer and answer.periods:
        slices.append(_over_time(idea, answer))
    return ShownAnswer(idea, value_text(value, idea.unit), when(report, idea.name), slices)


def when(report: ProofReport, metric: str) -> str:
    """When a metric has the value that is shown, in words; empty for a value over all rows."""
    period = report.metric_periods.get(metric)
    return in_period(*period) if period else ""


def _words(name: str) -> str:
    return name.replace("_", " ")


def _by_dimension(idea: MetricIdea, answer: Answer, dimension: str) -> Slice:
    chart = _chart(idea, "by", f"by {dimension}", answer.groups)
    rows = [(label, value_text(value, idea.unit)) for label, value in answer.groups]
    return Slice(chart.title, _picture(bar_chart(chart, _scaled(answer.groups, idea.unit))), dimension, rows)


def _over_time(idea: MetricIdea, answer: Answer) -> Slice:
    named = [(period_text(start, answer.grain), value) for start, value in answer.periods]
    chart = _chart(idea, "time", f"by {answer.grain}", named)
    marks = [period_mark(start, answer.grain) for start, _ in answer.periods]
    rows = [(label, value_text(value, idea.unit)) for label, value in named]
    return Slice(
        chart.title, _picture(time_chart(chart, _scaled(named, idea.unit), marks)), answer.grain, rows
    )


def _chart(idea: MetricIdea, name: str, cut: str, items: list[Item]) -> Chart:
    factor = 100 if idea.unit == PERCENT else 1
    return Chart(
        name=f"chart-{idea.name}-{name}",
        title=f"{idea.label} {cut}" + (f", in {idea.unit}" if _tells(idea) else ""),
        about=_about(items, idea.unit),
        words=lambda value: value_text(None if value is None else value / factor, idea.unit),
    )


def _tells(idea: MetricIdea) -> bool:
    """Whether the unit says more than the label: "Orders by month, in orders" says it twice."""
    return bool(idea.unit) and idea.unit.casefold() not in idea.label.casefold()


def _scaled(items: list[Item], unit: str) -> list[Item]:
    """The values as they are drawn: a share of 1 as a percentage."""
    factor = 100 if unit == PERCENT else 1
    return [(label, None if value is None else value * factor) for label, value in items]


def _about(items: list[Item], unit: str) -> str:
    """The picture in a sentence, for those who cannot see it."""
    known = [(label, value) for label, value in items if value is not None]
    if not known:
        return "There is no value to show."
    highest, lowest = max(known, key=lambda item: item[1]), min(known, key=lambda item: item[1])
    missing = len(items) - len(known)
    return (
        f"{len(items)} figures. Highest: {highest[0]}, {value_text(highest[1], unit)}. "
        f"Lowest: {lowest[0]}, {value_text(lowest[1], unit)}."
        + (f" {missing} without a value." if missing else "")
    )


def _picture(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308  # charts.py escapes every text
