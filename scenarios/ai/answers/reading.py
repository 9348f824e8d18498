"""From a model's text to an answer. What cannot be read is said in sentences; nothing else is ever raised. Pure."""

import json
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from scenarios.ai.answers.base import Answer
from scenarios.ai.answers.finding import MOST_BYTES, find_object, is_too_long, line_of
from scenarios.plan.schema_words import schema_violations

A = TypeVar("A", bound=Answer)

MOST_PROBLEMS = 20
_DIGITS = 20  # of a whole number
_TRIES = 20  # things in prose that look like an object
_SHOWN = 40  # characters of the text around a mistake

_NOTHING = "There is no JSON object in the answer. Answer with one, the names of its fields in double quotes."

#: The parser's words → ours.
_EXPECTED = {
    "Expecting ',' delimiter": "a comma or a closing bracket is expected",
    "Expecting ':' delimiter": "a colon is expected",
    "Expecting property name enclosed in double quotes": (
        "the name of a field in double quotes is expected; there is no comma after the last field"
    ),
    "Expecting value": "a value is expected; there is no comma after the last one",
    "Invalid \\escape": "a backslash in a text must be doubled",
    "Invalid \\uXXXX escape": "four hexadecimal digits are expected after \\u",
    "Unterminated string starting at": "a text begins that is never closed",
}


class Unreadable(Exception):
    """A text is not the answer that was asked for; `problems` says why, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def read_answer(text: str, kind: type[A]) -> A:
    """The first complete JSON object in `text` as an answer of this kind. Raises Unreadable.

    Prose and fences around the object, and line breaks inside its texts, are tolerated.
    """
    data = _first_object(text)
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        violations = schema_violations(error, "answer", data=data)
        raise Unreadable([str(violation) for violation in violations[:MOST_PROBLEMS]]) from None


def _first_object(text: str) -> Any:
    if is_too_long(text):
        raise Unreadable([f"The answer is longer than {MOST_BYTES:,} bytes. Write less."])
    mistakes, at = list[str](), 0
    while len(mistakes) < _TRIES and (found := find_object(text, at)) is not None:
        if found.problem:
            mistakes.append(found.problem)
            break
        try:
            return _parsed(text[found.start : found.end])
        except json.JSONDecodeError as error:  # perhaps it is prose that looks like an object
            mistakes.append(_mistake(text, found.start + error.pos, error.msg))
            at = found.end
    raise Unreadable(mistakes[:1] or [_NOTHING])


def _parsed(text: str) -> Any:
    """The object as data. Raises JSONDecodeError, and Unreadable for what only some parsers take for JSON."""
    twice: dict[str, None] = {}

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for name, value in items:
            if name in data:
                twice[name[:_SHOWN]] = None
            data[name] = value
        return data

    decoder = json.JSONDecoder(
        object_pairs_hook=pairs,
        parse_int=_whole,
        parse_float=_number,
        parse_constant=_no_number,
        strict=False,  # line breaks in a statement are often written as they are
    )
    data = decoder.decode(text)
    if twice:
        said = [f"The field “{name}” is there twice in one object. Write it once." for name in twice]
        raise Unreadable(said[:MOST_PROBLEMS])
    if _has_lone_surrogate(data):
        raise Unreadable(["A text holds half of a character (a lone surrogate). Write the whole character."])
    return data


def _mistake(text: str, position: int, message: str) -> str:
    expected = _EXPECTED.get(message, f"it is no JSON ({message})")
    near = " ".join(text[max(0, position - _SHOWN // 2) : position + _SHOWN // 2].split())
    return f"At {line_of(text, position)}, near “{near}”: {expected}."


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise Unreadable([f"The number {digits[:_DIGITS]}… is too long."])
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise Unreadable([f"The number {digits[:_DIGITS]} is too large."])
    return value


def _no_number(word: str) -> NoReturn:
    raise Unreadable([f"{word} is no number in JSON. Write a number, or a text."])


def _has_lone_surrogate(data: Any) -> bool:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
