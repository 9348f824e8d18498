"""What a Proof is asked to check, and the limits a run is held to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class IncrementalSpec:
    """The project's incremental mart and the column that must stay unique in it."""

    model: str
    unique_key: str


@dataclass(frozen=True)
class ProofSpec:
    """A dbt project as data, and what must be true of it.

    `files` maps relative paths to texts. `expected` maps the names of the tests that must warn to the number
    of rows that dbt must report (its `failures`); every other test must pass. `metrics` is empty without a
    semantic layer, and `incremental` is None when the project has no incremental mart.
    """

    files: Mapping[str, str]
    expected: Mapping[str, int] = field(default_factory=dict)
    incremental: IncrementalSpec | None = None
    marts: Sequence[str] = ()
    metrics: Sequence[str] = ()


@dataclass(frozen=True)
class Limits:
    """How much one run may use. A project that reaches a limit is stopped and gets a finding."""

    seconds: float = 120.0  # wall clock, from the first file written to the last answer
    cpu_seconds: int = 150  # of each process of the run
    query_memory_mb: int = 512  # DuckDB's own limit, its error names the model
    process_memory_mb: int = 3072  # address space of each process
    file_mb: int = 256  # the biggest file a run may write
