"""Rules about how models build on each other: inputs, layers, loops, materialization. Pure."""

from collections.abc import Iterator

import networkx as nx

from scenarios.plan.outline import Model, Outline
from scenarios.plan.violations import Violation
from scenarios.plan.words import model_place, one_of


def check_graph(outline: Outline) -> Iterator[Violation]:
    """All rules about the model graph."""
    for model in outline.models:
        yield from _inputs(outline, model)
        yield from _materialization(outline, model)
    yield from _loops(outline)
    yield from _unused(outline)
    yield from _incremental(outline)


def layer_of(outline: Outline, name: str) -> str | None:
    """`seed`, `staging`, `intermediate` or `marts`; None for a name that is no table of the project."""
    model = outline.model(name)
    if model:
        return model.layer
    if any(source.staging_model == name for source in outline.sources):
        return "staging"
    return "seed" if outline.source(name) else None


def _inputs(outline: Outline, model: Model) -> Iterator[Violation]:
    place = model_place(model.name)
    allowed = {"intermediate": ("staging", "intermediate"), "marts": ("intermediate", "marts")}[model.layer]
    for name in model.inputs:
        layer = layer_of(outline, name)
        if layer is None:
            yield Violation(
                "outline",
                place,
                f"It reads {name}, which is not in the project.",
                f"Use {one_of(_names_in(outline, allowed))}.",
            )
        elif layer not in allowed:
            yield Violation(
                "outline",
                place,
                f"A model of the {model.layer} layer must not read {name} of the {layer} layer.",
                _layer_hint(outline, model, name, layer),
            )
    if len(set(model.inputs)) < len(model.inputs):
        yield Violation("outline", place, "It names the same input twice.", "Name every input once.")


def _layer_hint(outline: Outline, model: Model, name: str, layer: str) -> str:
    source = outline.source(name)
    if source and model.layer == "intermediate":
        return f"Read its staging model {source.staging_model}."
    if layer in ("seed", "staging"):
        return "Put an intermediate model (int_…) between them."
    return "Move the logic into an intermediate model that both read."


def _names_in(outline: Outline, layers: tuple[str, ...]) -> list[str]:
    names = [source.staging_model for source in outline.sources] + [model.name for model in outline.models]
    return [name for name in names if layer_of(outline, name) in layers]


def _loops(outline: Outline) -> Iterator[Violation]:
    graph = nx.DiGraph((name, model.name) for model in outline.models for name in model.inputs)
    for group in nx.strongly_connected_components(graph):
        loop = [model.name for model in outline.models if model.name in group]
        if len(loop) > 1 or (loop and graph.has_edge(loop[0], loop[0])):
            yield Violation(
                "outline",
                model_place(loop[0]),
                f"The models read each other in a circle: {' → '.join([*loop, loop[0]])}.",
                "Take one of these inputs away.",
            )


def _unused(outline: Outline) -> Iterator[Violation]:
    read = {name for model in outline.models for name in model.inputs}
    for source in outline.sources:
        if source.staging_model not in read:
            yield Violation(
                "outline",
                f"Source {source.table}",
                f"No model reads {source.staging_model}.",
                "Add it to the inputs of an intermediate model, or take the source away.",
            )
    for model in outline.intermediates:
        if model.name not in read:
            yield Violation(
                "outline",
                model_place(model.name),
                "No model reads it.",
                "Let a mart read it, or take it away.",
            )


def _materialization(outline: Outline, model: Model) -> Iterator[Violation]:
    place, kind = model_place(model.name), model.materialized
    if model.layer == "intermediate" and kind not in ("view", "ephemeral"):
        yield Violation(
            "outline", place, f"An intermediate model is a view or ephemeral, not {kind}.", "Use view."
        )
    if model.layer == "marts" and kind not in ("table", "incremental"):
        yield Violation("outline", place, f"A mart is a table or incremental, not {kind}.", "Use table.")
    chosen = model.name == outline.incremental.model
    if kind == "incremental" and not chosen:
        yield Violation(
            "outline",
            place,
            f"Only one mart is incremental, and the plan names {outline.incremental.model}.",
            "Make this one a table.",
        )
    if model.layer == "marts" and kind == "table" and chosen:
        yield Violation(
            "outline",
            place,
            "The plan names it as the incremental mart, but it is a table.",
            "Set it to incremental.",
        )


def _incremental(outline: Outline) -> Iterator[Violation]:
    rule, place = outline.incremental, "Incremental model"
    model = outline.model(rule.model)
    if model is None or model.layer != "marts":
        yield Violation(
            "outline",
            place,
            f"{rule.model} is not a mart of this plan.",
            f"Choose {one_of(mart.name for mart in outline.marts)}.",
        )
        return
    if rule.unique_key != model.primary_key:
        yield Violation(
            "outline",
            place,
            f"Its unique key is {rule.unique_key}, but the primary key of "
            f"{model.name} is {model.primary_key}.",
            f"Use {model.primary_key}.",
        )
    cursor = model.column(rule.cursor)
    if cursor is None or cursor.type not in ("date", "timestamp"):
        dates = [column.name for column in model.columns if column.type in ("date", "timestamp")]
        yield Violation(
            "outline",
            place,
            f"The cursor {rule.cursor} is not a date column of {model.name}.",
            f"Choose {one_of(dates)}." if dates else "Add a date column to the mart.",
        )
