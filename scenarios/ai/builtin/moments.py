"""What is only known of the single demo and said in its talk: failing rows, arriving rows, numbers, what stands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import median

from scenarios.ai.builtin.slices import words
from scenarios.ai.builtin.story import capital_list, event_source
from scenarios.ai.builtin.units import SHARE
from scenarios.ai.builtin.worth import Bench
from scenarios.plan.features import Features
from scenarios.plan.names import Cell
from scenarios.plan.outline import MetricIdea, Outline, SourceColumn, SourceTable
from scenarios.plan.parts import Arrival, CumulativeMetric, DayTwo, Quality
from scenarios.rendering.commands import RED

Rows = Mapping[str, Sequence[Sequence[Cell]]]

_QUOTED_METRICS = 3
STANDS_OUT = 1.8  # times the middle value


@dataclass(frozen=True)
class Findings:
    """What the other parts of the plan say; `bench` reads the metrics, when the models could be tried."""

    quality: Quality
    day_two: DayTwo
    seeds: Rows
    bench: Bench | None = None
    features: Features = field(default_factory=Features)


def moment_words(outline: Outline, findings: Findings) -> dict[str, str]:
    """Placeholders of `_talk.yaml` that need more than the outline."""
    headline = _headline(outline)
    return {
        "red": f"`{RED}`",
        "tables": capital_list([words(source.table) for source in outline.sources]),
        "tables_small": capital_list([words(source.table) for source in outline.sources]).lower(),
        **_defect_words(outline, findings.quality),
        "day_two": findings.day_two.story,
        "arrivals": _arrivals(findings.day_two.arrivals),
        **({"metric": headline[0].name} if headline else {}),
        "numbers": _numbers(headline, findings.bench),
        "trend": _trend(outline, headline, findings.bench),
        "outlier": _outlier(outline, findings),
    }


def _headline(outline: Outline) -> list[MetricIdea]:
    """The metrics that are said: those that answer a pain first."""
    places = [pain.where for pain in outline.pain_points]
    asked = [metric for metric in outline.metrics if f"metric {metric.name}" in places]
    rest = [metric for metric in outline.metrics if metric not in asked]
    return [*asked, *rest][:_QUOTED_METRICS]


def _defect_words(outline: Outline, quality: Quality) -> dict[str, str]:
    scenarios = quality.scenarios
    if not scenarios:
        return {"red_result": "", "cost": "", "fix": ""}
    fails = [f"{one.test_name} with {_counted(one.failing_rows)}" for one in scenarios]
    tests = "One test fails" if len(fails) == 1 else f"{len(fails)} tests fail"
    return {
        "red_result": f"{tests}, and exactly as announced: {' and '.join(fails)}.",
        "cost": scenarios[0].cost,
        "fix": " ".join(one.fix for one in scenarios),
    }


def _counted(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"


def _arrivals(arrivals: Sequence[Arrival]) -> str:
    if not arrivals:
        return ""
    told = "; ".join(arrival.what for arrival in arrivals)
    return f"Exactly {_counted(len(arrivals))} change: {told}."


def _numbers(headline: Sequence[MetricIdea], bench: Bench | None) -> str:
    """The metrics with their proven values, the first by its main dimension where it has one."""
    told = []
    for number, idea in enumerate(headline):
        by = bench.dimension(idea.name) if bench and idea.name in bench.metrics else None
        asked = f", and the same by {words(by)}" if by and number == 0 else ""
        told.append(f"{idea.label}: [[{idea.name}]]{asked}.")
    return " ".join(told)


def _trend(outline: Outline, headline: Sequence[MetricIdea], bench: Bench | None) -> str:
    """Where the first metric that moves one way over the complete months goes; growth is a trend already."""
    if bench is None:
        return ""
    now = outline.as_of.isoformat()[:7]
    for idea in dict.fromkeys([*(one.name for one in headline), *(one.name for one in outline.metrics)]):
        metric = next(one for one in outline.metrics if one.name == idea)
        if metric.unit == SHARE or isinstance(bench.metrics.get(idea), CumulativeMetric | None):
            continue  # a running total always goes up
        months = [(month, value) for month, value in bench.readings.months(idea) if month < now]
        way = _way([value for _, value in months if value is not None])
        if way:
            first, last = (
                date.fromisoformat(f"{month}-01").strftime("%B") for month, _ in (months[0], months[-1])
            )
            return f"From {first} to {last} the line of “{metric.label}” goes {way}: that is the trend to point at."
    return ""


def _way(values: Sequence[float]) -> str:
    pairs = list(pairwise(values))
    if pairs and all(after > before for before, after in pairs):
        return "up"
    return "down" if pairs and all(after < before for before, after in pairs) else ""


def _outlier(outline: Outline, findings: Findings) -> str:
    """The row of the event table that lies furthest above the middle, with its number; not one that is a defect."""
    source = event_source(outline)
    rows = findings.seeds.get(source.table, [])
    key = [column.name for column in source.columns].index(source.primary_key)
    found: list[tuple[bool, float, str]] = []
    for at, column in enumerate(source.columns):
        values = [(float(cell), row) for row in rows if isinstance(cell := row[at], int | float)]
        if not _is_amount(source, column, findings.quality) or not values:
            continue
        middle = median([value for value, _ in values])
        value, row = max(values, key=lambda pair: pair[0])
        if middle > 1 and value >= STANDS_OUT * middle:
            told = f"{row[key]} with {words(column.staged_name)} {row[at]:,}, where {middle:,.0f} is usual"
            found.append((column.required, value / middle, told))
    return (
        f"One row stands out: {max(found)[2]}. Worth a question before anybody celebrates." if found else ""
    )


def _is_amount(source: SourceTable, column: SourceColumn, quality: Quality) -> bool:
    wrong = {(one.table, one.column) for one in quality.scenarios if one.kind == "out_of_range"}
    number = column.type in ("number", "integer") and not column.references and not column.unique
    return number and column.name != source.primary_key and (source.table, column.name) not in wrong
