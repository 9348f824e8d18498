"""The ladder of one question about the outline: answer, repair, longer or simpler question; the last answer, if any."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from scenarios.ai.answers.base import Answer
from scenarios.ai.answers.reading import Unreadable, read_answer
from scenarios.ai.calls.protocol import CallFailed
from scenarios.ai.calls.wire import portable_schema
from scenarios.ai.prompting import Prompts, Texts
from scenarios.ai.writing.climbing import REFUSED
from scenarios.ai.writing.crew import Until
from scenarios.ai.writing.cutting import fitting, shown
from scenarios.ai.writing.desk import MANY_TOKENS, Answered, Call, Desk
from scenarios.ai.writing.draft import MOST_ROUNDS
from scenarios.plan.outline import Outline
from scenarios.plan.violations import PlanRefused

A = TypeVar("A", bound=Answer)


@dataclass
class Outcome(Generic[A]):
    """What a ladder came to: a valid outline, or the last answer that could be read, or a failure, or nothing."""

    outline: Outline | None = None
    answer: A | None = None
    failure: CallFailed | None = None
    rounds: int = 0


@dataclass(frozen=True)
class Question(Generic[A]):
    """What is asked; `accept` makes an outline of an answer or raises PlanRefused."""

    purpose: str
    texts: Texts
    shape: type[A]
    accept: Callable[[A], Outline]


def climb(
    desk: Desk, prompts: Prompts, question: Question[A], outcome: Outcome[A]
) -> Generator[Call | Until, Answered, None]:
    """Ask until there is a valid outline or no rung is left; `outcome` is filled in."""
    call: Call | None = Call(question.purpose, question.texts, question.shape)
    texts, longer, plain = question.texts, False, False
    while call is not None and outcome.outline is None:
        outcome.failure, text = None, ""
        problems: list[str] = []
        try:
            answered = yield call
            text, problems = _take(desk, question, answered, outcome)
        except CallFailed as error:
            outcome.failure = error
        if outcome.outline is not None:
            return
        if outcome.failure is None and outcome.rounds < MOST_ROUNDS:
            outcome.rounds += 1
            repair = prompts.repair(texts, answer=shown(text), problems=fitting(problems), keys=("outline",))
            call = replace(call, purpose=f"{question.purpose}/repair", texts=repair)
        elif outcome.failure is not None and outcome.failure.kind == "length" and not longer:
            longer = True
            call = replace(call, purpose=f"{question.purpose}/longer", max_tokens=MANY_TOKENS)
        elif not plain and (outcome.failure is None or outcome.failure.kind in REFUSED):
            plain = True
            texts = prompts.plain(question.texts, portable_schema(question.shape))
            call = replace(call, purpose=f"{question.purpose}/plain", texts=texts, shape=None)
        else:
            call = None


def _take(
    desk: Desk, question: Question[A], answered: Answered, outcome: Outcome[A]
) -> tuple[str, list[str]]:
    """Read and judge a reply. Returns its text and what is wrong with it. Raises CallFailed for one without answer."""
    reply = answered.reply
    if reply.stop != "ok":
        desk.tell(answered, reply.stop)
        raise CallFailed(reply.stop)
    try:
        outcome.answer = read_answer(reply.text, question.shape)
        outcome.outline = question.accept(outcome.answer)
    except Unreadable as error:
        desk.tell(answered, "invalid")
        return reply.text, error.problems
    except PlanRefused as error:
        desk.tell(answered, "invalid")
        return reply.text, [str(violation) for violation in error.violations]
    desk.tell(answered, "ok")
    return reply.text, []
