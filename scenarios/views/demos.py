"""The Setup page that begins a demo, and the brief as it was typed there."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from scenarios import access, services
from scenarios.ai import opening
from scenarios.ai.builtin import library
from scenarios.forms import BriefForm
from scenarios.library.copying import adapt_template, template_of
from scenarios.models import Demo
from scenarios.views.pages import show, user_of


@require_http_methods(["GET", "POST"])
def demo_new(request: HttpRequest) -> HttpResponse:
    """Setup: the brief. Pressing the button starts drafting and goes on to Review.

    `?template=7`: an approved plan that is adapted to the brief.
    """
    user = user_of(request)
    if not access.may_create(user):
        raise PermissionDenied("Your role may look at demos, but not create them.")
    template = _template(request)
    form = BriefForm(
        request.POST or None,
        providers=opening.available(user),
        chosen=opening.default_provider(user),
        initial=_like(template),
    )
    if request.method == "POST" and form.is_valid():
        if template:
            demo = adapt_template(template, form.brief, **form.choices, by=user)
        else:
            demo = services.create_demo(form.brief, **form.choices, by=user)
        return redirect("demo_detail", demo.pk)
    context = {"form": form, "industries": _industries(), "template": template}
    return show(request, "demo_new", context, status=422 if form.errors else 200)


def _template(request: HttpRequest) -> Demo | None:
    """The demo whose plan is adapted, if the address names one. Raises Http404, TemplateRefused."""
    said = request.GET.get("template", "")
    if not said:
        return None
    if not said.isdecimal() or len(said) > 9:
        raise Http404("no such template")
    demo = access.get_template(user_of(request), int(said))
    template_of(demo)
    return demo


def _like(template: Demo | None) -> dict[str, Any]:
    """What the form begins with: what the template is like."""
    if template is None:
        return {}
    names = ("industry", "warehouse", "include_semantic_layer", "depth")
    return {name: getattr(template, name) for name in names}


def _industries() -> list[str]:
    """The industries that the built-in blueprints know, as suggestions."""
    known = [key for key in library.blueprint_keys() if key != library.GENERIC]
    return sorted(str(library.read(key)["industry"]) for key in known)


@require_GET
def demo_brief(request: HttpRequest, pk: int) -> HttpResponse:
    """The brief of a demo as it was typed."""
    demo = access.get_demo(user_of(request), pk, notes=True)
    return show(request, "demo_brief", {"demo": demo})
