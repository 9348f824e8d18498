"""The road of a revision: drafted, rendered, proven; edited, restored, retried; and what happens on the way."""

from datetime import date

import pytest

from demoforge.accounts.models import AuditEntry, User
from demoforge.errors import NotNow
from scenarios import services
from scenarios.briefs import BadBrief, read_brief
from scenarios.drafting import advance_revision, drive_revision
from scenarios.models import Demo, Origin, PlanRevision, Proof, ProofStatus, RevisionStatus
from scenarios.plan.brief import Brief
from scenarios.plan.sections import get_section
from scenarios.plan.violations import PlanRefused
from scenarios.services import NewerRevision
from scenarios.tasks import _is_mine_to_wait, nudge_revisions
from scenarios.tasks import advance_revision as advance_task
from scenarios.template_source import without_credentials

pytestmark = pytest.mark.django_db(transaction=True)

AS_OF = date(2026, 11, 20)


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", password="wonderland-1")


def make_brief(**changes: object) -> Brief:
    fields = {
        "company": "Northwind Outfitters",
        "industry": "Retail",
        "include_semantic_layer": True,
        "discovery_notes": "Loyalty programme and repeat purchases by channel.",
        "pain_points": "Duplicate orders. Nightly full reloads take hours.",
        "as_of": AS_OF,
    }
    return Brief.model_validate(fields | changes)


@pytest.fixture
def rendered(alice: User) -> PlanRevision:
    """A drafted revision whose project has been rendered, but not proven."""
    demo = services.create_demo(make_brief(), provider="builtin", by=alice)
    assert demo.current_id
    assert advance_revision(demo.current_id) == 0.0
    return PlanRevision.objects.get(pk=demo.current_id)


def test_brief_becomes_a_proven_project(alice: User) -> None:
    demo = services.create_demo(make_brief(), provider="builtin", by=alice)
    told: list[str] = []
    revision = drive_revision(demo.current_id, on_change=told.append)
    assert (revision.status, revision.error) == (RevisionStatus.READY, "")
    assert revision.proof.passed
    assert revision.project_digest.startswith("sha256:")
    files = revision.files_of()
    assert {"dbt_project.yml", "packages.yml", "README.md", "models/marts/schema.yml"} <= files.keys()
    assert revision.files.filter(is_document=True, path="README.md").exists()
    assert told


def test_creating_a_demo_is_audited_without_its_notes(alice: User) -> None:
    services.create_demo(make_brief(discovery_notes="CONFIDENTIAL-NOTE"), provider="builtin", by=alice)
    entries = AuditEntry.objects.filter(actor=alice)
    assert {entry.action for entry in entries} == {"demo.created", "revision.generated"}
    assert not any("CONFIDENTIAL-NOTE" in f"{entry.subject}{entry.detail}" for entry in entries)


def test_same_token_makes_one_demo(alice: User) -> None:
    token = "6a1d7a84-6c4a-4f0f-9f43-111111111111"
    first = services.create_demo(make_brief(), provider="builtin", token=token, by=alice)
    second = services.create_demo(make_brief(), provider="builtin", token=token, by=alice)
    assert first.pk == second.pk
    assert Demo.objects.count() == PlanRevision.objects.count() == 1


def test_corrected_form_with_the_same_token_makes_another_demo(alice: User) -> None:
    token = "6a1d7a84-6c4a-4f0f-9f43-222222222222"
    first = services.create_demo(make_brief(), provider="builtin", token=token, by=alice)
    second = services.create_demo(make_brief(company="Fjell"), provider="builtin", token=token, by=alice)
    assert first.pk != second.pk
    assert second.company == "Fjell"


def test_failed_proof_is_run_again_for_a_new_revision(rendered: PlanRevision, alice: User) -> None:
    Proof.objects.update(status=ProofStatus.FAILED, error="The Proof could not be started.")
    advance_revision(rendered.pk)
    again = services.restore_revision(rendered, by=alice)
    assert advance_revision(again.pk) == 0.0
    assert Proof.objects.get().status == ProofStatus.QUEUED
    rendered.refresh_from_db()
    assert (rendered.status, rendered.error) == (RevisionStatus.RENDERED, "")


def test_one_message_waits_for_a_proof_that_another_runs(rendered: PlanRevision) -> None:
    waits = [_is_mine_to_wait(rendered.pk, 30) for _ in range(3)]
    assert waits == [True, False, False]


def test_editor_who_has_not_seen_the_newest_revision_is_told(rendered: PlanRevision, alice: User) -> None:
    data = get_section(rendered.read_plan(), "context")
    other = services.edit_section(rendered, section="context", data=data, newest=1, by=alice)
    advance_revision(other.pk)
    with pytest.raises(NewerRevision, match="Revision 2"):
        services.edit_section(rendered, section="context", data=data, newest=1, by=alice)
    assert PlanRevision.objects.count() == 2


def test_revisions_with_the_same_code_share_one_proof(rendered: PlanRevision, alice: User) -> None:
    restored = services.restore_revision(rendered, by=alice)
    assert advance_revision(restored.pk) == 0.0
    restored.refresh_from_db()
    assert restored.code_digest == rendered.code_digest
    assert restored.proof_id == rendered.proof_id
    assert Proof.objects.count() == 1


def test_edited_section_makes_a_new_revision(rendered: PlanRevision, alice: User) -> None:
    data = get_section(rendered.read_plan(), "context")
    data["summary"] = "Northwind wants to know who comes back."
    edited = services.edit_section(rendered, section="context", data=data, by=alice)
    advance_revision(edited.pk)
    edited.refresh_from_db()
    assert (edited.number, edited.origin, edited.parent_id) == (2, Origin.EDITED, rendered.pk)
    assert edited.read_plan().outline.context.summary == "Northwind wants to know who comes back."
    rendered.refresh_from_db()
    assert rendered.read_plan().outline.context.summary != "Northwind wants to know who comes back."


def test_edit_that_breaks_a_rule_changes_nothing(rendered: PlanRevision, alice: User) -> None:
    data = get_section(rendered.read_plan(), "context")
    data["objectives"] = []
    with pytest.raises(PlanRefused) as refused:
        services.edit_section(rendered, section="context", data=data, by=alice)
    assert refused.value.violations[0].sentence
    assert PlanRevision.objects.count() == 1


def test_regenerate_keeps_the_brief_and_tells_what_took_effect(rendered: PlanRevision, alice: User) -> None:
    again = services.regenerate(rendered.demo, instructions="More about returns, xyzzy", by=alice)
    advance_revision(again.pk)
    again.refresh_from_db()
    assert again.status == RevisionStatus.RENDERED
    assert any("xyzzy" in note for note in again.notes)
    assert again.read_plan() != rendered.read_plan()


def test_no_second_revision_while_one_is_drafted(alice: User) -> None:
    demo = services.create_demo(make_brief(), provider="builtin", by=alice)
    with pytest.raises(NotNow):
        services.regenerate(demo, instructions="", by=alice)


def test_restoring_copies_the_plan(rendered: PlanRevision, alice: User) -> None:
    again = services.regenerate(rendered.demo, instructions="More about returns", by=alice)
    advance_revision(again.pk)
    restored = services.restore_revision(rendered, by=alice)
    advance_revision(restored.pk)
    restored.refresh_from_db()
    assert restored.read_plan() == rendered.read_plan()
    assert (restored.number, restored.origin) == (3, Origin.RESTORED)


@pytest.mark.slow
def test_failed_proof_breaks_the_revision_and_can_be_retried(rendered: PlanRevision, alice: User) -> None:
    Proof.objects.update(status=ProofStatus.FAILED, error="The Proof could not be started.")
    assert advance_revision(rendered.pk) is None
    rendered.refresh_from_db()
    assert (rendered.status, rendered.error) == (RevisionStatus.BROKEN, "The Proof could not be started.")
    services.retry_drafting(rendered, by=alice)
    revision = drive_revision(rendered.pk, on_change=lambda words: None)
    assert revision.status == RevisionStatus.READY


def test_unusable_template_fails_with_a_sentence_and_is_retried(
    alice: User, settings: object, tmp_path: object
) -> None:
    (tmp_path / "hook.py").write_text("print('no')")
    settings.DBT_TEMPLATE_REPO_URL = str(tmp_path)
    demo = services.create_demo(make_brief(), provider="builtin", by=alice)
    revision = drive_revision(demo.current_id, on_change=lambda words: None)
    assert revision.status == RevisionStatus.FAILED
    assert "template" in revision.error
    settings.DBT_TEMPLATE_REPO_URL = ""
    services.retry_drafting(revision, by=alice)
    assert advance_revision(revision.pk) == 0.0


@pytest.mark.long
def test_administrator_replaces_the_talk_track(
    rendered: PlanRevision, settings: object, tmp_path: object
) -> None:
    template = tmp_path / "talk.md.j2"
    template.write_text("# For {{ company }}: {{ no_such_value }}")
    settings.TALK_TRACK_TEMPLATE = str(template)
    broken = drive_revision(rendered.pk, on_change=lambda words: None)
    assert broken.status == RevisionStatus.BROKEN
    assert "no_such_value" in broken.error
    template.write_text("# For {{ company }}")
    services.retry_drafting(broken, by=broken.author)
    ready = drive_revision(rendered.pk, on_change=lambda words: None)
    assert ready.files_of()["talk_track.md"] == "# For Northwind Outfitters\n"


def test_retry_of_what_did_not_fail_is_refused(rendered: PlanRevision, alice: User) -> None:
    with pytest.raises(NotNow):
        services.retry_drafting(rendered, by=alice)


def test_plan_that_breaks_rules_is_never_rendered(rendered: PlanRevision, alice: User) -> None:
    plan = rendered.read_plan().model_dump(mode="json")
    plan["statements"][0]["sql"] = "select * from read_csv('/etc/passwd')"
    revision = PlanRevision.objects.create(
        demo=rendered.demo, number=2, origin=Origin.EDITED, provider="builtin", plan=plan, author=alice
    )
    assert advance_revision(revision.pk) is None
    revision.refresh_from_db()
    assert revision.status == RevisionStatus.FAILED
    assert "read_csv" in revision.error
    assert not revision.files.exists()


def test_nudge_sends_nothing_for_settled_revisions(rendered: PlanRevision) -> None:
    PlanRevision.objects.update(status=RevisionStatus.READY)
    nudge_revisions()
    rendered.refresh_from_db()
    assert rendered.status == RevisionStatus.READY


def test_task_of_a_settled_revision_does_nothing(rendered: PlanRevision) -> None:
    PlanRevision.objects.update(status=RevisionStatus.READY)
    advance_task(rendered.pk)
    assert PlanRevision.objects.get().attempt == rendered.attempt


def test_brief_file_faults_are_all_named(tmp_path: object) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text("company: ''\nwarehouse: oracle\ninclude_semantic_layer: perhaps\n")
    with pytest.raises(BadBrief) as bad:
        read_brief(path)
    assert {fault.partition(":")[0] for fault in bad.value.faults} == {
        "company", "industry", "warehouse", "include_semantic_layer",
    }  # fmt: skip


def test_address_of_a_template_is_kept_without_its_credentials() -> None:
    assert without_credentials("https://bot:token@git.example.com/x.git") == "https://git.example.com/x.git"
    assert without_credentials("ssh://git@git.example.com/x.git") == "ssh://git.example.com/x.git"
    assert without_credentials("https://git.example.com/a@b.git") == "https://git.example.com/a@b.git"


@pytest.mark.parametrize(
    "text",
    [
        "- a\n- b\n",
        "company: [unclosed",
        "colour: red\n",
        "\x00\x01",
        "company: A\nindustry: Retail\nas_of: 2026-02-30\n",
        "company: A\nindustry: Retail\nas_of: 0001-01-01\n",
        "company: !!int ''\n",
        f"company: {'9' * 5000}\n",
        'company: "\\ud800"\nindustry: Retail\n',
    ],
)
def test_unreadable_brief_is_a_sentence(tmp_path: object, text: str) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(text)
    with pytest.raises(BadBrief) as bad:
        read_brief(path)
    assert all(fault.endswith(".") for fault in bad.value.faults)
