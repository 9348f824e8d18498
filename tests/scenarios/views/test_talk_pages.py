"""Pain coverage, run of show, rehearsal and the printed page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from scenarios.models import Demo, ProjectFile, RevisionStatus
from scenarios.plan.parts import Plan
from tests.scenarios.plan.example import example_outline, example_plan
from tests.scenarios.plan.example_features import showcase_plan
from tests.scenarios.views.rows import demo_of, revision_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
PAINS = "Nobody trusts the numbers.\n- Nightly loads take four hours\n- The lineage is unknown"


def _plan() -> Plan:
    data = example_plan().model_dump(mode="json")
    data["outline"]["metrics"][0]["unit"] = "EUR"
    data["outline"]["pain_points"][0]["answers"] = [1]
    data["outline"]["pain_points"][2]["answers"] = [2]
    beats = data["talk_track"]["beats"]
    beats[0] |= {"kind": "lineage"}
    beats[1] |= {"kind": "test", "opens": "orders_customer_exists", "pains": [2]}
    beats[2] |= {"kind": "metric", "opens": "revenue", "pains": [1], "say": "It is [[revenue]]."}
    beats[3] |= {"kind": "incremental", "pains": [3]}
    fix = {
        "minute": 9,
        "kind": "fix",
        "title": "Mended live",
        "click": "stg_shop__orders",
        "say": "One line.",
    }
    data["talk_track"] |= {"beats": [*beats, fix], "ends_at": 20}
    return Plan.model_validate(data)


@pytest.fixture
def demo(make_user: Any) -> Demo:
    made = demo_of(make_user("sam"), pain_points=PAINS)
    revision_of(made, plan=_plan())
    return made


def _get(client_of: ClientOf, demo: Demo, path: str) -> str:
    answer = client_of(demo.owner).get(f"/demos/{demo.pk}/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_pain_sentence_is_there_with_its_answer_or_a_flag(client_of: ClientOf, demo: Demo) -> None:
    page = _get(client_of, demo, "")
    for words in (
        "Pain coverage", "2 answered", "1 without an answer", "Nobody trusts the numbers.", "The lineage is unknown",
        "Nothing in this demo answers this.", f'href="/demos/{demo.pk}/regenerate/?pain=3"', "Edit pain points",
        f'href="/demos/{demo.pk}/revisions/1/files/?path=models%2Fmarts%2Fschema.yml"',
        f'href="/demos/{demo.pk}/revisions/1/files/?path=models%2Fmarts%2Ffct_orders.sql"',
    ):  # fmt: skip
        assert words in page, words
    assert "?pain=1" not in page


def test_who_may_not_change_the_demo_is_not_told_to(client_of: ClientOf, demo: Demo, make_user: Any) -> None:
    page = client_of(make_user("boss", role=Role.MANAGER)).get(f"/demos/{demo.pk}/").content.decode()
    assert "Nothing in this demo answers this." in page
    assert "?pain=3" not in page
    assert "Edit pain points" not in page


def test_what_else_of_dbt_is_shown_stands_beside_the_pain_it_serves(
    client_of: ClientOf, make_user: Any
) -> None:
    demo, plan = demo_of(make_user("sam")), showcase_plan()
    revision_of(demo, plan=plan)
    page = _get(client_of, demo, "")
    assert plan.features.contract
    for words in (
        "More of dbt, where it serves a pain",
        "Model contract",
        escape(plan.features.contract.say),
    ):
        assert words in page, words
    simple = demo_of(demo.owner)
    revision_of(simple)
    assert "More of dbt" not in _get(client_of, simple, "")


def test_without_pain_points_there_is_nothing_to_cover(client_of: ClientOf, make_user: Any) -> None:
    demo = demo_of(make_user("sam"), pain_points="")
    revision_of(demo)
    assert "No pain points were typed" in _get(client_of, demo, "")


@pytest.mark.parametrize(
    ("query", "wish"),
    [("?pain=3", "Answer this pain point: The lineage is unknown"), ("?pain=4", ""), ("?pain=0", ""), ("?pain=x", ""),
     ("?pain=99999", ""), ("?pain=²", ""), ("", "")],
)  # fmt: skip
def test_regenerating_is_suggested_with_the_open_sentence(
    client_of: ClientOf, demo: Demo, query: str, wish: str
) -> None:
    answer = client_of(demo.owner).get(f"/demos/{demo.pk}/regenerate/{query}")
    assert answer.context["form"]["instructions"].value() == wish


def test_the_run_of_show_links_to_what_is_clicked(client_of: ClientOf, demo: Demo) -> None:
    page, base = _get(client_of, demo, "?tab=talk"), f"/demos/{demo.pk}/revisions/1/"
    for words in (
        "20 minutes, 7 moments", "It is EUR 2,871.62.", f'href="{base}?tab=lineage"',
        f'href="{base}files/?path=models%2Fstaging%2Fschema.yml"', f'href="{base}?tab=proof#red"',
        f'href="{base}files/?branch=fix%2Fdata-quality&amp;path=models%2Fstaging%2Fstg_shop__orders.sql"',
        f'href="{base}files/?branch=demo%2Fday-2&amp;path=models%2Fmarts%2Ffct_orders.sql"',
        f'href="{base}?tab=proof#answer-revenue"', f'href="{base}?tab=proof#day-two"',
        "Answers: Finance and marketing never agree on revenue.", f'href="{base}rehearse/"',
        f'href="{base}run-of-show/"', "models/staging/stg_shop__orders.sql on fix/data-quality",
    ):  # fmt: skip
        assert words in page, words


def test_a_branch_that_was_not_stored_is_not_linked_to(client_of: ClientOf, demo: Demo) -> None:
    ProjectFile.objects.exclude(branch="main").delete()
    page = _get(client_of, demo, "?tab=talk")
    assert "?branch=" not in page
    assert "?path=models%2Fstaging%2Fstg_shop__orders.sql" in page  # as it is on main
    ProjectFile.objects.all().delete()
    assert "?path=" not in _get(client_of, demo, "?tab=talk")


@pytest.mark.parametrize("page", ["rehearse", "run-of-show"])
def test_rehearsal_and_printed_page_hold_every_moment(
    client_of: ClientOf, demo: Demo, page: str, django_assert_max_num_queries: Any
) -> None:
    client = client_of(demo.owner)
    with django_assert_max_num_queries(8):
        text = client.get(f"/demos/{demo.pk}/revisions/1/{page}/").content.decode()
    for words in (
        "Opening", "From shop to mart", "Bad data is caught", "Mended live", "One revenue", "The second day", "Close",
        "It is EUR 2,871.62.", "Finance and marketing never agree on revenue.",
    ):  # fmt: skip
        assert words in text, words


def test_the_rehearsal_says_when_where_and_what_if(client_of: ClientOf, demo: Demo) -> None:
    page = _get(client_of, demo, "revisions/1/rehearse/")
    assert 'data-minute="6" data-ends="9"' in page
    assert 'target="_blank" rel="noopener"' in page
    assert "Open the data-quality guide and read the result from there." in page
    assert page.count('class="moment"') == 7
    assert page.count("<h1") == 1


def test_without_a_whole_plan_there_is_nothing_to_rehearse(client_of: ClientOf, make_user: Any) -> None:
    demo = demo_of(make_user("sam"))
    outline = example_outline().model_dump(mode="json")
    revision_of(demo, status=RevisionStatus.DRAFTING, outline=outline)
    for page in ("rehearse", "run-of-show"):
        assert client_of(demo.owner).get(f"/demos/{demo.pk}/revisions/1/{page}/").status_code == 404
    assert "Rehearse" not in _get(client_of, demo, "?tab=talk")


def test_hostile_text_comes_out_as_text(client_of: ClientOf, make_user: Any) -> None:
    evil = "<script>alert(1)</script>"
    demo = demo_of(make_user("sam"), pain_points=evil, company=evil)
    data = _plan().model_dump(mode="json")
    data["talk_track"]["beats"][0] |= {"title": evil, "click": evil, "say": evil, "if_it_goes_wrong": evil}
    data["outline"]["metrics"][0] |= {"label": evil, "unit": "<b>"}
    data["outline"]["pain_points"][0] |= {"where": evil, "feature": evil, "pain": evil}
    revision_of(demo, plan=Plan.model_validate(data))
    pages = ["", "?tab=talk", "?tab=proof", "revisions/1/rehearse/", "revisions/1/run-of-show/"]
    for path in [*pages, "regenerate/?pain=1"]:
        page = _get(client_of, demo, path)
        assert "<script>alert" not in page, path
        assert "in <b>" not in page, path
