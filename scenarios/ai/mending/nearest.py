"""Which known name is meant by one that is not known."""

from collections.abc import Iterable
from difflib import SequenceMatcher

LIKELY = 0.6  # below it, a name is another thing rather than a slip


def nearest(name: str, choices: Iterable[str], *, cutoff: float = LIKELY) -> str | None:
    """The choice that looks most like `name`; None when none is near enough. The first of equal ones wins."""
    best, best_score = None, cutoff
    for choice in choices:
        score = likeness(name, choice)
        if score > best_score or (score == best_score and best is None):
            best, best_score = choice, score
    return best


def likeness(one: str, other: str) -> float:
    """From 0 to 1: the same letters in the same order, or words of the same meaning."""
    one, other = one.lower()[:_LONGEST], other.lower()[:_LONGEST]
    letters = SequenceMatcher(None, one, other).ratio()
    words, others = _words(one), _words(other)
    both = words & others
    if not both:
        return letters
    shared = len(both) / min(len(words), len(others)) - 0.05 * len(words ^ others)
    return max(letters, min(shared, _SAME_WORDS))


def _words(name: str) -> set[str]:
    """The words of a name; those that mean the same are one."""
    return {_MEANINGS.get(word, word) for word in name.split("_")}


_LONGEST = 80  # characters of a name that are compared
_SAME_WORDS = 0.95
_MEANINGS = {
    word: words[0]
    for words in (
        ("amount", "total", "value", "sum", "revenue", "price"),
        ("date", "day", "on", "at", "ts", "time", "timestamp"),
        ("id", "key", "number", "no", "code"),
        ("count", "quantity", "qty", "pieces", "num"),
        ("name", "title", "label"),
        ("status", "state", "stage"),
        ("cost", "costs", "expense"),
        ("region", "area", "territory"),
        ("customer", "client", "buyer"),
        ("type", "category", "kind", "class"),
    )
    for word in words
}
