"""The pages of the library: cards and table, favourites, sharing, use as template, and what names they show."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from demoforge.accounts.models import AuditEntry, Team, User
from demoforge.accounts.roles import Role
from scenarios.library.indexing import index_brief
from scenarios.models import Demo, Favourite, PlanRevision, Proof, Review, ReviewStatus
from tests.scenarios.views.pages import form_of
from tests.scenarios.views.rows import demo_of, revision_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def approved_demo(owner: User, **fields: Any) -> Demo:
    demo = demo_of(owner, **({"visibility": "everyone"} | fields))
    revision = revision_of(demo)
    revision.approval = Review.objects.create(
        revision=revision, status=ReviewStatus.APPROVED, project_digest="sha256:seen"
    )
    revision.project_digest = "sha256:seen"
    revision.save()
    Proof.objects.update(finished_at=timezone.now())
    index_brief(demo)
    return demo


def typed(**more: str) -> dict[str, str]:
    """A filled Setup form."""
    return {
        "company": "Zephyr Ltd", "industry": "Retail", "depth": "essential", "provider": "builtin",
        "warehouse": "snowflake", "as_of": "2026-03-31", "token": str(uuid4()), **more,
    }  # fmt: skip


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_cards_say_what_the_table_says(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = approved_demo(make_user("kim"), company="Alpha Outfitters")
    Demo.objects.create(owner=sam, company="Copied", industry="Toys", warehouse="redshift", as_of=date(2026, 3, 31),
                        template=demo.current)  # fmt: skip
    for view in ("table", "cards"):
        page = text_of(client_of(sam), f"/?view={view}")
        for words in (
            "Alpha Outfitters",
            "Approved",
            "used 1 time",
            "dbt 1.12.0",
            "kim",
            'aria-pressed="false"',
        ):
            assert words in page, (view, words)
    assert "Use as template" in text_of(client_of(sam), "/?view=cards")


def test_the_view_and_the_filters_stay_together(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    approved_demo(sam)
    page = text_of(client_of(sam), "/?view=cards&show=templates&copies_of=")
    assert "show=templates" in page.split('aria-label="Shown as"')[1].split("</nav>")[0]
    form = form_of(page, "q")
    assert form["show"] == "templates"
    assert '<input type="hidden" name="view" form="narrow" value="cards">' in page


def test_search_finds_by_the_plan_and_says_when_nothing_fits(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    approved_demo(sam, company="Alpha Outfitters")
    assert "Alpha Outfitters" in text_of(client_of(sam), "/?q=alph&kind=company")
    assert "No demo fits" in text_of(client_of(sam), "/?q=alph&kind=metric")


def test_copies_of_a_template_are_listed(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = approved_demo(sam, company="Alpha Outfitters")
    demo_of(sam, company="Beta Copied", template=demo.current)
    page = text_of(client_of(sam), f"/?copies_of={demo.pk}")
    assert "Beta Copied" in page
    assert "Alpha Outfitters" not in page


def test_a_favourite_is_marked_with_and_without_a_script(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = approved_demo(sam)
    client, address = client_of(sam), f"/demos/{demo.pk}/favourite/"
    part = client.post(address, {"marked": "1", "next": "/?q=x"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in part.content.decode()
    assert "<html" not in part.content.decode()
    assert Favourite.objects.filter(user=sam, demo=demo).count() == 1
    assert client.post(address, {"marked": "0", "next": "/?q=x"})["Location"] == "/?q=x"
    assert not Favourite.objects.exists()
    for strange in ("https://elsewhere.example/", "//elsewhere.example", ""):
        assert client.post(address, {"marked": "1", "next": strange})["Location"] == "/"


def test_owners_say_who_sees_a_demo(make_user: Any, client_of: ClientOf) -> None:
    sam, kim = make_user("sam"), make_user("kim")
    demo = demo_of(sam)
    revision_of(demo)
    assert client_of(kim).get(f"/demos/{demo.pk}/").status_code == 404
    assert client_of(sam).post(f"/demos/{demo.pk}/share/", {"visibility": "everyone"}).status_code == 302
    assert client_of(kim).get(f"/demos/{demo.pk}/").status_code == 200
    assert AuditEntry.objects.get(action="demo.shared").detail["visibility"] == "everyone"
    assert client_of(kim).post(f"/demos/{demo.pk}/share/", {"visibility": "me"}).status_code == 403
    assert client_of(sam).post(f"/demos/{demo.pk}/share/", {"visibility": "the world"}).status_code == 422
    client_of(sam).post(f"/demos/{demo.pk}/share/", {"visibility": "everyone"})
    assert AuditEntry.objects.filter(action="demo.shared").count() == 1


def test_a_team_sees_what_is_shared_with_it(make_user: Any, client_of: ClientOf) -> None:
    north = Team.objects.create(name="North")
    sam, kim, pat = make_user("sam"), make_user("kim", team=north), make_user("pat")
    demo = demo_of(sam)
    revision_of(demo)
    refused = client_of(sam).post(f"/demos/{demo.pk}/share/", {"visibility": "team"})
    assert "is in no team" in refused.content.decode()
    sam.team = north
    sam.save()
    client_of(sam).post(f"/demos/{demo.pk}/share/", {"visibility": "team"})
    assert client_of(kim).get(f"/demos/{demo.pk}/").status_code == 200
    assert client_of(pat).get(f"/demos/{demo.pk}/").status_code == 404


def test_setup_shares_with_everyone_unless_there_is_a_codename(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    cases = (("", "", "everyone"), ("Bluebird", "", "me"), ("Bluebird", "team", "team"), ("", "me", "me"))
    for codename, said, seen in cases:
        sent = typed(codename=codename, visibility=said)
        assert client_of(sam).post("/demos/new/", sent).status_code == 302
        assert Demo.objects.latest("pk").visibility == seen


def test_who_may_not_read_the_notes_sees_the_codename_only(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = approved_demo(sam, company="Zephyr Ltd", codename="Bluebird")
    copy = demo_of(
        sam, company="Secret Copy", codename="Nightingale", template=demo.current, visibility="everyone"
    )
    below = ("", "?tab=proof", "revisions/", "revisions/1/files/", "revisions/1/calls/", "builds/", "copy/")
    pages = [f"/demos/{demo.pk}/{rest}" for rest in below]
    for client, known in ((client_of(make_user("kim")), False), (client_of(sam), True)):
        for address in ["/", "/?view=cards", *pages]:
            page = text_of(client, address)
            assert ("Zephyr" in page) is known, address
            assert known or "Bluebird" in page, address
        assert ("Secret Copy" in text_of(client, f"/demos/{demo.pk}/")) is known
    assert copy.public_name == "Nightingale"


def test_an_account_executive_makes_a_copy_and_may_build_it_but_not_edit_it(
    make_user: Any, client_of: ClientOf
) -> None:
    alex = make_user("alex", role=Role.ACCOUNT_EXECUTIVE)
    demo = approved_demo(make_user("kim"))
    client, address = client_of(alex), f"/demos/{demo.pk}/copy/"
    assert address in text_of(client, f"/demos/{demo.pk}/")
    form = form_of(text_of(client, address), "company")
    assert (form["industry"], form["warehouse"]) == ("Outdoor retail", "snowflake")
    assert "Three teams" not in text_of(client, address)
    assert "?template=" not in text_of(client, address)  # adapting is for those who write plans
    sent = client.post(address, form | {"company": "Aurelia Verlag", "codename": "", "as_of": "2026-11-23"})
    copy = Demo.objects.get(owner=alex)
    assert sent["Location"] == f"/demos/{copy.pk}/"
    page = text_of(client, f"/demos/{copy.pk}/")
    assert "Made from" in page
    assert f"/demos/{demo.pk}/revisions/1/" in page
    assert client.get(f"/demos/{copy.pk}/edit/context/").status_code == 403
    assert client.get(f"/demos/new/?template={demo.pk}").status_code == 403
    assert "Used 1 time" in text_of(client, f"/demos/{demo.pk}/")


def test_what_is_wrong_with_a_copy_is_said_in_the_form(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = approved_demo(sam)
    client, address = client_of(sam), f"/demos/{demo.pk}/copy/"
    form = form_of(text_of(client, address), "company")
    faults = (
        {"company": ""},
        {"as_of": "soon"},
        {"codename": "Aurelia"},
        {"warehouse": "paper"},
        {"as_of": "1999-01-01"},
    )
    for wrong in faults:
        answer = client.post(address, form | {"company": "Aurelia Verlag", "codename": ""} | wrong)
        assert answer.status_code == 422, wrong
    broken = PlanRevision.objects.get(demo=demo)
    broken.plan["rows"] = broken.plan["rows"][1:]
    broken.save()
    answer = client.post(address, form | {"company": "Aurelia Verlag", "codename": ""})
    assert answer.status_code == 422
    assert "does not hold together" in answer.content.decode()
    assert Demo.objects.count() == 1


def test_a_plan_that_is_not_approved_is_refused_as_template(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = demo_of(sam)
    revision_of(demo)
    assert "Use as template" not in text_of(client_of(sam), f"/demos/{demo.pk}/")
    assert client_of(sam).get(f"/demos/{demo.pk}/copy/").status_code == 409
    assert client_of(sam).get(f"/demos/new/?template={demo.pk}").status_code == 409


def test_setup_can_begin_with_a_template(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = approved_demo(make_user("kim"), warehouse="databricks")
    address = f"/demos/new/?template={demo.pk}"
    page = text_of(client_of(sam), address)
    form = form_of(page, "company")
    assert (form["industry"], form["warehouse"]) == ("Outdoor retail", "databricks")
    assert client_of(sam).post(address, typed()).status_code == 302
    assert Demo.objects.get(owner=sam).template == demo.current
    for strange in ("x", "99999999999", "0"):
        assert client_of(sam).get(f"/demos/new/?template={strange}").status_code == 404


def test_excerpts_of_leaks_are_for_those_who_may_know(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = approved_demo(sam, company="Zephyr Ltd", codename="Bluebird")
    assert demo.current is not None
    demo.current.files.create(branch="main", path="models/x.sql", text="-- Zephyr’s plan\n")
    assert "Zephyr’s plan" in text_of(client_of(sam), f"/demos/{demo.pk}/")
    assert "Zephyr" not in text_of(client_of(make_user("kim")), f"/demos/{demo.pk}/")
