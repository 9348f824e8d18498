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
from scenarios.ai.sections import keys_of_section
from scenarios.library.indexing import index_brief
from scenarios.lifecycle import touch
from scenarios.locks import lock_keys, unkept, words_of
from scenarios.models import Demo, Origin, PlanRevision, RevisionStatus, Visibility
from scenarios.plan import rules
from scenarios.plan.brief import Brief
from scenarios.plan.parts import Plan
from scenarios.plan.pieces import FIELDS
from scenarios.plan.sections import replace_section
from scenarios.plan.violations import PlanRefused
from scenarios.plan.words import all_of
from scenarios.tasks import advance_revision

#: What is asked of a model that starts with another prospect's plan.
ADAPT = (
    "This plan was made for another prospect. Adapt it to this brief: to the words, the pain points and the use case "
    "in it. Keep the tables, models and metrics that fit, and change what does not."
)
UNLOCK = "Unlock it on the review page first; everybody who may edit the demo can."


class NewerRevision(NotNow):
    """Someone made another revision meanwhile."""


class Locked(NotNow):
    """It would change a section or a model that is locked."""


def create_demo(
    brief: Brief,
    *,
    provider: str,
    ai_model: str = "",
    token: UUID | None = None,
    github_owner: str | None = None,
    dbt_account_id: str | None = None,
    visibility: str | None = None,
    template: PlanRevision | None = None,
    start: Plan | None = None,
    by: User,
) -> Demo:
    """Store the brief and start drafting its plan. The same form sent twice makes one demo.

    `ai_model` is the model to ask; empty takes the one that its author has chosen. `visibility`: with whom it is
    shared; None shares it with everyone, or with nobody if it has a codename. `template`: the plan that it is adapted
    from; without a plan to `start` with, it is drafted from its brief alone.
    `github_owner` and `dbt_account_id` are kept for the targets that need them; None takes the setting.
    """
    choices = {
        "provider": provider,
        "ai_model": ai_model,
        "github_owner": settings.DEFAULT_GITHUB_ORG if github_owner is None else github_owner,
        "dbt_account_id": settings.DEFAULT_DBT_ACCOUNT_ID if dbt_account_id is None else dbt_account_id,
        "visibility": str(visibility or usual_visibility(brief.codename)),
        "template": template,
    }
    try:
        with transaction.atomic():
            return _create_demo(brief, choices, token, start, by)
    except IntegrityError:  # the same form, sent at the same moment
        if token is None:
            raise
        return Demo.objects.get(owner=by, request_token=token)


def usual_visibility(codename: str | None) -> Visibility:
    """With whom a demo is shared unless somebody chooses otherwise: what has a codename is nobody else's business."""
    return Visibility.ME if codename else Visibility.EVERYONE


def _create_demo(
    brief: Brief, choices: dict[str, Any], token: UUID | None, start: Plan | None, by: User
) -> Demo:
    sent = Demo.objects.filter(owner=by, request_token=token).first() if token else None
    if sent and sent.brief == brief and all(getattr(sent, name) == choices[name] for name in choices):
        return sent
    fresh = None if sent else token  # the form was corrected and sent again: another demo
    typed = brief.model_dump() | {"codename": brief.codename or ""}
    demo = Demo.objects.create(owner=by, team=by.team, request_token=fresh, **choices, **typed)
    audit.record("demo.created", demo, by=by, provider=demo.provider)
    if start is None:
        add_revision(demo, origin=Origin.GENERATED, by=by)
    else:
        first = add_revision(demo, origin=Origin.COPIED, by=by, plan=start)
        add_revision(demo, origin=Origin.REGENERATED, by=by, parent=first, instructions=ADAPT)
    return demo


@transaction.atomic
def regenerate(demo: Demo, *, instructions: str, section: str | None = None, by: User) -> PlanRevision:
    """Draft a new revision from the same brief and these instructions: the whole plan, or only a section of it.

    Raises Locked for a locked section, NotNow while a revision is drafted, and for a section that is not there.
    """
    demo = _lock(demo)
    if section:
        _check_section(demo, section)
    return add_revision(
        demo,
        origin=Origin.REGENERATED,
        by=by,
        parent=demo.current,
        subject=section or "",
        instructions=instructions.strip(),
    )


def _check_section(demo: Demo, section: str) -> None:
    name = words_of(section)
    if section in demo.locks:
        raise Locked(f"{name} is locked.", UNLOCK)
    if demo.current is None or demo.current.plan is None:
        raise NotNow("There is no plan yet.", "Wait until it is drafted, or regenerate the whole plan.")
    outline = demo.current.read_plan().outline
    if FIELDS[section][1] and not keys_of_section(outline, section):
        raise NotNow(
            f"{name} is not part of this plan.", "The brief says what is: begin another demo for it."
        )


@transaction.atomic
def set_lock(demo: Demo, *, key: str, locked: bool, by: User) -> Demo:
    """Lock a section or a model, or unlock it. Raises KeyError for what the current plan does not have.

    A model that is gone can still be unlocked.
    """
    demo = Demo.objects.select_for_update(of=("self",)).select_related("current").get(pk=demo.pk)
    known = lock_keys(demo.current.read_plan()) if demo.current and demo.current.plan else []
    if key not in known and (locked or key not in demo.locks):
        raise KeyError(key)
    if (key in demo.locks) != locked:
        demo.locks = sorted({*demo.locks, key} if locked else {*demo.locks} - {key})
        demo.save(update_fields=["locks"])
        audit.record("demo.locked" if locked else "demo.unlocked", demo, by=by, key=key)
    return demo


def _refuse_changes(old: Plan, new: Plan, locks: list[str]) -> None:
    """Raises Locked when the new plan has something otherwise that is locked."""
    changed = unkept(new, old, locks) if locks else []
    if changed:
        names = all_of(words_of(key) for key in changed)
        raise Locked(
            f"This would change {names}, which {'is' if len(changed) == 1 else 'are'} locked.", UNLOCK
        )


@transaction.atomic
def edit_section(
    revision: PlanRevision, *, section: str, data: Any, newest: int | None = None, by: User
) -> PlanRevision:
    """Replace one section of a revision's plan; a new revision. Raises PlanRefused, Locked, NotNow.

    `newest` is the number of the newest revision that the editor knows of: raises NewerRevision if there is another.
    """
    plan = replace_section(revision.read_plan(), section, data)
    if violations := rules.check_plan(plan):
        raise PlanRefused(violations)
    demo = _lock(revision.demo)
    _refuse_changes(revision.read_plan(), plan, demo.locks)
    last = demo.revisions.first()
    if newest is not None and last and last.number != newest:
        raise NewerRevision(f"Revision {last.number} was made meanwhile.", "Look at it, then save again.")
    return add_revision(
        demo, origin=Origin.EDITED, by=by, parent=revision, subject=section, plan=plan, notes=revision.notes
    )


@transaction.atomic
def restore_revision(revision: PlanRevision, *, by: User) -> PlanRevision:
    """Make a new revision with the plan of an earlier one. Raises Locked, NotNow."""
    if revision.plan is None:
        raise NotNow("This revision has no plan that could be restored.", "Choose another one.")
    demo = _lock(revision.demo)
    if demo.current and demo.current.plan:
        _refuse_changes(demo.current.read_plan(), revision.read_plan(), demo.locks)
    return add_revision(
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


def add_revision(
    demo: Demo, *, origin: Origin, by: User, plan: Plan | None = None, **fields: Any
) -> PlanRevision:
    """The next revision of a demo, which becomes the current one; it is drafted, or `plan` rendered, and proven.

    Call it inside the transaction of the change that it belongs to.
    """
    newest = demo.revisions.first()
    revision = PlanRevision.objects.create(
        demo=demo,
        number=newest.number + 1 if newest else 1,
        origin=origin,
        provider=demo.provider,
        ai_model=demo.ai_model,
        author=by,
        plan=plan.model_dump(mode="json") if plan else None,
        **fields,
    )
    Demo.objects.filter(pk=demo.pk).update(current=revision, updated_at=timezone.now())
    demo.current = revision
    index_brief(demo)
    touch(demo)
    audit.record(f"revision.{origin}", revision, by=by, about=revision.subject)
    send_on_commit(advance_revision, revision.pk)
    return revision
