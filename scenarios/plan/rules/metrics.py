"""Rules about metric definitions: they are the outline's, their inputs exist, none counts itself. Pure."""

from collections.abc import Iterator

import networkx as nx

from scenarios.plan.outline import Outline
from scenarios.plan.parts import (
    CumulativeMetric,
    DerivedMetric,
    Metric,
    RatioMetric,
    Semantic,
    SimpleMetric,
)
from scenarios.plan.violations import Violation
from scenarios.plan.words import TYPE_WORDS, one_of, repeated

PART = "semantic"


def check_metrics(outline: Outline, semantic: Semantic) -> Iterator[Violation]:
    """Faults in the metrics of a semantic layer."""
    yield from _same_metrics(outline, semantic)
    for metric in semantic.metrics:
        if isinstance(metric, SimpleMetric):
            yield from _simple(outline, semantic, metric)
        else:
            yield from _inputs(semantic, metric)
        yield from _main_dimension(semantic, metric)
    yield from _loops(semantic)


def metric_marts(semantic: Semantic, metric: Metric) -> list[str]:
    """The marts behind a metric, in the order of its inputs; empty where an input does not exist."""
    known = {other.name: other for other in semantic.metrics}
    marts: dict[str, None] = {}
    todo, seen = [metric], {metric.name}
    while todo:
        current = todo.pop(0)
        if isinstance(current, SimpleMetric):
            marts[current.model] = None
        inputs = [name for name in metric_inputs(current) if name in known and name not in seen]
        seen.update(inputs)
        todo += [known[name] for name in inputs]
    return list(marts)


def _main_dimension(semantic: Semantic, metric: Metric) -> Iterator[Violation]:
    if metric.by is None:
        return
    marts = metric_marts(semantic, metric)
    categories = [
        dimension.column
        for model in semantic.models
        if model.model in marts
        for dimension in model.dimensions
        if dimension.type == "categorical"
    ]
    if metric.by not in categories:
        yield Violation(
            PART,
            _place(metric.name),
            f"Its main dimension {metric.by} is no categorical dimension of {one_of(marts)}.",
            f"Choose {one_of(dict.fromkeys(categories))}."
            if categories
            else "Leave it out, or add a categorical dimension.",
        )


def metric_inputs(metric: Metric) -> list[str]:
    """Names of the metrics that this one is computed from."""
    if isinstance(metric, RatioMetric):
        return [metric.numerator, metric.denominator]
    if isinstance(metric, DerivedMetric):
        return [metric.left, metric.right]
    return [metric.input] if isinstance(metric, CumulativeMetric) else []


def _place(name: str) -> str:
    return f"Metric {name}"


def _same_metrics(outline: Outline, semantic: Semantic) -> Iterator[Violation]:
    planned, defined = [idea.name for idea in outline.metrics], [metric.name for metric in semantic.metrics]
    for name in repeated(defined):
        yield Violation(PART, _place(name), "It is defined twice.", "Take one definition away.")
    for name in planned:
        if name not in defined:
            yield Violation(PART, _place(name), "The outline plans it, but it is not defined.", "Define it.")
    for name in dict.fromkeys(defined):
        if name not in planned:
            yield Violation(
                PART,
                _place(name),
                "It is defined, but the outline does not plan it.",
                f"Define only {one_of(planned)}." if planned else "Take it away.",
            )


def _simple(outline: Outline, semantic: Semantic, metric: SimpleMetric) -> Iterator[Violation]:
    place, mart = _place(metric.name), outline.model(metric.model)
    column = mart.column(metric.column) if mart else None
    if metric.model not in [model.model for model in semantic.models]:
        yield Violation(
            PART,
            place,
            f"Its model {metric.model} is not in the semantic layer.",
            f"Choose {one_of(model.model for model in semantic.models)}.",
        )
    elif mart and column is None:
        yield Violation(
            PART,
            place,
            f"{mart.name} has no column {metric.column}.",
            f"Choose {one_of(other.name for other in mart.columns)}.",
        )
    elif (
        column and metric.agg in ("sum", "average", "min", "max") and column.type not in ("integer", "number")
    ):
        yield Violation(
            PART,
            place,
            f"It takes the {metric.agg} of {column.name}, which is {TYPE_WORDS[column.type]}.",
            "Choose a number, or count instead.",
        )


def _inputs(semantic: Semantic, metric: Metric) -> Iterator[Violation]:
    place, known = _place(metric.name), {other.name: other for other in semantic.metrics}
    for name in metric_inputs(metric):
        if name not in known:
            yield Violation(
                PART,
                place,
                f"It is computed from {name}, which is not a metric of this plan.",
                f"Choose {one_of(other for other in known if other != metric.name)}.",
            )
        elif isinstance(metric, CumulativeMetric) and not isinstance(known[name], SimpleMetric):
            yield Violation(
                PART,
                place,
                f"A running total needs a simple metric, and {name} is not one.",
                "Choose a simple metric.",
            )
    if isinstance(metric, RatioMetric) and metric.numerator == metric.denominator:
        yield Violation(PART, place, "It divides a metric by itself.", "Choose another denominator.")
    if isinstance(metric, DerivedMetric) and metric.left == metric.right and not metric.right_offset_months:
        yield Violation(
            PART,
            place,
            "It joins a metric with itself.",
            "Say how many months before it looks, or choose another metric.",
        )


def _loops(semantic: Semantic) -> Iterator[Violation]:
    graph = nx.DiGraph((name, metric.name) for metric in semantic.metrics for name in metric_inputs(metric))
    for group in nx.strongly_connected_components(graph):
        loop = list(dict.fromkeys(metric.name for metric in semantic.metrics if metric.name in group))
        if len(loop) > 1 or (loop and graph.has_edge(loop[0], loop[0])):
            yield Violation(
                PART,
                _place(loop[0]),
                f"The metrics are computed from each other in a circle: {' → '.join([*loop, loop[0]])}.",
                "Define one of them on a column of a mart.",
            )
