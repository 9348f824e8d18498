"""The local target, whole: real dbt, real git."""

import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from demoforge.claims import claim
from provisioning import services
from provisioning.clients import local_git
from provisioning.engine import advance, drive
from provisioning.models import BuildRun, Resource, RunStatus, StepStatus, Target
from scenarios.models import PlanRevision, ProjectFile, Proof, ProofStatus, RevisionStatus
from scenarios.rendering import branch_names, project_digest
from tests.provisioning.scenery import passing_report, ready_revision, rendered_revision, statuses

pytestmark = pytest.mark.django_db
SKIPPED = ("cloud_project", "connect_repository", "warehouse")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.LOCAL_REPOSITORIES = tmp_path / "repositories"


def start(revision: PlanRevision) -> BuildRun:
    return services.start_build(revision, target=Target.LOCAL, by=revision.demo.owner)


def advance_until(run: BuildRun, key: str) -> None:
    """Advance until that step is over."""
    while run.steps.get(key=key).status == StepStatus.PENDING:
        assert advance(run.pk) is not None


def to_the_end(run: BuildRun) -> BuildRun:
    drive(run.pk, on_change=lambda: None)
    run.refresh_from_db()
    return run


def repositories() -> list[Path]:
    return sorted(settings.LOCAL_REPOSITORIES.iterdir()) if settings.LOCAL_REPOSITORIES.exists() else []


@pytest.mark.slow
@pytest.mark.long  # with real processes: tests/journeys, tests/browser
@pytest.mark.django_db(transaction=True)  # the heartbeat writes from a thread of its own
def test_from_unproven_revision_to_cloned_repository():
    revision = rendered_revision()
    run = to_the_end(start(revision))
    failed = run.steps.exclude(error="").values_list("key", "error")
    assert (run.status, list(failed)) == (RunStatus.SUCCEEDED, [])
    revision.refresh_from_db()
    assert revision.status == RevisionStatus.READY
    assert run.project_digest == revision.project_digest != ""
    assert statuses(run) == {
        key: "skipped" if key in SKIPPED else "succeeded"
        for key in (
            "template", "seeds", "staging", "intermediate", "marts", "schema", "semantic_layer", "proof",
            "repository", "cloud_project", "connect_repository", "warehouse", "first_run",
        )
    }  # fmt: skip
    (path,) = repositories()
    assert path.name == run.repository_name
    names = branch_names(revision.read_plan())
    assert local_git.branch_names(path) == set(names)
    assert local_git.commit_count(path) == len(names)
    assert project_digest({name: local_git.read_files(path, name) for name in names}) == run.project_digest
    facts = run.steps.get(key="first_run").checkpoint
    outline = revision.read_plan().outline
    assert facts["seeds"] == len(outline.sources)
    assert facts["models"] >= len(outline.sources) + len(outline.models)
    assert facts["tests_warned"] == len(revision.read_plan().quality.scenarios)
    assert facts["nodes"] > facts["seeds"] + facts["models"]
    assert run.steps.get(key="seeds").note == f"10 rows in each of {len(outline.sources)} seeds"
    assert not run.steps.get(key="proof").checkpoint["reused"]


HOSTILE = (
    "--upload-pack=touch x", "../../etc", "Evil\nCo\r\n\x1b[31m", "日本株式会社", "'; drop table x; --",
    "{{ env_var('HOME') }}",
)  # fmt: skip


@pytest.mark.parametrize("company", HOSTILE)
def test_hostile_companies_get_a_plain_folder_and_one_line(company):
    revision = ready_revision(company)
    run = start(revision)
    advance_until(run, "repository")
    (path,) = repositories()
    assert path.parent == settings.LOCAL_REPOSITORIES
    assert path.name.endswith(f"{run.created_at:%Y%m%d}-{path.name[-6:]}")
    assert set(path.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not path.name.startswith("-")
    command = ["git", f"--git-dir={path}", "log", "--format=%B", "main"]
    message = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert message.startswith("Initial demo project for ")
    subject, blank, *_ = message.split("\n")
    assert blank == ""
    assert not set(subject) & {"\r", "\x1b"}
    assert "{{" not in message


def test_files_that_are_not_the_confirmed_ones_stop_the_build_before_anything_is_made():
    revision = ready_revision()
    run = start(revision)
    ProjectFile.objects.filter(revision=revision, path="dbt_project.yml").update(text="name: other")
    run = to_the_end(run)
    row = run.steps.get(key="template")
    assert (run.status, row.status, row.retryable) == (RunStatus.FAILED, "failed", False)
    assert "not those that were confirmed" in row.error
    assert repositories() == []


def test_documents_that_are_not_the_confirmed_ones_are_not_pushed():
    revision = ready_revision()
    run = start(revision)
    ProjectFile.objects.filter(revision=revision, is_document=True).update(text="changed")
    run = to_the_end(run)
    assert run.steps.get(key="repository").status == StepStatus.FAILED
    assert repositories() == []
    assert not Resource.objects.exists()


def test_a_missing_seed_row_is_seen():
    revision = ready_revision()
    seed = ProjectFile.objects.filter(
        revision=revision, branch="main", path__startswith="seeds/", path__endswith=".csv"
    ).first()
    assert seed is not None
    run = start(revision)
    advance_until(run, "template")
    seed.text = seed.text.rsplit("\n", 2)[0] + "\n"
    seed.save()
    run = to_the_end(run)
    assert "has 9 rows" in run.steps.get(key="seeds").error


def test_a_repository_that_was_changed_is_not_run():
    revision = ready_revision()
    run = start(revision)
    advance_until(run, "repository")
    (path,) = repositories()
    marker = local_git.read_marker(path)
    local_git.remove_repository(path, marker=marker)
    other = local_git.Commit("changed", "Somebody", "s@example.com", run.created_at)
    branch = local_git.Branch("main", {"dbt_project.yml": "name: x"}, other)
    local_git.create_repository(path, branches=[branch], marker=marker)
    run = to_the_end(run)
    assert run.status == RunStatus.FAILED
    assert "was changed" in run.steps.get(key="first_run").error


def test_undo_removes_the_repository_and_a_second_build_gets_a_new_one():
    revision = ready_revision()
    run = start(revision)
    advance_until(run, "repository")
    run.refresh_from_db()
    services.cancel_build(run, by=revision.demo.owner)
    assert to_the_end(run).status == RunStatus.CANCELLED
    services.undo_build(run, by=revision.demo.owner)
    assert to_the_end(run).status == RunStatus.UNDONE
    assert repositories() == []
    assert run.resources.get().status == Resource.Status.REMOVED
    again = start(revision)
    assert again.pk != run.pk
    assert again.repository_name != run.repository_name


def test_undo_leaves_alone_what_is_not_ours_and_says_where_it_is():
    revision = ready_revision()
    run = start(revision)
    advance_until(run, "repository")
    run.refresh_from_db()
    (path,) = repositories()
    local_git.remove_repository(path, marker=local_git.read_marker(path))
    path.mkdir()
    (path / "precious.txt").write_text("the only copy")
    services.cancel_build(run, by=revision.demo.owner)
    services.undo_build(to_the_end(run), by=revision.demo.owner)
    assert to_the_end(run).status == RunStatus.UNDO_FAILED
    leftover = run.resources.get()
    assert (leftover.status, leftover.location) == (Resource.Status.LEFTOVER, str(path))
    assert (path / "precious.txt").exists()


def test_confirming_while_the_proof_runs_waits_for_it():
    revision = rendered_revision()
    held = claim(Proof, Proof.objects.get().pk, ready=[ProofStatus.QUEUED], running=ProofStatus.RUNNING)
    assert held is not None
    run = start(revision)
    while (delay := advance(run.pk)) == 0:
        pass
    row = run.steps.get(key="proof")
    assert delay is not None
    assert (row.status, row.note, row.failures) == (
        StepStatus.PENDING, "Waiting for the Proof, which is running already", 0,
    )  # fmt: skip
    assert held.settle(status=ProofStatus.PASSED, report=passing_report(revision))
    run.steps.update(not_before=None)
    advance(run.pk)
    run.refresh_from_db()
    revision.refresh_from_db()
    assert run.steps.get(key="proof").status == StepStatus.SUCCEEDED
    assert run.project_digest == revision.project_digest != ""


def test_a_proof_that_did_not_pass_says_what_was_found_and_cannot_be_retried():
    revision = rendered_revision()
    finding = {"sentence": "The mart fct_orders has no rows.", "place": "fct_orders"}
    report = {"passed": False, "dbt_version": "1", "adapter": "duckdb", "seconds": 1.0, "findings": [finding]}
    Proof.objects.update(status=ProofStatus.FAILED, report=report)
    run = to_the_end(start(revision))
    row = run.steps.get(key="proof")
    assert run.status == RunStatus.FAILED
    assert "The mart fct_orders has no rows." in row.error
    assert not row.retryable


def test_a_project_that_passed_but_could_not_be_finished_says_so_and_is_finished_by_retry():
    revision = rendered_revision()
    run = start(revision)
    advance_until(run, "schema")
    if run.steps.get(key="semantic_layer").status == StepStatus.PENDING:
        advance_until(run, "semantic_layer")
    Proof.objects.update(status=ProofStatus.PASSED, report=passing_report(revision))
    PlanRevision.objects.update(plan={})  # so that its documents cannot be written
    run = to_the_end(run)
    revision.refresh_from_db()
    assert (revision.status, revision.proof.passed) == (RevisionStatus.BROKEN, True)
    row = run.steps.get(key="proof")
    assert row.retryable
    assert row.error == f"The revision could not be finished. {revision.error}"
    assert "did not pass" not in row.error
    PlanRevision.objects.update(plan=rendered_revision("Southwind").plan)
    services.retry_build(run, by=revision.demo.owner)
    advance_until(run, "proof")
    revision.refresh_from_db()
    assert (run.steps.get(key="proof").status, revision.status) == (
        StepStatus.SUCCEEDED,
        RevisionStatus.READY,
    )


def test_a_proof_that_could_not_be_run_is_run_again_by_retry():
    revision = rendered_revision()
    Proof.objects.update(status=ProofStatus.FAILED, error="The process that runs dbt could not be started.")
    run = to_the_end(start(revision))
    row = run.steps.get(key="proof")
    assert (run.status, row.retryable) == (RunStatus.FAILED, True)
    services.retry_build(run, by=revision.demo.owner)
    revision.refresh_from_db()
    assert revision.status == RevisionStatus.RENDERED
    assert Proof.objects.get().status == ProofStatus.QUEUED
