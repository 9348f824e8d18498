"""A live demo is updated in place: commits on top, pull requests renewed, a run; nobody's work is overwritten."""

import pytest

from demoforge.accounts import vault
from demoforge.errors import NotNow
from provisioning import services
from provisioning.engine import advance
from provisioning.live.changes import ChangeRefused
from provisioning.live.readiness import check_readiness
from provisioning.models import BuildRun, RunKind, RunStatus
from provisioning.standing import standing_revision
from scenarios.rendering import DAY_TWO, FIX
from tests.provisioning.live.lives import ADDED, assert_shows, newer, update
from tests.provisioning.steps.stage import Stage, describe, run_out, things

pytestmark = pytest.mark.django_db


def test_a_newer_revision_is_shown_with_a_green_run(stage, live):
    revision = newer(stage)
    runs = len(stage.cloud.alive("run"))
    change = update(stage, live, revision)
    assert change.status == RunStatus.SUCCEEDED, describe(change)
    assert_shows(stage, live, revision)
    assert len(stage.github.history(stage.repository(live))) == 2
    (run,) = stage.cloud.alive("run")[runs:]
    assert run.status == 10
    assert run.asked["execute_steps"] == ["dbt build --full-refresh"]
    assert "Update by DemoForge" in run.trigger["cause"]
    assert standing_revision(live) == revision
    assert check_readiness(live, by=stage.user).ready


def test_nothing_new_is_created_and_no_branch_is_forced(stage, live):
    before, pulls = things(stage), len(stage.github.repository(stage.repository(live)).pulls)
    heads = dict(stage.github.repository(stage.repository(live)).branches)
    update(stage, live, newer(stage))
    repository = stage.github.repository(stage.repository(live))
    assert things(stage) == before
    assert len(repository.pulls) == pulls
    assert all(
        repository.objects.is_ancestor(head, repository.branches[name]) for name, head in heads.items()
    )


def test_at_github_alone_there_is_no_run(stage, at_github):
    change = update(stage, at_github, newer(stage))
    assert change.status == RunStatus.SUCCEEDED, describe(change)
    assert not change.steps.filter(key="first_run").exists()
    assert stage.cloud.alive("run") == []


@pytest.mark.parametrize("branch", ["main", FIX])
def test_a_changed_branch_stops_it_before_anything_is_done(stage, at_github, branch):
    name = stage.repository(at_github)
    stage.github.push(name, {"mine.md": "mine"}, branch=branch)
    heads = dict(stage.github.repository(name).branches)
    change = update(stage, at_github, newer(stage))
    assert change.status == RunStatus.FAILED
    ((key, _, words),) = [one for one in describe(change) if one[1] == "failed"]
    assert key == "look"
    assert f"{branch} was changed by somebody" in words
    assert stage.github.repository(name).branches == heads
    with pytest.raises(NotNow):
        services.retry_build(change, by=stage.user)


def test_a_missing_branch_stops_it(stage, at_github):
    del stage.github.repository(stage.repository(at_github)).branches[DAY_TWO]
    change = update(stage, at_github, newer(stage))
    assert "is not there any more" in change.steps.get(key="look").error


def test_what_is_pushed_in_the_same_moment_is_not_lost(stage, at_github):
    """Between the look and the commit somebody pushes; GitHub's own refusal is the last guard."""
    change = services.update_live(at_github, newer(stage), by=stage.user)
    name = stage.repository(at_github)
    advance_past(change, "look")
    theirs = stage.github.push(name, {"mine.md": "mine"}).sha
    assert run_out(change).status == RunStatus.FAILED
    assert "just now" in change.steps.get(key="main_commit").error
    assert stage.github.history(name)[0].sha == theirs


def advance_past(change: BuildRun, key: str) -> None:
    while change.steps.get(key=key).status != "succeeded":
        advance(change.pk)


def test_one_that_stopped_half_way_is_followed_by_another(stage, at_github):
    first = services.update_live(at_github, newer(stage, "One.\n"), by=stage.user)
    advance_past(first, "main_commit")
    services.cancel_build(first, by=stage.user)
    run_out(first)
    revision = newer(stage, "Two.\n")
    second = update(stage, at_github, revision)
    assert second.status == RunStatus.SUCCEEDED, describe(second)
    assert_shows(stage, at_github, revision)


def test_two_updates_after_each_other(stage, at_github):
    for text in ("One.\n", "Two.\n"):
        revision = newer(stage, text)
        change = update(stage, at_github, revision)
        assert change.status == RunStatus.SUCCEEDED, describe(change)
        assert_shows(stage, at_github, revision)
    assert stage.github.files(stage.repository(at_github))[ADDED] == "Two.\n"


def test_a_closed_pull_request_is_asked_for_again(stage, at_github):
    repository = stage.github.repository(stage.repository(at_github))
    next(pull for pull in repository.pulls if pull.head == FIX).state = "closed"
    revision = newer(stage)
    update(stage, at_github, revision)
    assert_shows(stage, at_github, revision)


def test_two_clicks_are_one_update(stage, at_github):
    revision = newer(stage)
    once = services.update_live(at_github, revision, by=stage.user)
    assert services.update_live(at_github, revision, by=stage.user) == once
    with pytest.raises(NotNow):
        services.reset_live(at_github, by=stage.user)


def test_only_newer_proven_revisions_of_the_same_demo_are_taken(stage, at_github):
    with pytest.raises(ChangeRefused):
        services.update_live(at_github, stage.revision, by=stage.user)
    revision = newer(stage)
    type(revision).objects.filter(pk=revision.pk).update(status="broken")
    with pytest.raises(ChangeRefused):
        services.update_live(at_github, revision, by=stage.user)


def test_what_was_taken_down_is_not_changed(stage, at_github):
    change = services.update_live(at_github, newer(stage), by=stage.user)
    services.cancel_build(change, by=stage.user)
    run_out(change)
    at_github.refresh_from_db()
    stage.undo(at_github)
    at_github.refresh_from_db()
    with pytest.raises(NotNow):
        services.update_live(at_github, newer(stage, "x"), by=stage.user)
    with pytest.raises(NotNow):
        services.retry_build(change, by=stage.user)


def test_a_change_is_not_undone(stage, at_github):
    change = update(stage, at_github, newer(stage))
    with pytest.raises(NotNow):
        services.undo_build(change, by=stage.user)
    change.refresh_from_db()
    assert (change.status, change.kind) == (RunStatus.SUCCEEDED, RunKind.UPDATE)


def test_it_waits_for_a_token_and_goes_on(stage: Stage, at_github):
    vault.forget(stage.user, "github_token")
    revision = newer(stage)
    change = update(stage, at_github, revision)
    assert change.is_busy
    assert change.steps.get(key="look").needs == "github"
    stage.enter("github")
    assert run_out(change).status == RunStatus.SUCCEEDED
    assert_shows(stage, at_github, revision)


def test_a_failed_run_is_started_again_by_retry(stage, live):
    stage.cloud.faults.add("403", "POST", "*/run/")
    change = update(stage, live, newer(stage))
    assert change.status == RunStatus.FAILED
    change = stage.retry(change)
    assert change.status == RunStatus.SUCCEEDED, describe(change)
