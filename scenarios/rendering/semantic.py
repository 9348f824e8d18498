"""The semantic layer in dbt's current YAML: entities, dimensions and metrics beside their mart. Pure."""

from typing import Any

from scenarios.plan.neutral import one_line
from scenarios.plan.outline import ModelColumn
from scenarios.plan.parts import (
    CumulativeMetric,
    DerivedMetric,
    Dimension,
    Metric,
    Plan,
    RatioMetric,
    SemanticModel,
    SimpleMetric,
)
from scenarios.plan.rules.metrics import metric_marts
from scenarios.rendering.text import paragraphs

Yaml = dict[str, Any]


def semantic_model(plan: Plan, model: str) -> SemanticModel | None:
    """The semantic definition of a mart, or None."""
    models = plan.semantic.models if plan.semantic else []
    return next((semantic for semantic in models if semantic.model == model), None)


def model_settings(plan: Plan, model: str) -> Yaml:
    """What a mart says about itself to the semantic layer; empty when it is not part of it."""
    semantic = semantic_model(plan, model)
    if semantic is None:
        return {}
    return {"semantic_model": {"enabled": True}, "agg_time_dimension": semantic.time_dimension}


def column_settings(plan: Plan, model: str, column: ModelColumn) -> Yaml:
    """The entity or dimension that a column is; empty when it is neither."""
    semantic = semantic_model(plan, model)
    if semantic is None:
        return {}
    entity = next((entity for entity in semantic.entities if entity.column == column.name), None)
    dimension = next((dim for dim in semantic.dimensions if dim.column == column.name), None)
    if entity is not None:
        return {"entity": {"name": entity.name, "type": entity.type}}
    return _dimension(dimension) if dimension else {}


def _dimension(dimension: Dimension) -> Yaml:
    settings: Yaml = {"name": dimension.column, "type": dimension.type}
    if dimension.label:
        settings["label"] = one_line(dimension.label)
    granularity = {"granularity": dimension.granularity or "day"} if dimension.type == "time" else {}
    return granularity | {"dimension": settings}


def metrics_of(plan: Plan, model: str | None) -> list[Yaml]:
    """Metrics that need only this mart; with None those that need several, which stand on their own."""
    if plan.semantic is None:
        return []
    chosen = []
    for metric in plan.semantic.metrics:
        needed = set(metric_marts(plan.semantic, metric))
        if (needed == {model}) if model else len(needed) != 1:
            chosen.append(_described(plan, metric) | _definition(metric))
    return chosen


def _described(plan: Plan, metric: Metric) -> Yaml:
    idea = next((idea for idea in plan.outline.metrics if idea.name == metric.name), None)
    label = one_line(idea.label) if idea else metric.name.replace("_", " ").capitalize()
    return {
        "name": metric.name,
        "label": label,
        "description": paragraphs(idea.description) if idea else label,
    }


def _definition(metric: Metric) -> Yaml:
    match metric:
        case SimpleMetric():
            return {"type": "simple", "agg": metric.agg, "expr": metric.column}
        case RatioMetric():
            return {"type": "ratio", "numerator": metric.numerator, "denominator": metric.denominator}
        case CumulativeMetric():
            window = {"window": _span(metric.window_days, "day")} if metric.window_days else {}
            # The last value of a period, so that the newest period says what the metric says.
            return {"type": "cumulative", "input_metric": metric.input} | window | {"period_agg": "last"}
        case DerivedMetric():
            return _derived(metric)


def _derived(metric: DerivedMetric) -> Yaml:
    months, left, right = metric.right_offset_months, metric.left, metric.right
    second: Yaml = {"name": right}
    if months or left == right:
        right = f"{right}_{months}m_before" if months else f"{right}_again"
        second["alias"] = right
    if months:
        second["offset_window"] = _span(months, "month")
    expressions = {
        "plus": f"{left} + {right}",
        "minus": f"{left} - {right}",
        "times": f"{left} * {right}",
        # 1.0 first: some warehouses divide whole numbers to whole numbers.
        "growth": f"1.0 * ({left} - {right}) / nullif({right}, 0)",
    }
    return {
        "type": "derived",
        "expr": expressions[metric.operation],
        "input_metrics": [{"name": left}, second],
    }


def _span(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
