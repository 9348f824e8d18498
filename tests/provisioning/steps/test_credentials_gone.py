"""Credentials that are missing or refused in the middle: the build waits, says for what, and goes on."""

import pytest

from demoforge.accounts import vault
from provisioning import services
from provisioning.engine import advance
from provisioning.headlines import headline
from provisioning.models import BuildRun, RunStatus
from tests.provisioning.steps.stage import (
    CLOUD_TOKEN,
    GITHUB_TOKEN,
    Stage,
    assert_green,
    run_out,
    things,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

KINDS = {
    "github": ("github_token", "Waiting for a GitHub token"),
    "dbt_cloud": ("dbt_cloud_token", "Waiting for a dbt Cloud token"),
    "warehouse": ("snowflake_password", "Waiting for the warehouse's credentials"),
}


def needs(run: BuildRun) -> set[str]:
    return set(run.steps.exclude(needs="").values_list("needs", flat=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_build_without_credentials_waits_for_them_and_goes_on_when_they_are_entered(stage, kind):
    name, words = KINDS[kind]
    vault.forget(stage.user, name)
    run = stage.build()
    assert (run.status, needs(run)) == (RunStatus.RUNNING, {kind})
    assert headline(run, list(run.steps.all())) == words
    assert "page Connections" in run.steps.filter(needs=kind).first().note
    assert not run.steps.filter(status="failed").exists()
    stage.enter(kind)
    assert_green(stage, run_out(run))
    assert needs(run) == set()


def test_nothing_is_asked_outside_without_a_token(stage):
    vault.forget_all(stage.user)
    run = stage.build()
    assert needs(run) == {"github", "dbt_cloud"}
    assert stage.github.calls == []
    assert stage.cloud.calls == []


@pytest.mark.parametrize("after", ["repository", "cloud_project", "environment_production", "first_run"])
def test_log_out_in_the_middle_loses_nothing(stage, after):
    run = stage.start()
    while run.steps.get(key=after).attempt == 0:
        advance(run.pk)
    vault.forget_all(stage.user)
    run = run_out(run)
    assert run.status == RunStatus.RUNNING
    assert needs(run)
    before = len(stage.cloud.calls), len(stage.github.calls)
    run = run_out(run)
    assert (len(stage.cloud.calls), len(stage.github.calls)) == before
    stage.enter()
    assert_green(stage, run_out(run))


def test_a_refused_token_is_not_tried_again_until_somebody_enters_one(stage):
    stage.cloud.revoke(CLOUD_TOKEN)
    run = stage.build()
    assert needs(run) == {"dbt_cloud"}
    refused = [call for call in stage.cloud.calls if call.status == 401]
    assert len(refused) == 2  # project and connection
    assert "127.0.0.1" in run.steps.get(key="cloud_project").note  # the host is a suspect
    run_out(run)
    assert len(stage.cloud.calls) == 2
    stage.cloud.add_token(CLOUD_TOKEN, "account_admin")
    stage.enter("dbt_cloud")
    assert_green(stage, run_out(run))


def test_undo_waits_for_credentials_too(stage):
    run = stage.build()
    vault.forget(stage.user, "github_token")
    run = stage.undo(run)
    assert (run.status, needs(run)) == (RunStatus.UNDOING, {"github"})
    stage.enter("github")
    assert run_out(run).status == RunStatus.UNDONE
    assert things(stage) == []


def test_entering_credentials_wakes_only_ones_own_builds(stage, make_user):
    vault.forget(stage.user, "github_token")
    run = stage.build()
    waits_until = run.steps.exclude(needs="").get().not_before
    assert services.wake_builds(make_user("bob")) == 0
    assert run.steps.exclude(needs="").get().not_before == waits_until
    vault.put(stage.user, "github_token", GITHUB_TOKEN, bound_to=stage.connections.github.bound_to)
    assert services.wake_builds(stage.user) == 1
    assert run.steps.exclude(needs="").get().not_before is None


def test_a_token_that_was_entered_for_another_host_is_not_used(stage: Stage) -> None:
    vault.forget(stage.user, "github_token")
    vault.put(stage.user, "github_token", GITHUB_TOKEN, bound_to="https://api.github.com")
    run = stage.build()
    assert needs(run) == {"github"}
    assert stage.github.calls == []


def test_a_build_that_waits_can_be_cancelled_and_undone(stage):
    vault.forget(stage.user, "snowflake_password")
    run = stage.build()
    services.cancel_build(run, by=stage.user)
    assert run_out(run).status == RunStatus.CANCELLED
    assert needs(run) == set()
    assert stage.undo(run).status == RunStatus.UNDONE
    assert things(stage) == []


def test_undo_asks_for_no_credentials_where_nothing_was_created(stage):
    vault.forget_all(stage.user)
    run = stage.build()
    services.cancel_build(run, by=stage.user)
    run = run_out(run)
    assert stage.undo(run).status == RunStatus.UNDONE
    assert stage.github.calls == []
    assert stage.cloud.calls == []
