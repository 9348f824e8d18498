"""What a check has found out, in sentences, and how one is gone through."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from demoforge.errors import Explained
from provisioning.clients.dbt_cloud.shapes import Installation
from provisioning.clients.outcome import Unauthorized

CALL_SECONDS = 8  # for one call: somebody waits for a page

Tone = Literal["success", "info", "warning", "error"]


@dataclass(frozen=True)
class Line:
    """One thing that was found out."""

    tone: Tone
    sentence: str
    hint: str = ""


@dataclass(frozen=True)
class Report:
    """What was found out. `refused`: the credentials were not accepted, so they are not kept.

    `installations` of dbt's GitHub App, the owner's first, as far as they could be asked for.
    """

    lines: Sequence[Line]
    refused: bool = False
    installations: Sequence[Installation] = ()

    @property
    def ok(self) -> bool:
        """Whether a build can be expected to go through."""
        return not any(line.tone == "error" for line in self.lines)


@dataclass
class Asking:
    """A check under way: the lines so far."""

    lines: list[Line] = field(default_factory=list)
    refused: bool = False
    installations: list[Installation] = field(default_factory=list)

    def say(self, tone: Tone, sentence: str, hint: str = "") -> None:
        """Add a line."""
        self.lines.append(Line(tone, sentence, hint))

    def report(self, ask: Callable[[], None]) -> Report:
        """Ask; what goes wrong is the last line."""
        try:
            ask()
        except Explained as error:  # a refused address, too
            self.refused = isinstance(error, Unauthorized)
            self.say("error", error.sentence, error.hint)
        return Report(self.lines, self.refused, self.installations)
