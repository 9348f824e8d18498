"""Pages of builds: the live build, its result, the builds of a demo."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from demoforge.htmx import render_page
from provisioning.access import get_build
from provisioning.models import RunStatus
from provisioning.views.building import build_page
from provisioning.views.results import build_list, result_page
from scenarios.access import get_demo
from scenarios.views.pages import user_of


@require_safe
def build_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A build, live. Context: page (BuildPage)."""
    page = build_page(get_build(user_of(request), pk), user_of(request))
    context = {"page": page}
    return render_page(request, "provisioning/build_detail.html", "provisioning/_build_detail.html", context)


@require_safe
def build_result(request: HttpRequest, pk: int) -> HttpResponse:
    """What a build has made. Context: page (ResultPage). One without a result shows how it stands instead."""
    run = get_build(user_of(request), pk)
    if run.status != RunStatus.SUCCEEDED:
        return redirect("build_detail", pk=pk)
    if run.live_id is not None:  # an update or a reset: the result is that of the build it has changed
        return redirect("build_result", pk=run.live_id)
    context = {"page": result_page(run, user_of(request))}
    return render_page(request, "provisioning/build_result.html", "provisioning/_build_result.html", context)


@require_safe
def demo_builds(request: HttpRequest, demo_pk: int) -> HttpResponse:
    """The builds of a demo. Context: page (BuildList)."""
    demo = get_demo(user_of(request), demo_pk)
    context = {"page": build_list(demo, user_of(request))}
    return render_page(request, "provisioning/demo_builds.html", "provisioning/_demo_builds.html", context)
