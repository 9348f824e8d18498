"""The road of a revision: outline, parts, rules, render, Proof. Any step may be cut off and is taken up again."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from demoforge.claims import Claim, LeaseLost, claim
from demoforge.errors import Explained
from demoforge.faults import fault_point
from scenarios import composing, proving
from scenarios.ai.opening import is_builtin
from scenarios.ai.protocol import ProviderError
from scenarios.feedback import violations_of
from scenarios.library.indexing import index_revision
from scenarios.models import Origin, PlanRevision, ProjectFile, Proof, ProofStatus, RevisionStatus
from scenarios.plan import rules
from scenarios.plan.parts import Plan
from scenarios.plan.violations import PlanRefused
from scenarios.rendering import (
    TalkTrackTemplateError,
    branch_names,
    project_digest,
    render_branches,
    render_documents,
)
from scenarios.template_source import load_template

log = structlog.get_logger(__name__)

RETRY_SECONDS = 3.0
MOST_REPAIRS = composing.LAST_ROUND + 1  # Proofs that may fail before a person has to look
_WRITTEN = (Origin.GENERATED, Origin.REGENERATED)


def advance_revision(revision_id: int) -> float | None:
    """Do the next thing for a revision. Returns seconds until the next call, or None when it is settled."""
    status = PlanRevision.objects.values_list("status", flat=True).get(pk=revision_id)
    if status in (RevisionStatus.QUEUED, RevisionStatus.DRAFTING):
        return _draft_under_claim(revision_id)
    if status == RevisionStatus.RENDERED:
        return _prove(revision_id)
    return None


def drive_revision(revision_id: int, *, on_change: Callable[[str], None]) -> PlanRevision:
    """Advance a revision in this process until it is settled, telling each change of progress."""
    told = ""
    while (delay := advance_revision(revision_id)) is not None:
        progress = PlanRevision.objects.values_list("progress", flat=True).get(pk=revision_id)
        if progress != told:
            on_change(progress)
            told = progress
        time.sleep(delay)
    return PlanRevision.objects.select_related("demo", "proof").get(pk=revision_id)


def _draft_under_claim(revision_id: int) -> float | None:
    held = claim(PlanRevision, revision_id, ready=[RevisionStatus.QUEUED], running=RevisionStatus.DRAFTING)
    if held is None:
        return 1.0
    if held.worn_out:
        _fail(
            held,
            "Drafting was cut off again and again.",
            "Press Retry; if it stays so, tell an administrator.",
        )
        return None
    try:
        with held.heartbeat():
            _draft(held)
    except LeaseLost:
        log.warning("lease_lost", revision=revision_id)
        return 1.0
    except ProviderError as error:
        return _retry_or_fail(held, error)
    except PlanRefused as error:
        sentences = "\n".join(str(violation) for violation in error.violations[:10])
        _fail(
            held,
            f"The plan does not hold together:\n{sentences}",
            "Regenerate it with other instructions.",
            outline=None,  # so that Retry asks the provider again
            parts={},
        )
        return None
    except Explained as error:
        _fail(held, error.sentence, error.hint)
        return None
    except Exception:
        log.exception("drafting_failed", revision=revision_id)
        _fail(
            held,
            "Something went wrong on our side while drafting.",
            "Press Retry; the error has been logged.",
        )
        return None
    return 0.0


def _retry_or_fail(held: Claim, error: ProviderError) -> float | None:
    words = error.sentence[:200]
    if error.retryable and held.put_back(status=RevisionStatus.QUEUED, seconds=RETRY_SECONDS, progress=words):
        return RETRY_SECONDS
    _fail(held, error.sentence, error.hint)
    return None


def _fail(held: Claim, sentence: str, hint: str, **fields: Any) -> None:
    held.settle(status=RevisionStatus.FAILED, error=sentence, hint=hint, progress="", **fields)


def _draft(held: Claim) -> None:
    revision = PlanRevision.objects.select_related("demo", "parent", "author", "proof").get(pk=held.pk)
    fault_point("draft", "before")
    plan, notes = _plan_of(held, revision)
    if revision.findings and plan == revision.read_plan():
        _settle_unmended(held, revision, notes)
        return
    if violations := rules.check_plan(plan):
        raise PlanRefused(violations)
    held.save(
        plan=plan.model_dump(mode="json"),
        outline=None,  # both are in the plan now
        parts={},
        findings=None,
        notes=[*revision.notes, *notes],
        progress="Rendering the project",
    )
    fault_point("render", "before")
    _render(held, plan)


def _settle_unmended(held: Claim, revision: PlanRevision, notes: list[str]) -> None:
    """A repair that changed nothing: the next round has other means; after the last one the Proof's word stands."""
    said = [*revision.notes, *notes]
    if revision.repairs < MOST_REPAIRS:
        held.settle(status=RevisionStatus.QUEUED, repairs=revision.repairs + 1, notes=said)
    else:
        held.settle(status=RevisionStatus.BROKEN, findings=None, progress="", error="", hint="", notes=said)


def _plan_of(held: Claim, revision: PlanRevision) -> composing.Composed:
    """The revision's plan, composed or repaired if need be, and what there is to say about that."""
    if revision.plan is None:
        return composing.compose(held, revision)
    if not revision.findings:
        return revision.read_plan(), []
    try:
        return composing.repair(held, revision)
    except ProviderError as error:  # the plan stays as it is: the Proof has said what is wrong
        return revision.read_plan(), [f"Nothing could be sent back. {error.sentence} {error.hint}"]
    except PlanRefused:
        return revision.read_plan(), ["What the Proof found cannot be mended beside what is locked."]


def _render(held: Claim, plan: Plan) -> None:
    template = load_template(settings.DBT_TEMPLATE_REPO_URL)
    branches = render_branches(plan, template=template.files)
    digest = project_digest(branches)
    fault_point("render", "after")
    with transaction.atomic():
        proof, new = Proof.objects.get_or_create(code_digest=digest, dbt_version=proving.dbt_version())
        if not new:
            proving.queue_again(proof.pk)  # what failed once may have failed for want of memory or time
        settled = held.settle(
            status=RevisionStatus.RENDERED,
            progress="Waiting for the Proof",
            template_source=template.source,
            template_commit=template.commit,
            code_digest=digest,
            proof=proof,
            failures=0,
        )
        if not settled:
            raise LeaseLost(f"revision {held.pk}")
        _store(held.pk, branches, documents=False)


def _store(revision_id: int, branches: Mapping[str, Mapping[str, str]], *, documents: bool) -> None:
    rows = ProjectFile.objects.filter(revision_id=revision_id)
    rows.filter(is_document=True).delete() if documents else rows.delete()
    ProjectFile.objects.bulk_create(
        ProjectFile(revision_id=revision_id, branch=branch, path=path, text=text, is_document=documents)
        for branch, files in branches.items()
        for path, text in files.items()
    )


def _prove(revision_id: int) -> float | None:
    try:
        return _await_proof(revision_id)
    except TalkTrackTemplateError as error:
        _break(revision_id, f"{error} {error.hint}")
        return None
    except Exception:
        log.exception("revision_not_settled", revision=revision_id)
        _break(
            revision_id,
            "Something went wrong on our side after the Proof. Press Retry; the error has been logged.",
        )
        return None


def _break(revision_id: int, error: str) -> None:
    PlanRevision.objects.filter(pk=revision_id, status=RevisionStatus.RENDERED).update(
        status=RevisionStatus.BROKEN, progress="", error=error, hint=""
    )


def _await_proof(revision_id: int) -> float | None:
    revision = PlanRevision.objects.select_related("proof").get(pk=revision_id)
    proof = revision.proof
    if proof is None:
        raise ValueError(f"revision {revision_id} is rendered but has no Proof row")
    if proof.status == ProofStatus.PASSED:
        _finish(revision)
        return None
    if proof.status == ProofStatus.FAILED:
        if _send_back(revision, proof):
            return 0.0
        _break(revision_id, proof.error)
        return None
    delay = proving.advance_proof(proof.pk)
    return 0.0 if delay is None else delay


def _send_back(revision: PlanRevision, proof: Proof) -> bool:
    """Let the model mend what the Proof found in its plan. False when there is no model, or no further try."""
    report = proving.read_report(proof)
    by_model = revision.origin in _WRITTEN and not is_builtin(revision.provider)
    if not by_model or report is None or revision.repairs >= MOST_REPAIRS:
        return False
    findings = [asdict(violation) for violation in violations_of(revision.read_plan(), report)]
    if not findings:
        return False
    sent = PlanRevision.objects.filter(pk=revision.pk, status=RevisionStatus.RENDERED).update(
        status=RevisionStatus.QUEUED,
        findings=findings,
        repairs=F("repairs") + 1,
        not_before=None,
        progress="Sending back what the Proof found",
    )
    return bool(sent)


def _talk_track_template() -> str | None:
    """The administrator's template, or None for the one that ships."""
    path = settings.TALK_TRACK_TEMPLATE
    return Path(path).read_text(encoding="utf-8") if path else None


def _finish(revision: PlanRevision) -> None:
    """Write the documents from plan and Proof, and settle. Whoever comes second changes nothing."""
    plan = revision.read_plan()
    facts = proving.proven_facts(revision.proof)
    documents = render_documents(plan, facts, talk_track_template=_talk_track_template())
    with transaction.atomic():
        first = PlanRevision.objects.filter(pk=revision.pk, status=RevisionStatus.RENDERED).update(
            status=RevisionStatus.READY, ready_at=timezone.now(), progress="", error="", hint=""
        )
        if not first:
            return
        _store(revision.pk, dict.fromkeys(branch_names(plan), documents), documents=True)
        digest = project_digest(revision.branches())
        PlanRevision.objects.filter(pk=revision.pk).update(project_digest=digest)
        index_revision(revision)
