"""The leak scan: what a demo with a codename must not carry, the prospect's real name and the pasted notes. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scenarios.plan.brief import Brief
from scenarios.plan.folding import Folded, fold
from scenarios.plan.names import MAIN
from scenarios.plan.real_name import RealName
from scenarios.rendering.quoted import Quotes

NAME, NOTES, PAINS = "the prospect's name", "words of the discovery notes", "words of the pain points"
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
    scan = _Scan(brief)
    leaks = [leak for label, text in names.items() for leak in scan.name(label, text)]
    order = sorted(branches, key=lambda branch: (branch != MAIN, branch))
    leaks += [leak for branch in order for leak in scan.name("branch name", branch)]
    for branch in order:
        for path in sorted(branches[branch]):
            leaks += scan.file(branch, path, branches[branch][path])
    return leaks


class _Scan:
    """What is looked for, and what was seen already."""

    def __init__(self, brief: Brief) -> None:
        self._name: RealName = brief.real_name
        hidden = brief.disguised()
        self._quotes = [
            (NOTES, Quotes([brief.discovery_notes, hidden.discovery_notes])),
            (PAINS, Quotes([brief.pain_points, hidden.pain_points])),
        ]
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
        if self._name.find(path) and self._is_new(path, NAME, ""):
            yield Leak(place, 0, f"{NAME} in the file's path", path[:EXCERPT_LIMIT])
        for what, start, end in self._found(text):
            line = text[text.rfind("\n", 0, start) + 1 : max(end, _line_end(text, start))]
            if self._is_new(path, what, line):
                yield Leak(place, text.count("\n", 0, start) + 1, what, _excerpt(line, text[start:end]))

    def _found(self, text: str) -> Iterator[tuple[str, int, int]]:
        folded = fold(text)
        for found in self._name.find(text, folded):
            yield NAME, found.start, found.end
        for what, quotes in self._quotes:
            for start, end in quotes.find(folded):
                yield what, folded.origin(start), _end_of(folded, end)

    def _place(self, branch: str, path: str) -> str:
        """Branch and path, without the name that may stand in them, so that a place can be logged."""
        return self._masked(path if branch == MAIN else f"{branch}: {path}")

    def _masked(self, text: str) -> str:
        pieces, at = [], 0
        for found in self._name.find(text):
            pieces += [text[at : found.start], "…"]
            at = found.end
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
