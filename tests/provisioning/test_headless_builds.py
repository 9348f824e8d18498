"""Builds without a browser, with the workspace's connections: build, resume, undo, and what is missing."""

from collections.abc import Iterator

import pytest

from provisioning import headless
from provisioning.models import RunStatus, Target
from provisioning.services import BuildRefused
from tests.provisioning.steps.stage import (
    CLOUD_TOKEN,
    GITHUB_TOKEN,
    OWNER,
    PASSWORD,
    Stage,
    assert_green,
    staged,
    things,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(settings) -> Iterator[Stage]:
    """Both servers, known to the workspace by its environment; nobody has entered anything."""
    with staged(entered=False) as ready:
        settings.GITHUB_WRITES_A_MINUTE = 6000
        settings.INLINE_WORK = True
        settings.GITHUB_API_URL, settings.GITHUB_TOKEN = ready.github.url, GITHUB_TOKEN
        settings.GITHUB_OWNER = OWNER
        settings.DBT_CLOUD_URL, settings.DBT_CLOUD_TOKEN = ready.cloud.url, CLOUD_TOKEN
        settings.DBT_CLOUD_ACCOUNT_ID = str(ready.cloud.account_id)
        settings.SNOWFLAKE_ACCOUNT, settings.SNOWFLAKE_DATABASE = "xy12345", "DEMO"
        settings.SNOWFLAKE_WAREHOUSE, settings.SNOWFLAKE_USER = "DEMO_WH", "DBT"
        settings.SNOWFLAKE_PASSWORD = PASSWORD
        yield ready


def build(stage: Stage, told: list[str]) -> object:
    return headless.build_demo(stage.revision, target=Target.DBT_CLOUD, by=stage.user, tell=told.append)


def test_the_workspaces_connections_build_and_undo(stage):
    told: list[str] = []
    run = build(stage, told)
    assert_green(stage, run)
    assert run.workspace
    result = headless.summary(stage.revision, run)
    assert (result["status"], result["build"], result["error"]) == ("succeeded", run.pk, None)
    assert result["repository"].endswith(stage.repository(run))
    assert {"repository", "cloud_project", "run"} <= {one["kind"] for one in result["resources"]}
    run = headless.undo_build(run, by=stage.user, tell=told.append)
    assert (run.status, things(stage)) == (RunStatus.UNDONE, [])
    result = headless.summary(stage.revision, run)
    assert result["status"] == "succeeded"
    left = [one for one in result["resources"] if one["status"] == "leftover"]
    assert all(one["location"].startswith("DROP SCHEMA") for one in left)
    assert not any(secret in "".join(told) for secret in (GITHUB_TOKEN, CLOUD_TOKEN, PASSWORD))


def test_without_a_password_it_ends_says_what_is_missing_and_resumes(stage, settings):
    settings.SNOWFLAKE_PASSWORD = ""
    told: list[str] = []
    run = build(stage, told)
    assert run.status == RunStatus.RUNNING
    result = headless.summary(stage.revision, run)
    assert result["status"] == "failed"
    assert "the warehouse's credentials" in result["error"]
    assert result["error"].endswith(f"forge --resume {run.pk}")
    assert any(line.startswith("[Waiting]") for line in told)
    settings.SNOWFLAKE_PASSWORD = PASSWORD
    assert_green(stage, headless.resume_build(run, by=stage.user, tell=told.append))


def test_resume_goes_on_after_a_failure_and_undo_stops_what_waits(stage, settings):
    stage.cloud.faults.add("403", "POST", "*/jobs/")
    told: list[str] = []
    run = build(stage, told)
    assert run.status == RunStatus.FAILED
    assert ", dbt Cloud failed at job: Production build: " in headless.summary(stage.revision, run)["error"]
    assert_green(stage, headless.resume_build(run, by=stage.user, tell=told.append))


def test_undo_of_a_build_that_waits_stops_it_first(stage, settings):
    settings.SNOWFLAKE_PASSWORD = ""
    run = build(stage, [])
    run = headless.undo_build(run, by=stage.user, tell=[].append)
    assert (run.status, things(stage)) == (RunStatus.UNDONE, [])


def test_undo_that_lacks_a_token_says_how_to_go_on(stage, settings):
    run = build(stage, [])
    settings.GITHUB_TOKEN = ""
    run = headless.undo_build(run, by=stage.user, tell=[].append)
    assert headless.waiting_for(run).endswith(f"forge --undo {run.pk}")
    settings.GITHUB_TOKEN = GITHUB_TOKEN
    run = headless.undo_build(run, by=stage.user, tell=[].append)
    assert (run.status, things(stage)) == (RunStatus.UNDONE, [])


def test_a_workspace_without_connections_is_refused(stage, settings):
    settings.DBT_CLOUD_TOKEN = ""
    with pytest.raises(BuildRefused, match="There is no dbt Cloud connection"):
        build(stage, [])
