"""The prospect's real name in every form in which people and files write it: found, and replaced. Pure.

Found are: any case, with and without accents, legal form, spaces, hyphens and underscores (`fjell_field`,
`FjellField`, `fjell-field`), broken over two lines of a comment, in web and e-mail addresses, as possessive;
also the short form that the notes use ("Fjell" for "Fjell Outfitters AS"). Not found are nicknames, acronyms and
translations: nobody can know them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.plan.company_words import LEGAL_AFTER, LEGAL_BEFORE, is_ours
from scenarios.plan.folding import Folded, fold, is_unspaced
from scenarios.plan.name_patterns import (
    LONG,
    address_pattern,
    beginnings,
    characters_of,
    core_of,
    name_pattern,
    tokens_of,
)
from scenarios.plan.names import slug

_IN_SENTENCE = re.compile(r"[\w,] \Z")
_SURE = 8  # letters: a name of several words that is recognised inside a longer word too


@dataclass(frozen=True)
class Found:
    """A place of the name: from `start` up to `end` of the text; `address`: in a web or e-mail address."""

    start: int
    end: int
    address: bool = False


class RealName:
    """A company's name, as something to look for; `heard` is what was written about it (for its short form)."""

    def __init__(self, company: str, *, heard: str = "") -> None:
        core = core_of(company)
        whole = _Form(core)
        self._forms = [whole, *_short_forms(core, whole, heard)]
        self._joined = "".join(tokens_of(core))
        self._address = address_pattern(self._joined)
        self._project = _project_pattern(company, core)

    def find(self, text: str, folded: Folded | None = None) -> list[Found]:
        """Every place of the name in `text`, in order, without overlaps; `folded` is the text, if at hand."""
        folded = folded or fold(text)
        places = sorted(self._places(text, folded), key=lambda found: (found.start, -found.end))
        kept: list[Found] = []
        for found in places:
            if not kept or found.start >= kept[-1].end:
                kept.append(found)
        return kept

    def replace(self, text: str, alias: str) -> str:
        """`text` with `alias` in place of the name, in the shape of what stood there."""
        pieces, at = [], 0
        for found in self.find(text):
            start, end = (found.start, found.end) if found.address else _with_legal_form(text, found)
            pieces += [text[at:start], _shaped(text, found, alias)]
            at = end
        return "".join([*pieces, text[at:]])

    def _places(self, text: str, folded: Folded) -> Iterator[Found]:
        for form in self._forms:
            yield from form.places(text, folded)
        if self._address and self._joined in folded.text.replace("-", ""):
            for match in self._address.finditer(folded.text):
                yield Found(folded.origin(match.start(1)), folded.origin(match.end(1)), address=True)
        if self._project:
            for match in self._project.finditer(folded.text):
                yield Found(folded.origin(match.start()), folded.origin(match.end()))


class _Form:
    """One way to say the name: the whole of it, or its short form."""

    def __init__(self, form: str) -> None:
        tokens = tokens_of(form)
        self._typed = characters_of(form)
        self._pattern = name_pattern(form)
        #: Words of any project are the name only where they are written like one.
        self._ordinary = bool(tokens) and all(map(is_ours, tokens))
        self._tiny = len(self._typed) <= 2 and not any(map(is_unspaced, self._typed))
        self._sure = len(tokens) > 1 and len(self._typed) >= _SURE

    def places(self, text: str, folded: Folded) -> Iterator[Found]:
        """Where the form stands in `text`."""
        for match in self._pattern.finditer(folded.text):
            found = Found(folded.origin(match.start()), folded.origin(match.end()))
            if self._counts(text, found):
                yield found

    def _counts(self, text: str, found: Found) -> bool:
        piece = text[found.start : found.end]
        if (self._tiny or self._ordinary) and characters_of(piece) != self._typed:
            return False
        if self._ordinary and not _reads_as_name(text, found):
            return False
        inside = self._sure and piece.isalnum()
        return inside or _is_whole(text, found, genitive=len(self._typed) >= LONG)


def _short_forms(core: str, whole: _Form, heard: str) -> list[_Form]:
    """The beginnings of the name that stand alone, with a capital letter, in what was heard."""
    text = fold(heard)
    taken = {found.start for found in whole.places(heard, text)}
    forms = [_Form(start) for start in beginnings(core)]
    return [
        form
        for form in forms
        if any(
            place.start not in taken and heard[place.start].isupper() for place in form.places(heard, text)
        )
    ]


def _project_pattern(company: str, core: str) -> re.Pattern[str] | None:
    """Finds the name at the head of a project's or a repository's name: `acme_demo`, `acme-dbt-demo-…`."""
    slugs = sorted({slug(name, fallback="") for name in (company, core)} - {""})
    if not slugs:
        return None
    names = "|".join(name.replace("_", "[_-]") for name in slugs)
    return re.compile(rf"(?<![a-z0-9])(?:{names})(?=[_-](?:dbt[_-])?demo)")


def _reads_as_name(text: str, found: Found) -> bool:
    """Whether the piece is written like a name: inside a sentence with a capital letter, as an owner, as a firm."""
    owns = text[found.end : found.end + 2] in ("'s", "’s")
    inside = text[found.start].isupper() and _IN_SENTENCE.search(text[max(0, found.start - 2) : found.start])
    return owns or bool(inside) or LEGAL_AFTER.match(text, found.end) is not None


def _is_whole(text: str, found: Found, *, genitive: bool) -> bool:
    """Whether the place begins and ends where a word, or a part of a CamelCase word, does."""
    if not _begins(text, found.start):
        return False
    if _ends(text, found.end):
        return True
    return genitive and text[found.start].isupper() and text[found.end] in "sS" and _ends(text, found.end + 1)


def _begins(text: str, at: int) -> bool:
    if at == 0 or not text[at - 1].isalnum():
        return True
    before, first = text[at - 1], text[at]
    return (first.isupper() and not before.isupper()) or _parts(before, first)


def _ends(text: str, at: int) -> bool:
    if at >= len(text) or not text[at].isalnum():
        return True
    last, after = text[at - 1], text[at]
    return (after.isupper() and last.islower()) or _parts(last, after)


def _parts(before: str, after: str) -> bool:
    return is_unspaced(before) or is_unspaced(after) or before.isdigit() != after.isdigit()


def _with_legal_form(text: str, found: Found) -> tuple[int, int]:
    """The place with the legal form in front of it or behind it."""
    before = LEGAL_BEFORE.search(text[max(0, found.start - 8) : found.start])
    after = LEGAL_AFTER.match(text, found.end)
    return found.start - (len(before[0]) if before else 0), after.end() if after else found.end


def _shaped(text: str, found: Found, alias: str) -> str:
    """The alias as an address, an identifier or a name, like what it replaces."""
    piece = text[found.start : found.end]
    around = text[max(0, found.start - 1) : found.start], text[found.end : found.end + 1]
    plain = slug(alias, fallback="alias")
    if found.address:
        return f"{plain.replace('_', '-')}.example"
    if "_" in around or "_" in piece:
        return plain
    if any(mark.isalnum() and mark not in "sS" and not is_unspaced(mark) for mark in around):
        return "".join(word.capitalize() for word in plain.split("_"))
    if piece.islower() and (piece.isalnum() or "-" in piece):
        return plain.replace("_", "-")
    return alias
