"""Run the Proof of a code digest, once, under a claim; whoever needs it waits for the same row."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import structlog
from django.conf import settings
from django.utils import timezone

from demoforge.claims import Claim, LeaseLost, claim
from demoforge.faults import fault_point
from scenarios.expectations import spec_of
from scenarios.models import PlanRevision, Proof, ProofStatus, RevisionStatus
from scenarios.plan.parts import Plan
from scenarios.proof import Finding, Limits, ProofReport, ProofUnavailable, dbt_version, run_proof
from scenarios.proof.report import Portability
from scenarios.quoting import facts_of
from scenarios.rendering import MAIN, ProvenFacts
from scenarios.rendering.portability import Verdict, portability

__all__ = [
    "advance_proof",
    "dbt_version",
    "prove",
    "proven_facts",
    "queue_again",
    "read_report",
    "run_limits",
]

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
RETRY_SECONDS = 5.0
SAY_EVERY_SECONDS = 0.3


def advance_proof(proof_id: int) -> float | None:
    """Run the Proof unless someone does. Returns seconds to wait, or None when it has passed or failed."""
    status = Proof.objects.values_list("status", flat=True).get(pk=proof_id)
    if status in (ProofStatus.PASSED, ProofStatus.FAILED):
        return None
    held = claim(Proof, proof_id, ready=[ProofStatus.QUEUED], running=ProofStatus.RUNNING)
    if held is None:
        return POLL_SECONDS
    if held.worn_out:
        _fail(held, "The Proof was cut off again and again. Press Retry, or tell an administrator.")
        return None
    try:
        with held.heartbeat():
            _run(held)
    except LeaseLost:
        return POLL_SECONDS
    except ProofUnavailable as error:
        return _retry_or_fail(held, error)
    except Exception:
        log.exception("proof_errored", proof=proof_id)
        _fail(held, "Something went wrong on our side while proving. Press Retry; the error has been logged.")
    return None


def _run(held: Claim) -> None:
    fault_point("prove", "before")
    plan, branches = _project_of(held.pk)
    report = prove(plan, branches, say=_saying(held))
    fault_point("prove", "after")
    held.settle(
        status=ProofStatus.PASSED if report.passed else ProofStatus.FAILED,
        report=report.model_dump(mode="json"),
        finished_at=timezone.now(),
        progress="",
        error="",
    )


def prove(
    plan: Plan, branches: Mapping[str, Mapping[str, str]], *, say: Callable[[str], None]
) -> ProofReport:
    """Really run a plan's project now, whatever is known of it. `branches`: branch -> path -> text of what dbt reads.

    `say` gets a sentence at every phase; what it raises ends the run. Raises ProofUnavailable. Takes about ten
    seconds, so nobody calls it inside a transaction.
    """
    report = run_proof(spec_of(plan, branches), progress=say, limits=run_limits())
    return _with_portability(report, portability(branches[MAIN], plan))


def _saying(held: Claim) -> Callable[[str], None]:
    """Writes what is happening a few times a second: lanes side by side say much. Raises LeaseLost."""
    said_at = 0.0

    def say(words: str) -> None:
        nonlocal said_at
        if time.monotonic() - said_at > SAY_EVERY_SECONDS:
            held.save(progress=words[:200])
            said_at = time.monotonic()

    return say


def _with_portability(report: ProofReport, verdicts: Sequence[Verdict]) -> ProofReport:
    """The report with a verdict for each model and warehouse; one that is not fine is a finding."""
    findings = [
        Finding(
            sentence=f"It would not run on {verdict.warehouse.capitalize()}"
            + (f", line {verdict.line}" if verdict.line else "")
            + f": {verdict.why}",
            place=verdict.model,
        )
        for verdict in verdicts
        if not verdict.fine
    ]
    return report.model_copy(
        update={
            "portability": [Portability.model_validate(asdict(verdict)) for verdict in verdicts],
            "findings": [*report.findings, *findings],
            "passed": report.passed and not findings,
        }
    )


def queue_again(proof_id: int) -> None:
    """Let a failed Proof be run once more, for all revisions that it broke. Nothing happens to any other."""
    queued = Proof.objects.filter(pk=proof_id, status=ProofStatus.FAILED).update(
        status=ProofStatus.QUEUED,
        failures=0,
        error="",
        progress="",
        report=None,
        not_before=None,
        finished_at=None,
    )
    if queued:
        PlanRevision.objects.filter(proof_id=proof_id, status=RevisionStatus.BROKEN).update(
            status=RevisionStatus.RENDERED, error="", hint="", not_before=None
        )


def run_limits() -> Limits:
    """What one run of dbt may use, from the settings."""
    return Limits(
        seconds=settings.PROOF_SECONDS,
        cpu_seconds=settings.PROOF_SECONDS,
        process_memory_mb=settings.PROOF_MEMORY_MB,
    )


def _fail(held: Claim, sentence: str) -> None:
    held.settle(status=ProofStatus.FAILED, error=sentence, progress="", finished_at=timezone.now())


def _retry_or_fail(held: Claim, error: ProofUnavailable) -> float | None:
    if held.put_back(status=ProofStatus.QUEUED, seconds=RETRY_SECONDS, progress=str(error)[:200]):
        return RETRY_SECONDS
    _fail(held, str(error))
    return None


def _project_of(proof_id: int) -> tuple[Plan, dict[str, dict[str, str]]]:
    """The plan, and what dbt reads on each branch.

    Any revision of this digest will do: they have the same code files, and the expectations follow from these.
    """
    revision = PlanRevision.objects.filter(proof_id=proof_id, plan__isnull=False).latest("pk")
    return revision.read_plan(), revision.branches(is_document=False)


def read_report(proof: Proof | None) -> ProofReport | None:
    """The stored report, or None."""
    return ProofReport.model_validate(proof.report) if proof and proof.report else None


def proven_facts(proof: Proof | None) -> ProvenFacts:
    """What documents quote. Raises ValueError when there is no report."""
    report = read_report(proof)
    if report is None:
        raise ValueError("there is no Proof to quote from")
    return facts_of(report)
