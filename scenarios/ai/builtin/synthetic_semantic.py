"""Metric definitions for ideas that no blueprint knows: from the words of their names."""

from collections.abc import Iterable

from scenarios.ai.builtin.likeness import likeness
from scenarios.plan.outline import MetricIdea, Model, Outline
from scenarios.plan.parts import Aggregation, CumulativeMetric, Metric, RatioMetric, SimpleMetric

_RATIO = ("rate", "ratio", "share", "per", "percentage")
_RUNNING = ("cumulative", "running", "to_date", "ytd")
_AGGREGATIONS: list[tuple[Aggregation, set[str]]] = [
    ("average", {"average", "avg", "mean"}),
    ("max", {"largest", "highest", "max", "peak"}),
    ("min", {"lowest", "smallest", "min"}),
]


def synthetic_metrics(
    ideas: Iterable[MetricIdea], known: list[Metric], outline: Outline, times: dict[str, str]
) -> list[Metric]:
    """Definitions for these ideas; `known` may be used for them, `times` are the marts that may take part."""
    marts = [mart for mart in outline.marts if mart.name in times]
    later = [idea for idea in ideas if _is_made(idea)]
    metrics: list[Metric] = [_simple(idea, marts) for idea in ideas if not _is_made(idea)]
    for idea in later:
        simple = [metric for metric in [*known, *metrics] if isinstance(metric, SimpleMetric)]
        metrics.append(_of_others(idea, simple) or _simple(idea, marts))
    return metrics


def _is_made(idea: MetricIdea) -> bool:
    words = idea.name.split("_")
    return any(word in words for word in _RATIO) or any(sign in idea.name for sign in _RUNNING)


def _of_others(idea: MetricIdea, simple: list[SimpleMetric]) -> Metric | None:
    """A running total or a ratio of metrics that are there; None when there are too few."""
    ranked = sorted(simple, key=lambda metric: -likeness(idea.name, metric.name))
    if ranked and any(sign in idea.name for sign in _RUNNING):
        sums = [metric for metric in ranked if metric.agg in ("sum", "count", "count_distinct")]
        return CumulativeMetric(name=idea.name, input=sums[0].name) if sums else None
    if len(ranked) > 1:
        counts = [
            metric
            for metric in ranked
            if metric.agg in ("count", "count_distinct") and metric is not ranked[0]
        ]
        return RatioMetric(
            name=idea.name, numerator=ranked[0].name, denominator=(counts or ranked[1:])[0].name
        )
    return None


def _simple(idea: MetricIdea, marts: list[Model]) -> SimpleMetric:
    """An aggregation of the column whose name is nearest; a count of rows when the name only says what is counted."""
    words = set(idea.name.split("_"))
    agg: Aggregation = next((name for name, signs in _AGGREGATIONS if words & signs), "sum")
    numbers = [
        (mart, column.name)
        for mart in marts
        for column in mart.columns
        if column.type in ("integer", "number")
        and column.name != mart.primary_key
        and not column.name.endswith("_id")
    ]
    count = SimpleMetric(
        name=idea.name, model=marts[0].name, agg="count_distinct", column=marts[0].primary_key
    )
    if not numbers:
        return count

    def rank(pair: tuple[Model, str]) -> int:
        mart, column = pair
        return likeness(idea.name, column) - likeness(idea.name, mart.primary_key)

    mart, column = max(numbers, key=rank)
    if agg == "sum" and rank((mart, column)) <= 0:
        return count
    return SimpleMetric(name=idea.name, model=mart.name, agg=agg, column=column)
