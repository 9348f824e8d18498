"""What a pre-flight has found out, as plain data. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["ok", "note", "warning", "blocker"]
Place = Literal["", "github", "dbt_cloud", "warehouse"]  # the connection that mends it


@dataclass(frozen=True)
class Check:
    """One thing that was found out; a blocker is what a build would fail at, or wait for."""

    level: Level
    sentence: str
    hint: str = ""


@dataclass(frozen=True)
class Section:
    """What was found out about one side. `place` is the connection where faults of this side are mended."""

    title: str
    place: Place
    checks: Sequence[Check]


@dataclass(frozen=True)
class Planned:
    """One thing that a build makes; without `created`, one that is there already and is used.

    `what` says its kind in words. Where a name ends in a mark of the build, `…` stands for it.
    """

    what: str
    name: str
    note: str = ""
    created: bool = True


@dataclass(frozen=True)
class PlannedGroup:
    """What is made in one place, in the order in which it is made; `left_out`: what is not made, and why."""

    title: str
    where: str
    things: Sequence[Planned]
    left_out: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Preflight:
    """All checks by side, and what a build would create. `asked`: whether the far sides were asked."""

    repository_name: str
    asked: bool
    sections: Sequence[Section]
    groups: Sequence[PlannedGroup] = field(default=())

    @property
    def blockers(self) -> list[Check]:
        """What has to be mended first."""
        return [check for one in self.sections for check in one.checks if check.level == "blocker"]

    @property
    def warnings(self) -> list[Check]:
        """What does not stop a build, but should be known."""
        return [check for one in self.sections for check in one.checks if check.level == "warning"]

    @property
    def ok(self) -> bool:
        """Whether everybody was asked and nothing stands against the build."""
        return self.asked and not self.blockers
