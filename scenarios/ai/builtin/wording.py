"""Reading what people typed: matching words in any language, and splitting text into sentences."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from scenarios.plan.coverage import pain_sentences

K = TypeVar("K")

_WHOLE = 3  # so short a word must be a word of its own: "ci" is not in "circle"


@lru_cache(maxsize=4096)
def _folded_word(word: str) -> str:
    return folded(word)


@lru_cache(maxsize=16)
def _folded_text(text: str) -> str:
    return folded(text)


def folded(text: str) -> str:
    """The text for comparing: lower case, without accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(mark for mark in plain if not unicodedata.combining(mark)).split())


def _found(word: str, text: str) -> bool:
    if word not in text or not word.isascii():
        return word in text
    ends = "s?(?![a-z0-9])" if len(word) <= _WHOLE else ""
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}{ends}", text) is not None


def hits(words: Iterable[str], text: str) -> list[str]:
    """Those of the words that occur in the text, each at the start of a word ("return" finds "returns").

    Words of up to three letters are found only as whole words, with or without an s at the end; words of
    scripts without spaces between words are found anywhere.
    """
    haystack = _folded_text(text)
    return [word for word in words if _found(_folded_word(word), haystack)]


def weight(words: Iterable[str], text: str) -> int:
    """How strongly the words occur in the text: longer words say more. 0 when none occurs."""
    return sum(len(folded(word)) + 2 for word in hits(words, text))


def best(options: Mapping[K, Iterable[str]], text: str) -> K | None:
    """The option whose words occur most strongly in the text, or None; the first one wins a tie."""
    scores = {key: weight(words, text) for key, words in options.items()}
    winner = max(scores, key=lambda key: scores[key], default=None)
    return winner if winner is not None and scores[winner] > 0 else None


def sentences(text: str) -> list[str]:
    """The sentences and bullet points of a text, in order, each in one line without its bullet."""
    return pain_sentences(text)


def quotable(sentence: str) -> str:
    """The sentence with round brackets: what stands in square or curly ones would read like a template's gap."""
    return sentence.translate(str.maketrans("{}[]", "()()"))


def shortened(text: str, limit: int) -> str:
    """The text, cut at a word and ended with "…" when it is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return f"{at_word if len(at_word) > limit // 2 else cut}…"
