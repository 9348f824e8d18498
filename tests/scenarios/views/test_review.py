"""Review: everything of a plan on the page, live while work goes on, and nothing for who may not."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from scenarios.models import PlanRevision, Proof, ProofStatus, RevisionStatus
from scenarios.plan.parts import Plan
from tests.scenarios.plan.example import example_outline, example_plan
from tests.scenarios.views.rows import demo_of, revision_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
HOSTILE = '<script>alert("x")</script>'


def poll_address(page: str) -> str:
    """Where the page asks again."""
    found = re.search(r'hx-get="([^"]+)" hx-trigger="every 1500ms"', page)
    assert found, "the page does not poll"
    return found.group(1).replace("&amp;", "&")


def test_the_plan_is_there_as_a_person_reads_it(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = demo_of(sam)
    revision_of(demo, notes=["“members” took effect in three texts."])
    page = client_of(sam).get(f"/demos/{demo.pk}/").content.decode()
    for words in (
        "One tested definition of revenue", "Catch bad shop data before the board sees it",  # context
        "orders.csv", "2 planted defects", "planted defect:", "INV-26-0007",  # data
        "stg_shop__orders", "one row per order line", "How much do we sell each month?",  # models
        "looking back 3 days", "models/marts/fct_orders.sql", "is_incremental",
        "Average order value", "revenue ÷ orders_placed", "287.16",  # semantic layer
        "Finance and marketing never agree on revenue.", "minute 12",  # pains
        "orders_status_is_known", "2 failing rows", "proven: 2",  # quality
        "Proof passed", "Confirm and build", "“members” took effect", "<svg",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("lineage", ["int_order_items_priced", "Reads from", "Average order value"]),
        (
            "proof",
            [
                "Tests passed",
                "31",
                "Build from nothing",
                "unique_stg_shop__orders_order_id",
                "2,871.62",
                "5003",
            ],
        ),
        ("talk", ["From shop to mart", "If it goes wrong:", "One definition, tested"]),
        ("builds", ["/builds/"]),
        ("nonsense", ["Business context"]),
    ],
)
def test_tabs_are_links_that_work_alone(
    make_user: Any, client_of: ClientOf, tab: str, words: list[str]
) -> None:
    sam = make_user("sam")
    demo = demo_of(sam)
    revision_of(demo)
    page = client_of(sam).get(f"/demos/{demo.pk}/?tab={tab}").content.decode()
    assert all(word in page for word in words), [word for word in words if word not in page]


@pytest.mark.parametrize("tab", ["plan", "lineage", "proof", "talk"])
def test_query_budget(
    make_user: Any, client_of: ClientOf, django_assert_max_num_queries: Any, tab: str
) -> None:
    sam = make_user("sam")
    demo = demo_of(sam)
    revision_of(demo)
    client = client_of(sam)
    with django_assert_max_num_queries(12):
        assert client.get(f"/demos/{demo.pk}/?tab={tab}").status_code == 200


def test_strangers_see_nothing_and_managers_cannot_change(make_user: Any, client_of: ClientOf) -> None:
    demo = demo_of(make_user("sam"))
    revision_of(demo)
    stranger, boss = client_of(make_user("kim")), client_of(make_user("boss", role=Role.MANAGER))
    pages = [
        "",
        "regenerate/",
        "edit/context/",
        "revisions/",
        "revisions/1/files/",
        "revisions/compare/?old=1&new=1",
    ]
    assert {stranger.get(f"/demos/{demo.pk}/{page}").status_code for page in pages} == {404}
    seen = boss.get(f"/demos/{demo.pk}/")
    assert seen.status_code == 200
    assert "Confirm and build" not in seen.content.decode()
    assert "/edit/" not in seen.content.decode()
    assert boss.get(f"/demos/{demo.pk}/edit/context/").status_code == 403
    assert boss.post(f"/demos/{demo.pk}/regenerate/", {"instructions": "more"}).status_code == 403
    assert boss.post(f"/demos/{demo.pk}/revisions/1/restore/").status_code == 403
    assert demo.revisions.count() == 1


def test_without_a_script_the_page_reloads_only_while_something_runs(
    make_user: Any, client_of: ClientOf
) -> None:
    sam = make_user("sam")
    busy, done = demo_of(sam), demo_of(sam)
    revision_of(busy, status=RevisionStatus.DRAFTING)
    revision_of(done)
    reload = '<noscript><meta http-equiv="refresh"'
    assert reload in client_of(sam).get(f"/demos/{busy.pk}/").content.decode()
    assert reload not in client_of(sam).get(f"/demos/{done.pk}/").content.decode()


def test_polling_is_cheap(make_user: Any, client_of: ClientOf, django_assert_max_num_queries: Any) -> None:
    sam = make_user("sam")
    demo = demo_of(sam)
    revision_of(demo, status=RevisionStatus.DRAFTING)
    client = client_of(sam)
    address = poll_address(client.get(f"/demos/{demo.pk}/").content.decode())
    with django_assert_max_num_queries(4):
        assert client.get(address, headers=HTMX).status_code == 204


def test_polling_says_only_what_is_new(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = demo_of(sam)
    revision = revision_of(demo, status=RevisionStatus.DRAFTING, progress="Writing the outline")
    client, rows = client_of(sam), PlanRevision.objects.filter(pk=revision.pk)
    address = poll_address(client.get(f"/demos/{demo.pk}/").content.decode())
    assert client.get(address, headers=HTMX).status_code == 204

    rows.update(progress="Writing the rows of orders")
    words = client.get(address, headers=HTMX).content.decode()
    assert "Writing the rows of orders" in words
    assert "Business context" not in words
    address = poll_address(words)

    rows.update(outline=example_outline().model_dump(mode="json"))
    body = client.get(address, headers=HTMX)
    assert (body.headers["HX-Retarget"], body.headers["HX-Reswap"]) == ("#review", "outerHTML")
    assert "One tested definition of revenue" in body.content.decode()
    assert "<html" not in body.content.decode()
    address = poll_address(body.content.decode())

    rows.update(status=RevisionStatus.FAILED, error="The model gave up.", hint="Try again.")
    ended = client.get(address, headers=HTMX).content.decode()
    assert "The model gave up." in ended
    assert 'hx-trigger="every' not in ended


def test_a_plan_can_be_confirmed_during_its_proof_but_not_before_or_when_it_failed(
    make_user: Any, client_of: ClientOf
) -> None:
    sam = make_user("sam")
    offered = {}
    for status in RevisionStatus:
        demo = demo_of(sam)
        revision_of(demo, status=status, plan=_other_plan(str(status)))
        offered[str(status)] = (
            f'action="/demos/{demo.pk}/build/"' in client_of(sam).get(f"/demos/{demo.pk}/").content.decode()
        )
    assert [status for status, shown in offered.items() if shown] == ["rendered", "ready"]


def _other_plan(words: str) -> Plan:
    """A plan with a code digest of its own, so that its Proof is its own."""
    data = example_plan().model_dump(mode="json")
    data["statements"][0]["header"] = words
    return Plan.model_validate(data)


def test_proof_progress_and_findings_are_said(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo, broken = demo_of(sam), demo_of(sam)
    revision_of(demo, status=RevisionStatus.RENDERED)
    Proof.objects.update(progress="Building 12 of 24 nodes")
    revision_of(broken, status=RevisionStatus.BROKEN, plan=_other_plan("broken"))
    assert "Building 12 of 24 nodes" in client_of(sam).get(f"/demos/{demo.pk}/").content.decode()
    page = client_of(sam).get(f"/demos/{broken.pk}/?tab=proof").content.decode()
    assert "The test on order_id found 2 rows that nobody declared." in page
    assert "Try again" in page


def test_a_revision_that_could_not_be_finished_after_its_proof_is_not_said_to_have_failed_it(
    make_user: Any, client_of: ClientOf
) -> None:
    sam = make_user("sam")
    demo = demo_of(sam)
    revision = revision_of(demo, status=RevisionStatus.BROKEN, error="The documents were not written.")
    Proof.objects.update(status=ProofStatus.PASSED)
    page = client_of(sam).get(f"/demos/{demo.pk}/").content.decode()
    assert "The revision could not be finished" in page
    assert "The documents were not written." in page
    assert "The Proof did not pass" not in page
    assert "Show the findings" not in page
    PlanRevision.objects.filter(pk=revision.pk).update(error="")  # another revision's retry has passed it
    assert "has passed the Proof since then" in client_of(sam).get(f"/demos/{demo.pk}/").content.decode()


def test_older_revisions_are_read_only_and_can_be_restored(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = demo_of(sam)
    revision_of(demo)
    revision_of(demo)
    client = client_of(sam)
    page = client.get(f"/demos/{demo.pk}/revisions/1/").content.decode()
    assert "You are reading revision 1" in page
    assert "Confirm and build" not in page
    assert f"/demos/{demo.pk}/revisions/1/restore/" in page
    assert client.get(f"/demos/{demo.pk}/revisions/2/").url == f"/demos/{demo.pk}/"


def test_regenerating_makes_a_revision_and_an_empty_wish_is_refused(
    make_user: Any, client_of: ClientOf
) -> None:
    sam = make_user("sam")
    demo = demo_of(sam)
    revision_of(demo)
    client = client_of(sam)
    refused = client.post(f"/demos/{demo.pk}/regenerate/", {"instructions": "  "})
    assert refused.status_code == 422
    assert "Say what should be different" in refused.content.decode()
    assert (
        client.post(f"/demos/{demo.pk}/regenerate/", {"instructions": "Call customers members"}).status_code
        == 302
    )
    newest = demo.revisions.first()
    assert newest is not None
    assert (newest.number, newest.origin, newest.instructions) == (2, "regenerated", "Call customers members")


def test_retry_goes_on_with_a_failed_revision(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = demo_of(sam)
    revision = revision_of(demo, status=RevisionStatus.FAILED)
    client_of(sam).post(f"/demos/{demo.pk}/revisions/1/retry/")
    revision.refresh_from_db()
    assert revision.status == RevisionStatus.QUEUED
    assert client_of(sam).post(f"/demos/{demo.pk}/revisions/1/retry/").status_code == 400


def test_hostile_text_comes_out_as_text(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    demo = demo_of(sam, company=HOSTILE, industry=HOSTILE, discovery_notes=HOSTILE)
    data = example_plan().model_dump(mode="json")
    outline = data["outline"]
    outline["company"] = outline["context"]["summary"] = outline["sources"][0]["label"] = HOSTILE
    outline["models"][0]["purpose"] = outline["metrics"][0]["label"] = outline["pain_points"][0]["pain"] = (
        HOSTILE
    )
    outline["quality"][0]["title"] = data["talk_track"]["opening"] = data["rows"][0]["rows"][0][1] = HOSTILE
    revision_of(demo, plan=Plan.model_validate(data), instructions=HOSTILE, notes=[HOSTILE])
    client = client_of(sam)
    addresses = ["", "?tab=lineage", "?tab=talk", "?tab=proof", "brief/", "revisions/", "revisions/1/files/",
                 "revisions/1/files/?path=seeds/customers.csv", "revisions/1/files/?path=talk_track.md",
                 "edit/context/", "edit/quality/", "edit/sources/?item=customers"]  # fmt: skip
    for address in addresses:
        page = client.get(f"/demos/{demo.pk}/{address}").content.decode()
        assert "<script>alert" not in page, address
        assert "alert(" in page, address  # it is shown, as text
