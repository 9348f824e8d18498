"""What crosses the pipe to the warm process. Light to import: no dbt, no duckdb."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from scenarios.proof.spec import IncrementalSpec, Limits


class Job(BaseModel):
    """A request: a project to run, with the checks of a Proof ("proof") or without ("build")."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["proof", "build"]
    files: dict[str, str]
    marts: list[str] = []
    metrics: list[str] = []
    incremental: IncrementalSpec | None = None
    limits: Limits
