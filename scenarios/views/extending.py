"""Extending a demo by one click."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from demoforge.htmx import redirect_to
from scenarios import access
from scenarios.lifecycle import extend
from scenarios.views.pages import user_of


@require_POST
def demo_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the demo's time begin anew. Takes `back`, the page to return to: by default that of the demo."""
    user = user_of(request)
    demo = access.get_demo(user, pk)
    access.require_may_extend(user, demo)
    day = extend(demo, by=user)
    messages.success(request, f"The demo for {demo.company} now lasts until {day.day} {day:%B %Y}.")
    back = request.POST.get("back", "")
    inside = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect_to(request, back if inside else resolve_url("demo_detail", pk))
