"""The index and the search: what a demo is found by, what it is never found by, and in which order."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from demoforge.accounts.models import User
from scenarios import services
from scenarios.drafting import _finish
from scenarios.library.indexing import index_again, index_brief, index_plan, index_revision
from scenarios.library.searching import Wanted, facts_about, find, industries
from scenarios.library.words import wanted_words, words_in
from scenarios.models import Demo, LibraryWord, Review, ReviewStatus, RevisionStatus, TemplateCheck
from scenarios.plan.brief import Brief
from scenarios.sharing import set_favourite
from tests.scenarios.plan.example import example_plan
from tests.scenarios.views.rows import demo_of, person, revision_of

pytestmark = pytest.mark.django_db


def indexed(owner: User, **fields: Any) -> Demo:
    demo = demo_of(owner, **fields)
    index_brief(demo)
    return demo


def found(by: User, text: str = "", **more: Any) -> list[str]:
    wanted = Wanted(text=text, **more)
    return [demo.public_name for demo in find(Demo.objects.visible_to(by), wanted, by=by)]


def test_words_of_texts() -> None:
    assert list(words_in("fct_order_items, Größe & O'Brien’s 2026!")) == [
        "fct", "order", "items", "grosse", "o", "brien", "s", "2026",
    ]  # fmt: skip
    assert list(words_in("解約率 x")) == ["解約", "約率", "x"]
    assert wanted_words("the revenue of the month", most=6) == ["revenue", "month"]
    assert wanted_words("the of", most=6) == ["the", "of"]
    assert len(wanted_words(" ".join(map(str, range(20))), most=6)) == 6


def test_every_word_must_begin_a_word_of_the_demo() -> None:
    sam = person()
    indexed(sam, company="Alpha Outfitters", industry="Outdoor retail")
    indexed(sam, company="Alpha Bank", industry="Banking")
    assert found(sam, "alp out") == ["Alpha Outfitters"]
    assert sorted(found(sam, "ALPHA")) == ["Alpha Bank", "Alpha Outfitters"]
    assert found(sam, "lpha") == []
    assert found(sam, "alpha insurance") == []
    assert found(sam, "...") == []


def test_the_kind_of_word_narrows() -> None:
    sam = person()
    indexed(sam, company="Retail Kings", industry="Banking")
    indexed(sam, company="Alpha", industry="Retail")
    assert found(sam, "retail", kind="company") == ["Retail Kings"]
    assert found(sam, "retail", kind="industry") == ["Alpha"]
    assert found(sam, "retail", kind="metric") == []


def test_a_plan_is_found_by_pains_features_metrics_and_models() -> None:
    sam = person()
    demo = indexed(sam)
    index_plan(demo, example_plan())
    name = demo.public_name
    assert found(sam, "revenue", kind="metric") == [name]
    assert found(sam, "incremental", kind="feature") == [name]
    assert found(sam, "fct_order_items", kind="plan") == [name]
    pain = example_plan().outline.pain_points[0].pain.split()[-1].strip(".")
    assert found(sam, pain, kind="pain") == [name]


def test_notes_pains_as_typed_and_instructions_are_never_indexed() -> None:
    sam = person()
    brief = Brief(company="Alpha", industry="Retail", discovery_notes="Quixotic plans.", pain_points="Zygotes fail.",
                  as_of=date(2026, 3, 31))  # fmt: skip
    demo = services.create_demo(brief, provider="builtin", by=sam)
    revision_of(demo, instructions="Xylophones please")
    index_again()
    words = set(LibraryWord.objects.values_list("word", flat=True))
    assert {"alpha", "retail", "revenue"} <= words
    assert not words & {"quixotic", "zygotes", "xylophones"}


def test_a_codename_hides_the_company_from_the_search() -> None:
    sam = person()
    demo = indexed(sam, company="Zephyr Ltd", codename="Bluebird", industry="Zephyr trade")
    plan = example_plan()
    context = plan.outline.context.model_copy(update={"summary": "All of Zephyr Ltd at one glance."})
    index_plan(
        demo, plan.model_copy(update={"outline": plan.outline.model_copy(update={"context": context})})
    )
    assert found(sam, "bluebird", kind="company") == ["Bluebird"]
    assert found(sam, "glance") == ["Bluebird"]
    assert found(sam, "zephyr") == []


def test_the_words_are_written_when_the_demo_is_made_and_when_its_plan_becomes_ready() -> None:
    sam = person()
    brief = Brief(company="Alpha", industry="Retail", as_of=date(2026, 3, 31))
    demo = services.create_demo(brief, provider="builtin", by=sam)
    assert found(sam, "alpha") == ["Alpha"]
    assert found(sam, "revenue") == []
    revision = revision_of(demo, status=RevisionStatus.READY)
    type(revision).objects.filter(pk=revision.pk).update(status=RevisionStatus.RENDERED)
    revision.refresh_from_db()
    _finish(revision)
    assert found(sam, "revenue") == ["Alpha"]


def test_words_and_state_are_one_change() -> None:
    demo = demo_of(person())
    revision = revision_of(demo)
    with transaction.atomic():
        index_revision(revision)
        assert LibraryWord.objects.exists()
        transaction.set_rollback(True)
    assert not LibraryWord.objects.exists()


def test_an_older_revision_that_becomes_ready_later_changes_no_words() -> None:
    demo = demo_of(person())
    old = revision_of(demo)
    revision_of(demo, status=RevisionStatus.DRAFTING)
    old.refresh_from_db()
    index_revision(old)
    assert not LibraryWord.objects.exists()


def test_the_command_writes_all_words_anew() -> None:
    sam = person()
    demo = demo_of(sam)
    revision_of(demo)
    LibraryWord.objects.create(demo=demo, kind="plan", word="leftover")
    told = StringIO()
    call_command("index_library", stdout=told)
    assert told.getvalue() == "1 demo indexed.\n"
    assert found(sam, "leftover") == []
    assert found(sam, "revenue fjell") == [demo.public_name]
    before = sorted(LibraryWord.objects.values_list("kind", "word"))
    call_command("index_library", stdout=told)
    assert sorted(LibraryWord.objects.values_list("kind", "word")) == before


def approve(demo: Demo) -> None:
    revision = demo.current
    assert revision is not None
    revision.project_digest = "sha256:seen"
    revision.approval = Review.objects.create(
        revision=revision, status=ReviewStatus.APPROVED, project_digest="sha256:seen"
    )
    revision.save()


def test_filters_and_order() -> None:
    sam, kim = person(), person("kim")
    alpha = demo_of(sam, company="alpha", warehouse="redshift")
    beta = demo_of(kim, company="Beta", industry="Banking", visibility="everyone")
    gamma = demo_of(sam, company="Zeta", codename="Gamma")
    revision_of(beta)
    approve(beta)
    Demo.objects.filter(pk=gamma.pk).update(template=beta.current)
    set_favourite(beta, marked=True, by=sam)
    set_favourite(beta, marked=True, by=sam)
    set_favourite(alpha, marked=True, by=kim)
    assert sorted(found(sam, shown="mine")) == ["Gamma", "alpha"]
    assert found(sam, shown="favourites") == ["Beta"]
    assert found(sam, shown="templates") == ["Beta"]
    assert found(sam, shown="copies") == ["Gamma"]
    assert found(sam, copies_of=beta.pk) == ["Gamma"]
    assert found(sam, industry="Banking") == ["Beta"]
    assert found(sam, warehouse="redshift") == ["alpha"]
    assert found(sam, sort="company") == ["alpha", "Beta", "Gamma"]
    assert found(sam, sort="used")[0] == "Beta"
    Demo.objects.filter(pk=alpha.pk).update(used_at=timezone.now() + timedelta(days=1))
    assert found(sam, sort="last_used")[0] == "alpha"
    assert found(sam, sort="created") == ["Gamma", "Beta", "alpha"]
    assert industries(Demo.objects.visible_to(sam)) == ["Banking", "Outdoor retail"]
    set_favourite(beta, marked=False, by=sam)
    assert found(sam, shown="favourites") == []


def test_an_approval_that_is_void_makes_no_template() -> None:
    sam = person()
    demo = demo_of(sam)
    revision = revision_of(demo)
    approve(demo)
    assert found(sam, shown="templates") == [demo.public_name]
    type(revision).objects.filter(pk=revision.pk).update(project_digest="sha256:other")
    assert found(sam, shown="templates") == []


def test_facts_of_a_page_take_four_queries() -> None:
    sam = person()
    first, second = demo_of(sam), demo_of(sam)
    for demo in (first, second):
        revision_of(demo)
    assert first.current is not None
    Demo.objects.filter(pk=second.pk).update(template=first.current)
    for passed in (True, False):
        TemplateCheck.objects.create(revision=first.current, dbt_version="1.12.0", passed=passed)
    with CaptureQueriesContext(connection) as queries:
        facts = facts_about([first, second], sam)
    assert len(queries) == 4
    assert facts.uses == {first.pk: 1}
    assert not facts.checks[first.current.pk].passed  # the newest counts
