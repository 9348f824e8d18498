"""The team's guidance, with its history: administrators write it, everybody who writes demos can read it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from demoforge.accounts.roles import Action
from scenarios import access, guiding
from scenarios.models import Guidance
from scenarios.views.model_forms import GuidanceForm
from scenarios.views.pages import show, user_of

SHOWN_VERSIONS = 50


@require_http_methods(["GET", "POST"])
def guidance(request: HttpRequest) -> HttpResponse:
    """Read the guidance and its history; write a new version."""
    user = user_of(request)
    may_write = user.may(Action.CONFIGURE)
    if not access.may_create(user) or (request.method == "POST" and not may_write):
        raise PermissionDenied("Team guidance is written by administrators, for people who create demos.")
    form = GuidanceForm(request.POST or None, initial={"text": guiding.current_guidance()})
    if request.method == "POST" and form.is_valid():
        written = guiding.write_guidance(form.cleaned_data["text"], by=user)
        messages.success(request, _words_for(written))
        return redirect("guidance")
    versions = list(Guidance.objects.all()[: SHOWN_VERSIONS + 1])
    context = {
        "form": form,
        "may_write": may_write,
        "current": versions[0] if versions and versions[0].text else None,
        "versions": versions[:SHOWN_VERSIONS],
        "more": len(versions) > SHOWN_VERSIONS,
    }
    return show(request, "guidance", context, status=422 if form.errors else 200)


def _words_for(written: Guidance | None) -> str:
    if written is None:
        return "Nothing was changed: the guidance says that already."
    return (
        "The guidance stands in every prompt from now on."
        if written.text
        else "The guidance is switched off."
    )
