"""What differs between a branch and main, file by file. Pure."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

CONTEXT = 3  # unchanged lines around a change
_ORDER = ("changed", "added", "removed")


@dataclass(frozen=True)
class FileChange:
    """One file that differs. `lines` begin with "+", "-" or a space; a lone "@" stands for lines left out."""

    path: str
    kind: Literal["added", "removed", "changed"]
    lines: list[str]

    @property
    def added(self) -> int:
        """How many lines are new."""
        return sum(line.startswith("+") for line in self.lines)

    @property
    def removed(self) -> int:
        """How many lines are gone."""
        return sum(line.startswith("-") for line in self.lines)


def changed_files(main: Mapping[str, str], branch: Mapping[str, str]) -> list[FileChange]:
    """The files of a branch that differ from main: changed ones first, then new and removed ones, by path."""
    found = [
        FileChange(path, _kind(path, main, branch), _lines(main.get(path, ""), branch.get(path, "")))
        for path in sorted({*main, *branch})
        if main.get(path) != branch.get(path)
    ]
    return sorted(found, key=lambda change: _ORDER.index(change.kind))


def _kind(
    path: str, main: Mapping[str, str], branch: Mapping[str, str]
) -> Literal["added", "removed", "changed"]:
    if path not in main:
        return "added"
    return "changed" if path in branch else "removed"


def _lines(old: str, new: str) -> list[str]:
    found = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=CONTEXT))[2:]
    shown = ["@" if line.startswith("@@") else line for line in found]
    return shown[1:] if shown and _begins_at_the_top(found[0]) else shown


def _begins_at_the_top(mark: str) -> bool:
    """Whether nothing is left out before the first change; `mark` is such as "@@ -1,4 +1,5 @@"."""
    starts = [part.lstrip("-+").split(",")[0] for part in mark.split()[1:3]]
    return set(starts) <= {"0", "1"}
