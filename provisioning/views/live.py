"""Pages of a live demo: is it ready, update it, reset it, take it down, build it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from demoforge.errors import Explained
from demoforge.htmx import redirect_to, render_page
from provisioning import services
from provisioning.access import get_build
from provisioning.live.branches import look_before
from provisioning.live.readiness import check_readiness
from provisioning.models import BuildRun
from provisioning.standing import require_live
from provisioning.views.live_page import again_page, live_page, order_of
from scenarios.lifecycle import touch
from scenarios.views.pages import user_of

NOW = "now"  # the value of `look` with which the far sides are asked


@never_cache
@require_safe
def build_live(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be done with a live demo. Context: page (LivePage)."""
    page = live_page(_mine(request, pk), user_of(request))
    return render_page(
        request, "provisioning/build_live.html", "provisioning/_build_live.html", {"page": page}
    )


@never_cache
@require_safe
def build_ready(request: HttpRequest, pk: int) -> HttpResponse:
    """“Ready for the call?” The frame, which loads the checks; with `look=now`, they are made. Context: run, told."""
    run = _mine(request, pk)
    require_live(run)
    told = None
    if request.GET.get("look") == NOW:
        touch(run.demo)  # who has a call soon uses the demo
        told = check_readiness(run, by=user_of(request))
    context = {"run": run, "told": told}
    return render_page(request, "provisioning/build_ready.html", "provisioning/_build_ready.html", context)


@require_POST
def live_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a live demo show a newer revision. Takes `revision`, its number."""
    run = _mine(request, pk)
    number = request.POST.get("revision", "")
    known = number.isdecimal() and len(number) < 7
    revision = run.demo.revisions.filter(number=number).first() if known else None
    if revision is None:
        raise Explained("There is no such revision.", "Choose one from the list.")
    change = services.update_live(run, revision, by=user_of(request))
    return _to(request, change, f"The live demo is being updated to revision {revision.number}.")


@never_cache
@require_http_methods(["GET", "POST"])
def live_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a reset would discard; by POST, do it. Each `head` is `branch commit`, as the page has shown it."""
    run = _mine(request, pk)
    if request.method == "POST":
        confirmed = dict(head.rsplit(" ", 1) for head in request.POST.getlist("head") if " " in head)
        change = services.reset_live(run, confirmed=confirmed, by=user_of(request))
        return _to(request, change, "The live demo is being put back to its proven state.")
    context = {
        "run": run,
        "before": look_before(run, by=user_of(request)),
        "page": live_page(run, user_of(request)),
    }
    return render_page(request, "provisioning/live_reset.html", "provisioning/_live_reset.html", context)


@require_POST
def live_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a live demo down."""
    run = services.take_down(_mine(request, pk), by=user_of(request))
    return _to(
        request, run, "The demo is being taken down. This page says when it is gone, and what is left."
    )


@never_cache
@require_http_methods(["GET", "POST"])
def live_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Build the files of a past build once more: choose where to, see what both sides say, confirm by POST."""
    run, user = _mine(request, pk), user_of(request)
    if request.method == "POST":
        order = order_of(run, request.POST, user)
        made = services.provision_again(
            run, order.connections, target=order.target, workspace=order.workspace, by=user
        )
        return _to(request, made, f"Build {made.pk} is under way, with names of its own.")
    page = again_page(run, request.GET, user, ask=request.GET.get("look") == NOW)
    return render_page(
        request, "provisioning/live_again.html", "provisioning/_live_again.html", {"page": page}
    )


def _mine(request: HttpRequest, pk: int) -> BuildRun:
    """A build that this person may steer. Raises Http404, PermissionDenied."""
    return get_build(user_of(request), pk, steer=True)


def _to(request: HttpRequest, run: BuildRun, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect_to(request, reverse("build_detail", args=[run.pk]))
