"""What people do with builds: start, retry, cancel, undo. All by POST; all lead to the build's page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from demoforge.errors import Explained
from demoforge.htmx import redirect_to, render_page, toast, wants_part
from provisioning import services
from provisioning.access import get_build, require_may_build
from provisioning.models import BuildRun, Target
from provisioning.views.building import build_page
from provisioning.views.preflight_page import OUTSIDE, connections_of, moment_of
from scenarios.access import get_demo
from scenarios.models import Demo, PlanRevision
from scenarios.views.pages import user_of


class PlanChanged(Explained):
    """What the person confirmed is not the current plan any more."""

    status = 409


@require_POST
def build_start(request: HttpRequest, demo_pk: int) -> HttpResponse:
    """Confirm and build. Takes `revision` (the number that was on the page) and `target` (default: local).

    Targets outside go to one's own connections, or with `workspace` to the workspace's; `at` is the moment that the
    names on the pre-flight's page carry. Nothing secret is sent.
    """
    user = user_of(request)
    demo = get_demo(user, demo_pk)
    require_may_build(user, demo)
    revision = _confirmed(demo, request.POST.get("revision", ""))
    target = request.POST.get("target", Target.LOCAL.value)
    outside, workspace = target in OUTSIDE, request.POST.get("workspace") == "1"
    run = services.start_build(
        revision,
        target=target,
        connections=connections_of(demo, user, workspace=workspace) if outside else None,
        workspace=outside and workspace,
        moment=moment_of(request.POST.get("at", "")),
        by=user,
    )
    messages.success(request, f"Build {run.pk} is under way. Its steps appear here, and then the result.")
    return redirect_to(request, reverse("build_detail", args=[run.pk]))


def _confirmed(demo: Demo, number: str) -> PlanRevision:
    current = demo.current
    if current is None:
        raise Explained("There is no plan yet.", "Wait until it has been drafted, then confirm it.")
    if number != str(current.number):
        raise PlanChanged(
            f"The plan has changed meanwhile: revision {current.number} is the current one.",
            "Load the review page again, look at the plan, then confirm it.",
        )
    return current


@require_POST
def build_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on from the failed step."""
    said = f"Build {pk} goes on where it stopped. Its steps appear here, and then the result."
    return _steer(request, pk, lambda run: services.retry_build(run, by=user_of(request)), said)


@require_POST
def build_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop after the running step."""
    said = f"Build {pk} stops after the running step. Then retry it, or undo what it has created."
    return _steer(request, pk, lambda run: services.cancel_build(run, by=user_of(request)), said)


@require_POST
def build_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove what the build created."""
    said = f"What build {pk} created is being removed. This page says when it is gone, and what is left."
    return _steer(request, pk, lambda run: services.undo_build(run, by=user_of(request)), said)


def _steer(request: HttpRequest, pk: int, act: Callable[[BuildRun], BuildRun], said: str) -> HttpResponse:
    act(get_build(user_of(request), pk, steer=True))
    if not wants_part(request):
        messages.success(request, said)
        return redirect_to(request, reverse("build_detail", args=[pk]))
    context = {"page": build_page(get_build(user_of(request), pk), user_of(request))}
    page = render_page(request, "provisioning/build_detail.html", "provisioning/_build_detail.html", context)
    return toast(page, said)
