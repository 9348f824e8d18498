"""Takes sentences out of a text: those that repeat somebody's notes, and those that name a month. Pure."""

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from scenarios.plan.coverage import pain_sentences
from scenarios.plan.folding import fold, is_unspaced
from scenarios.rendering.quoted import Quotes

SHORTEST = 2  # words in quotation marks that count as somebody's words
SHORTEST_SENTENCE = 3  # words of a sentence that is repeated without them

#: Where a sentence ends; a small letter goes on with the one that has quoted something.
_BREAK = re.compile(
    r"(?<=[.!?…])\s+(?![a-z])|(?<=[.!?…。！？][\"'”’)])\s+(?![a-z])|(?<=[。！？])(?![\"'”’)])\s*"
)
_IN_MARKS = re.compile(r"“([^”]*)”|\"([^\"]*)\"")
_WORD = re.compile(r"[^\W_]+")
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
#: A month that is meant as one: "may" is not, "from May to June", "3 May" and "in May" are.
_MONTH = re.compile(
    rf"\b(?:from|to|in|of|since|until|before|after|by|between|and|early|late|mid) (?:{_MONTHS})\b"
    rf"|\b(?:{_MONTHS})\.? \d|\d\.? (?:{_MONTHS})\b|\bQ[1-4]\b"
)

Judge = Callable[[str], bool]


class Words:
    """Confidential words: what was told, and what it looks like when a text repeats some of it."""

    def __init__(self, told: Iterable[str]) -> None:
        texts = [text for text in told if text.strip()]
        self._runs = Quotes(texts)
        self._spoken = [f" {_spoken(text)} " for text in texts]
        pieces = {_spoken(piece) for text in texts for piece in pain_sentences(text)}
        self._sentences = {piece for piece in pieces if _length(piece) >= SHORTEST_SENTENCE}

    def are_in(self, text: str) -> bool:
        """Whether the text repeats them: a long run, a whole sentence, or anything between quotation marks."""
        if not self._spoken:
            return False
        if any(True for _ in self._runs.find(fold(text))):
            return True
        spoken = f" {_spoken(text)} "
        if any(f" {sentence} " in spoken for sentence in self._sentences):
            return True
        marked = (_spoken(found[1] or found[2] or "") for found in _IN_MARKS.finditer(text))
        return any(_length(piece) >= SHORTEST and self._said(piece) for piece in marked)

    def _said(self, piece: str) -> bool:
        return any(f" {piece} " in spoken for spoken in self._spoken)


def names_a_month(text: str) -> bool:
    """Whether the text speaks of a month or a quarter by its name."""
    return _MONTH.search(text) is not None


def without(text: str, unwanted: Judge) -> str:
    """The text without the sentences that are unwanted; "" when none is left."""
    if not unwanted(text):
        return text
    ends = [0, *(found.end() for found in _BREAK.finditer(text)), len(text)]
    kept = [piece for start, end in pairwise(ends) if (piece := text[start:end]) and not unwanted(piece)]
    rest = "".join(kept).strip()
    return "" if unwanted(rest) else rest


def _spoken(text: str) -> str:
    """The words alone, one blank between them; each character of a script without spaces is a word."""
    words = _WORD.findall(fold(text).text)
    return " ".join(piece for word in words for piece in _split(word))


def _split(word: str) -> list[str]:
    return list(word) if any(map(is_unspaced, word)) else [word]


def _length(spoken: str) -> int:
    return len(spoken.split())
