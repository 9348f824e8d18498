"""Answers into pieces of a plan, and back: one place to ask, one module for each answer. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scenarios.ai.answers import data, day_two, semantics, statements, talk
from scenarios.ai.answers.asking import Ask, Kind
from scenarios.ai.answers.base import Answer
from scenarios.ai.answers.building import Converted
from scenarios.ai.answers.changes import changed_outline, keys_to_rewrite
from scenarios.ai.answers.data import join_quality
from scenarios.ai.answers.details import DataAnswer, DayTwoAnswer, SemanticAnswer, SqlAnswer, TalkAnswer
from scenarios.ai.answers.outlines import outline_answer, outline_of
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue

__all__ = [
    "Converted",
    "answer_type",
    "as_answer",
    "changed_outline",
    "converted",
    "join_quality",
    "keys_to_rewrite",
    "outline_answer",
    "outline_of",
]

Parts = Mapping[str, PartValue]


@dataclass(frozen=True)
class _Converter:
    """What belongs to one kind of answer."""

    type: type[Answer]
    convert: Callable[..., Converted]  # (outline, ask, answer, done)
    answer: Callable[[Outline, Ask, Parts], Answer]


_CONVERTERS: dict[Kind, _Converter] = {
    "data": _Converter(DataAnswer, data.convert, data.answer),
    "sql": _Converter(SqlAnswer, statements.convert, statements.answer),
    "semantic": _Converter(SemanticAnswer, semantics.convert, semantics.answer),
    "day_two": _Converter(DayTwoAnswer, day_two.convert, day_two.answer),
    "talk_track": _Converter(TalkAnswer, talk.convert, talk.answer),
}


def answer_type(kind: Kind) -> type[Answer]:
    """What a call of this kind is answered with."""
    return _CONVERTERS[kind].type


def converted(outline: Outline, ask: Ask, answer: Answer, *, done: Parts) -> Converted:
    """The parts that `answer` gives of those asked for, and what is wrong with it.

    A part with a wrong shape is missing in `values`; one that only breaks rules is there. `done` are parts that
    are known already: the second day needs `rows:*`; rows and the talk track are judged beside `quality`.
    Raises TypeError for an answer of another kind, KeyError for a call about what the outline does not have.
    """
    converter = _CONVERTERS[ask.kind]
    if not isinstance(answer, converter.type):
        raise TypeError(f"{ask.kind} is not answered with a {type(answer).__name__}")
    return converter.convert(outline, ask, answer, done)


def as_answer(outline: Outline, ask: Ask, parts: Parts) -> Answer:
    """The parts that `ask` is about as their answer: the inverse of `converted`, for prompts.

    Parts that are missing are left out. Raises KeyError for a second day or talk track, or semantic layer, that
    is not there.
    """
    return _CONVERTERS[ask.kind].answer(outline, ask, parts)
