"""The revisions of a demo: list them, compare any two, bring one back."""

from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from scenarios import access, services
from scenarios.locks import unkept, words_of
from scenarios.models import PlanRevision
from scenarios.plan.diff import Change, diff_plans
from scenarios.views.pages import show, user_of
from scenarios.views.review import head_context

_HEAVY = ("outline", "parts", "plan", "proof__report")


@require_GET
def revision_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The history of a demo, newest first."""
    demo = access.get_demo(user_of(request), pk)
    if demo.current is None:
        raise Http404("the demo has no revision")
    revisions = list(demo.revisions.select_related("author", "proof", "parent").defer(
        *_HEAVY, *(f"parent__{name}" for name in ("outline", "parts", "plan"))
    ))  # fmt: skip
    context = head_context(request, demo, demo.current) | {"tab": "history", "revisions": revisions}
    return show(request, "revision_list", context)


@require_GET
def revision_diff(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed between two revisions, `?old=1&new=2`, section by section."""
    user = user_of(request)
    old = access.get_revision(user, pk, _number(request, "old"))
    new = access.get_revision(user, pk, _number(request, "new"))
    comparable = bool(old.plan and new.plan)
    changes = diff_plans(old.read_plan(), new.read_plan()) if comparable else []
    context = head_context(request, new.demo, new) | {
        "tab": "history",
        "old": old,
        "new": new,
        "comparable": comparable,
        "sections": _by_section(changes),
        "count": len(changes),
        "locked": _locked(old, new) if comparable else [],
    }
    return show(request, "revision_diff", context)


def _locked(old: PlanRevision, new: PlanRevision) -> list[tuple[str, bool]]:
    """Each lock of the demo in words, and whether both revisions have the same behind it."""
    changed = set(unkept(new.read_plan(), old.read_plan(), new.demo.locks))
    return [(words_of(key), key not in changed) for key in new.demo.locks]


def _by_section(changes: list[Change]) -> list[tuple[str, list[Change]]]:
    return [(section, list(found)) for section, found in groupby(changes, key=lambda change: change.section)]


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not text.isdecimal() or len(text) > 6:
        raise Http404("no such revision")
    return int(text)


@require_POST
def revision_restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make a new revision with the plan of an earlier one."""
    user = user_of(request)
    revision: PlanRevision = access.get_revision(user, pk, number, edit=True)
    restored = services.restore_revision(revision, by=user)
    messages.success(
        request,
        f"Revision {restored.number} has the plan of revision {number}. Read it, then confirm and build.",
    )
    return redirect("demo_detail", pk)
