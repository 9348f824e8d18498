"""By which dimension and over which time grain the answer sheet asks each metric. Pure."""

from typing import Literal

from scenarios.plan.parts import Metric, Semantic, SemanticModel
from scenarios.plan.rules.metrics import metric_marts

Grain = Literal["day", "week", "month"]


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
    marts = metric_marts(semantic, metric)
    return [model for model in semantic.models if model.model in marts]
