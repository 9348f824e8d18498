"""Every address of the product, and what each kind of person gets there. An address that is not listed fails."""

from collections.abc import Iterable, Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from provisioning.models import BuildRun
from scenarios.models import Comment, Demo, Visibility
from tests.architecture.routes import PEOPLE, Row, World, make_world, table
from tests.scenarios.reviewed import approved
from tests.scenarios.views import rows

NO_QUEUE = 503  # the tests have no queue; the answer is the same for everybody


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def named_addresses() -> Iterator[str]:
    """The name of every address of the product; one without a name is given by its pattern."""

    def below(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns)
            else:
                yield pattern.name or f"without a name: {pattern.pattern}"

    return below(get_resolver().url_patterns)


def seen(answer: HttpResponse, row: Row) -> str:
    """The answer as a cell of the table."""
    if answer.status_code == 302 and answer["Location"].startswith(reverse("login") + "?next="):
        return "login"
    if row.name == "health" and answer.status_code == NO_QUEUE:
        return "ok"
    refused = answer.status_code in (401, 403, 404, 405) or answer.status_code >= 500
    return str(answer.status_code) if refused else "ok"


@pytest.mark.parametrize("row", table(), ids=str)
def test_everybody_gets_what_the_table_says(row: Row, world: World) -> None:
    assert answers(row, world, PEOPLE) == row.cells


def answers(row: Row, world: World, people: Iterable[str]) -> dict[str, str]:
    """What these people get there; nobody sees what the others have changed."""
    got = {}
    for person in people:
        client = Client(raise_request_exception=False)
        if person != "anonymous":
            client.force_login(world.people[person])
        with transaction.atomic():
            got[person] = seen(client.generic(row.method, world.address(row)), row)
            transaction.set_rollback(True)
    return got


OF_A_DEMO = [row for row in table() if row.cells["se"] == "404" and row.arguments != "notice"]


@pytest.mark.slow
@pytest.mark.parametrize("row", OF_A_DEMO, ids=str)
def test_a_demo_that_is_shared_with_nobody_does_not_exist_for_others(row: Row, world: World) -> None:
    Demo.objects.update(visibility=Visibility.ME)
    leads = {name: row.cells[name] for name in ("anonymous", "manager", "admin", "owner")}
    assert answers(row, world, PEOPLE) == leads | {"ae": "404", "se": "404", "colleague": "404"}


@pytest.mark.slow
@pytest.mark.parametrize("row", OF_A_DEMO, ids=str)
@pytest.mark.parametrize("is_approved", [False, True], ids=["draft", "approved"])
def test_a_demo_for_everyone_is_to_a_stranger_what_it_is_to_a_colleague(
    row: Row, world: World, is_approved: bool
) -> None:
    """Account executives see it as soon as its plan is approved."""
    Demo.objects.update(visibility=Visibility.EVERYONE)
    if is_approved:
        approved(Demo.objects.get().current, world.people["manager"])
    now = row.cells["colleague"]
    changed = {"se": now, "ae": now if is_approved else "404"}
    assert answers(row, world, PEOPLE) == row.cells | changed


def test_nothing_is_reached_by_way_of_another_demo(world: World) -> None:
    """The owner may see both demos, but a comment, a revision or a build is found below its own demo only."""
    owner = world.people["owner"]
    other = rows.demo_of(owner)
    rows.revision_of(other)
    client = Client()
    client.force_login(owner)
    comment, build = Comment.objects.get(), BuildRun.objects.get()
    assert client.post(reverse("comment_resolve", args=[other.pk, comment.pk])).status_code == 404
    assert client.get(reverse("revision_detail", args=[other.pk, 2])).status_code == 404
    assert client.get(reverse("revision_diff", args=[other.pk]), {"old": 1, "new": 2}).status_code == 404
    stranger = Client()
    stranger.force_login(world.people["se"])
    for name in ("build_detail", "build_result", "build_calls"):
        assert stranger.get(reverse(name, args=[build.pk])).status_code == 404


def test_every_address_is_in_the_table() -> None:
    listed = {row.name for row in table()}
    real = list(named_addresses())
    assert sorted(set(real) - listed) == [], "add a row to TABLE"
    assert sorted(listed - set(real)) == [], "these do not exist any more"
    assert len(real) == len(set(real)), "two addresses have the same name"


PAGES = {row.name for row in table() if row.method == "GET"}


@pytest.mark.parametrize("row", [row for row in table() if row.name not in PAGES], ids=str)
def test_no_action_happens_by_following_a_link(row: Row, world: World) -> None:
    """Reading an address that only acts is refused."""
    client = Client()
    client.force_login(world.people["owner"])
    assert client.get(world.address(row)).status_code == 405


def test_what_is_not_there_is_not_found_for_anybody(world: World) -> None:
    for person in world.people.values():
        client = Client()
        client.force_login(person)
        assert client.get("/demos/999999/").status_code == 404
        assert client.get("/no-such-page/").status_code == 404
