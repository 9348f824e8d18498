"""The state of a revision's review as its page shows it: where it is, who decided, what voided it, what may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from scenarios import access
from scenarios.approving import is_own_plan, needs_approval
from scenarios.models import Comment, Demo, PlanRevision, Review, ReviewStatus, RevisionStatus

_REVISION = ("revision__number", "revision__demo_id")


@dataclass(frozen=True)
class Voided:
    """An approval that does not hold any more: of revision `old`, by whom, when; `new` is what came of it."""

    old: int
    new: int
    by: User | None
    at: datetime | None
    inherited: bool = False


@dataclass(frozen=True)
class ReviewPanel:
    """What the page of a demo says about reviews.

    `last`: the newest review of this revision that was not withdrawn. `approval`: the one that holds; `inherited`
    from the template. `voided`: the newest approval, when none holds any more; `asked_before`: a review that was
    asked for an earlier revision and is not decided. The words of notes and verdicts are for those who `may_read`.
    """

    revision: PlanRevision
    last: Review | None
    approval: Review | None
    inherited: bool
    voided: Voided | None
    asked_before: Review | None
    ready: bool
    needed: bool
    may_ask: bool
    may_withdraw: bool
    may_decide: bool
    may_take_back: bool
    may_read: bool
    own: bool
    open_comments: int

    @property
    def is_open(self) -> bool:
        """Whether somebody has to decide."""
        return self.last is not None and self.last.status == ReviewStatus.OPEN

    @property
    def is_sent_back(self) -> bool:
        """Whether a manager wants changes."""
        return self.last is not None and self.last.status == ReviewStatus.SENT_BACK

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say, and nothing to do."""
        told = self.last or self.approval or self.voided or self.asked_before
        return not told and not self.needed and not self.may_ask and not self.open_comments


def is_blocked(user: User, demo: Demo, revision: PlanRevision) -> bool:
    """Whether only the missing approval keeps this person from building the revision."""
    holds = revision.is_approved and demo.current_id == revision.pk
    return not holds and needs_approval(user)


def review_panel(user: User, demo: Demo, revision: PlanRevision, comments: Sequence[Comment]) -> ReviewPanel:
    """Everything the panel shows. `revision.demo` and `revision.approval` are loaded. Two queries."""
    current = demo.current_id == revision.pk
    reviews = list(_reviews(demo, revision))
    last = next((one for one in reviews if one.revision_id == revision.pk), None)
    earlier = [one for one in reviews if one.revision_id != revision.pk]
    approval = revision.approval if revision.is_approved and current else None
    ready = current and revision.status == RevisionStatus.READY
    is_open = last is not None and last.status == ReviewStatus.OPEN
    decides, asks = current and access.may_decide(user, revision), access.may_ask_review(user, demo)
    return ReviewPanel(
        revision=revision,
        last=last,
        approval=approval,
        inherited=approval is not None and revision.approval_inherited,
        voided=None if approval else _voided(demo, revision, reviews),
        asked_before=next((one for one in earlier if one.status == ReviewStatus.OPEN), None),
        ready=ready,
        needed=access.may_build(user, demo) and needs_approval(user),
        may_ask=asks and ready and not is_open and approval is None,
        may_withdraw=asks and is_open,
        may_decide=decides and ready and is_open,
        may_take_back=decides and approval is not None and not revision.approval_inherited,
        may_read=access.may_read_notes(user, demo),
        own=is_open and user.may(Action.REVIEW) and is_own_plan(revision, user),
        open_comments=sum(one.resolved_at is None for one in comments),
    )


def _voided(demo: Demo, revision: PlanRevision, reviews: Sequence[Review]) -> Voided | None:
    """The newest approval of this or an earlier revision; failing that, the one that came with the template."""
    found = next((one for one in reviews if one.status == ReviewStatus.APPROVED), None)
    if found:
        here = found.revision_id == revision.pk and demo.current is not None
        new = demo.current.number if here and demo.current else revision.number
        return Voided(found.revision.number, new, found.decided_by, found.decided_at)
    if demo.template_id is None:
        return None
    copies = PlanRevision.objects.filter(demo=demo, approval_inherited=True, number__lt=revision.number)
    copy = copies.select_related("approval__decided_by").only("number", "demo", "approval").first()
    if copy is None or copy.approval is None:
        return None
    return Voided(
        copy.number, revision.number, copy.approval.decided_by, copy.approval.decided_at, inherited=True
    )


def _reviews(demo: Demo, revision: PlanRevision) -> list[Review]:
    """The reviews of this revision and of earlier ones that were not withdrawn, the newest first."""
    rows = Review.objects.filter(revision__demo=demo, revision__number__lte=revision.number)
    there = rows.exclude(status=ReviewStatus.WITHDRAWN)
    own = ("status", "note", "verdict", "asked_at", "decided_at", "project_digest")
    joined = there.select_related("asked_by", "decided_by", "revision").only(
        *own, *_REVISION, *_name("asked_by"), *_name("decided_by")
    )
    return list(joined.order_by("-pk"))


def comments_of(demo: Demo, revision: PlanRevision) -> list[Comment]:
    """What is said about this revision, and what earlier revisions have left open. One query."""
    rows = Comment.objects.filter(revision__demo=demo, revision__number__lte=revision.number)
    shown = rows.filter(Q(revision=revision) | Q(resolved_at=None))
    own = ("section", "text", "created_at", "resolved_at")
    joined = shown.select_related("author", "resolved_by", "revision").only(
        *own, *_REVISION, *_name("author"), *_name("resolved_by")
    )
    return list(joined.order_by("pk"))


def _name(person: str) -> tuple[str, ...]:
    """The fields of which a person's name is made."""
    return tuple(f"{person}__{field}" for field in ("username", "first_name", "last_name"))


def by_section(comments: Sequence[Comment]) -> Mapping[str, Sequence[Comment]]:
    """Section -> its comments, those that are open first."""
    found: dict[str, list[Comment]] = {}
    for one in sorted(comments, key=lambda one: (one.resolved_at is not None, one.pk)):
        found.setdefault(one.section, []).append(one)
    return found
