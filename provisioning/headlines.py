"""How a build stands, in one line: what is ready, what failed and where. Pure: decisions over rows."""

from collections.abc import Sequence

from provisioning.models import BuildRun, BuildStep, RunKind, RunStatus, StepStatus, Target

HEADLINES = {
    RunStatus.QUEUED: "Waiting for a free worker",
    RunStatus.RUNNING: "Building",
    RunStatus.SUCCEEDED: "The demo is built",
    RunStatus.FAILED: "The build stopped",
    RunStatus.CANCELLING: "Stopping after the running step",
    RunStatus.CANCELLED: "The build was cancelled",
    RunStatus.UNDOING: "Removing what the build created",
    RunStatus.UNDONE: "Everything this build created was removed",
    RunStatus.UNDO_FAILED: "Some of what this build created could not be removed",
}

CHANGES = {
    (RunKind.UPDATE, RunStatus.RUNNING): "Updating the live demo",
    (RunKind.UPDATE, RunStatus.SUCCEEDED): "The live demo is updated",
    (RunKind.UPDATE, RunStatus.CANCELLED): "The update was cancelled",
    (RunKind.RESET, RunStatus.RUNNING): "Resetting the live demo",
    (RunKind.RESET, RunStatus.SUCCEEDED): "The live demo is as it was proven",
    (RunKind.RESET, RunStatus.CANCELLED): "The reset was cancelled",
}

NEEDED = {
    "github": "a GitHub token",
    "dbt_cloud": "a dbt Cloud token",
    "warehouse": "the warehouse's credentials",
}

_OVER = (StepStatus.SUCCEEDED, StepStatus.SKIPPED)
_GITHUB = ("repository",)  # phases by system
_CLOUD = ("cloud_project", "connect_repository", "warehouse", "first_run")


def headline(run: BuildRun, rows: Sequence[BuildStep]) -> str:
    """One line about the build. One that stopped says what is ready all the same; one that waits says for what."""
    if run.status == RunStatus.RUNNING and (needs := needs_of(rows)):
        return f"Waiting for {' and '.join(NEEDED[need] for need in needs)}"
    failed = next((row for row in rows if row.status == StepStatus.FAILED), None)
    if run.status != RunStatus.FAILED or failed is None or run.target == Target.LOCAL:
        status = RunStatus(run.status)
        return CHANGES.get((RunKind(run.kind), status)) or HEADLINES[status]
    if run.kind != RunKind.BUILD:
        return f"The {run.get_kind_display().lower()} stopped at {_place(failed)}: {failed.error}"
    told = f"{_system(failed)} failed at {_place(failed)}: {failed.error}"
    ready = _ready(rows)
    return f"{ready}, {told}" if ready else told


def needs_of(rows: Sequence[BuildStep]) -> list[str]:
    """The connections whose credentials steps wait for, each once, in the order of the steps."""
    return list(dict.fromkeys(row.needs for row in rows if row.needs and row.status not in _OVER))


def _ready(rows: Sequence[BuildStep]) -> str:
    if _all_over(rows, _GITHUB):
        return "Repository ready"
    made = {row.key for row in rows if row.status == StepStatus.SUCCEEDED}
    return "Repository created" if "repository" in made else ""


def _all_over(rows: Sequence[BuildStep], phases: Sequence[str]) -> bool:
    mine = [row for row in rows if row.phase in phases]
    return any(row.status == StepStatus.SUCCEEDED for row in mine) and all(
        row.status in _OVER for row in mine
    )


def _system(row: BuildStep) -> str:
    if row.phase in _GITHUB or row.key == "deploy_key":
        return "GitHub"
    return "dbt Cloud" if row.phase in _CLOUD else "the project"


def _place(row: BuildStep) -> str:
    return row.title[:1].lower() + row.title[1:]
