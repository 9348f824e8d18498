"""Bodies for `POST /api/v2/accounts/A/jobs/`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from provisioning.connections.payloads.body import ACTIVE, TARGET, Body, only_set
from provisioning.connections.payloads.credentials import THREADS
from scenarios.rendering.commands import BUILD, RED

JobKind = Literal["production", "red", "ci"]

TIMEOUT_SECONDS = 3600

#: Weekly, on Monday at six. Never in force, because `triggers.schedule` is off; dbt Cloud wants one all the same.
UNUSED_CRON = "0 6 * * 1"


@dataclass(frozen=True)
class JobDefinition:
    """What a kind of job does. A job that defers compares itself with the last run of its environment."""

    steps: tuple[str, ...]
    documents: bool = False
    on_pull_request: bool = False
    defers: bool = False


JOBS: Mapping[JobKind, JobDefinition] = {
    "production": JobDefinition((BUILD,), documents=True),
    "red": JobDefinition((RED,)),
    "ci": JobDefinition((f"{BUILD} --select state:modified+",), on_pull_request=True, defers=True),
}


def job_body(
    kind: JobKind,
    *,
    account_id: int,
    project_id: int,
    environment_id: int,
    name: str,
    description: str = "",
    threads: int = THREADS,
) -> Body:
    """A new job of the production environment `environment_id`. None is scheduled.

    `production` builds everything and makes the documentation, `red` shows the planted defects as errors, `ci` runs
    on pull requests (the repository's strategy has to be `github_app`) and builds what is changed in them.
    """
    job = JOBS[kind]
    return only_set(
        account_id=account_id,
        project_id=project_id,
        environment_id=environment_id,
        name=name,
        description=description,
        state=ACTIVE,
        job_type="ci" if kind == "ci" else "other",
        execute_steps=list(job.steps),
        triggers=job_triggers(kind),
        settings={"threads": threads, "target_name": TARGET},
        execution={"timeout_seconds": TIMEOUT_SECONDS},
        schedule=_schedule(),
        deferring_environment_id=environment_id if job.defers else None,
        generate_docs=job.documents,
        run_generate_sources=False,
        run_lint=False,
        errors_on_lint_failure=True,
        run_compare_changes=False,
        lifecycle_webhooks=False,
    )


def job_triggers(kind: JobKind) -> dict[str, bool]:
    """All four triggers; never `custom_branch_only`, which dbt Cloud refuses."""
    by_pull_request = JOBS[kind].on_pull_request
    return {
        "github_webhook": by_pull_request,
        "git_provider_webhook": by_pull_request,
        "schedule": False,
        "on_merge": False,
    }


def _schedule() -> Body:
    return {
        "cron": UNUSED_CRON,
        "date": {"type": "custom_cron", "cron": UNUSED_CRON},
        "time": {"type": "every_hour", "interval": 1},
    }
