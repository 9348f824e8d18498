"""The leak scan: names and notes that a project must not carry. Pure.

A demo with a codename must not tell its prospect's real name, nor the pasted notes; a copy of a template nothing of
the prospect that the template was made for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scenarios.plan.brief import Brief
from scenarios.plan.folding import Folded, fold
from scenarios.plan.names import MAIN
from scenarios.plan.real_name import RealName
from scenarios.rendering.quoted import Quotes

NAME, NOTES, PAINS = "the prospect's name", "words of the discovery notes", "words of the pain points"
FIRST_NAME, FIRST_NOTES = "the first prospect's name", "words of the first prospect's notes"
EXCERPT_LIMIT = 160  # characters


@dataclass(frozen=True)
class Leak:
    """Where something confidential stands. `place` and `what` may be logged, `excerpt` may not: it is the secret.

    `place` is a path (with its branch in front unless it is `main`) or one of the names; `line` counts from 1
    in files and is 0 in names and paths.
    """

    place: str
    line: int
    what: str
    excerpt: str = field(repr=False)

    @property
    def where(self) -> str:
        """The place with its line, in words."""
        return f"{self.place}, line {self.line}" if self.line else self.place


def find_leaks(
    branches: Mapping[str, Mapping[str, str]], names: Mapping[str, str], brief: Brief
) -> list[Leak]:
    """Every place of the real name or of the notes; none when the brief has no codename.

    `branches` has path -> text of each branch; `names` has what else is published, by what it is called
    ("repository name", "commit message"). A line that several branches share is told once.
    """
    if not brief.codename or brief.codename == brief.company:
        return []
    hidden = brief.disguised()
    quotes = [
        (NOTES, Quotes([brief.discovery_notes, hidden.discovery_notes])),
        (PAINS, Quotes([brief.pain_points, hidden.pain_points])),
    ]
    return _all_leaks(branches, names, _Scan(NAME, [brief.real_name], quotes))


def find_first_prospect(
    branches: Mapping[str, Mapping[str, str]],
    names: Mapping[str, str],
    told: Brief,
    *,
    heard: str,
    own_name: str,
    with_notes: bool,
) -> list[Leak]:
    """Every place in a copy that tells of the prospect of its template, whose brief is `told`.

    `heard`: what the template says, for short forms of the name. Where the copy's own name stands, it may have words
    of the other. `with_notes`: look for the notes, too.
    """
    said = [told.discovery_notes, told.pain_points]
    known = "\n".join([*said, heard])
    olds = [RealName(name, heard=known) for name in (told.company, told.codename) if name]
    hidden = told.disguised()
    notes = Quotes([*said, hidden.discovery_notes, hidden.pain_points])
    scan = _Scan(FIRST_NAME, olds, [(FIRST_NOTES, notes)] if with_notes else [], RealName(own_name))
    return _all_leaks(branches, names, scan)


def _all_leaks(
    branches: Mapping[str, Mapping[str, str]], names: Mapping[str, str], scan: "_Scan"
) -> list[Leak]:
    leaks = [leak for label, text in names.items() for leak in scan.name(label, text)]
    order = sorted(branches, key=lambda branch: (branch != MAIN, branch))
    leaks += [leak for branch in order for leak in scan.name("branch name", branch)]
    for branch in order:
        for path in sorted(branches[branch]):
            leaks += scan.file(branch, path, branches[branch][path])
    return leaks


class _Scan:
    """What is looked for, and what was seen already. `own`: a name that may stand there whatever it is made of."""

    def __init__(
        self,
        called: str,
        names: Sequence[RealName],
        quotes: Iterable[tuple[str, Quotes]],
        own: RealName | None = None,
    ) -> None:
        self._called = called
        self._names = names
        self._quotes = list(quotes)
        self._own = own
        self._texts: set[tuple[str, str]] = set()
        self._lines: set[tuple[str, str, str]] = set()

    def name(self, label: str, text: str) -> list[Leak]:
        """The leaks of a name or a message."""
        found = {what: text[start:end] for what, start, end in self._found(text)}
        return [Leak(label, 0, what, piece[:EXCERPT_LIMIT]) for what, piece in found.items()]

    def file(self, branch: str, path: str, text: str) -> Iterator[Leak]:
        """The leaks of a file, in its path and line by line."""
        place = self._place(branch, path)
        if (path, text) in self._texts:
            return
        self._texts.add((path, text))
        if self._names_in(path, fold(path)) and self._is_new(path, self._called, ""):
            yield Leak(place, 0, f"{self._called} in the file's path", path[:EXCERPT_LIMIT])
        for what, start, end in self._found(text):
            line = text[text.rfind("\n", 0, start) + 1 : max(end, _line_end(text, start))]
            if self._is_new(path, what, line):
                yield Leak(place, text.count("\n", 0, start) + 1, what, _excerpt(line, text[start:end]))

    def _found(self, text: str) -> Iterator[tuple[str, int, int]]:
        folded = fold(text)
        for start, end in self._names_in(text, folded):
            yield self._called, start, end
        for what, quotes in self._quotes:
            for start, end in quotes.find(folded):
                yield what, folded.origin(start), _end_of(folded, end)

    def _names_in(self, text: str, folded: Folded) -> list[tuple[int, int]]:
        """Where the names stand, in order, but not within the own name."""
        places = {(found.start, found.end) for name in self._names for found in name.find(text, folded)}
        own = (
            [(found.start, found.end) for found in self._own.find(text, folded)]
            if places and self._own
            else []
        )
        return sorted(
            place for place in places if not any(start <= place[0] and place[1] <= end for start, end in own)
        )

    def _place(self, branch: str, path: str) -> str:
        """Branch and path, without the name that may stand in them, so that a place can be logged."""
        return self._masked(path if branch == MAIN else f"{branch}: {path}")

    def _masked(self, text: str) -> str:
        pieces, at = [], 0
        for start, end in self._names_in(text, fold(text)):
            if end > at:
                pieces += [text[at:start], "…"]
                at = end
        return "".join([*pieces, text[at:]])

    def _is_new(self, path: str, what: str, line: str) -> bool:
        fresh = (path, what, line) not in self._lines
        self._lines.add((path, what, line))
        return fresh


def _end_of(folded: Folded, end: int) -> int:
    return folded.origin(end - 1) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _excerpt(line: str, piece: str) -> str:
    """The line, or the piece itself where the line is long."""
    shown = line.strip() if len(line.strip()) <= EXCERPT_LIMIT else piece
    return " ".join(shown.split())[:EXCERPT_LIMIT]
