"""What a Proof says: the result of really running a Project. Plain data, no Django, no dbt."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

# Which part of a demo has to change for a finding to go away.
PartHint = Literal["seeds", "staging", "intermediate", "marts", "tests", "semantic_layer", "project"]
Value = str | int | float | bool | None


class Data(BaseModel):
    """Base of everything in a report: immutable, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Finding(Data):
    """One reason why a project did not pass, for a person and for a repair."""

    sentence: str
    place: str = ""  # a file, a model or `model.column`
    node: str = ""  # dbt's unique_id, where one node is to blame
    part: PartHint = "project"


class NodeResult(Data):
    """One seed, model or test of the first run, as dbt reported it."""

    unique_id: str
    name: str
    resource_type: str  # seed, model, test, ...
    layer: str  # first folder below models/, seeds/ or tests/: "staging", "marts", ... ; may be empty
    path: str  # file inside the project
    status: str  # success, pass, warn, fail, error, skipped
    seconds: float
    failures: int | None = None  # rows a test returned
    message: str = ""


class Phase(Data):
    """How long one part of the run took."""

    name: str
    seconds: float


class Column(Data):
    """A column of a mart; `type` is DuckDB's name of its type."""

    name: str
    type: str


class Preview(Data):
    """The first rows of a mart, ordered by its first column, after the first run."""

    columns: list[Column]
    rows: list[list[Value]]


class BuildReport(Data):
    """One plain `dbt build` on an empty database."""

    passed: bool
    dbt_version: str
    adapter: str
    seconds: float
    phases: list[Phase] = []
    nodes: list[NodeResult] = []
    tests_passed: int = 0
    tests_warned: int = 0
    findings: list[Finding] = []


class ProofReport(BuildReport):
    """Everything a Proof found. `passed` is true exactly when there are no findings."""

    previews: dict[str, Preview] = {}
    row_counts: dict[str, tuple[int | None, int | None]] = {}  # seed or model -> rows after run 1 and 2
    metrics: dict[str, float | None] = {}  # metric -> value over all rows, or of its latest period
