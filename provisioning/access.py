"""Who may see and steer which build. Views fetch builds here and nowhere else.

What one may not see does not exist (404); what one sees but may not do is forbidden (403).
"""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from provisioning.models import BuildRun
from scenarios.access import may_build
from scenarios.models import Demo

__all__ = ["NOT_YOURS", "get_build", "may_build", "require_insights", "require_may_build"]

NOT_YOURS = "Only the owner of a demo may build it, or steer its builds."


def get_build(user: User, pk: int, *, steer: bool = False) -> BuildRun:
    """A build with its demo, revision and Proof. Raises Http404, PermissionDenied."""
    run = get_object_or_404(BuildRun.objects.visible_to(user).for_page(), pk=pk)
    if steer:
        require_may_build(user, run.demo)
    return run


def require_may_build(user: User, demo: Demo) -> None:
    """Raises PermissionDenied."""
    if not may_build(user, demo):
        raise PermissionDenied(NOT_YOURS)


def require_insights(user: User) -> None:
    """Raises PermissionDenied for those who may not see insights."""
    if not user.may(Action.SEE_INSIGHTS):
        raise PermissionDenied("Insights are for managers and administrators.")
