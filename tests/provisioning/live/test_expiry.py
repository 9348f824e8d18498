"""Live demos that nobody uses: owners are warned, and what may be taken down is, with the workspace's tokens only."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts.models import AuditEntry, Notice
from demoforge.accounts.roles import Role
from provisioning import services, tasks
from provisioning.expiry import unreached, watch_expiry
from provisioning.models import BuildRun, RunStatus, Target
from scenarios.lifecycle import extend
from scenarios.models import Demo, Policy
from scenarios.policy import change_policy
from tests.provisioning.live.lives import newer
from tests.provisioning.scenery import person
from tests.provisioning.steps.stage import GITHUB_TOKEN, OWNER, run_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace(stage, settings) -> None:
    """The workspace has the tokens for the GitHub on loopback."""
    settings.GITHUB_API_URL, settings.GITHUB_OWNER, settings.GITHUB_TOKEN = (
        stage.github.url,
        OWNER,
        GITHUB_TOKEN,
    )


@pytest.fixture
def shared(stage, workspace) -> BuildRun:
    """A live demo that was built with the workspace's tokens."""
    run = services.start_build(
        stage.revision, target=Target.GITHUB, connections=stage.connections, workspace=True, by=stage.user
    )
    run = run_out(run)
    assert run.status == RunStatus.SUCCEEDED
    return run


def policy(expiry: str, *, days: int = 30, days_ago: int = 100) -> None:
    """What administrators have said, so many days ago."""
    change_policy(reviews="never", expiry=expiry, expiry_days=days, by=person("ada", Role.ADMIN))
    Policy.objects.update(changed_at=timezone.now() - timedelta(days=days_ago))


def unused(run: BuildRun, days: int, *, warned: int | None = None) -> None:
    """As if nobody had used the demo for so many days, and its owner was warned so many days ago."""
    now = timezone.now()
    told = None if warned is None else now - timedelta(days=warned, minutes=1)
    Demo.objects.filter(pk=run.demo_id).update(used_at=now - timedelta(days=days), expiry_warned_at=told)


def told() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("text", flat=True))


def words(day) -> str:
    return f"{day.day} {day:%B %Y}"


def in_days(days: int) -> str:
    return words(timezone.localdate() + timedelta(days=days))


# --- warn ---------------------------------------------------------------------------------------------------


def test_the_owner_is_warned_once_per_use(stage, at_github):
    unused(at_github, 24)
    watch_expiry()
    assert told() == [], "it is too soon"
    unused(at_github, 25)
    tasks.watch_expiry()
    watch_expiry()
    last = f"expires on {in_days(5)}. Extend it if you still need it, or take it down."
    assert told() == [f"The live demo for Northwind Outdoor {last}"]
    notice = Notice.objects.get()
    assert (notice.user, notice.path) == (stage.user, f"{reverse('fleet')}?demo={at_github.demo_id}")
    extend(at_github.demo, by=stage.user)
    watch_expiry()
    assert len(told()) == 1
    unused(at_github, 31)
    watch_expiry()
    assert "has expired on" in told()[-1]


def test_a_codename_stands_in_the_notice(stage, at_github):
    Demo.objects.update(codename="Bluebird")
    unused(at_github, 31)
    watch_expiry()
    assert "for Bluebird has expired" in told()[0]
    assert "Northwind" not in told()[0]


def test_nobody_is_warned_of_a_demo_that_is_not_live(stage, at_github):
    run_out(services.take_down(at_github, by=stage.user))
    unused(at_github, 99)
    watch_expiry()
    assert told() == []


def test_nobody_is_warned_before_the_call(stage, at_github):
    Demo.objects.update(call_on=timezone.localdate() + timedelta(days=10))
    unused(at_github, 99)
    watch_expiry()
    assert told() == []


def test_who_was_warned_of_less_is_warned_again(stage, shared):
    unused(shared, 99, warned=50)
    policy("take_down", days_ago=0)
    watch_expiry()
    last = f"will be taken down on {in_days(5)}, unless you extend it before."
    assert told() == [f"The live demo for Northwind Outdoor {last}"]
    assert BuildRun.objects.get().status == RunStatus.SUCCEEDED
    watch_expiry()
    assert len(told()) == 1


# --- take down ----------------------------------------------------------------------------------------------


def test_what_has_expired_is_taken_down_with_the_workspaces_tokens(stage, shared):
    policy("take_down")
    unused(shared, 35, warned=5)
    watch_expiry()
    run = run_out(shared)
    assert run.status == RunStatus.UNDONE
    assert stage.github.repositories == {}
    entry = AuditEntry.objects.get(action="build.taken_down")
    assert (entry.actor, entry.actor_name, entry.subject_id) == (None, "system", str(run.pk))
    assert told() == [
        "The live demo for Northwind Outdoor was not used any more and is being taken down. "
        "The page of its build says what is left."
    ]
    watch_expiry()
    assert AuditEntry.objects.filter(action="build.taken_down").count() == 1


STAYS = {  # days unused, warned so many days ago, call in so many days, policy
    "the policy is to warn": (35, 5, None, "warn"),
    "it has not expired": (29, 5, None, "take_down"),
    "its owner had too little time to answer": (35, 4, None, "take_down"),
    "its owner was not warned": (35, None, None, "take_down"),
    "its owner was warned before there was this policy": (35, 200, None, "take_down"),
    "the call is today": (35, 5, 0, "take_down"),
    "the call will be": (35, 5, 9, "take_down"),
}


def test_what_stays(stage, shared):
    for why, (days, warned, call_in, expiry) in STAYS.items():
        policy(expiry)
        unused(shared, days, warned=warned)
        day = None if call_in is None else timezone.localdate() + timedelta(days=call_in)
        Demo.objects.update(call_on=day)
        watch_expiry()
        assert BuildRun.objects.get().status == RunStatus.SUCCEEDED, why
    assert not AuditEntry.objects.filter(action="build.taken_down").exists()
    Demo.objects.update(call_on=timezone.localdate() - timedelta(days=1))
    unused(shared, 35, warned=5)
    watch_expiry()
    assert BuildRun.objects.get().status == RunStatus.UNDOING, "or this test says nothing"


def test_what_was_built_with_somebodys_own_tokens_stays_and_its_owner_is_told(stage, at_github, workspace):
    policy("take_down")
    unused(at_github, 35)
    watch_expiry()
    assert "cannot reach it with the workspace's connections" in told()[0]
    unused(at_github, 45, warned=10)
    watch_expiry()
    assert BuildRun.objects.get().status == RunStatus.SUCCEEDED
    assert len(stage.github.repositories) == 1
    assert "somebody's own tokens" in unreached(at_github)


def test_what_the_workspace_has_no_token_for_any_more_stays(stage, shared, settings):
    policy("take_down")
    unused(shared, 35, warned=5)
    settings.GITHUB_TOKEN = ""
    watch_expiry()
    assert BuildRun.objects.get().status == RunStatus.SUCCEEDED
    assert unreached(shared) == "The workspace has not got the GitHub token for this build."


def test_what_is_being_changed_stays_for_now(stage, shared):
    policy("take_down")
    change = services.update_live(shared, newer(stage), by=stage.user)
    unused(shared, 35, warned=5)
    watch_expiry()
    assert BuildRun.objects.get(pk=shared.pk).status == RunStatus.SUCCEEDED
    run_out(change)
    unused(shared, 35, warned=5)
    watch_expiry()
    assert BuildRun.objects.get(pk=shared.pk).status == RunStatus.UNDOING


def test_builds_updates_and_checks_are_uses(stage, at_github, client_of):
    def days() -> int:
        return (timezone.now() - Demo.objects.get().used_at).days

    assert days() == 0
    unused(at_github, 20)
    run_out(services.update_live(at_github, newer(stage), by=stage.user))
    assert days() == 0
    unused(at_github, 20)
    client = client_of(stage.user)
    ready = reverse("build_ready", args=[at_github.pk])
    client.get(ready)
    assert days() == 20
    client.get(ready, {"look": "now"})
    assert days() == 0


def test_the_task_is_an_hourly_one(settings):
    assert tasks.watch_expiry.name in settings.HOURLY_TASKS
