"""One URL serves a page and its part: helpers for answers to HTMX requests."""

import json
from collections.abc import Mapping
from typing import Any, Literal, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

Level = Literal["success", "info", "warning", "error"]


def htmx_of(request: HttpRequest) -> HtmxDetails | None:
    """What HTMX says about the request it made; None when the browser made it, or it was refused early."""
    details = cast("HtmxDetails | None", getattr(request, "htmx", None))
    return details if details else None


def wants_part(request: HttpRequest) -> bool:
    """Whether HTMX asks for a part of the page, not for the whole of it."""
    details = htmx_of(request)
    return details is not None and not details.boosted and not details.history_restore_request


def render_page(
    request: HttpRequest, page: str, part: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render the template `page`, or only `part` when HTMX asks for it, from the same context."""
    response = render(request, part if wants_part(request) else page, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def redirect_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page, also when HTMX made the request."""
    return HttpResponseClientRedirect(url) if wants_part(request) else HttpResponseRedirect(url)


def toast(response: HttpResponse, text: str, *, hint: str = "", level: Level = "success") -> HttpResponse:
    """Add a message that the page shows for a while: an event named "toast" with text, hint and level."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events["toast"] = {"text": text, "hint": hint, "level": level}
    response.headers["HX-Trigger"] = json.dumps(events)  # ASCII, as headers must be
    return response
