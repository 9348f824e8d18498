"""Texts of an answer: cut to their limits, without leftovers of templates, never empty where one is needed. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.ai.mending.said import Said
from scenarios.plan.neutral import without_control
from scenarios.plan.words import placeholder_in

Data = dict[str, Any]

_LONGEST_LIST, _LONGEST_TEXT = 200, 30_000

LINE, TEXT, UNIT = 200, 1500, 16  # characters, see scenarios.plan.names

_NOTHING = re.compile(
    r"^[\s.\-…]*(?:[\W_]*(?:todo|tbd|tba|fixme|n/?a|none|null|xxx+|lorem ipsum.*)[\W_]*)?$", re.IGNORECASE
)
_TODO = re.compile(r"\s*[\[(]?\b(?:TODO|TBD|FIXME)\b:?[\])]?\s*")
_LOREM = re.compile(r"\blorem ipsum\b[^.]*\.?", re.IGNORECASE)
_LOOKED_AT = 4  # limits of a text that are looked at
_NOTHING_LENGTH = 80  # characters; a longer text says something
_ROUNDS = 20  # placeholders in one text


class Texts:
    """Mends the texts of one answer. `company` stands for the prospect in leftovers; `given` are the user's words."""

    def __init__(self, company: str, industry: str, said: Said) -> None:
        self._company = company
        self._industry = industry
        self._given = (company, industry)
        self._said = said

    def mend(self, thing: Data, limits: Mapping[str, int], fallbacks: Mapping[str, str], place: str) -> None:
        """Change texts of a thing in place. A text without a fallback may be empty."""
        for field, limit in limits.items():
            before = str(thing.get(field, ""))
            thing[field] = self.text(before, limit, fallbacks.get(field, ""), place, field)

    def lines(self, values: Sequence[str], most: int, place: str, what: str) -> list[str]:
        """Lines without empty ones and twins, at most so many."""
        made = [self.text(value, LINE, "", place, what) for value in values]
        kept = list(dict.fromkeys(line for line in made if line))
        if len(kept) > most:
            self._said.at(place).add(f"there are {len(kept)} {what}; the first {most} are kept.")
        return kept[:most]

    def text(self, text: str, limit: int, fallback: str, place: str, field: str) -> str:
        """One text of at most `limit` characters; `fallback` where nothing is said."""
        said, words = self._said.at(place), field.replace("_", " ")
        made = self._filled(without_control(text.strip()[: limit * _LOOKED_AT]), said, words)
        if (
            len(made) <= _NOTHING_LENGTH
            and _NOTHING.match(made)
            and made.strip() != fallback
            and (fallback or made.strip())
        ):
            said.add(f"its {words} said nothing{'' if fallback else ' and is left out'}.")
            made = fallback
        if len(made.strip()) > limit:
            said.add(f"its {words} is longer than {limit} characters and cut.")
            made = _cut(made.strip(), limit)
        return made

    def _filled(self, text: str, said: Said, words: str) -> str:
        """The text with what its placeholders stand for."""
        made = text
        if _TODO.search(made) or _LOREM.search(made):
            made = _LOREM.sub("", _TODO.sub(" ", made)).strip()
            said.add(f"its {words} was not finished: the leftover is taken out.")
        for _ in range(_ROUNDS):
            found = placeholder_in(made, given=self._given)
            if found is None or found not in made:
                return made
            made = made.replace(found, self._meaning(found))
            said.add(f"its {words} still said “{found}”.")
        return made

    def _meaning(self, placeholder: str) -> str:
        word = placeholder.strip("{}[]").lower().replace("_", " ")
        if any(each in word for each in ("company", "customer", "prospect", "client")):
            return self._company
        return (
            self._industry if "industry" in word else word.removeprefix("insert").removeprefix("your").strip()
        )


def bounded(data: Data, said: Said) -> Data:
    """The answer's data with lists and texts of sizes that a plan can have at most."""
    made = _bounded(data)
    if made != data:
        said.add("The answer was far too long: the ends of its lists and texts are left out.")
    return made


def _bounded(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else value.strip()[:_LONGEST_TEXT]
    if isinstance(value, list):
        return [_bounded(item) for item in value[:_LONGEST_LIST]]
    return {key: _bounded(item) for key, item in value.items()} if isinstance(value, dict) else value


def _cut(text: str, limit: int) -> str:
    """The beginning of a text, to the end of a word, with an ellipsis."""
    start = text[: limit - 1]
    whole = start.rsplit(None, 1)[0] if " " in start[limit // 2 :] else start
    return whole.rstrip(" ,;:") + "…"


def sentence_of(name: str) -> str:
    """A name as a short text: `order_amount` is “Order amount.”"""
    return f"{name.replace('_', ' ').strip().capitalize() or 'It'}."


def title_of(name: str) -> str:
    """A name as a title: `order_amount` is “Order amount”."""
    return sentence_of(name).rstrip(".")
