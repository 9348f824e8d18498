"""What came of a demo: call date, rating and outcome, each told with one click on the demo or its result."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from demoforge.accounts.models import User
from demoforge.errors import NotNow
from demoforge.htmx import wants_part
from scenarios import access, outcomes
from scenarios.models import Demo, Outcome
from scenarios.views.outcome_forms import CallForm, sent_form
from scenarios.views.pages import show, user_of


@require_http_methods(["GET", "POST"])
def demo_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what came of a demo, or tell one thing of it: `call_on`, `rating` or `outcome`.

    `next` is the page to go back to when the form was sent without a script.
    """
    user = user_of(request)
    demo = access.get_demo(user, pk)
    if request.method == "GET":
        return show(request, "demo_outcome", outcome_context(demo, user))
    access.require_may_tell(user, demo)
    name, form = sent_form(request.POST) or _nothing_sent()
    if not form.is_valid():
        return show(request, "demo_outcome", outcome_context(demo, user) | _wrong(name, form), status=422)
    _tell(demo, name, form.cleaned_data[name], by=user)
    if wants_part(request):
        return show(request, "demo_outcome", outcome_context(demo, user))
    messages.success(request, "Thank you, that is noted.")
    return redirect(_back(request, pk))


def outcome_context(demo: Demo, user: User) -> dict[str, Any]:
    """What `scenarios/_demo_outcome.html` needs. No queries."""
    return {
        "demo": demo,
        "may_tell": access.may_tell(user, demo),
        "call_form": CallForm(initial={"call_on": demo.call_on}, auto_id="id_outcome_%s"),
        "ratings": list(outcomes.RATINGS),
        "outcomes": Outcome.choices,
    }


def _nothing_sent() -> tuple[str, forms.Form]:
    raise NotNow("Nothing was chosen.", "Load the page again and choose a date, a rating or an outcome.")


def _wrong(name: str, form: forms.Form) -> dict[str, Any]:
    faults = {"faults": list(form.errors.get(name, []))}
    return faults | ({"call_form": form} if name == "call_on" else {})


def _tell(demo: Demo, name: str, value: Any, *, by: User) -> None:
    if name == "call_on":
        outcomes.plan_call(demo, call_on=value, by=by)
    elif name == "rating":
        outcomes.rate_demo(demo, rating=value, by=by)
    else:
        outcomes.set_outcome(demo, outcome=value, by=by)


def _back(request: HttpRequest, pk: int) -> str:
    """The page the form stood on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return f"{wanted if ours else reverse('demo_detail', args=[pk])}#outcome"
