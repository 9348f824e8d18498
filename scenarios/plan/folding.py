"""Text without case, accents and invisible characters, with the way back to the original. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_KANA_MARKS = "\u3099\u309a"  # they make another letter: か, が
#: Letters that people also write as two; they stay, and whoever looks for a name accepts both ways.
_KEPT = {"ä": "ä", "æ": "ä", "ö": "ö", "ø": "ö", "œ": "ö", "ü": "ü", "å": "å"}
_OTHERS = {"ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}


@dataclass(frozen=True)
class Folded:
    """`text` in folded letters; `starts[i]` is where its character i begins in the original (one entry more
    than characters), None when both have the same length."""

    text: str
    starts: Sequence[int] | None = None

    def origin(self, at: int) -> int:
        """The place in the original that belongs to place `at` here."""
        return at if self.starts is None else self.starts[at]


def fold(text: str) -> Folded:
    """Lower case, no accents, full-width characters as plain ones; invisible characters are dropped."""
    if text.isascii():
        return Folded(text.lower())
    pieces: list[str] = []
    starts: list[int] = []
    at = 0
    for found in _NOT_ASCII.finditer(text):
        pieces.append(text[at : found.start()].lower())
        starts.extend(range(at, found.start()))
        for place in range(found.start(), found.end()):
            letters = _fold_one(text[place])
            pieces.append(letters)
            starts.extend([place] * len(letters))
        at = found.end()
    pieces.append(text[at:].lower())
    starts.extend(range(at, len(text) + 1))
    return Folded("".join(pieces), starts)


@lru_cache(maxsize=4096)
def _fold_one(letter: str) -> str:
    lower = letter.lower()
    if known := _KEPT.get(lower) or _OTHERS.get(lower):
        return known
    plain = unicodedata.normalize("NFKD", letter)
    return "".join(mark for mark in plain if _stays(mark)).lower()


def _stays(mark: str) -> bool:
    return mark in _KANA_MARKS or unicodedata.category(mark) not in ("Mn", "Cf")


def is_unspaced(letter: str) -> bool:
    """Whether the letter belongs to a script that puts no spaces between words (Japanese, Chinese, Thai …)."""
    return letter >= "\u0e00" and any(first <= letter <= last for first, last in _UNSPACED)


_UNSPACED = (
    ("\u0e00", "\u0eff"),  # Thai, Lao
    ("\u1000", "\u109f"),  # Burmese
    ("\u1780", "\u17ff"),  # Khmer
    ("\u3005", "\u3007"),
    ("\u3040", "\u30fa"),  # Hiragana and Katakana
    ("\u30fc", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uf900", "\ufaff"),
    ("\uff66", "\uff9f"),
    ("\U00020000", "\U0003ffff"),
)
