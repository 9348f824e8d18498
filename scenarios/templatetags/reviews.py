"""What the navigation tells about reviews."""

from django import template
from django.http import HttpRequest

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from scenarios.access import reviews_to_do

register = template.Library()
_KEPT = "_reviews_to_do"


@register.filter
def reviews_waiting(request: HttpRequest) -> int:
    """How many reviews wait for the person who asks; counted once per request, since two navigations show it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.may(Action.REVIEW):
        return 0
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, reviews_to_do(user).count())
    return int(getattr(request, _KEPT))
