"""What a Proof says: the result of really running a Project. Plain data, no Django, no dbt."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

# Which part of a demo has to change for a finding to go away.
PartHint = Literal[
    "seeds", "staging", "intermediate", "marts", "tests", "semantic_layer", "quality", "day_two", "project"
]
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


class RedRun(Data):
    """The planted defects' tests as errors: test -> rows it returned, of those that failed."""

    seconds: float
    failed: dict[str, int]
    passed: int  # tagged tests that found nothing


class TableChange(Data):
    """What a branch does to one model's rows, compared by value with `main`; rows are matched by primary key."""

    model: str
    rows_before: int
    rows_after: int
    added: int
    removed: int
    changed: int


class BranchReport(Data):
    """A branch, really run. `nodes` are those of its run; `changes` lists only models whose rows differ."""

    branch: str
    seconds: float
    nodes: list[NodeResult] = []
    tests_passed: int = 0
    tests_warned: int = 0
    changes: list[TableChange] = []
    metrics: dict[str, float | None] = {}  # values on this branch


class ArrivedRow(Data):
    """A row that the second day's incremental run inserted or changed; `before` is None for a new one."""

    key: Value
    kind: Literal["inserted", "updated", "late"]
    before: list[Value] | None = None
    after: list[Value]


class DayTwoReport(BranchReport):
    """The second day: which rows of the incremental mart changed, by value."""

    columns: list[Column] = []
    arrivals: list[ArrivedRow] = []
    untouched: int = 0  # rows that stayed as they were
    refresh_equal: bool = False  # a full refresh gives the same table


class Answer(Data):
    """A metric's answers: over all rows, by its main dimension, and over time (ISO date of each period)."""

    metric: str
    value: float | None
    dimension: str | None = None
    groups: list[tuple[str, float | None]] = []
    grain: Literal["day", "week", "month"] = "month"
    periods: list[tuple[str, float | None]] = []


class Portability(Data):
    """One model on one warehouse: `how` says whether it was really run there or only read."""

    model: str
    warehouse: str
    how: Literal["executed", "parsed"]
    fine: bool
    line: int | None = None  # of the model's file
    why: str = ""


class ProofReport(BuildReport):
    """Everything a Proof found. `passed` is true exactly when there are no findings."""

    previews: dict[str, Preview] = {}
    row_counts: dict[str, tuple[int | None, int | None]] = {}  # seed or model -> rows after run 1 and 2
    metrics: dict[str, float | None] = {}  # metric -> value over all rows, or of its last complete period
    metric_periods: dict[str, tuple[str, str]] = {}  # metric -> first day (ISO) and grain of that period
    red: RedRun | None = None
    fix: BranchReport | None = None
    day_two: DayTwoReport | None = None
    answers: dict[str, Answer] = {}  # metric -> its answers
    portability: list[Portability] = []
