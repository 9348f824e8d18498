"""By which dimension and over which time grain the answer sheet asks each metric. Pure."""

from typing import Literal

from scenarios.plan.parts import CumulativeMetric, Metric, RatioMetric, Semantic, SemanticModel, SimpleMetric

Grain = Literal["day", "week", "month"]


def marts_behind(semantic: Semantic, metric: Metric) -> list[str]:
    """Names of the marts that a metric reads, directly or through other metrics, each once."""
    metrics = {other.name: other for other in semantic.metrics}
    found: dict[str, None] = {}
    waiting, seen = [metric], {metric.name}
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, SimpleMetric):
            found[current.model] = None
            continue
        for name in _inputs(current):
            if name in metrics and name not in seen:
                seen.add(name)
                waiting.append(metrics[name])
    return list(found)


def _inputs(metric: Metric) -> list[str]:
    if isinstance(metric, RatioMetric):
        return [metric.numerator, metric.denominator]
    if isinstance(metric, CumulativeMetric):
        return [metric.input]
    return [] if isinstance(metric, SimpleMetric) else [metric.left, metric.right]


def main_dimension(semantic: Semantic, metric: Metric) -> str | None:
    """The column of the metric's main dimension: what it says itself, else its mart's first categorical one.

    None for a metric over several marts that says none, and where the mart has no categorical dimension.
    """
    if metric.by:
        return metric.by
    models = _models(semantic, metric)
    if len(models) != 1:
        return None
    return next((each.column for each in models[0].dimensions if each.type == "categorical"), None)


def time_grain(semantic: Semantic, metric: Metric) -> Grain:
    """The coarsest grain of the time dimensions behind a metric: months say more than days on ten rows."""
    grains = [each.granularity for model in _models(semantic, metric) for each in model.dimensions]
    return "week" if "week" in grains and "month" not in grains and "day" not in grains else "month"


def _models(semantic: Semantic, metric: Metric) -> list[SemanticModel]:
    marts = marts_behind(semantic, metric)
    return [model for model in semantic.models if model.model in marts]
