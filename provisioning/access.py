"""Who may see and steer which build. Views fetch builds here and nowhere else.

What one may not see does not exist (404); what one sees but may not do is forbidden (403).
"""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from provisioning.models import BuildRun
from scenarios.models import Demo

NOT_YOURS = "Only the owner of a demo may build it, or steer its builds."


def may_build(user: User, demo: Demo) -> bool:
    """Whether this person may start, retry, cancel and undo builds of the demo."""
    own = demo.owner_id == user.pk and user.may(Action.BUILD)
    return own or user.may(Action.BUILD_ALL)


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
