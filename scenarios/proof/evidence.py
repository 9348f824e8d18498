"""What the confined process observed, before anybody judges it. Plain data that crosses a pipe as JSON lines.

The lines come from a process that ran somebody else's project, so they are validated like any other input.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from scenarios.proof.report import Column, Phase, Value


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


class MartLook(Observed):
    """A mart after the first run. `empty_columns` have rows but no value at all."""

    rows: int
    empty_columns: list[str] = []
    columns: list[Column] = []
    preview: list[list[Value]] = []
    error: str = ""


class MetricLook(Observed):
    """A metric's value, or why it has none."""

    value: float | None = None
    error: str = ""


class Looked(Observed):
    """What the database held after a run."""

    counts: dict[str, int | None] = {}  # seed or model name -> rows; None where it could not be read
    duplicates: int | None = None  # rows of the incremental mart beyond one per key, or without a key
    marts: dict[str, MartLook] = {}
    metrics: dict[str, MetricLook] = {}


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
    phases: list[Phase] = []
    ending: Ending = Ending()
    phase: str = ""  # the one that runs now, or ran last
    node: str = ""  # the node that dbt started last in this phase

    def take(self, message: dict[str, Any]) -> None:
        """Keep what one message says. Raises ValueError, KeyError or TypeError for a wrong shape."""
        if "phase" in message:
            self.phase, self.node = str(message["phase"]), ""
        if "node" in message:
            self.node = str(message["node"])
        if "done" in message:
            phase = message["done"]
            setattr(self, RESULTS[phase], KINDS[phase].model_validate(message["result"]))
            self.phases.append(Phase(name=phase, seconds=message["seconds"]))
        ending = message.get("ending") or message.get("end")
        if ending and self.ending.reason == "done":  # the first reason is the true one
            self.ending = Ending.model_validate({"phase": self.phase, "node": self.node, **ending})


KINDS: dict[str, type[Observed]] = {
    "parse": Parsed,
    "first_run": Ran,
    "checks": Looked,
    "second_run": Ran,
    "recheck": Looked,
}
RESULTS = {phase: "parsed" if phase == "parse" else phase for phase in KINDS}
