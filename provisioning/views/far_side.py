"""What a build's pages show of GitHub and dbt Cloud: what is waited for, dbt Cloud's run, links. From step rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demoforge.accounts.models import User
from provisioning import names
from provisioning.connections.store import KINDS, Kind
from provisioning.headlines import needs_of
from provisioning.models import BuildRun, BuildStep, StepStatus
from provisioning.preflight import TITLES
from provisioning.steps.cloud.jobs import JOB_NAMES

FIRST_RUN, ARTIFACTS = "first_run", "artifacts"

#: dbt Cloud's words for a step of a run -> the status whose icon and tone stand for it.
_STATUS = {
    "queued": "pending",
    "starting": "running",
    "running": "running",
    "success": "success",
    "error": "error",
}

_TAKEN_BACK = (StepStatus.TO_UNDO, StepStatus.UNDOING, StepStatus.UNDONE, StepStatus.UNDO_FAILED)


@dataclass(frozen=True)
class Need:
    """Credentials without which a build waits: why, and whether the reader is the one who enters them."""

    kind: Kind
    title: str
    why: str
    mine: bool


@dataclass(frozen=True)
class RunStep:
    """A command of dbt Cloud's run; `tail` are the last lines of its log."""

    index: int
    name: str
    status: str
    words: str
    tail: str

    @property
    def is_open(self) -> bool:
        """Whether its log is worth reading at once."""
        return self.status in ("running", "error")


@dataclass(frozen=True)
class RunLog:
    """dbt Cloud's first run as the build last saw it. `moving`: it is not over."""

    url: str
    steps: Sequence[RunStep]
    moving: bool


@dataclass(frozen=True)
class Link:
    """Something that a build has made, with the page where it is."""

    icon: str
    title: str
    detail: str
    url: str


def needs(run: BuildRun, rows: Sequence[BuildStep], user: User) -> list[Need]:
    """What a build that is under way waits for; each connection once."""
    if not run.is_busy:
        return []
    why = {row.needs: row.note for row in reversed(rows) if row.needs}
    mine = run.started_by_id == user.pk and not run.workspace
    waited = needs_of(rows)
    return [Need(kind, TITLES[kind], why[kind], mine) for kind in KINDS if kind in waited]


def run_log(rows: Sequence[BuildStep]) -> RunLog | None:
    """The first run of a build on dbt Cloud; None before its steps are known, after undo, on other targets."""
    row = next((row for row in rows if row.key == FIRST_RUN and row.status not in _TAKEN_BACK), None)
    told = row.checkpoint.get("steps") if row else None
    if row is None or not isinstance(told, list) or not told:
        return None
    moving = row.status in (StepStatus.RUNNING, StepStatus.PENDING)
    return RunLog(str(row.checkpoint.get("url", "")), [_step(step) for step in told], moving)


def _step(told: Mapping[str, Any]) -> RunStep:
    words = str(told.get("status") or "waiting")
    return RunStep(
        index=int(told.get("index", 0)),
        name=str(told.get("name", "")),
        status=_STATUS.get(words, "pending"),
        words=words,
        tail=str(told.get("tail", "")),
    )


def links(run: BuildRun, rows: Sequence[BuildStep]) -> list[Link]:
    """Where everything is that a build has made at GitHub and in dbt Cloud, in the order of its steps."""
    facts = {row.key: row.checkpoint for row in rows if row.status == StepStatus.SUCCEEDED}
    return [link for link in _links(run, facts) if link.url.startswith(("https://", "http://"))]


def _links(run: BuildRun, facts: Mapping[str, Mapping[str, Any]]) -> Iterator[Link]:
    repository = facts.get(names.REPOSITORY, {}).get("repository")
    if isinstance(repository, dict):
        yield Link("git-branch", "Repository", repository["full_name"], repository["url"])
    for word, branch in names.BRANCHES.items():
        if pull := facts.get(f"pull_{word}"):
            yield Link("git-compare", f"Pull request #{pull['number']}", branch, pull["url"])
    if project := facts.get(names.PROJECT):
        yield Link("layers", "dbt Cloud project", names.project_name(run.demo.public_name), project["url"])
    for kind, title in JOB_NAMES.items():
        if job := facts.get(f"job_{kind}"):
            yield Link("list-checks", "Job", title, str(job.get("url", "")))
    if first := facts.get(FIRST_RUN, {}):
        yield Link("play", "First run", f"run {first.get('run_id')}", str(first.get("url", "")))
