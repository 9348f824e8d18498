"""What crosses the pipe to the warm process. Light to import: no dbt, no duckdb."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from scenarios.proof.spec import IncrementalSpec, Limits, ProofSpec, Question, RedSpec


class Job(BaseModel):
    """A request: a project to run, with the checks of a Proof ("proof") or without ("build").

    `fix` and `day_two` are those branches' files that differ from `files`, None for a file they do not have.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["proof", "build"]
    files: dict[str, str]
    marts: list[str] = []
    metrics: list[str] = []
    questions: list[Question] = []
    complete_before: str = ""
    dimensions: dict[str, list[str]] = {}
    incremental: IncrementalSpec | None = None
    red: RedSpec | None = None
    fix: dict[str, str | None] | None = None
    day_two: dict[str, str | None] | None = None
    limits: Limits


def proof_job(spec: ProofSpec, limits: Limits) -> Job:
    """The request for a Proof; what is expected of it stays with whoever judges it."""
    return Job(
        kind="proof",
        files=dict(spec.files),
        marts=list(spec.marts),
        metrics=list(spec.metrics),
        questions=list(spec.questions),
        complete_before=spec.complete_before,
        dimensions={mart: list(columns) for mart, columns in spec.dimensions.items()},
        incremental=spec.incremental,
        red=spec.red,
        fix=dict(spec.fix.changed) if spec.fix else None,
        day_two=dict(spec.day_two.changed) if spec.day_two else None,
        limits=limits,
    )


def files_of(files: Mapping[str, str], changed: Mapping[str, str | None]) -> dict[str, str]:
    """A branch's files: those of `files`, with the changed ones in their places."""
    merged: dict[str, str | None] = {**files, **changed}
    return {path: text for path, text in merged.items() if text is not None}
