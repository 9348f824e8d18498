"""Runs of jobs, as far as builds need them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from provisioning.clients.dbt_cloud.reading import an_object, id_of, id_or_none, items, moment, number, text

QUEUED, STARTING, RUNNING, SUCCESS, ERROR, CANCELLED = 1, 2, 3, 10, 20, 30


@dataclass(frozen=True)
class RunStep:
    """A command of a run; `index` begins at 1, `name` is such as "Invoke dbt with `dbt build`"."""

    index: int
    name: str
    status: int
    logs: str = field(repr=False)

    @classmethod
    def read(cls, data: Any) -> Self:
        step = an_object(data)
        return cls(number(step, "index"), text(step, "name"), number(step, "status"), text(step, "logs"))


@dataclass(frozen=True)
class Run:
    """`status`: QUEUED, STARTING, RUNNING, SUCCESS, ERROR or CANCELLED. `steps` only where they were asked for."""

    id: int
    job_id: int | None
    project_id: int | None
    environment_id: int | None
    status: int
    status_text: str
    message: str
    href: str
    branch: str
    sha: str
    created_at: datetime | None
    finished_at: datetime | None
    steps: tuple[RunStep, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in (SUCCESS, ERROR, CANCELLED)

    @property
    def is_success(self) -> bool:
        """Whether everything went well."""
        return self.status == SUCCESS

    def step_of(self, command: str) -> int | None:
        """The index of the last step that invoked this command, such as "dbt build"; its artifacts are asked by it.

        Without it the last step's are given, and with `generate_docs` that one makes the documentation.
        """
        called = [step.index for step in self.steps if f"`{command}" in step.name]
        return called[-1] if called else None

    @classmethod
    def read(cls, data: Any) -> Self:
        return cls(
            id=id_of(data),
            job_id=id_or_none(data, "job_definition_id") or id_or_none(data, "job_id"),
            project_id=id_or_none(data, "project_id"),
            environment_id=id_or_none(data, "environment_id"),
            status=number(data, "status"),
            status_text=text(data, "status_humanized"),
            message=text(data, "status_message"),
            href=text(data, "href"),
            branch=text(data, "git_branch"),
            sha=text(data, "git_sha"),
            created_at=moment(data, "created_at"),
            finished_at=moment(data, "finished_at"),
            steps=tuple(sorted(map(RunStep.read, items(data, "run_steps")), key=lambda step: step.index)),
        )
