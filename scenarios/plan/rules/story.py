"""Rules about the story: metric ideas, pain points, quality ideas, unfinished texts. Pure."""

import re
from collections.abc import Collection, Iterator

from pydantic import BaseModel

from scenarios.plan.names import ColumnType
from scenarios.plan.outline import DefectKind, Outline, QualityIdea, SourceColumn
from scenarios.plan.rules.names import project_names
from scenarios.plan.violations import Violation
from scenarios.plan.words import TYPE_WORDS, one_of, placeholder_in, repeated

_MODEL_WORD = re.compile(r"\b(?:stg|int|fct|dim)_[a-z0-9_]+\b")
_METRIC_WORD = re.compile(r"\bmetrics? ([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b")

#: Column types of the kinds of defects that need one; the first is the usual one.
_TYPES: dict[DefectKind, tuple[ColumnType, ...]] = {
    "out_of_range": ("number", "integer"),
    "impossible_dates": ("date", "timestamp"),
    "stale": ("date", "timestamp"),
}


def check_story(outline: Outline) -> Iterator[Violation]:
    """All rules about metric ideas, pain points and quality ideas."""
    yield from _metric_ideas(outline)
    for number, pain in enumerate(outline.pain_points, start=1):
        yield from unknown_names(outline, pain.where, f"Pain point {number}", "outline")
        if len(set(pain.answers)) < len(pain.answers):
            yield Violation(
                "outline",
                f"Pain point {number}",
                "It answers the same sentence twice.",
                "Name every sentence's number once.",
            )
    for name in repeated(idea.name for idea in outline.quality):
        yield Violation(
            "outline", f"Quality scenario {name}", "Two scenarios have this name.", "Rename one of them."
        )
    for idea in outline.quality:
        yield from _quality_idea(outline, idea)
    for place in repeated(f"{idea.kind} in {idea.table}.{idea.column}" for idea in outline.quality):
        yield Violation(
            "outline",
            "Quality scenarios",
            f"Two scenarios plant the same defect: {place}.",
            "Take one away, so that every test tells one story.",
        )


def unknown_names(
    outline: Outline, text: str, place: str, part: str, *, also: Collection[str] = ()
) -> Iterator[Violation]:
    """Models and metrics that `text` names but the project does not have; `also` are further known names."""
    known = {name for name, _ in project_names(outline)} | set(also)
    for word in _MODEL_WORD.findall(text):
        # a test may be called after its model: fct_orders_amount_is_positive
        if word not in known and not any(word.startswith(f"{name}_") for name in known):
            yield Violation(
                part,
                place,
                f"It points to {word}, which is not in the project.",
                f"Name a model of this plan, such as {outline.models[-1].name}.",
            )
    metrics = [metric.name for metric in outline.metrics]
    for word in _METRIC_WORD.findall(text):
        if word not in metrics:
            yield Violation(
                part,
                place,
                f"It points to the metric {word}, which is not in the plan.",
                f"Name {one_of(metrics)}." if metrics else "Name a model instead.",
            )


def check_texts(part: str, place: str, value: BaseModel, given: Collection[str]) -> Iterator[Violation]:
    """Texts in `value` that still hold a placeholder; `given` are the user's own words, and never one."""
    for path, text in _texts(value.model_dump()):
        found = placeholder_in(text, given=given)
        if found:
            yield Violation(
                part,
                f"{place}, {path}" if path else place,
                f"The text still says “{found}”.",
                "Write what it stands for.",
            )


def _texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """(words for the place, text) of every string but statements, cells and the prospect's quoted pain."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        name = str(value.get("name") or value.get("table") or value.get("model") or "")
        start = f"{path} {name}".strip() if path else ""
        for key, item in value.items():
            if key not in ("sql", "rows", "new", "changed", "pain"):
                yield from _texts(item, f"{start}, {key}".strip(", "))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, path)


def _metric_ideas(outline: Outline) -> Iterator[Violation]:
    if outline.semantic_layer and not outline.metrics:
        yield Violation(
            "outline",
            "Semantic layer",
            "A semantic layer is wanted, but there is no metric.",
            "Add at least one metric.",
        )
    if outline.metrics and not outline.semantic_layer:
        yield Violation(
            "outline",
            "Semantic layer",
            "There are metrics, but no semantic layer is wanted.",
            "Take the metrics away, or ask for a semantic layer.",
        )
    for label in repeated(metric.label for metric in outline.metrics):
        yield Violation(
            "outline",
            "Semantic layer",
            f"Two metrics have the label “{label}”.",
            "Give every metric a label of its own.",
        )


def _quality_idea(outline: Outline, idea: QualityIdea) -> Iterator[Violation]:
    place = f"Quality scenario {idea.name}"
    source = outline.source(idea.table)
    column = source.column(idea.column) if source else None
    if source is None or column is None:
        yield Violation(
            "outline",
            place,
            f"Its place {idea.table}.{idea.column} is not in the plan.",
            f"Choose a column of {one_of(other.table for other in outline.sources)}.",
        )
    elif idea.column == source.primary_key:
        yield Violation(
            "outline",
            place,
            f"{idea.column} is the primary key of {idea.table}: a defect there would "
            "stop everything that builds on the table.",
            "Plant it in another column, such as an invoice number that must be unique.",
        )
    else:
        yield from _fits_kind(idea, column, place)


def _fits_kind(idea: QualityIdea, column: SourceColumn, place: str) -> Iterator[Violation]:
    missing = {
        "null": not column.required and "that it is required",
        "duplicate": not column.unique and "that it is unique",
        "orphan": column.references is None and "to which table it refers",
        "inconsistent_code": not column.accepted_values and "which values are accepted",
    }.get(idea.kind)
    if missing:
        yield Violation(
            "outline",
            place,
            f"No test can catch it: the plan does not say of {idea.column} {missing}.",
            f"Say so in the source {idea.table}, or choose another column.",
        )
    types = _TYPES.get(idea.kind)
    if types and column.type not in types:
        yield Violation(
            "outline",
            place,
            f"This kind of defect needs {TYPE_WORDS[types[0]]}, but {idea.column} is "
            f"{TYPE_WORDS[column.type]}.",
            "Choose another column.",
        )
