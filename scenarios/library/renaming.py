"""Puts another company's name in the place of the first prospect's, in every form in which it is written. Pure."""

import re
import unicodedata
from collections.abc import Iterable

from scenarios.ai.builtin.facts import brand_of, code_of
from scenarios.plan.real_name import RealName

NAME_LENGTH = 63
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class Renaming:
    """What the first prospect was called, and what stands there now.

    `olds`: company, codename and the plan's own name of it. `heard`: everything that was written about it, for short
    forms of the name. Texts get the new name as typed, data and identifiers a short one.
    """

    def __init__(self, olds: Iterable[str], new: str, *, heard: str) -> None:
        names = [name for name in dict.fromkeys(olds) if name]
        self._new, self._brand = new, brand_of(new)
        self._whole = [RealName(name) for name in names]
        short = [RealName(name, heard=heard) for name in names]
        #: A short form that stands in the new name too would be replaced in what was just put there.
        self._short = [name for name in short if not name.find(new)]
        self._brands = _brands(names, self._brand)
        self._codes = [(_code_pattern(code_of(name)), code_of(new)) for name in names]
        self._identifiers: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, identifiers: Iterable[str]) -> None:
        """Decide what the identifiers are called from now on that carry the name; each gets a name of its own."""
        known = dict.fromkeys(identifiers)
        taken = set(known)
        for old in known:
            if self._in(old):
                taken.add(new := self._free(_identifier(self._data(old)), taken))
                self._identifiers[old] = new
        if self._identifiers:
            longest = sorted(self._identifiers, key=lambda name: (-len(name), name))
            self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")

    def identifier(self, name: str) -> str:
        """What an identifier is called now."""
        return self._identifiers.get(name, name)

    def prose(self, text: str) -> str:
        """A text for people."""
        return self._shorts(self._replaced(self._coded(self._known(text)), self._whole, self._new))

    def data(self, text: str) -> str:
        """A cell, or a statement: with the short name, and with the codes that are made from a name."""
        return self._data(self._known(text))

    def _data(self, text: str) -> str:
        return self._shorts(self._replaced(self._coded(text), self._whole, self._brand))

    def _coded(self, text: str) -> str:
        for pattern, code in self._codes:
            text = pattern.sub(code, text)
        return text

    def _known(self, text: str) -> str:
        return self._pattern.sub(lambda found: self._identifiers[found[0]], text) if self._pattern else text

    def _shorts(self, text: str) -> str:
        text = self._replaced(text, self._short, self._brand)
        for pattern in self._brands:
            text = pattern.sub(lambda _: self._brand, text)
        return text

    @staticmethod
    def _replaced(text: str, names: Iterable[RealName], alias: str) -> str:
        for name in names:
            text = name.replace(text, alias)
        return text

    def _in(self, text: str) -> bool:
        return any(name.find(text) for name in [*self._whole, *self._short])

    @staticmethod
    def _free(name: str, taken: set[str]) -> str:
        free, number = name, 2
        while free in taken:
            free, number = f"{name[: NAME_LENGTH - 4]}_{number}", number + 1
        return free


def is_identifier(text: str) -> bool:
    """Whether a text could be the name of a table, a model or a column."""
    return _NAME.fullmatch(text) is not None


def _identifier(text: str) -> str:
    """The text as an identifier; two underscores in a row mean something, so they stay."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9_]+", "_", ascii_text.lower()).strip("_")
    return (name if name[:1].isalpha() else f"prospect_{name}".strip("_"))[:NAME_LENGTH]


def _brands(names: Iterable[str], new: str) -> list[re.Pattern[str]]:
    """The short names of several words that demo data is made with: no word of them may tell a company alone."""
    brands = [brand for name in names if " " in (brand := brand_of(name)) and brand not in new]
    return [re.compile(rf"(?<!\w){re.escape(brand)}(?!\w)") for brand in brands]


def _code_pattern(code: str) -> re.Pattern[str]:
    """A code in front of a number, such as NOR-117."""
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(code)}(?=[-./ ]?\d)")
