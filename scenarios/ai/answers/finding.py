"""Finds the JSON object in a text that a model wrote: bounded and linear, before anything is parsed. Pure."""

import re
from dataclasses import dataclass

MOST_BYTES = 400_000
DEEPEST = 20  # brackets in brackets; the answers need 7

#: A text in quotes (to its end, or to the end of everything), or a bracket.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\]]', re.DOTALL)
_BEGINS = re.compile(r'\{\s*["}]')  # an object; other opening brackets are prose
_PAIRS = {"{": "}", "[": "]"}


@dataclass(frozen=True)
class Found:
    """An object from `start` to `end` (exclusive), or why there is none."""

    start: int = 0
    end: int = 0
    problem: str = ""


def is_too_long(text: str) -> bool:
    """Whether a text is longer than anything that is read."""
    return len(text) > MOST_BYTES or len(text.encode("utf-8", "replace")) > MOST_BYTES


def find_object(text: str, start: int = 0) -> Found | None:
    """The first object in `text` from `start` on, with its brackets in pairs; None when nothing looks like one.

    What stands before it is prose or a fence. Nothing is looked for inside an object that is not complete: a part
    of an answer is no answer.
    """
    opening = _BEGINS.search(text, start)
    return _matched(text, opening.start()) if opening else None


def line_of(text: str, position: int) -> str:
    """Such as: line 3, column 14."""
    before = text[:position]
    return f"line {before.count(chr(10)) + 1}, column {position - (before.rfind(chr(10)) + 1) + 1}"


def _matched(text: str, start: int) -> Found:
    """The object that begins at `start`, with its brackets in pairs."""
    open_ones: list[str] = []
    for token in _TOKEN.finditer(text, start):
        sign = token[0]
        if sign in _PAIRS:
            open_ones.append(sign)
            if len(open_ones) > DEEPEST:
                where = line_of(text, token.start())
                return Found(problem=f"At {where} there are more than {DEEPEST} brackets in brackets.")
        elif sign in "}]":
            opened = open_ones.pop()
            if _PAIRS[opened] != sign:
                where = line_of(text, token.start())
                return Found(problem=f"At {where} there is {sign} where {_PAIRS[opened]} is expected.")
            if not open_ones:
                return Found(start, token.end())
    still = "".join(_PAIRS[sign] for sign in reversed(open_ones))
    return Found(problem=f"The answer ends too early: {still} are missing at its end.")
