"""Live demos: which builds stand outside, which revision's files are there now, and where everything is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from demoforge.errors import NotNow
from provisioning.clients.github import Repository
from provisioning.models import BuildRun, RunKind, RunStatus, Target
from scenarios.models import PlanRevision

LIVE_TARGETS = (Target.GITHUB, Target.DBT_CLOUD)


def live_builds() -> "QuerySet[BuildRun]":
    """The builds of which `is_live` is true."""
    return BuildRun.objects.filter(kind=RunKind.BUILD, status=RunStatus.SUCCEEDED, target__in=LIVE_TARGETS)


def is_live(run: BuildRun) -> bool:
    """Whether the build has made a demo at GitHub, or at GitHub and dbt Cloud, and it was not taken down."""
    return run.kind == RunKind.BUILD and run.status == RunStatus.SUCCEEDED and run.target in LIVE_TARGETS


def require_live(run: BuildRun) -> None:
    """Raises NotNow."""
    if not is_live(run):
        raise NotNow(
            f"Build {run.pk} is no live demo: it was not finished, was taken down, or is on another target.",
            "Look at the list of the demo's builds; “Provision again” makes a live one.",
        )


def standing_run(live: BuildRun) -> BuildRun:
    """The build or its newest change that succeeded: the files of its revision are those at GitHub."""
    changes = live.changes.filter(status=RunStatus.SUCCEEDED).select_related("revision").order_by("-pk")
    return changes.first() or live


def standing_revision(live: BuildRun) -> PlanRevision:
    """The revision that the live demo shows now."""
    return standing_run(live).revision


def facts_of(run: BuildRun) -> dict[str, dict[str, Any]]:
    """What each step of a build has remembered, by key."""
    return dict(run.steps.values_list("key", "checkpoint"))


@dataclass(frozen=True)
class Place:
    """Where a live demo is. Ids of dbt Cloud are None on the target GitHub; environments are by name."""

    repository: Repository
    project_id: int | None
    job_id: int | None
    environments: Mapping[str, int]


def place_of(live: BuildRun) -> Place:
    """Where a live demo is, by what its steps remember. Raises KeyError for a build that made no repository."""
    facts = facts_of(live)
    known = facts["repository"]["repository"]
    made = {
        name: facts.get(f"environment_{name.lower()}", {}).get("environment_id")
        for name in ("Development", "Production")
    }
    return Place(
        repository=Repository(**{**known, "topics": tuple(known["topics"])}),
        project_id=facts.get("cloud_project", {}).get("project_id"),
        job_id=facts.get("job_production", {}).get("job_id"),
        environments={name: number for name, number in made.items() if number},
    )


def proven_branches(live: BuildRun) -> dict[str, dict[str, str]]:
    """The files that must be at GitHub: branch -> path -> text."""
    return standing_revision(live).branches()
