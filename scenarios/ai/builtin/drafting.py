"""From a composition and a brief to an outline."""

from scenarios.ai.builtin.choices import dice_for, evidence
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.context import business_context
from scenarios.ai.builtin.ideas import quality_ideas
from scenarios.ai.builtin.pains import pain_demonstrations
from scenarios.plan.brief import Brief
from scenarios.plan.outline import Model, ModelColumn, ModelReference, Outline, PainDemonstration, QualityIdea

_PENDING = PainDemonstration(
    pain="-", feature="-", where="-", minute=0, show="-"
)  # replaced before anyone sees it


def draft(brief: Brief, composition: Composition, quality: list[QualityIdea] | None = None) -> Outline:
    """The outline of a composition; `quality` replaces the ideas that the notes call for."""
    if quality is None:
        quality = quality_ideas(evidence(brief), composition, dice_for(brief))
    outline = Outline(
        company=brief.company,
        industry=brief.industry,
        warehouse=brief.warehouse,
        semantic_layer=brief.include_semantic_layer,
        depth=brief.depth,
        as_of=brief.as_of,
        context=business_context(brief, composition),
        sources=list(composition.tables.values()),
        models=related(composition.models, quality, composition),
        incremental=composition.incremental,
        metrics=[idea for idea, _ in composition.metrics] if brief.include_semantic_layer else [],
        pain_points=[_PENDING],
        quality=quality,
    )
    pains = pain_demonstrations(brief.pain_points, outline, quoting=brief.codename is None)
    return outline.model_copy(update={"pain_points": pains})


def related(models: list[Model], quality: list[QualityIdea], composition: Composition) -> list[Model]:
    """Models whose marts refer to the dimensions among them, but not along a key in which an orphan is planted.

    The time of the incremental mart is required, unless a defect empties it.
    """
    owners = {model.primary_key: model.name for model in models if model.name.startswith("dim_")}
    orphans = {_staged(idea, composition) for idea in quality if idea.kind == "orphan"}
    empty = {_staged(idea, composition) for idea in quality if idea.kind == "null"}
    time = composition.incremental.cursor

    def column(model: Model, column: ModelColumn) -> ModelColumn:
        owner = owners.get(column.name)
        if owner and owner != model.name and column.name not in orphans and column.name != model.primary_key:
            column = column.model_copy(update={"references": ModelReference(model=owner, column=column.name)})
        if model.name == composition.incremental.model and column.name == time and time not in empty:
            column = column.model_copy(update={"required": True})
        return column

    return [
        model.model_copy(update={"columns": [column(model, c) for c in model.columns]})
        if model.layer == "marts"
        else model
        for model in models
    ]


def _staged(idea: QualityIdea, composition: Composition) -> str:
    table = next(table for table in composition.tables.values() if table.table == idea.table)
    column = table.column(idea.column)
    return column.staged_name if column else idea.column
