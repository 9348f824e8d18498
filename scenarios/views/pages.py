"""What every page of this app does in the same way."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from demoforge.accounts.models import User
from demoforge.htmx import render_page


def user_of(request: HttpRequest) -> User:
    """The person who asks; every page is behind the log-in."""
    if not isinstance(request.user, User):
        raise TypeError("this page needs a logged-in person")
    return request.user


def show(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page `scenarios/<name>.html`, or its partial `scenarios/_<name>.html`: one context feeds both."""
    return render_page(request, f"scenarios/{name}.html", f"scenarios/_{name}.html", context, status=status)
