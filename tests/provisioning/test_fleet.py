"""The fleet page: what lives where, for whom, in which state, and quick when there is a lot."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from provisioning import names
from provisioning.fleet import Filters, State, counts, crafts, narrowed, standing
from provisioning.models import BuildRun, BuildStep, Resource, RunKind, RunStatus, Target
from scenarios.lifecycle import term_now
from scenarios.models import Demo
from tests.provisioning.scenery import bare_demo, person

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def built(
    company: str, owner: User | None = None, *, unused: int = 0, links: bool = True, **fields: Any
) -> BuildRun:
    """A build that stands at GitHub and in dbt Cloud, or as `fields` say."""
    demo = bare_demo(owner, company)
    now = timezone.now()
    Demo.objects.filter(pk=demo.pk).update(used_at=now - timedelta(days=unused))
    values: dict[str, Any] = {"target": Target.DBT_CLOUD, "status": RunStatus.SUCCEEDED, "finished_at": now}
    run = BuildRun.objects.create(
        demo=demo,
        revision=demo.current,
        repository_name=f"demo-{demo.pk}",
        started_by=demo.owner,
        **(values | fields),
    )
    if links:
        step = BuildStep.objects.create(
            run=run, key="repository", phase="repository", position=1, title="Repository"
        )
        for kind, address in (
            (names.REPOSITORY, "https://github.example/r"),
            (names.PROJECT, "https://dbt.example/p"),
        ):
            Resource.objects.create(
                run=run, step=step, kind=kind, name=company, marker=uuid4().hex, location=f"{address}/{run.pk}",
                status=Resource.Status.CREATED,
            )  # fmt: skip
    return run


def page(client: Client, **query: Any) -> str:
    answer = client.get(reverse("fleet"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_sees_ones_own_and_managers_see_all(client_of: ClientOf) -> None:
    built("Alpha", person("alice"))
    built("Beta", person("bob"))
    own = page(client_of(person("alice")))
    assert "Alpha" in own
    assert "Beta" not in own
    assert 'name="owner"' not in own
    for role in (Role.MANAGER, Role.ADMIN):
        everything = page(client_of(person(role.value, role)))
        assert "Alpha" in everything
        assert "Beta" in everything


def test_a_shared_demo_is_not_in_the_fleet_of_others(client_of: ClientOf) -> None:
    built("Alpha", person("alice"))
    Demo.objects.update(visibility="everyone")
    assert "Nothing stands outside" in page(client_of(person("bob")))


def test_a_row_has_links_owner_dates_and_the_button(client_of: ClientOf) -> None:
    run = built("Alpha", person("alice"), unused=3)
    text = page(client_of(person("alice")))
    assert f'href="https://github.example/r/{run.pk}"' in text
    assert f'href="https://dbt.example/p/{run.pk}"' in text
    assert "with the tokens of alice" in text
    day = timezone.localdate() + timedelta(days=27)
    assert f"{day.day} {day:%b %Y}" in text
    assert reverse("demo_extend", args=[run.demo_id]) in text
    assert reverse("demo_extend", args=[run.demo_id]) not in page(client_of(person("mo", Role.MANAGER)))


def everything() -> dict[State, BuildRun]:
    """One build in each state, and some that do not stand outside."""
    alice = person("alice")
    made = {
        State.LIVE: built("Live", alice),
        State.ENDING: built("Ending", alice, unused=26),
        State.EXPIRED: built("Expired", alice, unused=40, workspace=True),
        State.UNREACHED: built("Unreached", alice, unused=50),
        State.STOPPED: built("Stopped", alice, status=RunStatus.FAILED),
        State.GOING: built("Going", alice, status=RunStatus.UNDOING),
        State.LEFT: built("Left", alice, status=RunStatus.UNDO_FAILED),
    }
    built("Undone", alice, status=RunStatus.UNDONE)
    built("Local", alice, target=Target.LOCAL)
    built("Empty", alice, status=RunStatus.FAILED, links=False)
    built("Update", alice, kind=RunKind.UPDATE, live=made[State.LIVE])
    return made


def test_every_build_that_stands_outside_is_in_exactly_one_state() -> None:
    made = everything()
    manager, term = person("mo", Role.MANAGER), term_now()
    rows = standing(manager)
    assert counts(rows, Filters(), term) == {state.value: 1 for state in State}
    for state, run in made.items():
        found = list(narrowed(rows, Filters(state=state.value), term))
        assert [one.pk for one in found] == [run.pk], state
        (craft,) = crafts(found, manager, term)
        assert craft.state == state
    assert {one.pk for one in narrowed(rows, Filters(), term)} == {run.pk for run in made.values()}


def test_what_has_expired_says_why_it_cannot_be_taken_down(client_of: ClientOf) -> None:
    everything()
    client = client_of(person("alice"))
    assert "whoever has them takes it down" in page(client, state="unreached")
    assert "The workspace has not got" in page(client, state="expired"), "nothing is set up in the tests"
    assert "takes it down" not in page(client, state="live")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "alp"}, ["Alpha"]),
        ({"q": "bird"}, ["Beta"]),
        ({"owner": "bo"}, ["Beta"]),
        ({"target": "github"}, ["Beta"]),
        ({"state": "expired"}, []),
        ({"q": "alp", "owner": "bo"}, []),
        ({"q": "a\0lp"}, ["Alpha"]),
        ({"state": "x", "target": "y", "sort": "z", "demo": "x"}, ["Alpha", "Beta"]),
        ({"page": "99"}, ["Alpha", "Beta"]),
        ({"demo": "9" * 30}, ["Alpha", "Beta"]),
    ],
    ids=str,
)
def test_filters(client_of: ClientOf, query: dict[str, str], found: list[str]) -> None:
    built("Alpha", person("alice"))
    built("Beta", person("bob"), target=Target.GITHUB)
    Demo.objects.filter(company="Beta").update(codename="Bluebird")
    text = page(client_of(person("mo", Role.MANAGER)), **query)
    assert [name for name in ("Alpha", "Beta") if f">{name}</a>" in text] == found
    assert found or "Nothing fits" in text


def test_one_demo_is_what_a_notice_leads_to(client_of: ClientOf) -> None:
    run, _ = built("Alpha", person("alice")), built("Beta", person("alice"))
    text = page(client_of(person("alice")), demo=run.demo_id)
    assert ">Alpha</a>" in text
    assert ">Beta</a>" not in text


def test_the_order(client_of: ClientOf) -> None:
    built("First", person("alice"), unused=1)
    built("Second", person("alice"), unused=9)
    client = client_of(person("alice"))
    for sort, first in {"": "Second", "newest": "Second", "oldest": "First"}.items():
        text = page(client, sort=sort)
        other = {"First": "Second", "Second": "First"}[first]
        assert text.index(f">{first}</a>") < text.index(f">{other}</a>"), sort


def test_queries_do_not_grow_with_the_page(client_of: ClientOf, django_assert_max_num_queries: Any) -> None:
    client = client_of(person("mo", Role.MANAGER))
    built("Alpha", unused=40)
    with django_assert_max_num_queries(12) as used:
        page(client)
    for number in range(40):
        built(f"More {number}", unused=40)
    with django_assert_max_num_queries(len(used)):
        text = page(client)
    assert "1–25 of 41" in text
    assert "<html" not in client.get(reverse("fleet"), headers={"HX-Request": "true"}).content.decode()
