"""How a build stands, in one line: a decision over rows."""

from provisioning.headlines import headline, needs_of
from provisioning.models import BuildRun, BuildStep, RunStatus, Target

GITHUB = (("repository", "repository"), ("main_commit", "repository"), ("pull_fix", "repository"))
CLOUD = (
    ("cloud_project", "cloud_project"),
    ("environment_production", "warehouse"),
    ("first_run", "first_run"),
)


def told(status: RunStatus, target: Target = Target.DBT_CLOUD, **statuses: str) -> str:
    rows = [
        BuildStep(
            key=key,
            phase=phase,
            title=key.replace("_", " ").capitalize(),
            status=statuses.get(key, "pending"),
            error="No right." if statuses.get(key) == "failed" else "",
        )
        for key, phase in (*GITHUB, *CLOUD)
    ]
    return headline(BuildRun(status=status, target=target), rows)


DONE = dict.fromkeys([key for key, _ in GITHUB], "succeeded")


def test_a_failure_says_what_is_ready_and_where_it_failed():
    failed = told(RunStatus.FAILED, **DONE, cloud_project="succeeded", environment_production="failed")
    assert failed == "Repository ready, dbt Cloud failed at environment production: No right."


def test_a_repository_without_all_of_its_branches_is_created_not_ready():
    partly = {**DONE, "pull_fix": "pending"}
    assert told(RunStatus.FAILED, **partly, cloud_project="failed").startswith(
        "Repository created, dbt Cloud "
    )
    assert told(RunStatus.FAILED, **{**DONE, "pull_fix": "skipped"}, first_run="failed").startswith(
        "Repository ready, "
    )


def test_a_failure_before_anything_is_there_says_only_that():
    assert told(RunStatus.FAILED, repository="failed") == "GitHub failed at repository: No right."


def test_other_builds_keep_their_headline():
    assert told(RunStatus.SUCCEEDED, **DONE) == "The demo is built"
    assert told(RunStatus.RUNNING, **DONE) == "Building"
    assert told(RunStatus.FAILED, Target.LOCAL, repository="failed") == "The build stopped"


def test_waiting_for_credentials_is_said_once_for_each_connection():
    rows = [
        BuildStep(key=str(number), phase="warehouse", status=status, needs=needs)
        for number, (status, needs) in enumerate(
            [
                ("pending", "dbt_cloud"),
                ("pending", "dbt_cloud"),
                ("succeeded", "github"),
                ("pending", "warehouse"),
            ]
        )
    ]
    assert needs_of(rows) == ["dbt_cloud", "warehouse"]
    run = BuildRun(status=RunStatus.RUNNING, target=Target.DBT_CLOUD)
    assert headline(run, rows) == "Waiting for a dbt Cloud token and the warehouse's credentials"
