"""Every page is behind log-in; errors that explain themselves become a page or a toast."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

from demoforge.errors import Explained, explain
from demoforge.htmx import htmx_of

log = structlog.get_logger(__name__)


class LoginRequired(LoginRequiredMiddleware):
    """Views are for people who have logged in, unless they are marked `login_not_required`."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """To the log-in page. An HTMX request moves the whole page there, and comes back to that page."""
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        details = htmx_of(request)
        if answer is None or details is None:
            return answer
        came_from = details.current_url_abs_path or "/"
        query = urlencode({"next": came_from})
        return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")


class ExplainedErrors:
    """Turns an `Explained` that a view raised into an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer an `Explained`; leave everything else to Django, which logs it and shows the 500 page."""
        if not isinstance(exception, Explained):
            return None
        log.info("explained_error", kind=type(exception).__name__, status=exception.status)
        return explain(
            request,
            status=exception.status,
            title="That did not work",
            sentence=exception.sentence,
            hint=exception.hint,
        )
