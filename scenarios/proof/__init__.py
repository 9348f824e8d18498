"""The Proof: run a Project with real dbt on DuckDB in a confined process, and report what happened.

    report = run_proof(ProofSpec(files=..., expected=..., marts=[...]), progress=print)

`run.py` is the door. `client.py` keeps one warm process (`zygote.py`), which forks a confined process per run
(`job.py`, `confine.py`, `landlock.py`, `duckdb_lock.py`). That forks a process for each thing it does, some beside
each other (`forks.py`, `lanes.py`, `day_two.py`), which send evidence (`voice.py`, `dbt_run.py`, `look.py` and the
rest). `judging` turns evidence into findings, `reports.py` into a report. `refusals.py` says what is not started.
"""

from scenarios.proof.client import ProofUnavailable
from scenarios.proof.report import (
    Answer,
    ArrivedRow,
    BranchReport,
    BuildReport,
    Column,
    DayTwoReport,
    Finding,
    NodeResult,
    Phase,
    Preview,
    ProofReport,
    RedRun,
    TableChange,
)
from scenarios.proof.run import dbt_version, run_build, run_proof, shutdown, warm_up
from scenarios.proof.spec import (
    ArrivalSpec,
    BranchSpec,
    IncrementalSpec,
    Limits,
    ProofSpec,
    Question,
    RedSpec,
)

__all__ = [
    "Answer",
    "ArrivalSpec",
    "ArrivedRow",
    "BranchReport",
    "BranchSpec",
    "BuildReport",
    "Column",
    "DayTwoReport",
    "Finding",
    "IncrementalSpec",
    "Limits",
    "NodeResult",
    "Phase",
    "Preview",
    "ProofReport",
    "ProofSpec",
    "ProofUnavailable",
    "Question",
    "RedRun",
    "RedSpec",
    "TableChange",
    "dbt_version",
    "run_build",
    "run_proof",
    "shutdown",
    "warm_up",
]
