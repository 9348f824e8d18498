"""The cells of the matrix: made from what a build that goes well really asks and does, so none is forgotten."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from tests.fakes.faults import FAULTS, Fault

Variant = Literal["key", "app"]  # by deploy key; by GitHub App, with the Semantic Layer
VARIANTS: tuple[Variant, ...] = get_args(Variant)
System = Literal["github", "cloud"]
#: What is done after the fault. `retry`: the build goes on, with Retry while it fails, and must come to a green end.
#: `undo`: it is stopped there and undone. `undoing`: the fault comes in the middle of undoing a finished build.
Road = Literal["retry", "undo", "undoing"]
ROADS: tuple[Road, ...] = get_args(Road)
Moment = Literal["before", "after"]
MOMENTS: tuple[Moment, ...] = get_args(Moment)
KILL: Literal["kill -9"] = "kill -9"


@dataclass(frozen=True)
class Call:
    """The `nth` (from 1) call of this method and kind to one system."""

    system: System
    method: str
    kind: str
    nth: int

    def __str__(self) -> str:
        return f"{self.system} {self.method} {self.kind} {self.nth}"


@dataclass(frozen=True)
class Recording:
    """What one build that goes well and its undo did: calls in the order of their coming, keys of steps."""

    calls: tuple[Call, ...]
    undo_calls: tuple[Call, ...]
    steps: tuple[str, ...]
    undo_steps: tuple[str, ...]

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Recording":
        """From what `asdict` and JSON have made of one."""
        calls, undo_calls = (tuple(Call(**call) for call in data[name]) for name in ("calls", "undo_calls"))
        return cls(calls, undo_calls, tuple(data["steps"]), tuple(data["undo_steps"]))


@dataclass(frozen=True)
class Cell:
    """One thing that goes wrong once: a fault at a call, or a worker killed at a step (`call` is None then)."""

    variant: Variant
    road: Road
    call: Call | None = None
    fault: Fault | None = None
    step: str = ""
    moment: Moment = "before"

    @property
    def row(self) -> str:
        """The line of the table."""
        return str(self.call) if self.call else self.step

    @property
    def column(self) -> str:
        """The column of the table."""
        return str(self.fault) if self.call else f"{KILL} {self.moment}"

    @property
    def name(self) -> str:
        """What to give to `--only`."""
        return f"{self.variant}/{self.road}/{self.row}/{self.column}"

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Cell":
        """From what `to_json` has made."""
        return cls(**{**data, "call": Call(**data["call"]) if data["call"] else None})


@dataclass(frozen=True)
class Result:
    """How a cell ended: after so many presses of Retry or Undo beyond what a good end needs; `wrong` in words."""

    cell: Cell
    again: int
    wrong: str
    seconds: float

    @property
    def word(self) -> str:
        """What the table says."""
        return "FAILED" if self.wrong else f"ok {self.again}" if self.again else "ok"


def cells(variant: Variant, recording: Recording) -> Iterator[Cell]:
    """Every cell of one variant."""
    for road in ROADS:
        undoing = road == "undoing"
        for call in recording.undo_calls if undoing else recording.calls:
            for fault in FAULTS:
                yield Cell(variant, road, call, fault)
        for step in recording.undo_steps if undoing else recording.steps:
            for moment in MOMENTS:
                yield Cell(variant, road, step=step, moment=moment)


def numbered(system: System, calls: Sequence[tuple[str, str, int]]) -> Iterator[Call]:
    """The calls that a server has seen, as it tells them."""
    return (Call(system, *call) for call in calls)
