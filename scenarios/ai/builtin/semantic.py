"""The semantic part of any outline: entities, dimensions and metric definitions on its marts."""

from collections.abc import Iterable
from typing import Literal

from scenarios.ai.builtin.matching import Matching
from scenarios.ai.builtin.synthetic_semantic import synthetic_metrics
from scenarios.plan.outline import Model, Outline
from scenarios.plan.parts import Dimension, Entity, Metric, Semantic, SemanticModel, SimpleMetric
from scenarios.plan.rules.metrics import metric_inputs

MOST_MODELS, MOST_DIMENSIONS, MOST_ENTITIES = 4, 8, 6


def semantic_part(outline: Outline, matching: Matching | None) -> Semantic:
    """Definitions for the outline's metrics: the blueprint's where it has them, else by the words of their names."""
    times = _times(outline, matching)
    known = _known(outline, matching, times)
    ideas = [idea for idea in outline.metrics if idea.name not in {metric.name for metric in known}]
    metrics = [*known, *synthetic_metrics(ideas, known, outline, times)]
    order = [idea.name for idea in outline.metrics]
    metrics.sort(key=lambda metric: order.index(metric.name))
    needed = {metric.model for metric in metrics if isinstance(metric, SimpleMetric)}
    marts = [mart for mart in outline.marts if mart.name in needed and mart.name in times]
    return Semantic(
        models=[semantic_model(mart, times[mart.name], outline) for mart in marts], metrics=metrics
    )


def _times(outline: Outline, matching: Matching | None) -> dict[str, str]:
    """The date column of each mart that may take part, at most four marts; the incremental one always."""
    times = {outline.incremental.model: outline.incremental.cursor}
    composed = matching.composition.semantic_times if matching else {}
    for mart in outline.marts:
        origin = matching.origins.get(mart.name) if matching else None
        dates = [column.name for column in mart.columns if column.type in ("date", "timestamp")]
        time = composed.get(origin or "")
        if time in dates and mart.name not in times:
            times[mart.name] = str(time)
    return dict(list(times.items())[:MOST_MODELS])


def _known(outline: Outline, matching: Matching | None, times: dict[str, str]) -> list[Metric]:
    """The blueprint's definitions of the outline's metrics, without those whose mart or inputs are gone."""
    if matching is None:
        return []
    planned = {idea.name for idea in outline.metrics}
    marts = {origin: name for name, origin in matching.origins.items()}
    found: dict[str, Metric] = {}
    for idea, metric in matching.composition.metrics:
        if idea.name not in planned:
            continue
        if isinstance(metric, SimpleMetric):
            mart = outline.model(marts.get(metric.model, ""))
            if mart is not None and mart.name in times and mart.column(metric.column):
                found[metric.name] = metric.model_copy(update={"model": mart.name})
        elif all(name in planned for name in metric_inputs(metric)):
            found[metric.name] = metric
    return [metric for metric in found.values() if all(name in found for name in metric_inputs(metric))]


def semantic_model(mart: Model, time: str, outline: Outline) -> SemanticModel:
    """One mart: its keys as entities, its categories as dimensions."""
    grain: Literal["month", "day"] = "month" if time.endswith("_month") else "day"
    dimensions = [Dimension(column=time, type="time", granularity=grain)]
    dimensions += [
        Dimension(column=column, type="categorical")
        for column in categories(outline, mart.name)
        if column != time
    ]
    return SemanticModel(
        model=mart.name,
        time_dimension=time,
        entities=_entities(mart, outline),
        dimensions=dimensions[:MOST_DIMENSIONS],
    )


def _entities(mart: Model, outline: Outline) -> list[Entity]:
    entities = [Entity(column=mart.primary_key, name=entity_name(mart.primary_key), type="primary")]
    keys = set(_keys(outline)) - {mart.primary_key}
    foreign = [column.name for column in mart.columns if column.name in keys][: MOST_ENTITIES - 1]
    return [*entities, *(Entity(column=name, name=entity_name(name), type="foreign") for name in foreign)]


def categories(outline: Outline, model: str) -> list[str]:
    """Columns of a mart that are good to group by, texts before yes and no, as many as a semantic model takes."""
    mart = outline.model(model)
    if mart is None:
        return []
    used = {entity.column for entity in _entities(mart, outline)} | {
        metric.name for metric in outline.metrics
    }
    found = [
        column for column in mart.columns if column.name not in used and is_category(column.name, column.type)
    ]
    found.sort(key=lambda column: column.type == "boolean")
    return [column.name for column in found][: MOST_DIMENSIONS - 1]


def entity_name(column: str) -> str:
    """The name of the entity that a key column identifies; never the name of a column."""
    return f"{column.removesuffix('_id').removesuffix('_key')}_entity"


def is_category(name: str, kind: str) -> bool:
    """Whether a column is good to group by: a text that is no name or number, or a yes/no."""
    odd = name.endswith(("_id", "_name", "_number", "_key", "_title", "email", "_address"))
    return kind == "boolean" or (kind == "string" and not odd)


def _keys(outline: Outline) -> Iterable[str]:
    """Names of columns that identify a row of some source or model."""
    staged = {
        column.staged_name
        for source in outline.sources
        if (column := source.column(source.primary_key)) is not None
    }
    return staged | {model.primary_key for model in outline.models if model.primary_key.endswith("_id")}
