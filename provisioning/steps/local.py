"""The local target: a bare git repository on this machine, and a real first run of what is in it."""

from pathlib import Path

from django.conf import settings

from provisioning.clients import local_git
from provisioning.clients.git import GitError
from provisioning.models import BuildRun, Resource
from provisioning.steps.base import Done, Outcome, Step, StepContext, StepFailed
from provisioning.steps.confirmed import Branches, confirmed_branches, refuse_leaking, refuse_voided
from provisioning.steps.phases import absent
from provisioning.steps.project import PROJECT_STEPS
from provisioning.steps.proof import PROOF_STEP
from scenarios.proof import BuildReport, ProofUnavailable, run_build
from scenarios.proving import run_limits
from scenarios.rendering import MAIN
from scenarios.rendering.pull_requests import commit_message

AUTHOR_NAME, AUTHOR_EMAIL = "DemoForge", "demoforge@localhost"
REPOSITORY = "repository"  # kind of the resource, key of the step


def create_repository(context: StepContext) -> Outcome:
    """Make the repository with one commit on each branch, or find the one that an earlier attempt made."""
    run = context.run
    refuse_voided(run)
    branches = confirmed_branches(run)
    made = _with_commits(run, branches)
    messages = {f"commit message of {branch.name}": branch.commit.message for branch in made}
    refuse_leaking(run, {"repository name": run.repository_name, **messages})
    path = settings.LOCAL_REPOSITORIES / run.repository_name
    resource = context.ledger.intend(REPOSITORY, run.repository_name, location=str(path))
    try:
        commit_id = local_git.create_repository(path, branches=made, marker=resource.marker)
        same = local_git.holds_exactly(path, branches)
    except (GitError, local_git.NotOursError, local_git.PathError, OSError) as error:
        raise _git_trouble(error) from error
    context.ledger.created(resource, external_id=commit_id, location=str(path))
    if not same:
        raise StepFailed(
            "The repository does not hold the proven files.",
            "Somebody may have changed it. Undo this build, then build again.",
            retryable=False,
        )
    names, count = [branch.name for branch in made], len(branches[MAIN])
    beside = f", and beside it {' and '.join(names[1:])}" if names[1:] else ""
    facts = {"commit": commit_id, "files": count, "branches": names}
    return Done(f"One commit on main, {count} files{beside}", facts)


def _with_commits(run: BuildRun, branches: Branches) -> list[local_git.Branch]:
    """The branches with their commits, `main` first."""
    plan = run.revision.read_plan()
    return [
        local_git.Branch(
            name,
            branches[name],
            local_git.Commit(commit_message(plan, name), AUTHOR_NAME, AUTHOR_EMAIL, run.created_at),
        )
        for name in sorted(branches, key=lambda name: (name != MAIN, name))
    ]


def _git_trouble(error: Exception) -> StepFailed:
    if isinstance(error, local_git.PathError):
        hint = "Ask an administrator to correct the template project."
        return StepFailed(str(error), hint, retryable=False)
    if isinstance(error, local_git.NotOursError):
        return StepFailed(str(error), "Move it away, then press Retry.")
    return StepFailed(
        f"The repository could not be written: {error}",
        f"Check that git is there and {settings.LOCAL_REPOSITORIES} can be written to, then press Retry.",
    )


def remove_repository(context: StepContext) -> Outcome:
    """Remove what the ledger and the marker say is ours. What is gone already is no error."""
    for resource in context.ledger.remaining():
        try:
            local_git.remove_repository(Path(resource.location), marker=resource.marker)
        except (local_git.NotOursError, OSError) as error:
            raise StepFailed(
                f"The repository was not removed: {error}",
                "Look at the folder and remove it by hand if you do not need it.",
            ) from error
        context.ledger.removed(resource)
    return Done("The repository was removed")


def first_run(context: StepContext) -> Outcome:
    """Read the project back from the repository and run one plain `dbt build` of it."""
    repository = Resource.objects.get(run=context.run, kind=REPOSITORY)
    try:
        files = local_git.read_files(Path(repository.location))
    except (GitError, UnicodeDecodeError) as error:
        raise StepFailed(
            "The repository could not be read.", "Undo this build, then build again.", retryable=False
        ) from error
    if files != confirmed_branches(context.run)[MAIN]:
        raise StepFailed(
            "The repository was changed after it was created, so it is not run.",
            "Undo this build, then build again.",
            retryable=False,
        )
    try:
        report = run_build(files, progress=context.say, limits=run_limits())
    except ProofUnavailable as error:
        raise StepFailed(f"dbt could not be run. {error}", "Press Retry.") from error
    return _judge(report)


def _judge(report: BuildReport) -> Done:
    if not report.passed:
        reasons = " ".join(finding.sentence for finding in report.findings[:3])
        hint = "Press Retry; if it stays so, regenerate the demo."
        raise StepFailed(f"The first run did not pass. {reasons}", hint)
    kinds = [node.resource_type for node in report.nodes]
    facts = {
        "nodes": len(report.nodes),
        "seeds": kinds.count("seed"),
        "models": kinds.count("model"),
        "tests_passed": report.tests_passed,
        "tests_warned": report.tests_warned,
        "dbt_seconds": report.seconds,
        "dbt_version": report.dbt_version,
    }
    warned = f", {report.tests_warned} warned as planned" if report.tests_warned else ""
    note = f"{facts['seeds']} seeds, {facts['models']} models, {report.tests_passed} tests passed{warned}"
    return Done(note, facts)


LOCAL_STEPS = (
    *PROJECT_STEPS,
    PROOF_STEP,
    Step(
        REPOSITORY,
        REPOSITORY,
        "Create the repository",
        create_repository,
        after=("proof",),
        undo=remove_repository,
        doing="Writing the project's files into a new git repository",
    ),
    absent("cloud_project"),
    absent("connect_repository"),
    absent("warehouse"),
    Step(
        "first_run",
        "first_run",
        "First run",
        first_run,
        after=(REPOSITORY,),
        doing="Running dbt build on the repository's content",
    ),
)
