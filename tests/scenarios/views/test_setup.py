"""Setup: what must be typed, what is made of it, and that two clicks make one demo."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from demoforge.accounts.models import User
from scenarios.models import Demo
from tests.scenarios.views.rows import demo_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def typed(**more: str) -> dict[str, str]:
    """A filled form."""
    return {
        "company": "Fjell & Field", "industry": "Outdoor retail", "discovery_notes": "One revenue.",
        "pain_points": "Nobody agrees.", "include_semantic_layer": "on", "provider": "builtin",
        "warehouse": "bigquery", "as_of": "2026-03-31", "token": str(uuid4()), **more,
    }  # fmt: skip


def test_the_page_explains_itself(make_user: Any, client_of: ClientOf) -> None:
    page = client_of(make_user("sam")).get("/demos/new/").content.decode()
    for words in (
        "Generate Demo Scenario",
        "Built-in blueprints, no AI",
        "Example:",
        "Still needed:",
        "<datalist",
        "Retail",
    ):
        assert words in page, words


def test_a_brief_becomes_a_demo_that_is_drafted(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    answer = client_of(sam).post("/demos/new/", typed())
    demo = Demo.objects.get()
    assert answer.url == f"/demos/{demo.pk}/"
    assert (demo.owner, demo.company, demo.warehouse, demo.include_semantic_layer) == (
        sam,
        "Fjell & Field",
        "bigquery",
        True,
    )
    assert demo.current is not None
    assert demo.current.status == "queued"


def test_two_clicks_make_one_demo(make_user: Any, client_of: ClientOf) -> None:
    client, form = client_of(make_user("sam")), typed()
    first, second = client.post("/demos/new/", form), client.post("/demos/new/", form)
    assert first.url == second.url
    assert Demo.objects.count() == 1
    assert Demo.objects.get().revisions.count() == 1


def test_what_is_missing_is_said_with_links_and_nothing_typed_is_lost(
    make_user: Any, client_of: ClientOf
) -> None:
    answer = client_of(make_user("sam")).post(
        "/demos/new/", typed(company=" ", as_of="soon", warehouse="oracle")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "3 things are missing or wrong" in page
    assert 'href="#id_company"' in page
    assert "Type the name of the prospect&#x27;s company." in page
    assert "Nobody agrees." in page
    assert '<details class="fold" open>' in page  # the section with the wrong date is not hidden
    assert Demo.objects.count() == 0


def test_the_brief_can_be_read_again(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = demo_of(sam, discovery_notes="First line\nSecond <b>line</b>")
    page = client_of(sam).get(f"/demos/{demo.pk}/brief/").content.decode()
    assert "Second &lt;b&gt;line&lt;/b&gt;" in page
    assert client_of(make_user("kim")).get(f"/demos/{demo.pk}/brief/").status_code == 404
