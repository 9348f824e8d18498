"""Cuts what goes back to a model: only what failed, and no more than it can use."""

from collections.abc import Collection, Iterable

from scenarios.ai.answers.base import Answer
from scenarios.ai.answers.details import DataAnswer, SqlAnswer
from scenarios.plan.outline import Outline
from scenarios.plan.violations import Violation

MOST_PROBLEM_BYTES = 4000
MOST_TEXT = 24_000  # characters of a previous answer


def only_units(outline: Outline, answer: Answer, units: Collection[str]) -> Answer:
    """An answer without the pieces of other units; what nobody knows may be a misspelt piece of these, and stays."""
    if isinstance(answer, SqlAnswer):
        others = {model.name for model in outline.models if f"sql:{model.name}" not in units}
        return SqlAnswer(models=[one for one in answer.models if one.model not in others])
    if isinstance(answer, DataAnswer):
        others = {source.table for source in outline.sources if f"rows:{source.table}" not in units}
        elsewhere = {idea.name for idea in outline.quality if idea.table in others}
        return DataAnswer(
            tables=[one for one in answer.tables if one.table not in others],
            defects=[one for one in answer.defects if one.name not in elsewhere],
        )
    return answer


def shown(text: str) -> str:
    """An answer's text as far as it goes back."""
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}…"


def problems_of(violations: Iterable[Violation]) -> list[str]:
    """Sentences, each once, as many as fit."""
    return fitting(str(violation) for violation in violations)


def fitting(sentences: Iterable[str]) -> list[str]:
    """As many sentences as may be sent; long ones are cut, and that there are more is said."""
    kept: list[str] = []
    room = MOST_PROBLEM_BYTES - 100
    distinct = list(dict.fromkeys(sentence[:600] for sentence in sentences))
    for sentence in distinct:
        room -= len(sentence.encode(errors="replace")) + 1
        if room < 0:
            return [*kept, f"And {len(distinct) - len(kept)} more mistakes like these."]
        kept.append(sentence)
    return kept
