"""Reviews: ask, withdraw, approve, send back, comment, resolve. Each change, its audit line and what people are told
of it are one transaction.

Everybody locks the demo first, then the review. So of two who decide at once one is the first, and a plan that is
being changed is not approved in the same moment. Notices and audit lines hold no word of a note or a comment.
"""

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.accounts.notices import tell
from demoforge.accounts.roles import ALLOWED, Action
from demoforge.errors import Explained, NotNow
from scenarios.approving import is_own_plan
from scenarios.models import (
    LONGEST_REMARK,
    Comment,
    Demo,
    PlanRevision,
    Review,
    ReviewStatus,
    RevisionStatus,
)
from scenarios.plan.sections import SECTIONS

LOAD_AGAIN = "Load the page again and look at what stands there now."


class OwnPlan(Explained):
    """Somebody would decide on a plan of their own."""

    status = 403


class Late(NotNow):
    """Somebody was faster: the review, or the plan, is not as it was on the page."""

    status = 409


# --- asking -------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_review(revision: PlanRevision, *, note: str = "", by: User) -> Review:
    """Ask the managers to look at the current plan. Asked twice, it is one review, with the first note.

    What was asked about earlier revisions of the demo is withdrawn. Raises Late, NotNow, Explained.
    """
    note = _remark(note, "The note")
    demo, revision = _locked(revision)
    if found := Review.objects.filter(revision=revision, status=ReviewStatus.OPEN).first():
        return found
    _require_current(demo, revision)
    _require_ready(revision)
    if revision.is_approved:
        raise NotNow(f"Revision {revision.number} is approved already.", "Build it.")
    for stale in Review.objects.filter(revision__demo=demo, status=ReviewStatus.OPEN).select_related(
        "revision"
    ):
        _settle(stale, ReviewStatus.WITHDRAWN, "", by)
        audit.record("review.withdrawn", stale, by=by, revision=stale.revision.number)
    review = Review.objects.create(
        revision=revision, project_digest=revision.project_digest, note=note, asked_by=by
    )
    audit.record("review.asked", review, by=by, revision=revision.number, digest=revision.project_digest)
    text = f"{by.display_name} asks for a review of {demo.public_name}, revision {revision.number}."
    _tell(_reviewers(revision), text, demo, but=by)
    return review


@transaction.atomic
def withdraw_review(review: Review, *, by: User) -> Review:
    """Take back what was asked for, before anybody has decided. Raises Late."""
    demo, review = _locked_review(review)
    if review.status == ReviewStatus.WITHDRAWN:
        return review
    _require_as_seen(review, ReviewStatus.OPEN)
    _settle(review, ReviewStatus.WITHDRAWN, "", by)
    audit.record("review.withdrawn", review, by=by, revision=review.revision.number)
    text = f"{by.display_name} has withdrawn the review of {demo.public_name}: nothing is left to do."
    _tell(_reviewers(review.revision), text, demo, but=by)
    return review


# --- deciding -----------------------------------------------------------------------------------------------


@transaction.atomic
def approve(review: Review, *, remark: str = "", by: User) -> Review:
    """Approve exactly the project of which the review is. Two clicks of one person are one approval.

    Raises OwnPlan, Late when somebody else has decided or the plan was changed, NotNow while it is not proven.
    """
    remark = _remark(remark, "The remark")
    demo, review = _locked_review(review)
    revision = review.revision
    _refuse_own(revision, by)
    if review.status == ReviewStatus.APPROVED and review.decided_by_id == by.pk:
        return review
    _require_as_seen(review, ReviewStatus.OPEN)
    _require_current(demo, revision)
    _require_ready(revision)
    if review.project_digest != revision.project_digest:
        raise Late("The project is not the one of which a review was asked for.", "Ask for a review again.")
    _settle(review, ReviewStatus.APPROVED, remark, by)
    PlanRevision.objects.filter(pk=revision.pk).update(approval=review, approval_inherited=False)
    audit.record("review.approved", review, by=by, revision=revision.number, digest=review.project_digest)
    text = f"{by.display_name} has approved {demo.public_name}, revision {revision.number}: it can be built."
    _tell([demo.owner, review.asked_by], text, demo, but=by)
    return review


@transaction.atomic
def send_back(review: Review, *, reason: str, seen: str = ReviewStatus.OPEN, by: User) -> Review:
    """Ask for changes, with a reason. With `seen` "approved", an approval is taken back, also for the plan's copies.

    Raises Explained without a reason, OwnPlan, Late.
    """
    reason = _remark(reason, "The reason")
    if not reason:
        raise Explained("There is no reason.", "Say what should change, so that its author can change it.")
    demo, review = _locked_review(review)
    _refuse_own(review.revision, by)
    if review.status == ReviewStatus.SENT_BACK and review.decided_by_id == by.pk:
        return review
    taken_back = seen == ReviewStatus.APPROVED
    _require_as_seen(review, ReviewStatus.APPROVED if taken_back else ReviewStatus.OPEN)
    if not taken_back:
        _require_current(demo, review.revision)
    _settle(review, ReviewStatus.SENT_BACK, reason, by)
    number = review.revision.number
    audit.record("review.sent_back", review, by=by, revision=number, approval_taken_back=taken_back)
    done = "has taken back the approval of" if taken_back else "has sent back"
    text = f"{by.display_name} {done} {demo.public_name}, revision {number}. The reason is on its page."
    _tell([demo.owner, review.asked_by], text, demo, but=by)
    return review


# --- comments -----------------------------------------------------------------------------------------------


@transaction.atomic
def comment(revision: PlanRevision, *, section: str, text: str, by: User) -> Comment:
    """Remark on a section of a plan. The same words sent twice are one remark. Raises Explained."""
    if section not in SECTIONS:
        raise Explained("The plan has no such section.", LOAD_AGAIN)
    text = _remark(text, "The comment")
    if not text:
        raise Explained("The comment is empty.", "Say what you think of this section.")
    demo, revision = _locked(revision)
    mine = Comment.objects.filter(revision=revision, section=section, author=by, resolved_at=None)
    if same := next((one for one in mine if one.text == text), None):
        return same
    made = Comment.objects.create(revision=revision, section=section, author=by, text=text)
    audit.record("comment.added", made, by=by, revision=revision.number, section=section)
    said = f"{by.display_name} has a comment on “{SECTIONS[section]}” of {demo.public_name}."
    _tell([demo.owner, *_speakers(demo)], said, demo, but=by)
    return made


@transaction.atomic
def resolve_comment(remark: Comment, *, by: User) -> Comment:
    """Say that a comment is dealt with. Twice is once."""
    demo = Demo.objects.select_for_update().get(pk=remark.revision.demo_id)
    remark = Comment.objects.select_related("revision", "author").get(pk=remark.pk)
    if remark.resolved_at:
        return remark
    remark.resolved_by, remark.resolved_at = by, timezone.now()
    remark.save(update_fields=["resolved_by", "resolved_at"])
    audit.record("comment.resolved", remark, by=by, revision=remark.revision.number, section=remark.section)
    title = SECTIONS.get(remark.section, remark.section)
    said = f"{by.display_name} has resolved your comment on “{title}” of {demo.public_name}."
    _tell([remark.author], said, demo, but=by)
    return remark


# --- in common ----------------------------------------------------------------------------------------------


def _locked(revision: PlanRevision) -> tuple[Demo, PlanRevision]:
    """The demo, locked, and the revision as it is now."""
    demo = Demo.objects.select_for_update(of=("self",)).select_related("owner").get(pk=revision.demo_id)
    revision = PlanRevision.objects.select_related("approval").get(pk=revision.pk)
    revision.demo = demo
    return demo, revision


def _locked_review(review: Review) -> tuple[Demo, Review]:
    """The demo and the review, locked in this order, as they are now."""
    demo, revision = _locked(review.revision)
    rows = Review.objects.select_for_update(of=("self",)).select_related("asked_by", "decided_by")
    review = rows.get(pk=review.pk)
    review.revision = revision
    return demo, review


def _settle(review: Review, status: ReviewStatus, verdict: str, by: User) -> None:
    review.status, review.verdict = status, verdict
    review.decided_by, review.decided_at = by, timezone.now()
    review.save(update_fields=["status", "verdict", "decided_by", "decided_at"])


def _refuse_own(revision: PlanRevision, by: User) -> None:
    if is_own_plan(revision, by):
        raise OwnPlan(
            "This plan is your own, so somebody else decides.", "Ask another manager to look at it."
        )


def _require_as_seen(review: Review, seen: ReviewStatus) -> None:
    """Raises Late when the review is not as the person has seen it."""
    if review.status == seen:
        return
    who = review.decided_by.display_name if review.decided_by else "Somebody"
    done = {
        ReviewStatus.APPROVED: f"{who} has approved it meanwhile.",
        ReviewStatus.SENT_BACK: f"{who} has sent it back meanwhile.",
        ReviewStatus.WITHDRAWN: f"{who} has withdrawn the review meanwhile.",
        ReviewStatus.OPEN: "It waits for a review.",
    }
    raise Late(done[ReviewStatus(review.status)], LOAD_AGAIN)


def _require_current(demo: Demo, revision: PlanRevision) -> None:
    if demo.current_id == revision.pk:
        return
    raise Late(
        f"The plan was changed: revision {revision.number} is not the current one any more.",
        "A review is about the current revision. Look at that one; its author can ask for a review of it.",
    )


def _require_ready(revision: PlanRevision) -> None:
    """Only what is proven is approved: the digest of all files is known with the Proof."""
    if revision.status != RevisionStatus.READY or not revision.project_digest:
        raise NotNow(
            f"Revision {revision.number} is not proven yet.",
            "A review is about a proven project. Wait until the Proof has passed.",
        )


def _remark(text: str, what: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_REMARK:
        raise Explained(f"{what} is longer than {LONGEST_REMARK:,} characters.", "Make it shorter.")
    return text


def _reviewers(revision: PlanRevision) -> list[User]:
    """The active people who may decide on this revision."""
    leads = User.objects.filter(is_active=True, role__in=ALLOWED[Action.REVIEW]).order_by("pk")
    return [user for user in leads if not is_own_plan(revision, user)]


def _speakers(demo: Demo) -> list[User]:
    """Who has commented on the demo, or asked for a review that is open."""
    said = Comment.objects.filter(revision__demo=demo).values("author")
    asked = Review.objects.filter(revision__demo=demo, status=ReviewStatus.OPEN).values("asked_by")
    people = User.objects.filter(is_active=True)
    return list((people.filter(pk__in=said) | people.filter(pk__in=asked)).order_by("pk"))


def _tell(people: Iterable[User | None], text: str, demo: Demo, *, but: User) -> None:
    """Tell each of these people once, and not who did it."""
    told = {person.pk: person for person in people if person is not None and person.pk != but.pk}
    for person in told.values():
        tell(person, text, path=reverse("demo_detail", args=[demo.pk]))
