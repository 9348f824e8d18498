"""What people do with demos. Each change and its audit line are one transaction; work is sent on commit."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.celery import send_on_commit
from demoforge.errors import NotNow
from scenarios import proving
from scenarios.models import Demo, Origin, PlanRevision, RevisionStatus
from scenarios.plan import rules
from scenarios.plan.brief import Brief
from scenarios.plan.parts import Plan
from scenarios.plan.sections import replace_section
from scenarios.plan.violations import PlanRefused
from scenarios.tasks import advance_revision


class NewerRevision(NotNow):
    """Someone made another revision meanwhile."""


def create_demo(
    brief: Brief,
    *,
    provider: str,
    token: UUID | None = None,
    github_owner: str | None = None,
    dbt_account_id: str | None = None,
    by: User,
) -> Demo:
    """Store the brief and start drafting its plan. The same form sent twice makes one demo.

    `github_owner` and `dbt_account_id` are kept for the targets that need them; None takes the setting.
    """
    choices = {
        "provider": provider,
        "github_owner": settings.DEFAULT_GITHUB_ORG if github_owner is None else github_owner,
        "dbt_account_id": settings.DEFAULT_DBT_ACCOUNT_ID if dbt_account_id is None else dbt_account_id,
    }
    try:
        with transaction.atomic():
            return _create_demo(brief, choices, token, by)
    except IntegrityError:  # the same form, sent at the same moment
        if token is None:
            raise
        return Demo.objects.get(owner=by, request_token=token)


def _create_demo(brief: Brief, choices: dict[str, str], token: UUID | None, by: User) -> Demo:
    sent = Demo.objects.filter(owner=by, request_token=token).first() if token else None
    if sent and sent.brief == brief and all(getattr(sent, name) == choices[name] for name in choices):
        return sent
    fresh = None if sent else token  # the form was corrected and sent again: another demo
    typed = brief.model_dump() | {"codename": brief.codename or ""}
    demo = Demo.objects.create(owner=by, request_token=fresh, **choices, **typed)
    audit.record("demo.created", demo, by=by, provider=demo.provider)
    _add_revision(demo, origin=Origin.GENERATED, by=by)
    return demo


@transaction.atomic
def regenerate(demo: Demo, *, instructions: str, by: User) -> PlanRevision:
    """Draft a new revision from the same brief and these instructions. Raises NotNow while one is drafted."""
    demo = _lock(demo)
    return _add_revision(
        demo, origin=Origin.REGENERATED, by=by, parent=demo.current, instructions=instructions.strip()
    )


@transaction.atomic
def edit_section(
    revision: PlanRevision, *, section: str, data: Any, newest: int | None = None, by: User
) -> PlanRevision:
    """Replace one section of a revision's plan; a new revision. Raises PlanRefused, NotNow.

    `newest` is the number of the newest revision that the editor knows of: raises NewerRevision if there is another.
    """
    plan = replace_section(revision.read_plan(), section, data)
    if violations := rules.check_plan(plan):
        raise PlanRefused(violations)
    demo = _lock(revision.demo)
    last = demo.revisions.first()
    if newest is not None and last and last.number != newest:
        raise NewerRevision(f"Revision {last.number} was made meanwhile.", "Look at it, then save again.")
    return _add_revision(
        demo, origin=Origin.EDITED, by=by, parent=revision, subject=section, plan=plan, notes=revision.notes
    )


@transaction.atomic
def restore_revision(revision: PlanRevision, *, by: User) -> PlanRevision:
    """Make a new revision with the plan of an earlier one. Raises NotNow."""
    if revision.plan is None:
        raise NotNow("This revision has no plan that could be restored.", "Choose another one.")
    demo = _lock(revision.demo)
    return _add_revision(
        demo,
        origin=Origin.RESTORED,
        by=by,
        parent=revision,
        subject=f"revision {revision.number}",
        plan=revision.read_plan(),
        notes=revision.notes,
    )


@transaction.atomic
def retry_drafting(revision: PlanRevision, *, by: User) -> PlanRevision:
    """Go on with a revision whose drafting failed, or prove once more one whose Proof did not pass."""
    revision = PlanRevision.objects.select_for_update().get(pk=revision.pk)
    if revision.status == RevisionStatus.FAILED:
        _reset(revision, RevisionStatus.QUEUED)
    elif revision.status == RevisionStatus.BROKEN and revision.proof_id:
        proving.queue_again(revision.proof_id)
        _reset(revision, RevisionStatus.RENDERED)
    else:
        raise NotNow("There is nothing to retry: this revision did not fail.")
    audit.record("revision.retried", revision, by=by)
    send_on_commit(advance_revision, revision.pk)
    return revision


def _reset(revision: PlanRevision, status: RevisionStatus) -> None:
    revision.status = status
    revision.error = revision.hint = ""
    revision.failures = 0
    revision.not_before = None
    revision.save(update_fields=["status", "error", "hint", "failures", "not_before"])


def _lock(demo: Demo) -> Demo:
    """The demo, locked until the transaction ends. Raises NotNow while its newest revision is drafted."""
    locked = Demo.objects.select_for_update().get(pk=demo.pk)
    newest = locked.revisions.first()
    if newest and newest.status in (RevisionStatus.QUEUED, RevisionStatus.DRAFTING):
        raise NotNow(f"Revision {newest.number} is being drafted.", "Wait until it is there, then change it.")
    return locked


def _add_revision(
    demo: Demo, *, origin: Origin, by: User, plan: Plan | None = None, **fields: Any
) -> PlanRevision:
    newest = demo.revisions.first()
    revision = PlanRevision.objects.create(
        demo=demo,
        number=newest.number + 1 if newest else 1,
        origin=origin,
        provider=demo.provider,
        author=by,
        plan=plan.model_dump(mode="json") if plan else None,
        **fields,
    )
    Demo.objects.filter(pk=demo.pk).update(current=revision, updated_at=timezone.now())
    demo.current = revision
    audit.record(f"revision.{origin}", revision, by=by, about=revision.subject)
    send_on_commit(advance_revision, revision.pk)
    return revision
