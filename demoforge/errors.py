"""Errors that people read, and the pages that show them."""

import structlog
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from demoforge.htmx import toast, wants_part

log = structlog.get_logger(__name__)

LAST_RESORT = "<!doctype html><title>{title}</title><h1>{title}</h1><p>{sentence}</p><p>{hint}</p>"


class Explained(Exception):
    """Something did not work, told in a sentence for the person in front of the screen, with a hint what to do.

    Neither may hold secrets or confidential text. A subclass may set `status`, the HTTP status of the answer.
    """

    status = 400

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class NotNow(Explained):
    """The state of things does not allow what was asked for."""


def explain(request: HttpRequest, *, status: int, title: str, sentence: str, hint: str) -> HttpResponse:
    """The answer for an error: a page, or a toast when only a part of the page was asked for."""
    if wants_part(request):
        return toast(HttpResponse(status=status), sentence, hint=hint, level="error")
    context = {"status": status, "title": title, "sentence": sentence, "hint": hint}
    try:
        return HttpResponse(render_to_string("error.html", context, request), status=status)
    except Exception:  # whatever is broken, the person is told what happened
        log.exception("error_page_failed")
        return HttpResponse(LAST_RESORT.format(**context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request makes no sense."""
    return explain(
        request,
        status=400,
        title="That did not work",
        sentence="The browser sent something that DemoForge does not understand.",
        hint="Go back, load the page again and repeat what you did.",
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the role does not allow it."""
    sentence = str(exception) if isinstance(exception, PermissionDenied) and exception.args else ""
    return explain(
        request,
        status=403,
        title="Not allowed",
        sentence=sentence or "Your role does not allow this.",
        hint="Ask the demo's owner, a manager or an administrator to do it.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old, or did not come from one of our pages."""
    return explain(
        request,
        status=403,
        title="Please send that again",
        sentence="The page was open for too long, or you have logged in again in another tab.",
        hint="Load the page again and repeat what you did.",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: it is not there, or not for this person's eyes."""
    return explain(
        request,
        status=404,
        title="Not found",
        sentence="There is nothing here, or it is not shared with you.",
        hint="Check the address, or look in the list of demos.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. The log has the error."""
    return explain(
        request,
        status=500,
        title="Our mistake",
        sentence="Something went wrong on our side. The error has been logged, and nothing was half done.",
        hint="Try again; if it happens again, tell an administrator the time and what you did.",
    )
