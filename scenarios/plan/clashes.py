"""Tests of models that a planted defect would turn red below them, as far as names tell. Pure.

A column that keeps the name it has from staging on is taken to hold what staging gives it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scenarios.plan.outline import Model, ModelColumn, Outline, QualityIdea


@dataclass(frozen=True)
class Clash:
    """A model with a test that cannot pass where this kind of defect is planted in this column of a table."""

    model: str
    kind: str
    table: str
    column: str  # raw name
    scenario: str = field(compare=False)


def clashes(outline: Outline) -> Iterator[Clash]:
    """Every test of an intermediate or mart model on a column in which a defect is planted that the test would find."""
    for idea in outline.quality:
        source = outline.source(idea.table)
        planted = source.column(idea.column) if source else None
        if source is None or planted is None:
            continue
        for model in outline.models:
            column = model.column(planted.staged_name)
            if column and _reads(outline, model, source.staging_model) and _finds(idea, model, column):
                yield Clash(model.name, idea.kind, idea.table, idea.column, idea.name)


def _finds(idea: QualityIdea, model: Model, column: ModelColumn) -> bool:
    tested = {
        "orphan": column.references is not None,
        "null": column.required,
        "inconsistent_code": bool(column.accepted_values),
    }
    return tested.get(idea.kind, False) or (
        column.name == model.primary_key and idea.kind in ("null", "duplicate")
    )


def _reads(outline: Outline, model: Model, wanted: str) -> bool:
    """Whether the model reads a staging model, by itself or through others; models may go round in a circle."""
    seen: set[str] = set()
    todo = list(model.inputs)
    while todo:
        name = todo.pop()
        if name == wanted:
            return True
        upstream = outline.model(name)
        if upstream is not None and name not in seen:
            seen.add(name)
            todo += upstream.inputs
    return False
