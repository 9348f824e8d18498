"""What an engine step is, and how its author talks to the engine.

Rules for authors: record the intent before creating anything outside; look by marker before you create; save
ids the moment they exist; wait by returning `Wait`, never sleep; undo only what the ledger says we created,
and treat "it is not there" as success; no secret in a row, event or log.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from demoforge.errors import Explained
from provisioning.ledger import Ledger
from provisioning.models import BuildRun, BuildStep

SaveStep = Callable[..., None]  # writes fields of the step's row under its claim; raises LeaseLost

NOTE_LIMIT = 300  # characters

Needs = Literal["", "github", "dbt_cloud", "warehouse"]  # credentials of which connection


class StepFailed(Explained):
    """A step could not do its work, for a reason a person can understand; `retryable`: Retry may mend it."""

    def __init__(self, sentence: str, hint: str = "", *, retryable: bool = True) -> None:
        super().__init__(sentence, hint)
        self.retryable = retryable


@dataclass(frozen=True)
class Done:
    """The step has done its work: what was done in words, and facts to keep in its checkpoint."""

    note: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wait:
    """The step must be asked again in `seconds`; the note says what it waits for. Eats no retries.

    `needs` names the connection whose credentials are missing or refused: then only a person can end the wait.
    """

    seconds: float
    note: str
    needs: Needs = ""


class StepContext:
    """What a step gets: its build, its checkpoint, the other steps' facts, the ledger of outside things."""

    def __init__(self, run: BuildRun, row: BuildStep, rows: list[BuildStep], save: SaveStep) -> None:
        self.run = run
        self.ledger = Ledger(run, row)
        self._row = row
        self._checkpoints = {other.key: other.checkpoint for other in rows}
        self._save = save

    @property
    def row(self) -> BuildStep:
        """The step itself: its key, its attempt. Its status belongs to the engine."""
        return self._row

    @property
    def checkpoint(self) -> dict[str, Any]:
        """The facts this step has remembered so far, in this attempt or an earlier one."""
        return self._row.checkpoint

    def fact(self, step_key: str, name: str) -> Any:
        """A fact that a finished step left in its checkpoint. Raises KeyError."""
        return self._checkpoints[step_key][name]

    def known(self, step_key: str, name: str) -> Any:
        """The same, or None when that step has not left it, because it was skipped or not attempted."""
        return self._checkpoints.get(step_key, {}).get(name)

    def remember(self, **facts: Any) -> None:
        """Save facts at once, before anything else can go wrong. Raises LeaseLost."""
        self._row.checkpoint = {**self._row.checkpoint, **facts}
        self._save(checkpoint=self._row.checkpoint)

    def say(self, note: str) -> None:
        """Tell the page what is happening now. Raises LeaseLost."""
        self._save(note=note[:NOTE_LIMIT])


Outcome = Done | Wait
Act = Callable[[StepContext], Outcome]
SkipReason = Callable[[BuildRun], str]


def never(_run: BuildRun) -> str:
    """The skip reason of a step that is part of every build."""
    return ""


@dataclass(frozen=True)
class Step:
    """One engine step: makes at most one outside thing, and names the steps that must be done before it.

    `act` returns `Done` or `Wait`, or raises `StepFailed`. `undo`, where there is something to undo, does the
    same. `skip` gives the reason why a build does without the step ("" when it does not). `doing` is what the
    page says while the step runs.
    """

    key: str
    phase: str
    title: str
    act: Act
    after: tuple[str, ...] = ()
    undo: Act | None = None
    skip: SkipReason = never
    doing: str = ""
