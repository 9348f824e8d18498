"""Export and import as people do them: services and pages, who may, and what travels."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from demoforge import __version__
from demoforge.accounts.models import AuditEntry, User
from demoforge.accounts.roles import Role
from demoforge.errors import NotNow
from scenarios.exporting.archive import MOST_BYTES, pack, unpack
from scenarios.exporting.comparing import compare
from scenarios.exporting.format import BRIEF, PLAN
from scenarios.exporting.moving import export_demo, import_demo
from scenarios.leaks import Leaking
from scenarios.models import Demo, Origin, PlanRevision, Provenance, RevisionStatus, Visibility
from tests.scenarios.exporting.packages import CODE, PROJECT, good_texts, manifest_of, with_manifest
from tests.scenarios.plan.example import example_plan
from tests.scenarios.views.rows import demo_of, person, revision_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
NOTES = "The board of Fjell & Field Outfitters meets on the twelfth and wants one number for revenue."
PAINS = "Finance and marketing of Fjell never agree on revenue."


@pytest.fixture
def sam(db: None) -> User:
    return User.objects.create_user("sam", first_name="Sam", last_name="Engineer", password=None)


def ready_demo(owner: User, **fields: Any) -> Demo:
    demo = demo_of(owner, discovery_notes=NOTES, pain_points=PAINS, **fields)
    revision = revision_of(demo)
    PlanRevision.objects.filter(pk=revision.pk).update(project_digest=PROJECT)
    demo.refresh_from_db()
    return demo


def uploaded(content: bytes, name: str = "fjell.demoforge.zip") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/zip")


# --- what travels -------------------------------------------------------------------------------------------


def test_a_file_holds_plan_and_digests_but_neither_notes_nor_accounts(sam: User) -> None:
    demo = ready_demo(sam, github_owner="acme-demos", dbt_account_id="70403")
    exported = export_demo(demo, by=sam)
    texts = unpack(exported.content)
    assert exported.name == "fjell_field_outfitters.demoforge.zip"
    assert json.loads(texts[PLAN]) == example_plan().model_dump(mode="json")
    manifest = manifest_of(exported.content)
    assert (manifest["exported_by"], manifest["confidential"]) == ("Sam Engineer", False)
    assert manifest["source"]["project_digest"] == PROJECT
    assert manifest["source"]["code_digest"] == demo.current.code_digest
    whole = b"".join(texts.values()).decode()
    for secret in (NOTES, PAINS, "acme-demos", "70403", '"sam"'):
        assert secret not in whole
    assert export_demo(demo, by=sam).content == exported.content, "same demo, same bytes"


def test_notes_travel_when_the_owner_wants_them_to(sam: User) -> None:
    brief = json.loads(unpack(export_demo(ready_demo(sam), confidential=True, by=sam).content)[BRIEF])
    assert (brief["discovery_notes"], brief["pain_points"]) == (NOTES, PAINS)


def _disguised(owner: User) -> Demo:
    demo = demo_of(
        owner, company="Nordlys Bank", codename="Project Bluebird", discovery_notes="Nordlys Bank waits."
    )
    revision = revision_of(demo)
    PlanRevision.objects.filter(pk=revision.pk).update(project_digest=PROJECT)
    demo.refresh_from_db()
    return demo


def test_behind_a_codename_the_real_name_stays_at_home(sam: User) -> None:
    demo = _disguised(sam)
    texts = unpack(export_demo(demo, by=sam).content)
    assert json.loads(texts[BRIEF])["company"] == "Project Bluebird"
    assert "nordlys" not in b"".join(texts.values()).decode().lower()
    brief = json.loads(unpack(export_demo(demo, confidential=True, by=sam).content)[BRIEF])
    assert (brief["company"], brief["codename"]) == ("Nordlys Bank", "Project Bluebird")


def test_a_plan_in_which_the_codename_does_not_hold_is_not_exported(sam: User) -> None:
    demo = _disguised(sam)
    plan = example_plan().model_dump(mode="json")
    plan["talk_track"]["close"] = "Thank you, Nordlys Bank."
    PlanRevision.objects.filter(pk=demo.current_id).update(plan=plan)
    with pytest.raises(Leaking):
        export_demo(demo, by=sam)
    assert not AuditEntry.objects.filter(action="demo.exported").exists()


@pytest.mark.parametrize("status", [RevisionStatus.RENDERED, RevisionStatus.BROKEN, RevisionStatus.QUEUED])
def test_only_what_is_proven_is_exported(sam: User, status: str) -> None:
    demo = demo_of(sam)
    revision_of(demo, status=status)
    with pytest.raises(NotNow):
        export_demo(demo, by=sam)


def test_a_revision_without_its_documents_is_not_exported(sam: User) -> None:
    demo = ready_demo(sam)
    PlanRevision.objects.filter(pk=demo.current_id).update(project_digest="")
    with pytest.raises(NotNow):
        export_demo(demo, by=sam)


def test_the_version_that_a_file_names_is_the_projects() -> None:
    project = tomllib.loads((Path(__file__).resolve().parents[3] / "pyproject.toml").read_text())
    assert project["project"]["version"] == __version__


# --- what becomes of it -------------------------------------------------------------------------------------


def test_an_imported_demo_is_the_importers_own_and_nobody_has_approved_it(sam: User) -> None:
    content = export_demo(ready_demo(person("eve")), by=sam).content
    demo = import_demo(content, by=sam)
    revision = demo.revisions.get()
    assert (demo.owner, demo.visibility, demo.company) == (sam, Visibility.ME, "Fjell & Field Outfitters")
    assert (demo.discovery_notes, demo.pain_points, demo.github_owner) == ("", "", "")
    assert (revision.origin, revision.status, revision.author) == (
        Origin.IMPORTED,
        RevisionStatus.QUEUED,
        sam,
    )
    assert revision.read_plan() == example_plan()
    assert not revision.is_approved
    assert revision.provenance.project_digest == PROJECT
    actions = AuditEntry.objects.filter(actor=sam).values_list("action", flat=True)
    assert {"demo.exported", "demo.imported", "revision.imported"} <= set(actions)


def test_the_same_form_sent_twice_makes_one_demo_and_another_file_another_one(sam: User) -> None:
    token, content = uuid4(), pack(good_texts())
    assert import_demo(content, token=token, by=sam) == import_demo(content, token=token, by=sam)
    source = json.loads(good_texts_manifest(content))["source"] | {"project_digest": f"sha256:{'c' * 64}"}
    other = pack(with_manifest(good_texts(), source=source))
    assert import_demo(other, token=token, by=sam).pk != Demo.objects.earliest("pk").pk
    assert Demo.objects.count() == 2


def good_texts_manifest(content: bytes) -> str:
    return json.dumps(manifest_of(content))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"dbt_version": "1.11.0"}, "dbt is 1.12.0 here and was 1.11.0 there."),
        ({"adapter": "duckdb 0.1"}, "Its adapter is duckdb here and was duckdb 0.1 there."),
        ({"template_commit": "abc"}, "Another template project is used here: compare DBT_TEMPLATE_REPO_URL."),
        ({}, "DemoForge 0.1.0 there writes other files from the same plan."),
    ],
)
def test_why_another_project_came_out_is_said(sam: User, changes: dict[str, str], reason: str) -> None:
    revision = revision_of(demo_of(sam), origin=Origin.IMPORTED)
    fields = {
        "demoforge_version": "0.1.0", "dbt_version": "1.12.0", "adapter": "duckdb",
        "code_digest": CODE, "project_digest": PROJECT,
    }  # fmt: skip
    Provenance.objects.create(revision=revision, **fields | changes)
    found = compare(revision)
    assert found is not None
    assert (found.same, found.same_code, found.reasons) == (False, False, [reason])


def test_before_the_proof_nothing_is_claimed(sam: User) -> None:
    revision = import_demo(pack(good_texts()), by=sam).revisions.get()
    found = compare(revision)
    assert found is not None
    assert (found.same, found.same_code, found.reasons) == (None, None, [])
    assert compare(revision_of(demo_of(sam))) is None


# --- the pages ----------------------------------------------------------------------------------------------


def test_the_owner_ticks_the_notes_and_a_manager_cannot(sam: User, client_of: ClientOf) -> None:
    demo = ready_demo(sam)
    where = f"/demos/{demo.pk}/export/"
    manager = client_of(person("mona", Role.MANAGER))
    assert "confidential" in client_of(sam).get(where).content.decode()
    assert 'name="confidential"' not in manager.get(where).content.decode()
    assert manager.post(where, {"confidential": "1"}).status_code == 403
    plain, whole = manager.post(where), client_of(sam).post(where, {"confidential": "1"})
    assert not manifest_of(plain.content)["confidential"]
    assert manifest_of(whole.content)["confidential"]
    assert whole["Content-Disposition"] == 'attachment; filename="fjell_field_outfitters.demoforge.zip"'
    assert "no-store" in whole["Cache-Control"]


def test_a_demo_without_a_proof_says_why_it_cannot_be_exported(sam: User, client_of: ClientOf) -> None:
    demo = demo_of(sam)
    revision_of(demo, status=RevisionStatus.RENDERED)
    assert "Nothing to export yet" in client_of(sam).get(f"/demos/{demo.pk}/export/").content.decode()
    assert client_of(sam).post(f"/demos/{demo.pk}/export/").status_code == 400


def test_an_uploaded_file_becomes_a_demo(sam: User, client_of: ClientOf) -> None:
    client = client_of(sam)
    answer = client.post("/demos/import/", {"package": uploaded(pack(good_texts())), "token": str(uuid4())})
    demo = Demo.objects.get()
    assert answer["Location"] == f"/demos/{demo.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "Exported by Sam Engineer" in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no archive", "no archive, or a damaged one"),
        (b"", "The file is empty"),
        (b"x" * (MOST_BYTES + 1), "None is larger than 1 MB"),
        (None, "Choose a file"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_at_its_field(
    sam: User, client_of: ClientOf, content: bytes | None, said: str
) -> None:
    data: dict[str, Any] = {"token": str(uuid4())}
    if content is not None:
        data["package"] = uploaded(content)
    answer = client_of(sam).post("/demos/import/", data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Demo.objects.exists()


def test_what_a_file_says_is_shown_as_text(sam: User, client_of: ClientOf) -> None:
    texts = with_manifest(good_texts(), exported_by="<script>alert(1)</script>")
    demo = import_demo(pack(texts), by=sam)
    page = client_of(sam).get(f"/demos/{demo.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
