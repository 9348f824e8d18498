"""The step that proves the project: over at once with a passing Proof, else it runs it, or waits for it."""

from django.db import models

from provisioning.models import BuildRun
from provisioning.steps.base import Done, Outcome, Step, StepContext, StepFailed, Wait
from provisioning.steps.confirmed import refuse_voided
from scenarios.drafting import advance_revision
from scenarios.models import PlanRevision, RevisionStatus
from scenarios.proving import read_report

FINDINGS_SHOWN = 3


def prove(context: StepContext) -> Outcome:
    """Bring the revision's Proof to its end, and bind the build to the project it proves."""
    refuse_voided(context.run)
    reused = _status(context.run) == RevisionStatus.READY
    delay: float | None = 0.0
    while delay == 0:
        delay = advance_revision(context.run.revision_id)
    if delay is not None:
        return Wait(delay, "Waiting for the Proof, which is running already")
    revision = PlanRevision.objects.select_related("proof").get(pk=context.run.revision_id)
    if revision.status != RevisionStatus.READY:
        raise _not_proven(revision)
    _bind(context.run, revision)
    return Done(_passed(revision, reused), {"reused": reused})


def _status(run: BuildRun) -> str:
    return PlanRevision.objects.values_list("status", flat=True).get(pk=run.revision_id)


def _not_proven(revision: PlanRevision) -> StepFailed:
    report = read_report(revision.proof)
    if report is None or report.passed:  # nothing speaks against the project
        what = "The Proof could not be run." if report is None else "The revision could not be finished."
        reason = revision.error or "The reason is in the log."
        return StepFailed(f"{what} {reason}", revision.hint or "Press Retry.")
    found = [f"{finding.place}: {finding.sentence}".lstrip(": ") for finding in report.findings]
    more = f" (and {len(found) - FINDINGS_SHOWN} more)" if len(found) > FINDINGS_SHOWN else ""
    return StepFailed(
        f"The project did not pass its Proof. {' '.join(found[:FINDINGS_SHOWN])}{more}",
        "Change the plan on the review page, then build the new revision.",
        retryable=False,
    )


def _bind(run: BuildRun, revision: PlanRevision) -> None:
    """Fix which files this build is about. They are never changed afterwards."""
    unbound = models.Q(project_digest="") | models.Q(project_digest=revision.project_digest)
    same_code = BuildRun.objects.filter(unbound, pk=run.pk, code_digest=revision.code_digest)
    if not same_code.update(project_digest=revision.project_digest):
        raise StepFailed(
            "The proven project is not the one that was confirmed.",
            "Look at the plan again on the review page, then build it anew.",
            retryable=False,
        )


def _passed(revision: PlanRevision, reused: bool) -> str:
    report = read_report(revision.proof)
    if report is None:
        return "Passed"
    warned = f", {report.tests_warned} warned as planned" if report.tests_warned else ""
    counts = f"{len(report.nodes)} nodes, {report.tests_passed} tests passed{warned}"
    return f"Proven before: {counts}" if reused else f"Passed: {counts}"


PROOF_STEP = Step(
    "proof",
    "proof",
    "Prove the project",
    prove,
    after=("semantic_layer",),
    doing="Running the project with dbt and checking every result",
)
