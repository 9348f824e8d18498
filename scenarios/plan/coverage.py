"""Which sentence of the prospect's pain points is answered by what. Pure.

`pain_sentences` gives the sentences the numbers that `PainDemonstration.answers` points to.
"""

import re
from dataclasses import dataclass

from scenarios.plan.outline import Outline, PainDemonstration

MOST = 200  # sentences that get a number; what comes after them belongs to the last one

_BREAK = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"'”’)]))\s+|(?<=[。！？])|[\r\n\u2028\u2029]+|;\s+")
_ENDS_SHORTENED = re.compile(r"\b(?:e\.g|i\.e|vs|approx|incl|ca|z\.B|d\.h|bzw|p\.ej)\.$", re.IGNORECASE)
_SHORTENED_LENGTH = 10  # characters in which the longest of them ends
_BULLET = re.compile(r"^\s*(?:[-*+•–—·・▪‣◦]|\(?\d{1,2}[.)）、](?!\d)|[a-z]\))\s*")


@dataclass(frozen=True)
class Covered:
    """One sentence of the pain points, and the demonstrations that answer it, in the order of their minutes."""

    number: int
    sentence: str
    answers: list[PainDemonstration]

    @property
    def is_answered(self) -> bool:
        """Whether the demo has something to show for it."""
        return bool(self.answers)


def pain_sentences(text: str) -> list[str]:
    """The sentences and bullet points of a text, each in one line without its bullet; the first has number 1.

    What is said twice gets one number.
    """
    pieces = (" ".join(_BULLET.sub("", piece).split()) for piece in _pieces(text))
    found = list(dict.fromkeys(piece for piece in pieces if any(mark.isalnum() for mark in piece)))
    return found if len(found) <= MOST else [*found[: MOST - 1], " ".join(found[MOST - 1 :])]


def _pieces(text: str) -> list[str]:
    """The text between full stops, line ends and semicolons; "e.g." ends no sentence."""
    pieces: list[str] = []
    start = 0
    for found in _BREAK.finditer(text):
        before = text[start : found.start()]
        same_line = not any(mark in found[0] for mark in "\r\n\u2028\u2029")
        if same_line and _ENDS_SHORTENED.search(before[-_SHORTENED_LENGTH:]):
            continue
        pieces.append(before)
        start = found.end()
    return [*pieces, text[start:]]


def coverage(pain_points: str, outline: Outline) -> list[Covered]:
    """Every sentence of the pain points with what answers it; empty when no pain points were typed."""
    shown = sorted(outline.pain_points, key=lambda pain: pain.minute)
    return [
        Covered(number, sentence, [pain for pain in shown if number in pain.answers])
        for number, sentence in enumerate(pain_sentences(pain_points), start=1)
    ]
