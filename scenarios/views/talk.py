"""The talk itself: rehearse it moment by moment, or print it on one page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from scenarios import access
from scenarios.lifecycle import touch
from scenarios.models import PlanRevision
from scenarios.proving import read_report
from scenarios.views.pages import show, user_of
from scenarios.views.showing import shown_moments

LINES_OF_A_PAGE = 60  # that a Letter page holds beside its head and the space between its rows


@require_GET
def rehearse(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One moment at a time with a timer; without a script, all of them in a list. Who rehearses uses the demo."""
    context = _context(request, pk, number)
    touch(context["demo"])
    return show(request, "rehearse", context)


@require_GET
def run_of_show(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The talk on one page, for the printer."""
    context = _context(request, pk, number)
    return show(request, "run_of_show", context | {"lines": _lines(len(context["moments"]))})


def _lines(moments: int) -> int:
    """Lines of a cell of the printed page: as many as leave all moments on it."""
    return max(3, min(8, LINES_OF_A_PAGE // moments))


def _context(request: HttpRequest, pk: int, number: int) -> dict[str, Any]:
    revision = access.get_revision(user_of(request), pk, number)
    if revision.plan is None:
        raise Http404("this revision has no plan yet")
    return {"demo": revision.demo, "revision": revision, **talk_context(revision)}


def talk_context(revision: PlanRevision) -> dict[str, Any]:
    """The moments of a revision whose plan is whole, and the minute in which the talk is over."""
    moments = shown_moments(revision, revision.read_plan(), read_report(revision.proof))
    return {"moments": moments, "ends_at": moments[-1].moment.ends}
