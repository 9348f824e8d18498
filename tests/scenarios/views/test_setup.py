"""Setup: what must be typed, what is made of it, and that two clicks make one demo."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pydantic import ValidationError

from demoforge.accounts.models import User
from scenarios import model_setup
from scenarios.forms import FIRST_DAY, LAST_DAY
from scenarios.library.indexing import index_brief
from scenarios.models import Demo
from scenarios.plan.brief import Brief
from tests.scenarios.views.pages import form_of
from tests.scenarios.views.rows import demo_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def typed(**more: str) -> dict[str, str]:
    """A filled form."""
    return {
        "company": "Fjell & Field", "industry": "Outdoor retail", "discovery_notes": "One revenue.",
        "pain_points": "Nobody agrees.", "include_semantic_layer": "on", "provider": "builtin",
        "warehouse": "bigquery", "as_of": "2026-03-31", "depth": "standard", "token": str(uuid4()), **more,
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


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("company", "\x01", "invisible control character"),
        ("industry", "Re\x02tail", "invisible control character"),
        ("as_of", "1999-12-31", "from 1 January 2000 to 31 December 2100"),
        ("as_of", "2101-01-01", "from 1 January 2000 to 31 December 2100"),
        ("codename", "Blue\x01bird", "invisible control character"),
        ("codename", "b" * 61, "at most 60 characters"),
        ("codename", "fjell_field", "neither contain the company&#x27;s name"),
        ("codename", "Fjell", "neither contain the company&#x27;s name"),
        ("codename", "Project Fjell", "share a telling word"),
        ("codename", "2026", "letters from A to Z"),
        ("github_owner", "github.com/acme", "as GitHub has it"),
        ("github_owner", "-acme", "as GitHub has it"),
        ("github_owner", "a" * 40, "as GitHub has it"),
        ("dbt_account_id", "12a", "digits only"),
        ("dbt_account_id", "1" * 19, "digits only"),
    ],
)
def test_a_wrong_value_is_explained(
    make_user: Any, client_of: ClientOf, name: str, value: str, words: str
) -> None:
    answer = client_of(make_user("sam")).post("/demos/new/", typed(**{name: value}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "One thing is missing or wrong" in page
    assert f'href="#id_{name}"' in page
    assert words in page
    if name not in ("company", "industry"):
        assert '<details class="fold" open>' in page
        assert form_of(page, "as_of")[name] == value
    assert Demo.objects.count() == 0


@pytest.mark.parametrize(("day", "taken"), [
    (FIRST_DAY, True), (LAST_DAY, True),
    (FIRST_DAY - timedelta(days=1), False), (LAST_DAY + timedelta(days=1), False),
])  # fmt: skip
def test_a_brief_takes_the_same_days(day: date, taken: bool) -> None:
    def made() -> Brief:
        return Brief(company="Fjell", industry="Retail", as_of=day)

    if taken:
        assert made().as_of == day
    else:
        with pytest.raises(ValidationError):
            made()


def test_pasted_notes_lose_what_nobody_can_see(make_user: Any, client_of: ClientOf) -> None:
    client_of(make_user("sam")).post("/demos/new/", typed(discovery_notes="One\x0bdefinition\x01"))
    assert Demo.objects.get().discovery_notes == "Onedefinition"


def test_the_settings_are_suggestions_that_the_page_overrides(
    make_user: Any, client_of: ClientOf, settings: Any
) -> None:
    settings.DEFAULT_GITHUB_ORG, settings.DEFAULT_DBT_ACCOUNT_ID = "acme-demos", "70403"
    client = client_of(make_user("sam"))
    page = client.get("/demos/new/").content.decode()
    form = form_of(page, "as_of")
    assert (form["github_owner"], form["dbt_account_id"]) == ("acme-demos", "70403")
    assert (
        page.count("Kept with the demo; used by the GitHub and dbt Cloud targets, not by the local one.") == 2
    )
    client.post("/demos/new/", typed(github_owner="fjell", dbt_account_id=""))
    demo = Demo.objects.get()
    assert (demo.github_owner, demo.dbt_account_id) == ("fjell", "")
    brief = client.get(f"/demos/{demo.pk}/brief/").content.decode()
    assert "<dt>GitHub owner</dt>" in brief
    assert "dbt Cloud account ID" not in brief


def test_a_corrected_owner_makes_another_demo(make_user: Any, client_of: ClientOf) -> None:
    client, form = client_of(make_user("sam")), typed(github_owner="fjell")
    client.post("/demos/new/", form)
    client.post("/demos/new/", form | {"github_owner": "field"})
    assert sorted(Demo.objects.values_list("github_owner", flat=True)) == ["field", "fjell"]


def test_the_suggested_date_is_the_local_one(make_user: Any, client_of: ClientOf, settings: Any) -> None:
    client, shown = client_of(make_user("sam")), []
    for zone in ("Etc/GMT-14", "Etc/GMT+12"):  # their dates always differ, by one day or two
        settings.TIME_ZONE = zone
        shown.append(
            date.fromisoformat(form_of(client.get("/demos/new/").content.decode(), "as_of")["as_of"])
        )
    assert shown[0] > shown[1]


def test_the_brief_can_be_read_again(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = demo_of(sam, discovery_notes="First line\nSecond <b>line</b>")
    page = client_of(sam).get(f"/demos/{demo.pk}/brief/").content.decode()
    assert "Second &lt;b&gt;line&lt;/b&gt;" in page
    assert client_of(make_user("kim")).get(f"/demos/{demo.pk}/brief/").status_code == 404


def test_depth_and_codename_are_kept_and_shown_in_the_brief(make_user: Any, client_of: ClientOf) -> None:
    client = client_of(make_user("sam"))
    client.post("/demos/new/", typed(depth="showcase", codename="  Project   Bluebird "))
    demo = Demo.objects.get()
    assert (demo.depth, demo.codename, demo.company) == ("showcase", "Project Bluebird", "Fjell & Field")
    brief = client.get(f"/demos/{demo.pk}/brief/").content.decode()
    for words in ("<dd>Project Bluebird</dd>", "<dd>Showcase</dd>", "Fjell &amp; Field"):
        assert words in brief, words


def test_the_page_offers_the_depths_with_standard_chosen(make_user: Any, client_of: ClientOf) -> None:
    page = client_of(make_user("sam")).get("/demos/new/").content.decode()
    assert form_of(page, "as_of")["depth"] == "standard"
    for words in ("The story alone", "What most demos want", "Everything that serves a pain point"):
        assert page.count(words) == 1, words
    assert "What is “Codename”?" in page


def test_another_depth_is_refused(make_user: Any, client_of: ClientOf) -> None:
    answer = client_of(make_user("sam")).post("/demos/new/", typed(depth="deep"))
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()


def test_a_codename_without_a_company_names_only_the_company(make_user: Any, client_of: ClientOf) -> None:
    answer = client_of(make_user("sam")).post("/demos/new/", typed(company=" ", codename="Bluebird"))
    assert "One thing is missing or wrong" in answer.content.decode()


def test_a_demo_is_found_by_its_codename(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    index_brief(demo_of(sam, company="Zephyr", codename="Project Bluebird"))
    assert "Zephyr" in client_of(sam).get("/?q=bluebird").content.decode()
    assert "Zephyr" not in client_of(sam).get("/?q=redbird").content.decode()


def test_every_provider_is_offered_with_what_it_needs(make_user: Any, client_of: ClientOf) -> None:
    page = client_of(make_user("sam")).get("/demos/new/").content.decode()
    assert form_of(page, "as_of")["provider"] == "builtin"
    for words in ("Claude (Anthropic)", "Needs a key", "Compatible server", "Needs a server address"):
        assert words in page, words
    assert page.count('target="_blank">Set it up') == 3


def test_a_provider_that_is_not_ready_is_refused_and_the_brief_is_kept(
    make_user: Any, client_of: ClientOf
) -> None:
    answer = client_of(make_user("sam")).post("/demos/new/", typed(provider="anthropic"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Claude (Anthropic) needs a key." in page
    assert '<a href="/ai/?provider=anthropic" target="_blank">Set it up in a new tab</a>' in page
    assert 'href="#id_provider_0"' in page
    assert form_of(page, "as_of")["pain_points"] == "Nobody agrees."
    assert form_of(page, "as_of")["provider"] == "anthropic"
    assert Demo.objects.count() == 0


def test_ones_own_choice_is_suggested_and_taken(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    client = client_of(sam)
    model_setup.choose_provider("compatible", model="llama-1", address="http://localhost:11434/v1", by=sam)
    page = client.get("/demos/new/").content.decode()
    assert form_of(page, "as_of")["provider"] == "compatible"
    assert '<span class="name">llama-1</span>' in page
    client.post("/demos/new/", typed(provider="compatible"))
    assert Demo.objects.get().provider == "compatible"


def test_the_workspace_s_choice_is_suggested_to_everybody_else(
    make_user: Any, client_of: ClientOf, settings: Any
) -> None:
    settings.DEFAULT_AI_PROVIDER, settings.DEFAULT_AI_MODEL = "anthropic", "claude-x"
    settings.ANTHROPIC_API_KEY = "sk-workspace-canary"
    page = client_of(make_user("sam")).get("/demos/new/").content.decode()
    assert form_of(page, "as_of")["provider"] == "anthropic"
    assert "claude-x" in page
    assert "sk-workspace-canary" not in page


def test_a_provider_that_does_not_exist_is_refused(make_user: Any, client_of: ClientOf) -> None:
    answer = client_of(make_user("sam")).post("/demos/new/", typed(provider="oracle"))
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()
