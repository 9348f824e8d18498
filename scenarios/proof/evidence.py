"""What the confined process observed, before anybody judges it. Plain data that crosses a pipe as JSON lines.

The lines come from a process that ran somebody else's project, so they are validated like any other input.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from scenarios.proof.report import ArrivedRow, Column, Phase, TableChange, Value

HALTING = {"error", "skipped", "runtime error"}  # statuses of nodes after which a run is not worth a look


class Observed(BaseModel):
    """Base of everything observed: unknown keys refused."""

    model_config = ConfigDict(extra="forbid")


class Warned(Observed):
    """A warning of dbt's parser, such as an unused configuration or a deprecation."""

    name: str
    message: str


class ManifestNode(Observed):
    """One node of the parsed project."""

    unique_id: str
    name: str
    resource_type: str
    path: str
    materialized: str = ""
    unique_key: str = ""
    relation: str = ""  # quoted name in the database; empty for what has no table or view
    severity: str = ""  # tests only: warn or error
    tested: str = ""  # tests only: the model or `model.column` under test
    attached: str = ""  # tests only: unique_id of the model under test
    column: str = ""  # tests only: the column under test
    kind: str = ""  # generic tests only: unique, not_null, ...


class UnorderedSource(Observed):
    """A model that reads a source without waiting for the seed that loads it."""

    model: str
    path: str
    source: str
    seed: str


class Parsed(Observed):
    """The project as dbt understood it, or why it could not."""

    error: str = ""
    nodes: list[ManifestNode] = []
    metrics: list[str] = []
    warnings: list[Warned] = []
    unordered: list[UnorderedSource] = []


class RanNode(Observed):
    """One line of dbt's run results."""

    unique_id: str
    status: str
    seconds: float
    failures: int | None = None
    message: str = ""


class Ran(Observed):
    """One `dbt build`. `error` is set when dbt stopped before it ran the nodes."""

    error: str = ""
    nodes: list[RanNode] = []

    @property
    def stopped(self) -> bool:
        """Whether something could not be built, so that looking further says nothing new."""
        return bool(self.error) or any(node.status in HALTING for node in self.nodes)


class MartLook(Observed):
    """A mart after the first run. `empty_columns` have rows but no value at all."""

    rows: int
    empty_columns: list[str] = []
    columns: list[Column] = []
    preview: list[list[Value]] = []
    error: str = ""


class MetricLook(Observed):
    """A metric's value, or why it has none; `period` is its first day (ISO) when it is the value of one period."""

    value: float | None = None
    period: str = ""
    grain: str = ""  # month or day
    error: str = ""


class AnswerLook(Observed):
    """A metric by its main dimension and over time, or why it cannot be asked so."""

    groups: list[tuple[str, float | None]] = []
    groups_error: str = ""
    periods: list[tuple[str, float | None]] = []
    periods_error: str = ""


class Looked(Observed):
    """What the database held after a run."""

    counts: dict[str, int | None] = {}  # seed or model name -> rows; None where it could not be read
    duplicates: int | None = None  # rows of the incremental mart beyond one per key, or without a key
    marts: dict[str, MartLook] = {}
    metrics: dict[str, MetricLook] = {}
    answers: dict[str, AnswerLook] = {}
    dimensions: dict[
        str, str
    ] = {}  # `mart.column` -> why no metric can be grouped by it; empty where one can


class Compared(Observed):
    """What a branch's database holds beside the one of main's first run."""

    changes: list[TableChange] = []
    too_long: list[str] = []  # models with more rows than are compared
    metrics: dict[str, MetricLook] = {}


class RowAt(Observed):
    """A row of the incremental mart, by its unique key, with its cursor."""

    key: Value
    cursor: Value = None


class Arrived(Observed):
    """What the second day's run did to the incremental mart, and what a full refresh then says otherwise."""

    columns: list[Column]
    arrivals: list[ArrivedRow] = []
    removed: list[Value] = []  # keys
    untouched: int = 0
    newest: Value = None  # the newest cursor known before
    duplicates: int | None = None
    refresh_adds: list[RowAt] = []
    refresh_removes: list[RowAt] = []
    refresh_changes: list[RowAt] = []


class SecondDay(Compared):
    """The second day's branch; `arrived` is missing when the incremental mart could not be compared."""

    arrived: Arrived | None = None
    error: str = ""


class Ending(Observed):
    """How the run ended: "done", or stopped by a limit, by a signal, or by a fault of the runner."""

    reason: Literal["done", "time", "cpu", "crash", "killed", "fault"] = "done"
    phase: str = ""
    node: str = ""  # the node that was running
    detail: str = ""


class Evidence(Observed):
    """Everything that was observed; parts that were not reached are missing."""

    parsed: Parsed | None = None
    first_run: Ran | None = None
    checks: Looked | None = None
    second_run: Ran | None = None
    recheck: Looked | None = None
    red_run: Ran | None = None
    fix_parsed: Parsed | None = None
    fix_run: Ran | None = None
    fix_look: Compared | None = None
    day_two_parsed: Parsed | None = None  # only when more than seeds differ there
    day_two_run: Ran | None = None
    refresh: Ran | None = None
    day_two_look: SecondDay | None = None
    phases: list[Phase] = []
    ending: Ending = Ending()
    running: dict[str, str] = {}  # phase that runs now -> the node it started last; the earliest phase first

    def take(self, message: dict[str, Any]) -> None:
        """Keep what one message says. Raises ValueError, KeyError or TypeError for a wrong shape."""
        if "phase" in message:
            self.running[str(message["phase"])] = ""
        if "node" in message:
            self.running[str(message["at"])] = str(message["node"])
        if "done" in message:
            phase = message["done"]
            setattr(self, RESULTS[phase], KINDS[phase].model_validate(message["result"]))
            self.running.pop(phase, None)
            self.phases.append(Phase(name=phase, seconds=message["seconds"]))
            self.phases.sort(key=lambda done: ORDER.index(done.name))
        ending = message.get("ending") or message.get("end")
        if ending and self.ending.reason == "done":  # the first reason is the true one
            phase = ending.get("phase") or next(iter(self.running), "")
            node = self.running.get(phase, "")
            self.ending = Ending.model_validate({"node": node, **ending, "phase": phase})


KINDS: dict[str, type[Observed]] = {
    "parse": Parsed,
    "first_run": Ran,
    "checks": Looked,
    "second_run": Ran,
    "recheck": Looked,
    "red_run": Ran,
    "fix_parse": Parsed,
    "fix_run": Ran,
    "fix_look": Compared,
    "day_two_parse": Parsed,
    "day_two_run": Ran,
    "refresh": Ran,
    "day_two_look": SecondDay,
}
RESULTS = {phase: phase.replace("parse", "parsed") for phase in KINDS}
ORDER = list(KINDS)  # runs beside each other end in any order; a report has always the same
