"""Locking and unlocking sections and models of a plan."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from demoforge.errors import NotNow
from demoforge.htmx import wants_part
from scenarios import access, services
from scenarios.locks import words_of
from scenarios.models import Demo
from scenarios.plan.pieces import MODEL
from scenarios.plan.sections import SECTIONS
from scenarios.views.pages import show, user_of
from scenarios.views.review import head_context


@require_POST
def lock_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock what `key` names, or unlock it (`locked` is yes or no); said twice, it changes nothing."""
    user = user_of(request)
    demo = access.get_demo(user, pk, edit=True)
    key, locked = request.POST.get("key", ""), request.POST.get("locked") == "yes"
    try:
        services.set_lock(demo, key=key, locked=locked, by=user)
    except KeyError:
        raise NotNow("The plan has nothing of this name to lock.", "Load the page again.") from None
    if wants_part(request):
        demo = access.get_demo(user, pk)
        return show(request, "lock_set", _context(request, demo, key))
    done = "locked: nothing but a person who unlocks it can change it" if locked else "open again"
    messages.success(request, f"{words_of(key)} is {done}.")
    tab = "?tab=talk" if key == "talk_track" else ""
    return redirect(f"{reverse('demo_detail', args=[pk])}{tab}#tools-{key.replace(':', '-')}")


def _context(request: HttpRequest, demo: Demo, key: str) -> dict[str, object]:
    """The section's controls or the model's, and of all models where the section of them was meant."""
    revision = demo.current
    if revision is None or revision.plan is None:
        raise NotNow("There is no plan yet.", "Wait until it is drafted.")
    revision.demo = demo
    names = [model.name for model in revision.read_plan().outline.models]
    return head_context(request, demo, revision) | {
        "section": key if key in SECTIONS else "",
        "title": SECTIONS.get(key, ""),
        "model_name": key.removeprefix(MODEL) if key.startswith(MODEL) else "",
        "models": names if key == "models" else [],
    }
