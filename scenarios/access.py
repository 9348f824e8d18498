"""Who may see and change which demo. Views and commands fetch objects here and nowhere else.

What one may not see does not exist (404); what one sees but may not do is forbidden (403).
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.shortcuts import get_object_or_404

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action, Role
from scenarios.approving import is_own_plan
from scenarios.models import Comment, Demo, PlanRevision, Review, ReviewStatus


def visible_demos(user: User) -> "QuerySet[Demo]":
    """The demos that this person may see."""
    return Demo.objects.visible_to(user)


def may_create(user: User) -> bool:
    """Whether this person may start a demo."""
    return user.may(Action.CREATE_DEMO)


def may_edit(user: User, demo: Demo) -> bool:
    """Whether this person may make new revisions of the demo."""
    own = demo.owner_id == user.pk and user.may(Action.EDIT_DEMO)
    return own or user.may(Action.EDIT_ALL_DEMOS)


def may_read_notes(user: User, demo: Demo) -> bool:
    """Whether this person may read what the prospect has told: the owner and those who see everybody's demos.

    With whom a demo is shared sees its plan, not the notes it was made from, nor what was typed to change it.
    """
    return demo.owner_id == user.pk or user.may(Action.SEE_ALL_DEMOS)


def may_tell(user: User, demo: Demo) -> bool:
    """Whether this person may say when the call is and what came of it: the owner, of any role, and administrators."""
    return user.may(Action.SEE_DEMOS) and (demo.owner_id == user.pk or user.may(Action.EDIT_ALL_DEMOS))


def require_may_tell(user: User, demo: Demo) -> None:
    """Raises PermissionDenied."""
    if not may_tell(user, demo):
        raise PermissionDenied("Only the owner of a demo may say what came of it.")


def get_demo(user: User, pk: int, *, edit: bool = False, notes: bool = False) -> Demo:
    """The demo with its owner and current revision; `edit` to change it, `notes` to read what the prospect has told.

    Raises Http404, PermissionDenied.
    """
    demo = get_object_or_404(
        visible_demos(user).select_related("owner", "current__proof", "current__approval"), pk=pk
    )
    if edit and not may_edit(user, demo):
        raise PermissionDenied("Only the owner of a demo may change it.")
    if notes and not may_read_notes(user, demo):
        raise PermissionDenied("The notes of a demo are for its owner and for managers.")
    return demo


def get_revision(user: User, demo_pk: int, number: int, *, edit: bool = False) -> PlanRevision:
    """A revision of a demo, with the demo and the Proof. Raises Http404, PermissionDenied."""
    rows = PlanRevision.objects.select_related("demo__owner", "demo__current", "proof", "author", "approval")
    revision = get_object_or_404(rows.filter(demo__in=visible_demos(user)), demo_id=demo_pk, number=number)
    if edit and not may_edit(user, revision.demo):
        raise PermissionDenied("Only the owner of a demo may change it.")
    return revision


# --- reviews ------------------------------------------------------------------------------------------------


def may_build(user: User, demo: Demo) -> bool:
    """Whether this person may start, retry, cancel and undo builds of the demo."""
    own = demo.owner_id == user.pk and user.may(Action.BUILD)
    return own or user.may(Action.BUILD_ALL)


def may_ask_review(user: User, demo: Demo) -> bool:
    """Whether this person may ask for a review of the demo, and withdraw it: who builds it needs the approval."""
    return may_build(user, demo)


def may_decide(user: User, revision: PlanRevision) -> bool:
    """Whether this person may approve the revision or send it back: a manager, and not their own plan."""
    return user.may(Action.REVIEW) and not is_own_plan(revision, user)


def may_comment(user: User, demo: Demo) -> bool:
    """Whether this person may comment on the plan and resolve comments: its owner and those who review."""
    return user.may(Action.REVIEW) or may_ask_review(user, demo)


def require_may_ask_review(user: User, demo: Demo) -> None:
    """Raises PermissionDenied."""
    if not may_ask_review(user, demo):
        raise PermissionDenied("Only the owner of a demo may ask for a review of it.")


def require_may_decide(user: User, revision: PlanRevision) -> None:
    """Raises PermissionDenied."""
    if not user.may(Action.REVIEW):
        raise PermissionDenied("Plans are approved by managers.")
    if not may_decide(user, revision):
        raise PermissionDenied("This plan is your own, so another manager decides.")


def require_may_comment(user: User, demo: Demo) -> None:
    """Raises PermissionDenied."""
    if not may_comment(user, demo):
        raise PermissionDenied("Only the owner of a demo and managers comment on its plan.")


def get_comment(user: User, demo_pk: int, pk: int) -> Comment:
    """A comment that this person may resolve, with its revision and demo. Raises Http404, PermissionDenied."""
    rows = Comment.objects.select_related("revision__demo", "author")
    found = get_object_or_404(
        rows.filter(revision__demo__in=visible_demos(user)), revision__demo=demo_pk, pk=pk
    )
    require_may_comment(user, found.revision.demo)
    return found


def open_reviews(user: User) -> "QuerySet[Review]":
    """The reviews that wait, of plans that are still current, and that this person may see. Oldest first.

    Raises PermissionDenied when the person does not review.
    """
    if not user.may(Action.REVIEW):
        raise PermissionDenied("The queue of reviews is for managers.")
    current = Review.objects.filter(status=ReviewStatus.OPEN, revision__demo__current=F("revision"))
    if not user.may(Action.SEE_ALL_DEMOS):
        current = current.filter(revision__demo__in=visible_demos(user))
    return current.order_by("asked_at", "pk")


def reviews_to_do(user: User) -> "QuerySet[Review]":
    """Of these the ones on which this person may decide; see scenarios/approving.is_own_plan."""
    waiting = open_reviews(user)
    if settings.LOCAL_MODE and user.role == Role.ADMIN:
        return waiting
    return waiting.exclude(Q(revision__demo__owner=user) | Q(revision__author=user))


# --- lifecycle ----------------------------------------------------------------------------------------------


def require_may_extend(user: User, demo: Demo) -> None:
    """Raises PermissionDenied: who may build a demo says how long it stays."""
    if not may_build(user, demo):
        raise PermissionDenied("Only the owner of a demo may extend it.")


# --- the library --------------------------------------------------------------------------------------------


def shown_company(user: User, demo: Demo) -> str:
    """What the prospect is called on pages: with a codename, the name is for those who may read the notes."""
    return demo.company if may_read_notes(user, demo) else demo.public_name


def may_use_templates(user: User) -> bool:
    """Whether this person may make demos of their own from approved plans."""
    return user.may(Action.USE_TEMPLATE)


def may_share(user: User, demo: Demo) -> bool:
    """Whether this person may say with whom the demo is shared: its owner, of any role, and administrators."""
    own = demo.owner_id == user.pk and user.may(Action.SEE_DEMOS)
    return own or user.may(Action.EDIT_ALL_DEMOS)


def get_template(user: User, pk: int) -> Demo:
    """A demo from which this person may make a copy; whether it is approved is not looked at.

    Raises Http404, PermissionDenied.
    """
    demo = get_demo(user, pk)
    if not may_use_templates(user):
        raise PermissionDenied("Your role may not use plans as templates.")
    return demo


def get_shared_demo(user: User, pk: int) -> Demo:
    """A demo that this person may share. Raises Http404, PermissionDenied."""
    demo = get_demo(user, pk)
    if not may_share(user, demo):
        raise PermissionDenied("Only the owner of a demo may say with whom it is shared.")
    return demo


# --- moving -------------------------------------------------------------------------------------------------


def may_export(user: User, demo: Demo) -> bool:
    """Whether this person may take the demo out as a file: the owner, of any role, and those who see everybody's."""
    return may_read_notes(user, demo)


def require_may_export(user: User, demo: Demo) -> None:
    """Raises PermissionDenied."""
    if not may_export(user, demo):
        raise PermissionDenied("Only the owner of a demo and managers export it.")
