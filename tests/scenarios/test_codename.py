"""A demo with a codename, from the brief to the pages: only the alias leaves, and what leaks cannot be built."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from demoforge.accounts.models import AuditEntry, User
from scenarios import services
from scenarios.briefs import read_brief
from scenarios.drafting import advance_revision
from scenarios.leaks import Leaking, leaks_of, refuse_leaks
from scenarios.models import PlanRevision, ProjectFile, RevisionStatus
from scenarios.plan.brief import Brief
from scenarios.views.showing import coverage_map
from tests.scenarios.views.rows import demo_of, revision_of

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
ClientOf = Callable[[User], Client]
NOTES = (
    "Northwind runs a loyalty programme with repeat purchases by channel, and the head of data at Northwind Outfitters "
    "wants one trusted definition of revenue before the spring season begins in March."
)
PAINS = (
    "Duplicate orders of the northwind-outfitters.com shop inflate revenue every single month.\n"
    "Nightly full reloads of all Northwind tables take hours and block the warehouse for everybody."
)
BRIEF = {
    "company": "Northwind Outfitters GmbH", "industry": "Retail", "codename": "Project Bluebird",
    "include_semantic_layer": True, "discovery_notes": NOTES, "pain_points": PAINS, "as_of": date(2026, 3, 31),
}  # fmt: skip


def drafted(by: User, **changes: object) -> PlanRevision:
    demo = services.create_demo(Brief.model_validate(BRIEF | changes), provider="builtin", by=by)
    assert demo.current_id
    advance_revision(demo.current_id)
    return PlanRevision.objects.select_related("demo").get(pk=demo.current_id)


@pytest.mark.django_db(transaction=True)
def test_a_whole_demo_carries_only_the_codename(make_user: Any) -> None:
    revision = drafted(make_user("sam"))
    assert (revision.status, revision.error) == (RevisionStatus.RENDERED, "")
    assert revision.read_plan().outline.company == "Project Bluebird"
    assert revision.read_plan().outline.project_name == "project_bluebird_demo"
    assert [(leak.where, leak.what, leak.excerpt) for leak in leaks_of(revision)] == []
    assert "northwind" not in str(revision.read_plan().model_dump()).lower()
    assert leaks_of(revision, names={"the whole plan": revision.read_plan().model_dump_json()}) == []
    refuse_leaks(revision, names={"repository name": "project-bluebird-dbt-demo-20260331"})


@pytest.mark.parametrize("example", ["retail", "telecom", "generic", "gaming", "manufacturing"])
@pytest.mark.django_db(transaction=True)
def test_example_briefs_hold_their_codename(make_user: Any, example: str) -> None:
    typed = read_brief(EXAMPLES / f"{example}.yaml", as_of="2026-03-31").model_dump()
    revision = drafted(make_user("sam"), **typed | {"codename": "Project Bluebird", "depth": "showcase"})
    assert (revision.status, revision.error) == (RevisionStatus.RENDERED, "")
    plan = {"the whole plan": revision.read_plan().model_dump_json()}
    assert [(leak.where, leak.what, leak.excerpt) for leak in leaks_of(revision, names=plan)] == []


@pytest.mark.django_db(transaction=True)
def test_instructions_reach_the_provider_in_disguise(make_user: Any) -> None:
    revision = drafted(make_user("sam"))
    wish = "Call customers Northwind members"
    again = services.regenerate(revision.demo, instructions=wish, by=revision.demo.owner)
    advance_revision(again.pk)
    again.refresh_from_db()
    assert again.status == RevisionStatus.RENDERED
    assert again.instructions == wish
    assert "northwind" not in f"{again.read_plan().model_dump()}{again.notes}".lower()
    assert leaks_of(again) == []


@pytest.mark.django_db
def test_the_brief_stays_as_typed_and_the_audit_trail_has_the_alias(make_user: Any) -> None:
    brief = Brief.model_validate(BRIEF)
    demo = services.create_demo(brief, provider="builtin", by=make_user("sam"))
    demo.refresh_from_db()
    assert demo.brief == brief
    assert demo.public_name == "Project Bluebird"
    assert not AuditEntry.objects.filter(subject__icontains="northwind").exists()
    assert AuditEntry.objects.filter(subject__icontains="Project Bluebird").exists()


@pytest.mark.django_db
def test_without_a_codename_the_company_is_public(make_user: Any, django_assert_num_queries: Any) -> None:
    revision = revision_of(demo_of(make_user("sam")))
    assert revision.demo.public_name == revision.demo.company
    with django_assert_num_queries(0):
        assert leaks_of(revision, names={"repository name": revision.demo.company}) == []


def leaking(owner: User) -> PlanRevision:
    """A revision with the name planted in a file of each of two branches, and in a document."""
    demo = demo_of(owner, company="Zephyr Ltd", codename="Bluebird", discovery_notes="", pain_points="")
    revision = revision_of(demo)
    assert leaks_of(revision) == []
    for branch, path in (
        ("main", "models/marts/x.sql"),
        ("fix/data-quality", "models/y.sql"),
        ("main", "z.md"),
    ):
        ProjectFile.objects.create(
            revision=revision, branch=branch, path=path, text="first\n-- Zephyr’s secret plan\n"
        )
    return revision


@pytest.mark.django_db
def test_what_leaks_is_refused_with_places_and_without_the_secret(make_user: Any) -> None:
    revision = leaking(make_user("sam"))
    with pytest.raises(Leaking) as refused:
        refuse_leaks(revision, names={"commit message": "for Zephyr"})
    told = f"{refused.value.sentence} {refused.value.hint}"
    assert "the prospect's name in commit message, the prospect's name in models/marts/x.sql, line 2" in told
    assert "and in 1 more places" in told
    assert "ephyr" not in told
    assert "secret plan" not in told


@pytest.mark.django_db
def test_the_review_page_shows_each_place_to_those_who_may_see_it(
    make_user: Any, client_of: ClientOf
) -> None:
    sam = make_user("sam")
    revision = leaking(sam)
    page = client_of(sam).get(f"/demos/{revision.demo_id}/").content.decode()
    assert "The codename does not hold: this revision cannot be built" in page
    assert "fix/data-quality: models/y.sql, line 2" in page
    assert "Zephyr’s secret plan" in page
    assert f"/demos/{revision.demo_id}/build/" not in page
    assert client_of(make_user("kim")).get(f"/demos/{revision.demo_id}/").status_code == 404


@pytest.mark.django_db
def test_pains_are_numbered_as_the_provider_saw_them(make_user: Any) -> None:
    pains = "At St. Brannoc nobody tests. St. Brannoc loads for hours."
    demo = demo_of(make_user("sam"), company="St. Brannoc", codename="Bluebird", pain_points=pains)
    revision = revision_of(demo)
    shown = [pain.covered.sentence for pain in coverage_map(revision, revision.read_plan()).pains]
    assert shown == ["At Bluebird nobody tests.", "Bluebird loads for hours."]


@pytest.mark.django_db
def test_a_demo_that_holds_has_no_note(make_user: Any, client_of: ClientOf) -> None:
    sam = make_user("sam")
    revision = revision_of(demo_of(sam, company="Zephyr Ltd", codename="Bluebird"))
    assert (
        "The codename does not hold" not in client_of(sam).get(f"/demos/{revision.demo_id}/").content.decode()
    )
