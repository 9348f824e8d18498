"""The list of demos: who sees what, search, pages, and how many queries it takes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from scenarios.library.indexing import index_brief
from scenarios.models import Demo, Origin, PlanRevision, RevisionStatus
from tests.scenarios.views.rows import demo_of, revision_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def many_demos(owner: User, count: int) -> None:
    """Demos with a bare revision each, made in bulk."""
    demo_of(owner)  # one through the usual way
    first = Demo.objects.get()
    Demo.objects.bulk_create(
        Demo(
            owner=owner,
            company=f"Prospect {number}",
            industry="Banking",
            warehouse="redshift",
            as_of=first.as_of,
        )
        for number in range(count)
    )
    PlanRevision.objects.bulk_create(
        PlanRevision(
            demo=demo, number=1, origin=Origin.GENERATED, provider="builtin", status=RevisionStatus.READY
        )
        for demo in Demo.objects.all()
    )
    for revision in PlanRevision.objects.only("pk", "demo_id"):
        Demo.objects.filter(pk=revision.demo_id).update(current_id=revision.pk)


def test_empty_list_offers_the_first_demo(make_user: Any, client_of: ClientOf) -> None:
    page = client_of(make_user("sam")).get("/").content.decode()
    assert "Create your first demo" in page
    assert 'href="/demos/new/"' in page


def test_who_may_not_create_is_not_offered_it(make_user: Any, client_of: ClientOf) -> None:
    client = client_of(make_user("alex", role=Role.ACCOUNT_EXECUTIVE))
    assert "/demos/new/" not in client.get("/").content.decode()
    assert client.get("/demos/new/").status_code == 403


def test_one_sees_ones_own_demos_and_a_manager_all(make_user: Any, client_of: ClientOf) -> None:
    sam, kim, boss = make_user("sam"), make_user("kim"), make_user("boss", role=Role.MANAGER)
    demo_of(sam, company="Alpha Outfitters")
    demo_of(kim, company="Beta Bank")
    assert "Beta Bank" not in client_of(sam).get("/").content.decode()
    seen = client_of(boss).get("/").content.decode()
    assert "Alpha Outfitters" in seen
    assert "Beta Bank" in seen


def test_search_looks_for_every_word(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    index_brief(demo_of(sam, company="Alpha Outfitters", industry="Outdoor retail"))
    index_brief(demo_of(sam, company="Alpha Bank", industry="Banking"))
    found = client_of(sam).get("/?q=alpha+retail").content.decode()
    assert "Alpha Outfitters" in found
    assert "Alpha Bank" not in found
    assert "No demo fits" in client_of(sam).get("/?q=nothing+like+it").content.decode()


def test_status_filter(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    revision_of(demo_of(sam, company="Ready One"))
    revision_of(demo_of(sam, company="Broken One"), status=RevisionStatus.FAILED)
    revision_of(demo_of(sam, company="Busy One"), status=RevisionStatus.DRAFTING)
    shown = {
        status: client_of(sam).get(f"/?status={status}").content.decode()
        for status in ("ready", "attention", "busy")
    }
    assert [name for name in ("Ready One", "Broken One", "Busy One") if name in shown["ready"]] == [
        "Ready One"
    ]
    assert [name for name in ("Ready One", "Broken One", "Busy One") if name in shown["attention"]] == [
        "Broken One"
    ]
    assert [name for name in ("Ready One", "Broken One", "Busy One") if name in shown["busy"]] == ["Busy One"]


def test_strange_parameters_narrow_nothing(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo_of(sam, company="Alpha Outfitters")
    strange = ("?page=999", "?page=x", "?status=nonsense", "?show=x&sort=y&kind=z&industry=w&copies_of=v",
               f"?q={'x' * 500}", "?view=nonsense", "?warehouse=paper")  # fmt: skip
    for query in strange:
        assert "Alpha Outfitters" in client_of(sam).get(f"/{query}").content.decode(), query


def test_htmx_gets_the_table_alone_and_polls_only_while_something_runs(
    make_user: Any, client_of: ClientOf
) -> None:
    sam = make_user("sam")
    demo = demo_of(sam)
    revision = revision_of(demo, status=RevisionStatus.DRAFTING)
    answer = client_of(sam).get("/", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "every 5s" in answer.content.decode()
    assert "HX-Request" in answer.headers["Vary"]
    PlanRevision.objects.filter(pk=revision.pk).update(status=RevisionStatus.FAILED)
    assert "every 5s" not in client_of(sam).get("/").content.decode()


def test_pages_and_query_budget(
    make_user: Any, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    sam = make_user("sam")
    many_demos(sam, 60)
    client = client_of(sam)
    with django_assert_max_num_queries(13) as used:
        first = client.get("/").content.decode()
    assert first.count('class="row-link"') == 25
    assert "1–25 of 61" in first
    Demo.objects.filter(company__startswith="Prospect").update(company="Prospect again")
    with django_assert_max_num_queries(len(used)):
        assert client.get("/?page=3").content.decode().count('class="row-link"') == 11
