"""One thing that was looked at before the call, and how it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from provisioning.clients.outcome import OutsideError

State = Literal["pass", "fail", "reminder"]


@dataclass(frozen=True)
class Check:
    """What was found. `fix` says what to do about a fail or a reminder; `link` is where."""

    title: str
    state: State
    sentence: str
    fix: str = ""
    link: str = ""

    @property
    def is_outside(self) -> bool:
        """Whether the link leads to a page of GitHub or dbt Cloud."""
        return self.link.startswith("http")


@dataclass(frozen=True)
class Readiness:
    """All checks of a live demo."""

    checks: Sequence[Check]

    def _of(self, state: State) -> list[Check]:
        return [check for check in self.checks if check.state == state]

    @property
    def failed(self) -> list[Check]:
        """What must be mended before the call."""
        return self._of("fail")

    @property
    def reminders(self) -> list[Check]:
        """What only the presenter can see to."""
        return self._of("reminder")

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.failed

    @property
    def headline(self) -> str:
        """The answer in one line."""
        if self.failed:
            count = len(self.failed)
            return f"Not yet: {count} thing{'' if count == 1 else 's'} to mend"
        return "Ready, if you have seen to the reminders" if self.reminders else "Ready for the call"


def refused(title: str, error: OutsideError) -> Check:
    """A question that was not answered."""
    return Check(title, "fail", error.sentence, error.hint)


def ago(age: timedelta) -> str:
    """How long ago, as people say it: "5 minutes ago", "3 days ago"."""
    seconds = max(0, int(age.total_seconds()))
    for name, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if count := seconds // length:
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "a moment ago"
