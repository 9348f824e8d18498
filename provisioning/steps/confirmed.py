"""What a build may hand over: the files that were proven, confirmed and approved, under names that tell no secret."""

from collections.abc import Mapping

from provisioning.models import BuildRun, RunKind
from provisioning.steps.base import StepFailed
from scenarios.approving import NotApproved, refuse_unapproved
from scenarios.leaks import Leaking, refuse_leaks
from scenarios.models import PlanRevision
from scenarios.rendering import project_digest

Branches = Mapping[str, Mapping[str, str]]  # branch -> path -> text


def confirmed_branches(run: BuildRun) -> dict[str, dict[str, str]]:
    """The files of all branches, after a check that they are what the Proof and the build are bound to."""
    branches = PlanRevision.objects.only("pk").get(pk=run.revision_id).branches()
    if project_digest(branches) != run.project_digest:
        raise StepFailed(
            "The stored files are not the proven ones.",
            "Make a new revision of the demo, then build that.",
            retryable=False,
        )
    return branches


def refuse_leaking(run: BuildRun, names: Mapping[str, str]) -> None:
    """With a codename, nothing that would be published may tell who the prospect is. Raises StepFailed."""
    try:
        refuse_leaks(run.revision, names=names)
    except Leaking as error:
        raise StepFailed(error.sentence, error.hint, retryable=False) from error


def refuse_voided(run: BuildRun) -> None:
    """Who needs an approval builds only while it holds: it may be gone since the build was started.

    Called before anything is made outside; what is begun is brought to its end. A reset puts back what stands
    there already, so it needs none. Raises StepFailed.
    """
    if run.kind == RunKind.RESET:
        return
    try:
        refuse_unapproved(run.revision, by=run.started_by)
    except NotApproved as error:
        raise StepFailed(error.sentence, error.hint) from error
