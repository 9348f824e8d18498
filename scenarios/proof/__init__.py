"""The Proof: run a Project with real dbt on DuckDB in a confined process, and report what happened.

    report = run_proof(ProofSpec(files=..., expected=..., marts=[...]), progress=print)

`run.py` is the door. `client.py` keeps one warm process (`zygote.py`), which forks a confined process per run
(`job.py`, `confine.py`, `landlock.py`, `duckdb_lock.py`); that sends evidence (`dbt_run.py`, `look.py`), and
`judge.py` turns evidence into findings. `refusals.py` says what is not even started.
"""

from scenarios.proof.client import ProofUnavailable
from scenarios.proof.report import BuildReport, Column, Finding, NodeResult, Phase, Preview, ProofReport
from scenarios.proof.run import dbt_version, run_build, run_proof, shutdown, warm_up
from scenarios.proof.spec import IncrementalSpec, Limits, ProofSpec

__all__ = [
    "BuildReport",
    "Column",
    "Finding",
    "IncrementalSpec",
    "Limits",
    "NodeResult",
    "Phase",
    "Preview",
    "ProofReport",
    "ProofSpec",
    "ProofUnavailable",
    "dbt_version",
    "run_build",
    "run_proof",
    "shutdown",
    "warm_up",
]
