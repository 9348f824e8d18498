"""Using a template: who owns the copy, what travels and what does not, whose approval it has, and what refuses it."""

import json
from datetime import date
from uuid import uuid4

import pytest
from django.core import serializers

from demoforge.accounts.models import AuditEntry, Team, User
from demoforge.accounts.roles import Role
from scenarios import services
from scenarios.drafting import advance_revision, drive_revision
from scenarios.leaks import Leaking, leaks_of, refuse_leaks
from scenarios.library.copying import TemplateRefused, Wish, adapt_template, template_of, use_template
from scenarios.library.reskin import Skin, reskinned
from scenarios.models import Demo, Origin, PlanRevision, ProjectFile, Review, ReviewStatus, RevisionStatus
from scenarios.plan.brief import Brief
from tests.scenarios.library.examples import example
from tests.scenarios.views.rows import demo_of, person, revision_of

pytestmark = pytest.mark.django_db(transaction=True)

WISH = Wish("Aurelia Verlag GmbH", "Publishing", "bigquery", date(2026, 11, 23))
SECRETS = ("Three teams report", "Nobody trusts the numbers", "Fjell")


def approve(revision: PlanRevision) -> Review:
    revision.project_digest = "sha256:seen"
    revision.approval = Review.objects.create(
        revision=revision, status=ReviewStatus.APPROVED, project_digest="sha256:seen", note="for Fjell"
    )
    revision.save()
    return revision.approval


@pytest.fixture
def template(db: None) -> Demo:
    """An approved demo of somebody else, with notes."""
    demo = demo_of(person("kim"), visibility="everyone", github_owner="fjell-demos", dbt_account_id="77")
    approve(revision_of(demo))
    return Demo.objects.select_related("current__approval").get(pk=demo.pk)


def test_a_copy_has_the_plan_and_the_approval_and_nobody_s_notes(template: Demo) -> None:
    alex = person("alex", Role.ACCOUNT_EXECUTIVE)
    alex.team = Team.objects.create(name="North")
    alex.save()
    copy = use_template(template, WISH, by=alex)
    revision = copy.current
    assert revision is not None
    assert (copy.owner, copy.team, copy.company, copy.warehouse) == (
        alex,
        alex.team,
        "Aurelia Verlag GmbH",
        "bigquery",
    )
    assert (copy.template, copy.visibility) == (template.current, "everyone")
    assert (revision.origin, revision.number, revision.status) == (Origin.COPIED, 1, RevisionStatus.QUEUED)
    assert (revision.is_approved, revision.approval_inherited) == (True, True)
    assert (copy.discovery_notes, copy.pain_points, copy.github_owner, copy.dbt_account_id) == (
        "",
        "",
        "",
        "",
    )
    assert revision.instructions == ""
    stored = json.dumps(
        [row["fields"] for row in json.loads(serializers.serialize("json", [copy, revision]))]
    )
    assert not [secret for secret in SECRETS if secret in stored]


def test_the_copy_is_audited_and_the_template_is_used(template: Demo) -> None:
    Demo.objects.filter(pk=template.pk).update(
        used_at="2026-01-01T00:00:00Z", expiry_warned_at="2026-02-01T00:00:00Z"
    )
    template.refresh_from_db()
    copy = use_template(template, WISH, by=person())
    template.refresh_from_db()
    assert template.used_at.year > 2025
    assert template.expiry_warned_at is None
    entry = AuditEntry.objects.get(action="demo.copied")
    assert (entry.subject_id, entry.detail["template"]) == (str(copy.pk), template.pk)
    assert copy.current is not None
    assert list(PlanRevision.objects.filter(copies=copy)) == [template.current]


def test_one_form_makes_one_copy(template: Demo) -> None:
    sam, token = person(), uuid4()
    first = use_template(template, WISH, token=token, by=sam)
    assert use_template(template, WISH, token=token, by=sam) == first
    assert use_template(template, WISH, token=uuid4(), by=sam) != first


def test_what_is_not_approved_is_no_template(template: Demo) -> None:
    revision = template.current
    assert revision is not None
    assert revision.approval is not None
    revision.approval.status = ReviewStatus.WITHDRAWN
    with pytest.raises(TemplateRefused):
        use_template(template, WISH, by=person())
    revision.approval.status = ReviewStatus.APPROVED
    revision.project_digest = "sha256:changed"
    with pytest.raises(TemplateRefused):
        template_of(template)
    assert Demo.objects.count() == 1


def test_a_template_that_was_edited_meanwhile_makes_no_copy(template: Demo) -> None:
    revision_of(Demo.objects.get(pk=template.pk))
    with pytest.raises(TemplateRefused):
        use_template(template, WISH, by=person())
    assert Demo.objects.count() == 1


def test_a_change_of_the_copy_voids_its_approval(template: Demo) -> None:
    sam = person()
    copy = use_template(template, WISH, by=sam)
    assert copy.current is not None
    advance_revision(copy.current.pk)
    changed = services.edit_section(copy.current, section="context", data={"summary": "Ours."}, by=sam)
    assert not changed.is_approved


def test_a_codename_of_the_copy_is_all_its_plan_has(template: Demo) -> None:
    copy = use_template(
        template, Wish("Zephyr Ltd", "Trade", "redshift", date(2026, 5, 5), "Bluebird"), by=person()
    )
    assert copy.current is not None
    plan = copy.current.read_plan()
    assert (plan.outline.company, copy.company, copy.visibility) == ("Bluebird", "Zephyr Ltd", "me")
    assert "zephyr" not in plan.model_dump_json().lower()


def rendered(template: Demo, by: User) -> PlanRevision:
    copy = use_template(template, WISH, by=by)
    assert copy.current_id
    advance_revision(copy.current_id)
    return PlanRevision.objects.select_related("demo").get(pk=copy.current_id)


def test_every_copy_is_scanned_for_the_first_prospect(template: Demo) -> None:
    revision = rendered(template, person())
    assert revision.status == RevisionStatus.RENDERED
    assert leaks_of(revision, names={"repository name": "aurelia-verlag-dbt-demo-1"}) == []
    refuse_leaks(revision)
    for branch, path in (("main", "models/x.sql"), ("fix/data-quality", "models/fjell_field_outfitters.sql")):
        ProjectFile.objects.create(revision=revision, branch=branch, path=path, text="-- as at Fjell\n")
    with pytest.raises(Leaking) as refused:
        refuse_leaks(revision, names={"commit message": "for Fjell & Field"})
    told = refused.value.sentence
    assert "the first prospect's name in commit message" in told
    assert "fjell" not in told.lower()
    found = {(leak.place, leak.what) for leak in leaks_of(revision)}
    assert ("models/x.sql", "the first prospect's name") in found
    assert ("fix/data-quality: models/….sql", "the first prospect's name in the file's path") in found


def test_notes_of_the_template_are_found_too(template: Demo) -> None:
    notes = "Every region counts returns in another way and the board meeting argues about it."
    Demo.objects.filter(pk=template.pk).update(discovery_notes=notes)
    revision = rendered(Demo.objects.select_related("current__approval").get(pk=template.pk), person())
    ProjectFile.objects.create(revision=revision, branch="main", path="z.md", text=f"They said: {notes}")
    assert [leak.what for leak in leaks_of(revision)] == ["words of the first prospect's notes"]


def test_a_copy_of_a_copy_is_scanned_for_both(template: Demo) -> None:
    sam = person()
    first = rendered(template, sam)
    second = rendered(Demo.objects.select_related("current__approval").get(pk=first.demo_id), sam)
    Demo.objects.filter(pk=second.demo_id).update(company="Borealis")
    second.demo.refresh_from_db()
    ProjectFile.objects.create(
        revision=second, branch="main", path="z.md", text="Fjell & Field, then Aurelia Verlag."
    )
    assert {leak.excerpt for leak in leaks_of(second) if leak.place == "z.md"} == {
        "Fjell & Field, then Aurelia Verlag."
    }
    assert second.is_approved


def test_another_demo_of_the_same_prospect_may_carry_its_name(template: Demo) -> None:
    copy = use_template(
        template, Wish("Fjell & Field Outfitters", "Retail", "redshift", WISH.as_of), by=person()
    )
    assert copy.current_id
    advance_revision(copy.current_id)
    assert leaks_of(PlanRevision.objects.select_related("demo").get(pk=copy.current_id)) == []


def test_a_plan_without_a_template_costs_no_scan(template: Demo, django_assert_num_queries: object) -> None:
    revision = template.current
    assert revision is not None
    revision.demo = template
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert leaks_of(revision) == []


def test_a_model_adapts_what_nothing_of_the_first_prospect_is_in(template: Demo) -> None:
    brief = Brief(
        company="Aurelia Verlag", industry="Publishing", pain_points="Returns come late.", as_of=WISH.as_of
    )
    demo = adapt_template(template, brief, provider="anthropic", by=person())
    second, first = demo.revisions.all()
    assert (demo.template, demo.pain_points) == (template.current, "Returns come late.")
    assert (first.origin, second.origin, second.parent) == (Origin.COPIED, Origin.REGENERATED, first)
    assert "fjell" not in json.dumps(first.plan).lower()
    assert not first.is_approved
    assert not second.is_approved


def test_the_built_in_provider_drafts_from_the_brief(template: Demo) -> None:
    brief = Brief(company="Aurelia Verlag", industry="Publishing", as_of=WISH.as_of)
    demo = adapt_template(template, brief, provider="builtin", by=person())
    assert [revision.origin for revision in demo.revisions.all()] == [Origin.GENERATED]
    assert demo.template == template.current


@pytest.mark.slow
@pytest.mark.long  # without a Proof: what a copy has is tested above and in test_reskin.py
def test_a_copy_is_proven_without_a_model() -> None:
    brief, plan = example("retail")
    demo = services.create_demo(brief, provider="builtin", by=person("kim"))
    approve(revision_of(demo, plan=plan))
    copied = Demo.objects.select_related("current__approval").get(pk=demo.pk)
    copy = use_template(copied, WISH, by=person())
    assert copy.current_id
    revision = drive_revision(copy.current_id, on_change=lambda _: None)
    assert (revision.status, revision.error) == (RevisionStatus.READY, "")
    assert revision.proof is not None
    assert revision.proof.status == "passed"
    assert revision.is_approved
    assert leaks_of(revision) == []
    assert revision.calls.count() == 0


def test_a_copy_with_other_dates_is_another_plan() -> None:
    brief, plan = example("retail")
    one, other = (
        reskinned(plan, brief, Skin("Aurelia", "Books", "redshift", day))
        for day in (WISH.as_of, date(2027, 1, 4))
    )
    assert one != other
