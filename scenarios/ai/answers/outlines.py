"""The outline's answer into an outline, and back. Pure."""

from scenarios.ai.answers.building import built
from scenarios.ai.answers.outline import Column, Idea, Incremental, Metric, Model, OutlineAnswer, Pain, Source
from scenarios.ai.answers.outline_data import Reading, metric_data, pain_data
from scenarios.plan import outline as plan
from scenarios.plan.brief import Brief
from scenarios.plan.coverage import pain_sentences
from scenarios.plan.outline import Outline
from scenarios.plan.rules import check_outline
from scenarios.plan.violations import PlanRefused, Violation

PART = "outline"


def outline_of(brief: Brief, answer: OutlineAnswer) -> Outline:
    """The outline that the answer describes, for this brief. Raises PlanRefused."""
    brief = brief.disguised()
    whole = Reading(answer.sources, answer.models)
    data = {
        "company": brief.company,
        "industry": brief.industry,
        "warehouse": brief.warehouse,
        "semantic_layer": brief.include_semantic_layer,
        "depth": brief.depth,
        "as_of": brief.as_of,
        "context": {
            "summary": answer.summary,
            "use_case": answer.use_case,
            "objectives": answer.objectives,
        },
        "sources": [whole.source(source) for source in answer.sources],
        "models": [whole.model(model) for model in answer.models],
        "incremental": whole.incremental(answer.incremental),
        "metrics": [metric_data(metric) for metric in answer.metrics],
        "pain_points": [pain_data(pain) for pain in answer.pains],
        "quality": [whole.idea(idea) for idea in answer.defects],
    }
    outline, wrong = built(Outline, data, PART)
    if outline is not None:
        wrong = [*check_outline(outline), *unknown_sentences(brief, outline.pain_points)]
    if outline is None or wrong:
        raise PlanRefused(wrong)
    return outline


def unknown_sentences(brief: Brief, pains: list[plan.PainDemonstration]) -> list[Violation]:
    """Pain points that answer sentences which the brief does not have."""
    there = len(pain_sentences(brief.pain_points))
    return [
        Violation(
            PART,
            f"Pain point “{pain.pain[:60]}”",
            f"It answers sentence {number}, but the pain points have {there}.",
            f"Use numbers from 1 to {there}." if there else "Name no sentence.",
        )
        for pain in pains
        for number in dict.fromkeys(pain.answers)
        if number > there
    ]


def outline_answer(outline: Outline) -> OutlineAnswer:
    """The outline as its answer: the inverse of `outline_of`, for prompts."""
    rule = outline.incremental
    return OutlineAnswer(
        summary=outline.context.summary,
        use_case=outline.context.use_case,
        objectives=list(outline.context.objectives),
        sources=[_source_answer(source) for source in outline.sources],
        models=[_model_answer(model) for model in outline.models],
        incremental=Incremental(
            model=rule.model, cursor=rule.cursor, lookback_days=rule.lookback_days, why=rule.why
        ),
        metrics=[
            Metric(name=metric.name, label=metric.label, about=metric.description, unit=metric.unit)
            for metric in outline.metrics
        ],
        pains=[Pain.model_validate(pain.model_dump()) for pain in outline.pain_points],
        defects=[Idea.model_validate(idea.model_dump()) for idea in outline.quality],
    )


def _source_answer(source: plan.SourceTable) -> Source:
    return Source(
        system=source.system,
        table=source.table,
        label=source.label,
        about=source.description,
        staging=source.staging_purpose,
        key=source.primary_key,
        columns=[
            _column_answer(
                column, rename=column.rename or "", refers_to=column.references.table if column.references else "",
                unique=column.unique,
            )
            for column in source.columns
        ],
    )  # fmt: skip


def _model_answer(model: plan.Model) -> Model:
    return Model(
        name=model.name,
        layer=model.layer,
        kind=model.materialized,
        purpose=model.purpose,
        grain=model.grain,
        key=model.primary_key,
        inputs=list(model.inputs),
        columns=[
            _column_answer(column, refers_to=column.references.model if column.references else "")
            for column in model.columns
        ],
        questions=list(model.business_questions),
    )


def _column_answer(
    column: plan.SourceColumn | plan.ModelColumn, *, refers_to: str, rename: str = "", unique: bool = False
) -> Column:
    return Column(
        name=column.name,
        type=column.type,
        about=column.description,
        rename=rename,
        refers_to=refers_to,
        values=list(column.accepted_values),
        required=column.required,
        unique=unique,
    )
