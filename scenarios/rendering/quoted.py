"""Finds runs of somebody's words in other text: eight words in a row, or twenty characters without spaces. Pure.

Case, accents, punctuation and line breaks do not count: a comment, a folded text and a table quote as well.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

from scenarios.plan.folding import Folded, fold, is_unspaced

WORDS = 8  # of a run in scripts with spaces
CHARACTERS = 20  # of a run in scripts without, half of them at least of such a script

_WORD = re.compile(r"[^\W_]+")
_ESCAPE = re.compile(r"&(?:amp|lt|gt|quot|#x?[0-9a-f]{1,6});|\\[nt\"]")
_UNSPACED = re.compile(r"[\u0e00-\U0003ffff]")


class Quotes:
    """The runs of some confidential texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs: set[tuple[str, ...]] = set()
        self._strings: set[str] = set()
        for text in map(fold, set(texts)):
            words = [word for word, _ in _words(text.text)]
            self._runs.update(zip(*(words[start:] for start in range(WORDS)), strict=False))
            string = "".join(letter for letter, _ in _letters(text.text))
            self._strings.update(_windows(string))
        self._known = {word for run in self._runs for word in run}

    def find(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Start and end, in the folded text, of each longest piece that consists of such runs."""
        yield from _merged(self._word_runs(folded.text))
        if self._strings:
            yield from _merged(self._strings_in(folded.text))

    def _word_runs(self, text: str) -> Iterator[tuple[int, int]]:
        run: list[tuple[str, int]] = []
        for word, start in _words(text) if self._known else ():
            if word not in self._known:
                run.clear()
                continue
            run.append((word, start))
            last = run[-WORDS:]
            if len(last) == WORDS and tuple(known for known, _ in last) in self._runs:
                yield last[0][1], start + len(word)

    def _strings_in(self, text: str) -> Iterator[tuple[int, int]]:
        letters = list(_letters(text))
        string = "".join(letter for letter, _ in letters)
        for start in range(len(string) - CHARACTERS + 1):
            if string[start : start + CHARACTERS] in self._strings:
                yield letters[start][1], letters[start + CHARACTERS - 1][1] + 1


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Each word and where it begins; escapes of HTML and YAML are none."""
    plain = _ESCAPE.sub(lambda escape: " " * len(escape[0]), text)
    return ((match[0], match.start()) for match in _WORD.finditer(plain))


def _letters(text: str) -> Iterator[tuple[str, int]]:
    """Letters and digits one by one, if there are enough of a script without spaces to make a run."""
    if len(_UNSPACED.findall(text)) * 2 < CHARACTERS:
        return iter(())
    return ((letter, at) for at, letter in enumerate(text) if letter.isalnum())


def _windows(string: str) -> Iterator[str]:
    """Every run of CHARACTERS letters of which at least half belong to a script without spaces."""
    before = [0, *accumulate(map(is_unspaced, string))]  # such letters in front of each place
    for start in range(len(string) - CHARACTERS + 1):
        if (before[start + CHARACTERS] - before[start]) * 2 >= CHARACTERS:
            yield string[start : start + CHARACTERS]


def _merged(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Overlapping places as one."""
    start, end = -1, -1
    for first, last in places:
        if first <= end:
            end = last
            continue
        if end > start:
            yield start, end
        start, end = first, last
    if end > start:
        yield start, end
