"""Who asks for a page, and whether their role may have it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action


def person_of(request: HttpRequest) -> User:
    """The person who asks; every page is behind the log-in."""
    if not isinstance(request.user, User):
        raise TypeError("this page needs a logged-in person")
    return request.user


def require(request: HttpRequest, action: Action, refusal: str) -> User:
    """The person who asks, if their role may do this. Raises PermissionDenied with the sentence `refusal`."""
    user = person_of(request)
    if not user.may(action):
        raise PermissionDenied(refusal)
    return user
