"""“Ready for the call?” says what is wrong with a live demo, and what to do."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts import vault
from demoforge.errors import NotNow
from provisioning.live.checks import Check, Readiness
from provisioning.live.readiness import check_readiness
from provisioning.models import BuildRun, RunKind, RunStatus
from scenarios.rendering import FIX
from tests.provisioning.steps.stage import CLOUD_TOKEN, GITHUB_TOKEN, Stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def look(stage: Stage, run: BuildRun, **more) -> Readiness:
    return check_readiness(run, by=stage.user, **more)


def failed(readiness: Readiness) -> list[str]:
    return [check.title for check in readiness.failed]


def check(readiness: Readiness, title: str) -> Check:
    (found,) = [check for check in readiness.checks if check.title == title]
    return found


def test_a_new_demo_is_ready_and_reminds_of_the_credentials(stage, live):
    readiness = look(stage, live)
    assert readiness.ready, readiness.failed
    assert check(readiness, "Branch main").state == "pass"
    assert check(readiness, f"Pull request of {FIX}").state == "pass"
    assert "is green" in check(readiness, "Last run").sentence
    assert [one.title for one in readiness.reminders] == ["Your development credentials", "Warehouse"]
    assert "/environments/" in check(readiness, "Your development credentials").link


def test_a_demo_at_github_asks_nothing_of_dbt_cloud(stage, at_github):
    before = len(stage.cloud.calls)
    readiness = look(stage, at_github)
    assert readiness.ready
    assert len(stage.cloud.calls) == before
    assert not [one for one in readiness.checks if "dbt Cloud" in one.title]


def test_only_reads_are_made(stage, live):
    before = len(stage.github.writes()), len(stage.calls("POST", "DELETE", "PATCH"))
    look(stage, live)
    assert (len(stage.github.writes()), len(stage.calls("POST", "DELETE", "PATCH"))) == before


def test_a_changed_branch_is_told_with_its_file(stage, live):
    stage.github.push(stage.repository(live), {"models/marts/mine.sql": "select 1"})
    readiness = look(stage, live)
    assert failed(readiness) == ["Branch main"]
    assert "models/marts/mine.sql" in check(readiness, "Branch main").sentence
    assert "Reset" in check(readiness, "Branch main").fix


def test_a_removed_file_and_a_missing_branch_are_told(stage, live):
    name = stage.repository(live)
    stage.github.push(name, {"README.md": None}, branch=FIX)
    assert "README.md" in check(look(stage, live), f"Branch {FIX}").sentence
    del stage.github.repository(name).branches[FIX]
    assert "is not there" in check(look(stage, live), f"Branch {FIX}").sentence


def test_a_closed_pull_request_is_told(stage, live):
    repository = stage.github.repository(stage.repository(live))
    next(pull for pull in repository.pulls if pull.head == FIX).state = "closed"
    assert failed(look(stage, live)) == [f"Pull request of {FIX}"]


def test_a_renamed_repository_is_found_and_the_name_told(stage, live):
    stage.github.rename(stage.repository(live), "another-name")
    readiness = look(stage, live)
    assert readiness.ready
    assert "renamed from" in check(readiness, "Repository").sentence


def test_a_public_or_archived_repository_is_not_ready(stage, live):
    repository = stage.github.repository(stage.repository(live))
    repository.archived = True
    assert "archived" in check(look(stage, live), "Repository").sentence
    repository.private = False
    assert "public" in check(look(stage, live), "Repository").sentence


def test_a_repository_that_is_gone_ends_the_questions_about_it(stage, live):
    stage.github.remove(stage.repository(live))
    assert failed(look(stage, live)) == ["Repository"]


def test_refused_and_missing_tokens_are_told(stage, live):
    stage.github.revoke(GITHUB_TOKEN)
    stage.cloud.revoke(CLOUD_TOKEN)
    assert failed(look(stage, live)) == ["GitHub token", "dbt Cloud token"]
    vault.forget(stage.user, "github_token")
    readiness = look(stage, live)
    assert check(readiness, "GitHub token").link == reverse("connections")
    assert "not in memory" in check(readiness, "GitHub token").sentence


def test_a_deleted_project_or_environment_is_told(stage, live):
    cloud = stage.cloud
    cloud.alive("environment", name="Production")[0].delete()
    assert failed(look(stage, live)) == ["Environments"]
    cloud.alive("project")[0].delete()
    assert failed(look(stage, live)) == ["dbt Cloud project"]


def test_a_red_run_is_told_and_an_old_green_one_is_a_reminder(stage, live):
    later = timezone.now() + timedelta(days=9)
    old = check(look(stage, live, now=later), "Last run")
    assert (old.state, "9 days ago" in old.sentence) == ("reminder", True)
    stage.cloud.alive("run")[-1].change(status=20)
    assert failed(look(stage, live)) == ["Last run"]


def test_a_change_that_stopped_half_way_is_told(stage, live):
    BuildRun.objects.create(
        demo=live.demo, revision=live.revision, target=live.target, kind=RunKind.UPDATE, live=live,
        repository_name=live.repository_name, status=RunStatus.FAILED,
    )  # fmt: skip
    assert failed(look(stage, live)) == ["Update"]


def test_slow_answers_are_told_in_time(stage, live):
    stage.github.latency = stage.cloud.latency = 1.5
    began = timezone.now()
    readiness = look(stage, live, seconds=0.5)
    assert (timezone.now() - began).total_seconds() < 1.4
    assert failed(readiness) == ["Repository", "dbt Cloud project"]
    assert "in time" in check(readiness, "Repository").sentence


def test_calls_run_side_by_side(stage, live):
    """Three rounds of GitHub after each other (repository, head, files); all else is beside them."""
    before = len(stage.github.calls) + len(stage.cloud.calls)
    stage.github.latency = stage.cloud.latency = 0.3
    began = timezone.now()
    assert look(stage, live).ready
    calls = len(stage.github.calls) + len(stage.cloud.calls) - before
    assert calls >= 12
    assert (timezone.now() - began).total_seconds() < 0.3 * calls / 2


def test_what_is_not_live_is_not_looked_at(stage, at_github):
    stage.undo(at_github)
    at_github.refresh_from_db()
    with pytest.raises(NotNow):
        look(stage, at_github)
