"""Run the Proof of a code digest, once, under a claim; whoever needs it waits for the same row."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from demoforge.claims import Claim, LeaseLost, claim
from demoforge.faults import fault_point
from scenarios.models import PlanRevision, Proof, ProofStatus, RevisionStatus
from scenarios.plan.parts import Plan
from scenarios.proof import (
    IncrementalSpec,
    Limits,
    ProofReport,
    ProofSpec,
    ProofUnavailable,
    dbt_version,
    run_proof,
)
from scenarios.rendering import ProvenFacts, quality_tests, time_spine_name

__all__ = [
    "advance_proof",
    "dbt_version",
    "proven_facts",
    "queue_again",
    "read_report",
    "run_limits",
    "spec_of",
]

log = structlog.get_logger(__name__)

MAX_FAILURES = 3
POLL_SECONDS = 1.0
RETRY_SECONDS = 5.0


def advance_proof(proof_id: int) -> float | None:
    """Run the Proof unless someone does. Returns seconds to wait, or None when it has passed or failed."""
    status = Proof.objects.values_list("status", flat=True).get(pk=proof_id)
    if status in (ProofStatus.PASSED, ProofStatus.FAILED):
        return None
    held = claim(Proof, proof_id, ready=[ProofStatus.QUEUED], running=ProofStatus.RUNNING)
    if held is None:
        return POLL_SECONDS
    if held.failures > MAX_FAILURES:
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
    report = run_proof(
        _spec_for(held.pk), progress=lambda words: held.save(progress=words[:200]), limits=run_limits()
    )
    fault_point("prove", "after")
    held.settle(
        status=ProofStatus.PASSED if report.passed else ProofStatus.FAILED,
        report=report.model_dump(mode="json"),
        finished_at=timezone.now(),
        progress="",
        error="",
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
    if held.failures + 1 >= MAX_FAILURES:
        _fail(held, str(error))
        return None
    wait = timezone.now() + timedelta(seconds=RETRY_SECONDS)
    held.settle(
        status=ProofStatus.QUEUED, failures=held.failures + 1, not_before=wait, progress=str(error)[:200]
    )
    return RETRY_SECONDS


def _spec_for(proof_id: int) -> ProofSpec:
    """Any revision of this digest will do: they have the same code files, and the expectations follow from these."""
    revision = PlanRevision.objects.filter(proof_id=proof_id, plan__isnull=False).latest("pk")
    files = dict(revision.files.filter(branch="main", is_document=False).values_list("path", "text"))
    return spec_of(revision.read_plan(), files)


def spec_of(plan: Plan, files: dict[str, str]) -> ProofSpec:
    """What a plan's project is expected to do."""
    outline = plan.outline
    spine = time_spine_name(plan)
    return ProofSpec(
        files=files,
        expected=quality_tests(plan),
        incremental=IncrementalSpec(
            model=outline.incremental.model, unique_key=outline.incremental.unique_key
        ),
        marts=[*(model.name for model in outline.marts), *([spine] if spine else [])],
        metrics=[metric.name for metric in plan.semantic.metrics] if plan.semantic else [],
    )


def read_report(proof: Proof | None) -> ProofReport | None:
    """The stored report, or None."""
    return ProofReport.model_validate(proof.report) if proof and proof.report else None


def proven_facts(proof: Proof | None) -> ProvenFacts:
    """What documents quote. Raises ValueError when there is no report."""
    report = read_report(proof)
    if report is None:
        raise ValueError("there is no Proof to quote from")
    return ProvenFacts(
        dbt_version=report.dbt_version,
        adapter=report.adapter,
        nodes=len(report.nodes),
        tests_passed=report.tests_passed,
        tests_warned=report.tests_warned,
        failures={node.name: node.failures for node in report.nodes if node.failures},
        row_counts={name: first for name, (first, _) in report.row_counts.items() if first is not None},
        metrics=report.metrics,
    )
