"""The pages of a live demo: with and without HTMX, for those who may, and every button does what it says."""

import pytest
from django.test import Client
from django.urls import reverse

from demoforge.accounts.models import AuditEntry
from demoforge.accounts.roles import Role
from provisioning.connections import store
from provisioning.models import BuildRun, RunKind, RunStatus
from scenarios.rendering import FIX
from tests.provisioning.live.lives import assert_shows, newer
from tests.provisioning.scenery import person
from tests.provisioning.steps.stage import describe, run_out

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(stage) -> Client:
    """The owner's browser. To log in is to change the session that secrets are bound to, so they are entered after."""
    client = Client()
    client.force_login(stage.user)
    where = stage.connections
    for kind in ("github", "dbt_cloud", "warehouse"):
        store.save(stage.user, kind, getattr(where, kind), secrets={}, by=stage.user)
    stage.enter()
    return client


def page(client: Client, name: str, run: BuildRun | None = None, query: str = "", **more) -> str:
    address = reverse(name, args=[run.pk] if run else [])
    answer = client.get(f"{address}{query}", **more)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def press(client: Client, name: str, run: BuildRun, **fields) -> BuildRun:
    """Press a button; the change or build that comes of it, at its end."""
    answer = client.post(reverse(name, args=[run.pk]), fields)
    assert answer.status_code == 302, answer.content
    return run_out(BuildRun.objects.order_by("-pk").first())


def test_ready_shows_a_frame_first_and_then_the_checks(stage, browser, live):
    calls = len(stage.github.calls)
    frame = page(browser, "build_ready", live)
    assert len(stage.github.calls) == calls
    address = f"{reverse('build_ready', args=[live.pk])}?look=now"
    assert f'hx-get="{address}"' in frame
    assert f'content="0; url={address}"' in frame, "a browser without a script goes there, too"
    part = page(browser, "build_ready", live, "?look=now", headers=HTMX)
    assert "<html" not in part
    assert "hx-get" not in part
    assert "Ready, if you have seen to the reminders" in part
    assert "<html" in page(browser, "build_ready", live, "?look=now")


def test_the_result_page_loads_what_can_be_done(stage, browser, at_github):
    assert f'hx-get="{reverse("build_live", args=[at_github.pk])}"' in page(
        browser, "build_result", at_github
    )
    part = page(browser, "build_live", at_github, headers=HTMX)
    for name in ("build_ready", "live_reset", "live_down", "live_again"):
        assert reverse(name, args=[at_github.pk]) in part
    assert reverse("live_update", args=[at_github.pk]) not in part, "there is no newer revision"


def test_an_update_from_the_page(stage, browser, at_github):
    revision = newer(stage)
    assert f'value="{revision.number}"' in page(browser, "build_live", at_github)
    change = press(browser, "live_update", at_github, revision=revision.number)
    assert (change.kind, change.status) == (RunKind.UPDATE, RunStatus.SUCCEEDED), describe(change)
    assert_shows(stage, at_github, revision)
    assert "The live demo is updated" in page(browser, "build_detail", change)
    answer = browser.get(reverse("build_result", args=[change.pk]))
    assert answer["Location"] == reverse("build_result", args=[at_github.pk])
    assert AuditEntry.objects.filter(action="build.update_started").count() == 1


@pytest.mark.parametrize("number", ["", "²", "1" * 5000])
def test_an_update_to_no_revision_is_refused_with_a_sentence(browser, at_github, number):
    answer = browser.post(reverse("live_update", args=[at_github.pk]), {"revision": number})
    assert (answer.status_code, "There is no such revision." in answer.content.decode()) == (400, True)


def test_a_reset_from_the_page_discards_what_the_page_has_shown(stage, browser, at_github):
    name = stage.repository(at_github)
    theirs = stage.github.push(name, {"mine.md": "mine"}, branch=FIX).sha
    shown = page(browser, "live_reset", at_github)
    assert "mine.md" in shown
    assert f'value="{FIX} {theirs}"' in shown
    change = press(browser, "live_reset", at_github, head=[f"{FIX} {theirs}"])
    assert (change.kind, change.status) == (RunKind.RESET, RunStatus.SUCCEEDED), describe(change)
    assert_shows(stage, at_github, stage.revision)


def test_a_forged_confirmation_discards_nothing(stage, browser, at_github):
    theirs = stage.github.push(stage.repository(at_github), {"mine.md": "mine"}).sha
    change = press(browser, "live_reset", at_github, head=["main", "main x", f"other {theirs}"])
    assert change.status == RunStatus.FAILED
    assert stage.github.history(stage.repository(at_github))[0].sha == theirs


def test_taking_down_from_the_page(stage, browser, live):
    run = press(browser, "live_down", live)
    assert run.status == RunStatus.UNDONE
    assert stage.github.repositories == {}
    assert stage.cloud.leftovers() == []
    assert AuditEntry.objects.filter(action="build.taken_down").count() == 1
    assert "not live" in page(browser, "build_live", live)
    assert browser.post(reverse("live_down", args=[live.pk])).status_code == 400


def test_building_again_elsewhere(stage, browser, live):
    """After it was taken down, for another owner: checked first, then built with new names and the same digest."""
    press(browser, "live_down", live)
    stage.github.add_organization("elsewhere", owners=["acme-se"])
    query = "?look=now&target=github&owner=elsewhere"
    shown = page(browser, "live_again", live, query)
    assert "Nothing stands against it" in shown
    made = press(browser, "live_again", live, target="github", owner="elsewhere", account="")
    assert made.status == RunStatus.SUCCEEDED, describe(made)
    assert made.repository_name != live.repository_name
    assert made.project_digest == live.project_digest
    assert stage.github.files(f"elsewhere/{made.repository_name}") == stage.revision.branches()["main"]


def test_another_owner_goes_before_the_demos_own(stage, browser, at_github):
    at_github.demo.github_owner = "acme-demos"
    at_github.demo.save()
    stage.github.add_organization("elsewhere", owners=["acme-se"])
    made = press(browser, "live_again", at_github, target="github", owner="elsewhere")
    assert stage.github.repository(f"elsewhere/{made.repository_name}")


@pytest.mark.parametrize("field", [{"account": "x"}, {"owner": "a/b"}, {"account": "0"}])
def test_what_cannot_be_an_owner_or_an_account_is_refused(stage, browser, at_github, field):
    answer = browser.post(reverse("live_again", args=[at_github.pk]), {"target": "dbt_cloud", **field})
    assert answer.status_code == 400
    assert BuildRun.objects.count() == 1


def test_managers_see_the_result_without_the_buttons(stage, at_github):
    client = Client()
    client.force_login(person("mona", Role.MANAGER))
    assert "build_live" not in page(client, "build_result", at_github)
    assert reverse("build_live", args=[at_github.pk]) not in page(client, "build_result", at_github)
    assert client.get(reverse("build_ready", args=[at_github.pk])).status_code == 403


def test_orphans_from_the_page(stage, browser, at_github):
    calls = len(stage.github.calls)
    assert 'hx-get="/orphans/?look=now"' in page(browser, "orphans")
    assert len(stage.github.calls) == calls
    assert "Nothing was found" in page(browser, "orphans", None, "?look=now")
    name = stage.repository(at_github)
    at_github.delete()
    shown = page(browser, "orphans", None, "?look=now", headers=HTMX)
    assert name in shown
    key = shown.split('name="thing" value="')[1].split('"')[0].replace("&#x27;", "'")
    answer = browser.post(reverse("orphan_remove"), {"thing": key})
    assert answer.status_code == 302
    assert stage.github.repositories == {}
    assert browser.post(reverse("orphan_remove"), {"thing": key}).status_code == 400


def test_without_tokens_the_page_says_where_to_enter_them(stage):
    client = Client()
    client.force_login(person("bob"))
    assert "None of your tokens is in memory" in page(client, "orphans", None, "?look=now")
