"""Rules about the semantic layer: entities, dimensions and the models they stand on. Pure."""

from collections.abc import Iterator

from scenarios.plan.names import ColumnType
from scenarios.plan.outline import Model, Outline
from scenarios.plan.parts import Dimension, Entity, Semantic, SemanticModel
from scenarios.plan.rules.metrics import check_metrics
from scenarios.plan.rules.names import name_faults
from scenarios.plan.violations import Violation
from scenarios.plan.words import TYPE_WORDS, one_of, repeated

PART = "semantic"

#: Names that MetricFlow keeps for itself.
METRICFLOW_NAMES = {
    "metric_time",
    "mf_internal_uuid",
    "nanosecond",
    "microsecond",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
}
CATEGORICAL_TYPES: tuple[ColumnType, ...] = ("string", "boolean", "integer")


def check_semantic(outline: Outline, semantic: Semantic) -> Iterator[Violation]:
    """Faults in the semantic layer, seen beside the outline."""
    for name in repeated(model.model for model in semantic.models):
        yield Violation(PART, f"Semantic model {name}", "It is there twice.", "Take one away.")
    for semantic_model in semantic.models:
        yield from _model(outline, semantic_model)
    yield from _across_models(outline, semantic)
    yield from _element_names(semantic)
    yield from check_metrics(outline, semantic)


def semantic_place(model: str, element: str = "") -> str:
    """Such as: Semantic model fct_orders, entity customer."""
    return f"Semantic model {model}, {element}" if element else f"Semantic model {model}"


def _model(outline: Outline, semantic_model: SemanticModel) -> Iterator[Violation]:
    place, mart = semantic_place(semantic_model.model), outline.model(semantic_model.model)
    if mart is None or mart.layer != "marts":
        yield Violation(
            PART,
            place,
            "It is not a mart of this plan.",
            f"Choose {one_of(other.name for other in outline.marts)}.",
        )
        return
    yield from _elements(mart, semantic_model)
    yield from _time_dimension(semantic_model)
    primary = [entity for entity in semantic_model.entities if entity.type == "primary"]
    if [entity.column for entity in primary] != [mart.primary_key]:
        yield Violation(
            PART,
            place,
            f"It needs exactly one primary entity, on the primary key {mart.primary_key}.",
            f"Make {mart.primary_key} the primary entity, and the others foreign.",
        )


def _elements(mart: Model, semantic_model: SemanticModel) -> Iterator[Violation]:
    for entity in semantic_model.entities:
        place = semantic_place(mart.name, f"entity {entity.name}")
        yield from _column_exists(mart, entity, place)
    for dimension in semantic_model.dimensions:
        place = semantic_place(mart.name, f"dimension {dimension.column}")
        yield from _column_exists(mart, dimension, place)
        yield from _dimension_type(mart, dimension, place)
    columns = [entity.column for entity in semantic_model.entities]
    columns += [dimension.column for dimension in semantic_model.dimensions]
    for name in repeated(columns):
        yield Violation(
            PART,
            semantic_place(mart.name),
            f"The column {name} is used twice as an entity or dimension.",
            "Use every column once.",
        )
    for label in repeated(dimension.label for dimension in semantic_model.dimensions if dimension.label):
        yield Violation(
            PART,
            semantic_place(mart.name),
            f"Two dimensions have the label “{label}”.",
            "Give every dimension a label of its own.",
        )


def _column_exists(mart: Model, element: Entity | Dimension, place: str) -> Iterator[Violation]:
    if mart.column(element.column) is None:
        yield Violation(
            PART,
            place,
            f"{mart.name} has no column {element.column}.",
            f"Choose {one_of(column.name for column in mart.columns)}.",
        )


def _dimension_type(mart: Model, dimension: Dimension, place: str) -> Iterator[Violation]:
    column = mart.column(dimension.column)
    if column is None:
        return
    if dimension.type == "time" and column.type not in ("date", "timestamp"):
        yield Violation(
            PART,
            place,
            f"A time dimension is a date, but this is {TYPE_WORDS[column.type]}.",
            "Make it categorical, or choose a date column.",
        )
    if dimension.type == "categorical" and column.type not in CATEGORICAL_TYPES:
        yield Violation(
            PART,
            place,
            f"{TYPE_WORDS[column.type].capitalize()} is not a category to group by.",
            "Make a date a time dimension; leave numbers to the metrics.",
        )
    if dimension.type == "categorical" and dimension.granularity:
        yield Violation(PART, place, "Only a time dimension has a granularity.", "Take the granularity away.")


def _time_dimension(semantic_model: SemanticModel) -> Iterator[Violation]:
    times = [dimension.column for dimension in semantic_model.dimensions if dimension.type == "time"]
    if semantic_model.time_dimension not in times:
        yield Violation(
            PART,
            semantic_place(semantic_model.model),
            f"Its time dimension {semantic_model.time_dimension} is not one of its dimensions of type time.",
            f"Choose {one_of(times)}." if times else "Add it as a dimension of type time.",
        )


def _across_models(outline: Outline, semantic: Semantic) -> Iterator[Violation]:
    types: dict[str, ColumnType] = {}
    kinds: dict[str, str] = {}
    for semantic_model in semantic.models:
        mart = outline.model(semantic_model.model)
        for entity in semantic_model.entities:
            column = mart.column(entity.column) if mart else None
            if column and types.setdefault(entity.name, column.type) != column.type:
                yield Violation(
                    PART,
                    semantic_place(semantic_model.model, f"entity {entity.name}"),
                    "It is "
                    f"{TYPE_WORDS[column.type]} here and {TYPE_WORDS[types[entity.name]]} in another model.",
                    "An entity joins models, so its columns need the same type.",
                )
        for dimension in semantic_model.dimensions:
            if kinds.setdefault(dimension.column, dimension.type) != dimension.type:
                yield Violation(
                    PART,
                    semantic_place(semantic_model.model, f"dimension {dimension.column}"),
                    f"It is {dimension.type} here and {kinds[dimension.column]} in another model.",
                    "Use the same type in both.",
                )


def _element_names(semantic: Semantic) -> Iterator[Violation]:
    entities = {entity.name for model in semantic.models for entity in model.entities}
    dimensions = {dimension.column for model in semantic.models for dimension in model.dimensions}
    metrics = {metric.name for metric in semantic.metrics}
    for name in sorted((entities & dimensions) | (metrics & (entities | dimensions))):
        yield Violation(
            PART,
            f"Name {name}",
            "It is used for two of: an entity, a dimension, a metric.",
            f"Name the entity after the thing it identifies, such as {name.removesuffix('_id')}_key.",
        )
    for model in semantic.models:
        for name in repeated(entity.name for entity in model.entities):
            yield Violation(
                PART, semantic_place(model.model), f"Two entities are called {name}.", "Rename one of them."
            )
    for name in sorted(entities):
        yield from name_faults(name, f"Entity {name}", PART)
    for name in sorted((entities | dimensions | metrics) & METRICFLOW_NAMES):
        yield Violation(
            PART,
            f"Name {name}",
            "MetricFlow keeps this name for itself.",
            f"Use a longer one, such as {name}_of_order.",
        )
