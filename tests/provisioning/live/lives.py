"""Live demos for tests: builds that have succeeded on the servers for GitHub and dbt Cloud, and newer revisions."""

from collections.abc import Mapping

from provisioning import services
from provisioning.live.branches import look_before
from provisioning.models import BuildRun, RunStatus, Target
from scenarios.drafting import advance_revision
from scenarios.models import Origin, PlanRevision, ProjectFile, Proof, ProofStatus, RevisionStatus
from scenarios.proof import dbt_version
from scenarios.rendering import project_digest
from tests.provisioning.scenery import passing_report
from tests.provisioning.steps.stage import Stage, describe, run_out

ADDED = "models/marts/notes.md"


def built(stage: Stage, target: Target) -> BuildRun:
    """A build that has succeeded."""
    run = stage.build(target)
    assert run.status == RunStatus.SUCCEEDED, describe(run)
    return run


def newer(stage: Stage, text: str = "More.\n", *, added: Mapping[str, str] | None = None) -> PlanRevision:
    """A further revision of the demo whose Proof has passed: its main has changed, and so its branches."""
    old = stage.revision
    branches = {
        branch: {**files, **(added or {ADDED: text})}
        for branch, files in old.branches(is_document=False).items()
    }
    proof, _ = Proof.objects.get_or_create(code_digest=project_digest(branches), dbt_version=dbt_version())
    made = PlanRevision.objects.create(
        demo=old.demo, number=old.demo.revisions.count() + 1, origin=Origin.EDITED, provider="builtin",
        author=old.author, status=RevisionStatus.RENDERED, plan=old.plan, code_digest=proof.code_digest, proof=proof,
    )  # fmt: skip
    ProjectFile.objects.bulk_create(
        ProjectFile(revision=made, branch=branch, path=path, text=text)
        for branch, files in branches.items()
        for path, text in files.items()
    )
    Proof.objects.filter(pk=proof.pk).update(status=ProofStatus.PASSED, report=passing_report(made))
    assert advance_revision(made.pk) is None
    made.refresh_from_db()
    assert made.status == RevisionStatus.READY
    return made


def update(stage: Stage, live: BuildRun, revision: PlanRevision) -> BuildRun:
    """Update a live demo, to the end."""
    return run_out(services.update_live(live, revision, by=stage.user))


def reset(stage: Stage, live: BuildRun, *, confirmed: bool = True) -> BuildRun:
    """Reset a live demo, to the end; `confirmed`: after a look at what it discards."""
    heads = look_before(live, by=stage.user).to_confirm if confirmed else {}
    return run_out(services.reset_live(live, confirmed=heads, by=stage.user))


def assert_shows(stage: Stage, live: BuildRun, revision: PlanRevision) -> None:
    """At GitHub are exactly the revision's files, with one open pull request for each branch beside main."""
    repository = stage.github.repository(stage.repository(live))
    branches = revision.branches()
    for branch, files in branches.items():
        assert stage.github.files(repository.full_name, branch) == files
    still = sorted(pull.head for pull in repository.pulls if pull.state == "open")
    assert still == sorted(set(branches) - {"main"})
    for pull in repository.pulls:
        if pull.state == "open":  # each shows something
            main = {one.sha for one in stage.github.history(repository.full_name)}
            assert repository.branches[pull.head] not in main
