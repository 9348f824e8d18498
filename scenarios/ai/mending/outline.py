"""Mends an outline that a model wrote, when the model itself has had its chances. Pure and deterministic."""

from scenarios.ai.answers.converting import outline_of
from scenarios.ai.answers.outline import OutlineAnswer
from scenarios.ai.mending.outlines.columns import mend_columns
from scenarios.ai.mending.outlines.draft import Draft
from scenarios.ai.mending.outlines.graph import mend_graph
from scenarios.ai.mending.outlines.naming import mend_names
from scenarios.ai.mending.outlines.story import mend_ideas, mend_metrics, mend_pains, mend_texts
from scenarios.ai.mending.said import Said
from scenarios.ai.mending.texts import Texts, bounded
from scenarios.plan.brief import Brief
from scenarios.plan.coverage import pain_sentences
from scenarios.plan.violations import PlanRefused

#: Things that are looked at; of these the least needed are left out.
_MOST = {"sources": 15, "models": 30, "metrics": 30, "pains": 30, "defects": 30}


def mend_outline(brief: Brief, answer: OutlineAnswer) -> tuple[OutlineAnswer, list[str]]:
    """The answer with everything mended that can be, and a sentence for each thing.

    An answer without faults comes back equal, with no sentence. What code must not invent (a third source, a mart)
    stays missing: the rules refuse such an answer after mending, too.
    """
    if _is_fine(brief, answer):
        return answer, []
    brief = brief.disguised()
    said = Said()
    data = bounded(answer.model_dump(), said)
    for kind, most in _MOST.items():
        data[kind] = data[kind][:most]
    draft = Draft(data, said)
    mend_names(draft)
    mend_columns(draft)
    mend_graph(draft)
    mend_ideas(draft)
    mend_metrics(draft, brief.include_semantic_layer)
    mend_texts(draft, Texts(brief.company, brief.industry, said))
    mend_pains(draft, len(pain_sentences(brief.pain_points)))
    return OutlineAnswer.model_validate(draft.data), said.sentences


def _is_fine(brief: Brief, answer: OutlineAnswer) -> bool:
    try:
        outline_of(brief, answer)
    except PlanRefused:
        return False
    return True
