"""Mends the answers with details, when the model itself has had its chances. Pure and deterministic."""

from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from scenarios.ai.answers.asking import Ask
from scenarios.ai.answers.base import Answer
from scenarios.ai.answers.converting import converted
from scenarios.ai.answers.details import DataAnswer, DayTwoAnswer, SemanticAnswer, SqlAnswer, TalkAnswer
from scenarios.ai.mending.data import mend_data
from scenarios.ai.mending.day_two import mend_day_two
from scenarios.ai.mending.semantic import mend_semantic
from scenarios.ai.mending.statements import mend_statements
from scenarios.ai.mending.talk import mend_talk
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue
from scenarios.plan.violations import Violation

A = TypeVar("A", bound=Answer)


def mend_detail(
    outline: Outline,
    ask: Ask,
    answer: A,
    *,
    done: Mapping[str, PartValue],
    violations: Sequence[Violation] = (),
) -> tuple[A, list[str]]:
    """The answer with everything mended that can be, and a sentence for each thing.

    An answer without faults comes back equal, with no sentence. `violations` are what other checks found: with
    them an answer is looked at even if it breaks no rule alone. Rows are left to `scenarios.plan.mend`.
    """
    if not violations and _is_fine(outline, ask, answer, done):
        return answer, []
    mended, said = _mended(outline, ask, answer, done)
    return cast(A, mended), said


def _mended(
    outline: Outline, ask: Ask, answer: Answer, done: Mapping[str, PartValue]
) -> tuple[Answer, list[str]]:
    match answer:
        case DataAnswer():
            return mend_data(outline, ask, answer)
        case SqlAnswer():
            return mend_statements(outline, ask, answer)
        case SemanticAnswer():
            return mend_semantic(outline, answer)
        case DayTwoAnswer():
            return mend_day_two(outline, answer, done)
        case TalkAnswer():
            return mend_talk(outline, answer, done)
    return answer, []


def _is_fine(outline: Outline, ask: Ask, answer: Answer, done: Mapping[str, PartValue]) -> bool:
    found = converted(outline, ask, answer, done=done)
    return not found.violations and all(key in found.values for key in ask.keys)
