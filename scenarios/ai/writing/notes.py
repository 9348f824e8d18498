"""What happened to a model's answers, in a few sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MOST_NOTES = 20
_MOST_OF_A_PLACE = 3  # sentences about one place; more are counted
_SINGLE = {
    "outline": "the outline",
    "semantic": "the semantic layer",
    "quality": "the quality scenarios",
    "features": "the features",
    "day_two": "the second day",
    "talk_track": "the talk track",
}


def name_of(key: str) -> str:
    """A part in words: `rows:orders` is "the rows of orders"."""
    kind, _, name = key.partition(":")
    if kind == "rows":
        return f"the rows of {name}"
    return f"the statement of {name}" if kind == "sql" else _SINGLE.get(key, key)


def listed(keys: Iterable[str]) -> str:
    """Parts in words, each once, as one list."""
    names = [name_of(key) for key in dict.fromkeys(keys)]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


@dataclass
class Notes:
    """Collects what was replaced, repaired and mended; gives sentences, what matters most first."""

    _order: Sequence[str] = ()
    _said: list[str] = field(default_factory=list)
    _replaced: dict[str, list[str]] = field(default_factory=dict)
    _repaired: list[str] = field(default_factory=list)
    _mended: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        """A sentence of its own."""
        self._said.append(sentence)

    def replaced(self, key: str, reason: str) -> None:
        """The built-in provider wrote this part, for this reason (sentences)."""
        for keys in self._replaced.values():
            if key in keys:
                return
        self._replaced.setdefault(reason, []).append(key)

    def repaired(self, keys: Iterable[str]) -> None:
        """The model has corrected these parts itself."""
        self._repaired += keys

    def mended(self, sentences: Iterable[str]) -> None:
        """Code has corrected this."""
        self._mended += sentences

    def sentences(self) -> list[str]:
        """At most twenty, each once."""
        said = list(dict.fromkeys(self._said))
        for reason, keys in self._replaced.items():
            said.append(f"{reason} The built-in provider wrote {listed(self._sorted(keys))}.")
        gone = {key for keys in self._replaced.values() for key in keys}
        if repaired := [key for key in self._repaired if key not in gone]:
            said.append(f"Asked again and corrected: {listed(self._sorted(repaired))}.")
        said += _grouped(self._mended)
        if len(said) > MOST_NOTES:
            said = [*said[: MOST_NOTES - 1], f"And {len(said) - MOST_NOTES + 1} more corrections like these."]
        return said

    def _sorted(self, keys: Iterable[str]) -> list[str]:
        """In the plan's order: which answer came first is chance."""
        known = {key: number for number, key in enumerate(self._order)}
        return sorted(dict.fromkeys(keys), key=lambda key: known.get(key, len(known)))


def _grouped(sentences: Iterable[str]) -> list[str]:
    """Sentences that begin with the same place come together; of many, the first few and how many more."""
    places: dict[str, list[str]] = {}
    for sentence in dict.fromkeys(sentences):
        place = sentence.partition(":")[0].partition(",")[0]
        places.setdefault(place, []).append(sentence)
    said: list[str] = []
    for place, those in places.items():
        said += those[:_MOST_OF_A_PLACE]
        if (more := len(those) - _MOST_OF_A_PLACE) > 0:
            said.append(f"{place}: {more} more corrections." if more > 1 else those[-1])
    return said
