"""The pages before a build: where it may go, the check, and what “Confirm and build” then sends."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts import vault
from demoforge.accounts.roles import Role
from provisioning import names
from provisioning.connections import policy, store
from provisioning.connections.fields import Connections
from provisioning.models import BuildRun, Target
from provisioning.views.preflight_page import MOMENT_FORMAT, moment_of
from tests.provisioning.connections.environment import SNOWFLAKE, set_up
from tests.provisioning.scenery import person
from tests.provisioning.steps.stage import CLOUD_TOKEN, GITHUB_TOKEN, OWNER, PASSWORD, Stage, staged

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Both servers; the demo's owner has saved connections to them, with their secrets."""
    with staged() as ready:
        for kind in store.KINDS:
            store.save(ready.user, kind, getattr(ready.connections, kind), secrets={}, by=ready.user)
        yield ready


@pytest.fixture
def client(stage: Stage) -> Client:
    client = Client()
    client.force_login(stage.user)  # the vault keeps what the tests have entered: nobody has logged in anew
    stage.enter()
    return client


def address(stage: Stage, **query: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{reverse('preflight', args=[stage.revision.demo_id])}?{asked}"


def text_of(response: Any) -> str:
    return response.content.decode()


def workspace(stage: Stage, settings: Any) -> None:
    """The operator has set up the same servers."""
    set_up(
        settings, SNOWFLAKE, GITHUB_API_URL=stage.github.url, GITHUB_TOKEN=GITHUB_TOKEN, GITHUB_OWNER=OWNER,
        DBT_CLOUD_URL=stage.cloud.url, DBT_CLOUD_ACCOUNT_ID=str(stage.cloud.account_id),
        DBT_CLOUD_TOKEN=CLOUD_TOKEN,
    )  # fmt: skip


# --- targets ------------------------------------------------------------------------------------------------


def test_the_targets_say_with_which_connections(stage: Stage, client: Client) -> None:
    page = text_of(client.get(reverse("build_targets", args=[stage.revision.demo_id]), **HTMX))
    assert "<html" not in page
    for words in ("your connections", f"{OWNER} at", f"account {stage.cloud.account_id} at", "Snowflake, xy12345",
                  "?target=github", "?target=dbt_cloud"):  # fmt: skip
        assert words in page, words
    whole = text_of(client.get(reverse("build_targets", args=[stage.revision.demo_id])))
    assert "<html" in whole
    assert "Build on this machine" in whole
    assert GITHUB_TOKEN not in whole
    assert stage.github.calls == stage.cloud.calls == []


def test_what_is_not_set_up_or_has_to_be_entered_again_is_said(stage: Stage, client: Client) -> None:
    url = reverse("build_targets", args=[stage.revision.demo_id])
    vault.forget(stage.user, "github_token")
    assert "token to be entered" in text_of(client.get(url))
    store.forget(stage.user, "github", fields=True, by=stage.user)
    assert "not set up yet" in text_of(client.get(url))


def test_outside_local_mode_nothing_is_built_here(stage: Stage, client: Client, settings: Any) -> None:
    settings.LOCAL_MODE = False
    page = text_of(client.get(reverse("build_targets", args=[stage.revision.demo_id])))
    assert "Build on this machine" not in page


def test_the_workspaces_connections_come_in_where_ones_own_are_not_there(
    stage: Stage, client: Client, settings: Any
) -> None:
    workspace(stage, settings)
    url = reverse("build_targets", args=[stage.revision.demo_id])
    assert "workspace's connections" not in text_of(client.get(url))
    store.forget(stage.user, "github", fields=True, by=stage.user)
    assert text_of(client.get(url)).count("workspace's connections") == 2
    settings.LOCAL_MODE = False
    assert "workspace's connections" not in text_of(client.get(url)), "administrators have not allowed it"
    policy.allow_workspace_builds(True, by=person("adam", Role.ADMIN))
    assert "workspace's connections" in text_of(client.get(url))


# --- the check ----------------------------------------------------------------------------------------------


def test_the_page_opens_at_once_and_asks_afterwards(stage: Stage, client: Client) -> None:
    page = text_of(client.get(address(stage, target="dbt_cloud")))
    assert stage.github.calls == stage.cloud.calls == []
    ask = re.search(r'hx-get="([^"]+)"', page)
    assert ask
    url = ask[1].replace("&amp;", "&")
    assert f'content="0; url={ask[1]}"' in page, "without a script the page loads itself again"
    assert "disabled" in page
    assert "What will be created" in page
    part = client.get(url, **HTMX)
    assert "<html" not in text_of(part)
    assert "HX-Request" in part["Vary"]
    assert "no-store" in part["Cache-Control"]
    assert "Nothing stands against it" in text_of(part)
    assert "hx-get" not in text_of(part)
    name = re.search(r"northwind-outdoor-dbt-demo-\d{8}-\d{6}", page)
    assert name
    assert name[0] in text_of(part), "the same names"
    assert "Nothing stands against it" in text_of(client.get(url)), "as a whole page, too"


def test_confirming_builds_under_the_names_that_were_shown(stage: Stage, client: Client) -> None:
    page = text_of(client.get(address(stage, target="dbt_cloud", ask="1")))
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert set(sent) - {"csrfmiddlewaretoken"} == {"revision", "target", "at"}
    for secret in (GITHUB_TOKEN, CLOUD_TOKEN, PASSWORD):
        assert secret not in page
    response = client.post(reverse("build_start", args=[stage.revision.demo_id]), sent)
    run = BuildRun.objects.get()
    assert response.url == reverse("build_detail", args=[run.pk])
    assert run.repository_name in page
    assert (run.target, run.workspace, run.started_by) == (Target.DBT_CLOUD, False, stage.user)
    assert Connections.model_validate(run.connections) == stage.connections


def test_a_blocker_disables_the_button_and_says_why(stage: Stage, client: Client) -> None:
    stage.github.revoke(GITHUB_TOKEN)
    page = text_of(client.get(address(stage, target="github", ask="1")))
    assert "One thing has to be mended first" in page
    assert re.search(r'<button[^>]* disabled aria-describedby="why-not">', page)
    assert 'id="why-not"' in page
    assert reverse("build_start", args=[stage.revision.demo_id]) not in page
    assert f"{reverse('connections')}?kind=github" in page


def test_the_workspaces_connections_can_be_chosen(stage: Stage, client: Client, settings: Any) -> None:
    workspace(stage, settings)
    own = text_of(client.get(address(stage, target="github", ask="1")))
    assert "Use the workspace&#x27;s connections" in own or "Use the workspace's connections" in own
    shared = text_of(client.get(address(stage, target="github", ask="1", workspace="1")))
    assert "Use your own connections" in shared
    assert '<input type="hidden" name="workspace" value="1">' in shared
    sent = {"revision": stage.revision.number, "target": "github", "workspace": "1"}
    client.post(reverse("build_start", args=[stage.revision.demo_id]), sent)
    assert BuildRun.objects.get().workspace


def test_without_the_policy_the_workspaces_connections_are_refused(
    stage: Stage, client: Client, settings: Any
) -> None:
    workspace(stage, settings)
    settings.LOCAL_MODE = False
    assert client.get(address(stage, target="github", workspace="1")).status_code == 403
    sent = {"revision": stage.revision.number, "target": "github", "workspace": "1"}
    assert client.post(reverse("build_start", args=[stage.revision.demo_id]), sent).status_code == 403
    assert not BuildRun.objects.exists()


def test_the_local_target_is_checked_without_asking(stage: Stage, client: Client) -> None:
    page = text_of(client.get(address(stage, target="local")))
    assert "Nothing stands against it" in page
    assert "hx-get" not in page


@pytest.mark.parametrize("target", ["", "moon"])
def test_no_such_target(stage: Stage, client: Client, target: str) -> None:
    response = client.get(address(stage, target=target))
    assert response.status_code == 400
    assert "no such target" in text_of(response)


def test_only_who_may_build_may_ask(stage: Stage) -> None:
    urls = [address(stage, target="github"), reverse("build_targets", args=[stage.revision.demo_id])]
    for name, role, status in (("mia", Role.MANAGER, 403), ("bob", Role.SALES_ENGINEER, 404)):
        other = Client()
        other.force_login(person(name, role))
        assert {other.get(url).status_code for url in urls} == {status}
    assert stage.github.calls == []


def test_a_demo_without_a_plan(stage: Stage, client: Client) -> None:
    stage.revision.demo.current = None
    stage.revision.demo.save()
    response = client.get(address(stage, target="github"))
    assert response.status_code == 400
    assert "There is no plan yet." in text_of(response)


def test_few_queries(stage: Stage, client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(8):
        client.get(reverse("build_targets", args=[stage.revision.demo_id]), **HTMX)
    with django_assert_max_num_queries(20):
        client.get(address(stage, target="dbt_cloud"))


def test_moments_are_taken_only_while_they_are_fresh() -> None:
    now = timezone.now().replace(microsecond=0)
    assert moment_of(f"{now:{MOMENT_FORMAT}}") == now
    for stale in (now - timedelta(days=1), now + timedelta(hours=1)):
        assert moment_of(f"{stale:{MOMENT_FORMAT}}") is None
    for wrong in ("", "x", "20261301-000000", "2026-11-23T00:00:00", "١"):
        assert moment_of(wrong) is None
    assert names.repository_name("Fjell", now).endswith(f"{now:{MOMENT_FORMAT}}")


# --- places on the page of a new demo -----------------------------------------------------------------------


def test_the_page_of_a_new_demo_says_where_builds_go(stage: Stage, client: Client) -> None:
    page = text_of(client.get(reverse("demo_new")))
    assert f'hx-get="{reverse("connection_places")}"' in page
    part = text_of(client.get(reverse("connection_places"), **HTMX))
    assert "<html" not in part
    assert f"{OWNER} at" in part
    assert "Leave owner and account empty" in part
