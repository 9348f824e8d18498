"""Review: a revision as a person reads it, live while it is drafted and proven."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from demoforge.htmx import render_page, wants_part
from scenarios import access, services
from scenarios.exporting.comparing import compare
from scenarios.forms import RegenerateForm
from scenarios.leaks import leaks_of
from scenarios.locks import words_of
from scenarios.models import LONGEST_REMARK, Demo, Origin, PlanRevision, RevisionStatus
from scenarios.nightly import newest_checks
from scenarios.plan.coverage import pain_sentences
from scenarios.plan.lineage import Lineage, Node
from scenarios.plan.sections import SECTIONS
from scenarios.views.drawing import lineage_svg, shown_lineage
from scenarios.views.outcomes import outcome_context
from scenarios.views.pages import show, user_of
from scenarios.views.proof_reading import read_proof
from scenarios.views.reading import Reading, read
from scenarios.views.review_reading import by_section, comments_of, is_blocked, review_panel
from scenarios.views.showing import coverage_map
from scenarios.views.talk import talk_context
from scenarios.views.templates import shelf

_DRAFTING = (RevisionStatus.QUEUED, RevisionStatus.DRAFTING)
_BUILDABLE = (RevisionStatus.RENDERED, RevisionStatus.READY)
_STATUS = "scenarios/_review_status.html"
TABS = {
    "plan": ("Plan", "list-checks"),
    "lineage": ("Lineage", "workflow"),
    "proof": ("Proof", "shield-check"),
    "talk": ("Talk track", "presentation"),
    "builds": ("Builds", "rocket"),
}


@require_GET
def demo_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The current revision of a demo."""
    demo = access.get_demo(user_of(request), pk)
    if demo.current is None:
        raise Http404("the demo has no revision")
    demo.current.demo = demo
    return _review(request, demo, demo.current)


@require_GET
def revision_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Any revision of a demo; older ones can be restored, not changed."""
    revision = access.get_revision(user_of(request), pk, number)
    if revision.demo.current_id == revision.pk:
        query = request.GET.urlencode()
        return redirect(f"{reverse('demo_detail', args=[pk])}{'?' if query else ''}{query}")
    return _review(request, revision.demo, revision)


def _review(request: HttpRequest, demo: Demo, revision: PlanRevision) -> HttpResponse:
    seen, said = _body_mark(revision), _words_mark(revision)
    polled = wants_part(request) and "seen" in request.GET
    if polled and request.GET["seen"] == seen:
        if request.GET.get("said") == said:
            return HttpResponse(status=204)
        context = head_context(request, demo, revision) | {"seen": seen, "said": said}
        return render_page(request, _STATUS, _STATUS, context)
    context = _context(request, demo, revision) | {"seen": seen, "said": said}
    response = show(request, "demo_detail", context)
    return reswap(retarget(response, "#review"), "outerHTML") if polled else response


def _context(request: HttpRequest, demo: Demo, revision: PlanRevision) -> dict[str, Any]:
    tab = request.GET.get("tab", "plan")
    tab = tab if tab in TABS else "plan"
    reading = read(revision, files=_statements(revision) if tab == "plan" else None)
    line = _lineage(reading, metrics=tab == "lineage") if reading and tab in ("plan", "lineage") else None
    return (
        head_context(request, demo, revision)
        | outcome_context(demo, user_of(request))
        | {
            "tab": tab,
            "reading": reading,
            "shelf": shelf(demo, revision, user_of(request)),
            "lineage_svg": lineage_svg(line) if line else "",
            "lineage_rows": _lineage_rows(line) if line else [],
            **_review_context(request, demo, revision, reading),
            "check": newest_checks([revision.pk]).get(revision.pk) if revision.is_approved else None,
            "imported": compare(revision) if revision.origin == Origin.IMPORTED else None,
            **(_tab_context(request, tab, revision, reading) if reading else {}),
        }
    )


def _review_context(
    request: HttpRequest, demo: Demo, revision: PlanRevision, reading: Reading | None
) -> dict[str, Any]:
    """The state of the review, and what is said about each section; words only for those who may read them."""
    user = user_of(request)
    found = comments_of(demo, revision)
    panel = review_panel(user, demo, revision, found)
    comments = by_section(found) if panel.may_read else {}
    return {
        "panel": panel,
        "may_comment": access.may_comment(user, demo) and bool(revision.plan),
        "comments": comments,
        "stray": {key: said for key, said in comments.items() if not _is_shown(key, reading)},
        "longest_remark": LONGEST_REMARK,
    }


def _is_shown(section: str, reading: Reading | None) -> bool:
    """Whether the plan has this section, so that its comments stand there."""
    if reading is None:
        return False
    absent = {"semantic": not reading.outline.semantic_layer, "features": not reading.features}
    return not absent.get(section, False)


def _tab_context(request: HttpRequest, tab: str, revision: PlanRevision, reading: Reading) -> dict[str, Any]:
    """What only one tab needs, and only a whole plan or a finished Proof can give."""
    if tab == "proof" and reading.report:
        return {"proof_reading": read_proof(reading.report, reading.plan)}
    if tab == "plan" and reading.plan and access.may_read_notes(user_of(request), revision.demo):
        return {"coverage": coverage_map(revision, reading.plan)}
    if tab == "talk" and reading.plan:
        return talk_context(revision)
    return {}


def _lineage(reading: Reading, *, metrics: bool) -> Lineage:
    """The lineage of the plan, or of its outline; there, metrics would hang in the air until they are defined."""
    if reading.plan:
        return shown_lineage(reading.plan, metrics=metrics)
    return shown_lineage(reading.outline, metrics=False)


def _lineage_rows(line: Lineage) -> list[tuple[Node, list[str]]]:
    """The picture in words: each node with the labels of what it reads from."""
    labels = {node.name: node.label for node in line.nodes}
    return [(node, [labels[start] for start, end in line.edges if end == node.name]) for node in line.nodes]


def head_context(request: HttpRequest, demo: Demo, revision: PlanRevision) -> dict[str, Any]:
    """What the head of every page about a revision needs: titles, tabs, and what may be done."""
    current = demo.current_id == revision.pk
    may_edit = access.may_edit(user_of(request), demo)
    leaks = leaks_of(revision)
    may_build = access.may_build(user_of(request), demo) and current
    buildable = may_build and revision.status in _BUILDABLE
    unapproved = buildable and is_blocked(user_of(request), demo, revision)
    return {
        "demo": demo,
        "revision": revision,
        "current": current,
        "may_edit": may_edit,
        "may_read_notes": access.may_read_notes(user_of(request), demo),
        "may_export": access.may_export(user_of(request), demo),
        "may_regenerate": may_edit and current and revision.status not in _DRAFTING,
        "may_change": may_edit and current and bool(revision.plan),
        "may_order": may_build,
        "unapproved": unapproved,
        "may_build": buildable and not unapproved and not leaks,
        "local_mode": settings.LOCAL_MODE,
        "tabs": [(key, label, icon) for key, (label, icon) in TABS.items()],
        "form": RegenerateForm(),
        "locks": demo.locks,
        "titles": SECTIONS,
        "leaks": leaks,
    }


def _statements(revision: PlanRevision) -> dict[str, str]:
    files = revision.files.filter(branch="main", path__startswith="models/", path__endswith=".sql")
    return dict(files.values_list("path", "text"))


def _body_mark(revision: PlanRevision) -> str:
    """Changes when there is something new to read, or to do."""
    proof = revision.proof.status if revision.proof else ""
    there = (revision.preview, bool(revision.outline), sorted(revision.parts))
    return _mark(revision.pk, revision.status, there, proof)


def _words_mark(revision: PlanRevision) -> str:
    """Changes when what is happening is said in other words."""
    return _mark(revision.progress, revision.proof.progress if revision.proof else "")


def _mark(*facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]


@require_http_methods(["GET", "POST"])
def demo_regenerate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a new revision with modifications, of the whole plan or of one section (`?section=models`).

    `?pain=2` suggests to answer the second pain sentence.
    """
    user = user_of(request)
    demo = access.get_demo(user, pk, edit=True)
    section = request.POST.get("section", request.GET.get("section", ""))
    if section and section not in SECTIONS:
        raise Http404("no such section")
    data = request.POST if request.method == "POST" else None
    form = RegenerateForm(data, section=section, initial={"instructions": _wish(request, demo)})
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["instructions"]
        revision = services.regenerate(demo, instructions=words, section=section or None, by=user)
        messages.success(request, f"Revision {revision.number} is being drafted. It appears here by itself.")
        return redirect("demo_detail", pk)
    context = {
        "demo": demo,
        "form": form,
        "section": section,
        "title": SECTIONS.get(section, ""),
        "locked": [words_of(key) for key in demo.locks],
    }
    return show(request, "demo_regenerate", context, status=422 if form.errors else 200)


def _wish(request: HttpRequest, demo: Demo) -> str:
    """What the form suggests to ask for; empty without a sentence of this number."""
    number = request.GET.get("pain", "")
    pains = (
        pain_sentences(demo.brief.disguised().pain_points) if number.isdecimal() and len(number) < 4 else []
    )
    wanted = pains[int(number) - 1 : int(number)] if pains and int(number) else []
    return f"Answer this pain point: {wanted[0]}" if wanted else ""


@require_POST
def revision_retry(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Go on with a revision whose drafting or Proof failed."""
    user = user_of(request)
    revision = access.get_revision(user, pk, number, edit=True)
    services.retry_drafting(revision, by=user)
    messages.info(request, f"Trying revision {number} once more.")
    return redirect("demo_detail", pk)
