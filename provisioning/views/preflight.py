"""Before a build: where it may go, and what both sides say about it. Only reads."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from demoforge.accounts.roles import Action
from demoforge.errors import Explained
from demoforge.htmx import render_page
from provisioning.access import require_may_build
from provisioning.models import Target
from provisioning.views.connection_page import cards
from provisioning.views.preflight_page import preflight_page, ways
from scenarios.access import get_demo
from scenarios.models import Demo, PlanRevision
from scenarios.views.pages import user_of


@never_cache
@require_safe
def build_targets(request: HttpRequest, demo_pk: int) -> HttpResponse:
    """Where the demo's current revision may be built, and with which connections. Context: demo, ways, local."""
    demo = _buildable(request, demo_pk)
    context = {
        "demo": demo,
        "revision": current_of(demo),
        "ways": ways(demo, user_of(request)),
        "local": Target.LOCAL if settings.LOCAL_MODE else None,
    }
    return render_page(
        request, "provisioning/build_targets.html", "provisioning/_build_targets.html", context
    )


@never_cache
@require_safe
def preflight(request: HttpRequest, demo_pk: int) -> HttpResponse:
    """What a build would create, and, with `ask`, what both sides say. Context: page (PreflightPage)."""
    demo = _buildable(request, demo_pk)
    workspace = {"1": True, "0": False}.get(request.GET.get("workspace", ""))
    page = preflight_page(
        current_of(demo),
        user_of(request),
        request.GET.get("target", ""),
        workspace=workspace,
        at=request.GET.get("at", ""),
        ask=request.GET.get("ask") == "1",
    )
    return render_page(request, "provisioning/preflight.html", "provisioning/_preflight.html", {"page": page})


@never_cache
@require_safe
def connection_places(request: HttpRequest) -> HttpResponse:
    """Where builds go when a demo says nothing else: for the page that asks for owner and account. Context: cards."""
    user = user_of(request)
    if not user.may(Action.BUILD):
        raise PermissionDenied("Your role may look at demos, but not build them.")
    context = {"cards": cards(user)}
    return render_page(
        request, "provisioning/connection_places.html", "provisioning/_connection_places.html", context
    )


def current_of(demo: Demo) -> PlanRevision:
    """The revision that is built when somebody confirms. Raises Explained while there is none."""
    if demo.current is None:
        raise Explained("There is no plan yet.", "Wait until it has been drafted, then confirm it.")
    return demo.current


def _buildable(request: HttpRequest, pk: int) -> Demo:
    demo = get_demo(user_of(request), pk)
    require_may_build(user_of(request), demo)
    return demo
