"""The road of a revision: outline, parts, rules, render, Proof. Any step may be cut off and is taken up again."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from demoforge.claims import Claim, LeaseLost, claim
from demoforge.errors import Explained
from demoforge.faults import fault_point
from scenarios import proving
from scenarios.ai.protocol import Provider, ProviderError
from scenarios.ai.registry import provider_named
from scenarios.models import PlanRevision, ProjectFile, Proof, ProofStatus, RevisionStatus
from scenarios.plan import rules
from scenarios.plan.mend import mend_rows
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue, Plan, assemble, part_keys, part_type
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
SAVE_EVERY_SECONDS = 0.5  # how often finished parts are written while drafting


class PlanNotValid(Explained):
    """The drafted plan breaks rules that could not be mended."""


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
    revision = PlanRevision.objects.select_related("demo", "parent").get(pk=held.pk)
    fault_point("draft", "before")
    plan, mended = (revision.read_plan(), []) if revision.plan else _compose(held, revision)
    if violations := rules.check_plan(plan):
        raise PlanRefused(violations)
    held.save(
        plan=plan.model_dump(mode="json"),
        outline=None,  # both are in the plan now
        parts={},
        notes=[*revision.notes, *mended],
        progress="Rendering the project",
    )
    fault_point("render", "before")
    _render(held, plan)


def _compose(held: Claim, revision: PlanRevision) -> tuple[Plan, list[str]]:
    """The plan from the provider, and what was mended in it, in sentences."""
    provider = provider_named(revision.provider)
    brief = revision.demo.brief.disguised()
    outline = _outline(held, revision, provider)
    done: dict[str, PartValue] = {
        key: part_type(key).model_validate(data)  # type: ignore[misc]  # one of the PartValue types
        for key, data in revision.parts.items()
    }
    saved_at = time.monotonic()
    for number, key in enumerate(keys := part_keys(outline), start=1):
        if key in done:
            continue
        done[key] = provider.part(brief, outline, key, done=done)
        if time.monotonic() - saved_at > SAVE_EVERY_SECONDS:
            held.save(parts=_dump(done), progress=f"Writing the details, {number} of {len(keys)}")
            saved_at = time.monotonic()
    held.save(parts=_dump(done), progress="Checking the plan")
    fault_point("parts", "after")
    return mend_rows(assemble(outline, done))


def _outline(held: Claim, revision: PlanRevision, provider: Provider) -> Outline:
    if revision.outline:
        return Outline.model_validate(revision.outline)
    held.save(progress="Writing the outline")
    previous = revision.parent.read_outline() if revision.parent else None
    brief = revision.demo.brief
    instructions = brief.disguise(revision.instructions)
    drafted = provider.outline(brief.disguised(), instructions=instructions, previous=previous)
    if violations := rules.check_outline(drafted.outline):
        raise PlanRefused(violations)
    revision.notes = drafted.notes
    held.save(
        outline=drafted.outline.model_dump(mode="json"),
        notes=drafted.notes,
        progress="Writing the details",
    )
    fault_point("outline", "after")
    return drafted.outline


def _dump(parts: dict[str, PartValue]) -> dict[str, Any]:
    return {key: value.model_dump(mode="json") for key, value in parts.items()}


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
        _break(revision_id, proof.error)
        return None
    delay = proving.advance_proof(proof.pk)
    return 0.0 if delay is None else delay


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
