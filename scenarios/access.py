"""Who may see and change which demo. Views and commands fetch objects here and nowhere else.

What one may not see does not exist (404); what one sees but may not do is forbidden (403).
"""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from scenarios.models import Demo, PlanRevision


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


def get_demo(user: User, pk: int, *, edit: bool = False) -> Demo:
    """The demo with its owner and current revision. Raises Http404, PermissionDenied."""
    demo = get_object_or_404(visible_demos(user).select_related("owner", "current__proof"), pk=pk)
    if edit and not may_edit(user, demo):
        raise PermissionDenied("Only the owner of a demo may change it.")
    return demo


def get_revision(user: User, demo_pk: int, number: int, *, edit: bool = False) -> PlanRevision:
    """A revision of a demo, with the demo and the Proof. Raises Http404, PermissionDenied."""
    rows = PlanRevision.objects.select_related("demo__owner", "demo__current", "proof", "author")
    revision = get_object_or_404(rows.filter(demo__in=visible_demos(user)), demo_id=demo_pk, number=number)
    if edit and not may_edit(user, revision.demo):
        raise PermissionDenied("Only the owner of a demo may change it.")
    return revision
