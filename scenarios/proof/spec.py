"""What a Proof is asked to check, and the limits a run is held to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class IncrementalSpec:
    """The project's incremental mart and the column that must stay unique in it.

    `cursor` is the column by which new rows are found, and `lookback_days` how many days before the newest
    known cursor are loaded again. Without a cursor no row of the second day can be told to be late.
    """

    model: str
    unique_key: str
    cursor: str = ""
    lookback_days: int | None = None


@dataclass(frozen=True)
class BranchSpec:
    """A branch beside `main`: the files that dbt reads and that differ there, and the tests that warn there.

    `changed` maps a path to its text on the branch, or to None where the branch does not have the file.
    `expected` is as in ProofSpec. `name` is what git calls the branch; findings and the report quote it.
    """

    changed: Mapping[str, str | None]
    expected: Mapping[str, int] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True)
class ArrivalSpec:
    """A row of the incremental mart that the second day's run must insert or change, by its unique key."""

    key: str | int | float | bool | None
    kind: Literal["inserted", "updated", "late"]


@dataclass(frozen=True)
class RedSpec:
    """What turns the planted defects red: the tag of their tests, and the variable that makes them errors."""

    tag: str
    variable: str
    value: str = "error"


@dataclass(frozen=True)
class Question:
    """What the answer sheet says about a metric: by which main dimension, and over which time grain.

    `dimension` is the column of a categorical dimension of the metric's mart, None when there is none.
    """

    metric: str
    dimension: str | None = None
    grain: Literal["day", "week", "month"] = "month"


@dataclass(frozen=True)
class ProofSpec:
    """A dbt project as data, and what must be true of it.

    `files` maps relative paths to texts. `expected` maps the names of the tests that must warn to the number
    of rows that dbt must report (its `failures`); every other test must pass. `metrics` is empty without a
    semantic layer, and `incremental` is None when the project has no incremental mart. With `red`, the tagged
    tests are also run as errors, and exactly those in `expected` must fail. `fix` is the branch on which all
    tests pass; `day_two` the one whose seeds bring exactly the `arrivals` to the incremental mart.
    `questions` are about metrics in `metrics`; `dimensions` maps a mart to the columns of all dimensions that
    the semantic layer declares on it. A metric that compares periods is quoted for the last one that begins
    before `complete_before` (ISO date), for a month that has just begun says nothing yet; empty: the latest one.
    """

    files: Mapping[str, str]
    expected: Mapping[str, int] = field(default_factory=dict)
    incremental: IncrementalSpec | None = None
    marts: Sequence[str] = ()
    metrics: Sequence[str] = ()
    questions: Sequence[Question] = ()
    complete_before: str = ""
    dimensions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    red: RedSpec | None = None
    fix: BranchSpec | None = None
    day_two: BranchSpec | None = None
    arrivals: Sequence[ArrivalSpec] = ()


@dataclass(frozen=True)
class Limits:
    """How much one run may use. A project that reaches a limit is stopped and gets a finding."""

    seconds: float = 120.0  # wall clock, from the first file written to the last answer
    cpu_seconds: int = 150  # of each process of the run
    query_memory_mb: int = 512  # DuckDB's own limit, its error names the model
    process_memory_mb: int = 3072  # address space of each process
    file_mb: int = 256  # the biggest file a run may write
