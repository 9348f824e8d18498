"""Editing a section of the plan: validated, and always a new revision."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from demoforge.errors import NotNow
from scenarios import access, services
from scenarios.locks import words_of
from scenarios.models import Demo, PlanRevision
from scenarios.plan.parts import Plan
from scenarios.plan.pieces import MODEL
from scenarios.plan.sections import SECTIONS, get_section
from scenarios.plan.violations import PlanRefused, Violation
from scenarios.views import section_forms
from scenarios.views.editor import Data
from scenarios.views.pages import show, user_of


@require_http_methods(["GET", "POST"])
def section_edit(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """Edit one section, or one source or model of it (`?item=`), on top of the revision it was read from."""
    if section not in SECTIONS:
        raise Http404("no such section")
    demo = access.get_demo(user_of(request), pk, edit=True)
    base = _base(request, demo)
    item = request.GET.get("item", "")
    plan = base.read_plan()
    data = get_section(plan, section)
    items = section_forms.item_names(section, data)
    if item and item not in items:
        raise Http404("no such item")
    if request.method == "GET":
        _refuse_locked(demo, section, item)
    page = {"demo": demo, "revision": base, "section": section, "title": SECTIONS[section], "item": item}
    if items and not item:
        return show(request, "section_items", page | {"items": items, "links": _links(pk, section, items)})
    if request.method == "POST":
        return _save(request, page, data, plan)
    return show(
        request, "section_edit", page | {"form": section_forms.build(section, data, _tables(plan), item)}
    )


def _refuse_locked(demo: Demo, section: str, item: str) -> None:
    """Say at once that saving would not work. Raises Locked."""
    for key in (section, f"{MODEL}{item}" if section == "models" and item else ""):
        if key in demo.locks:
            raise services.Locked(f"{words_of(key)} is locked, so it cannot be edited.", services.UNLOCK)


def _base(request: HttpRequest, demo: Demo) -> PlanRevision:
    """The revision that the form was read from; the current one when the page is opened."""
    number = request.POST.get("base", "")
    if number.isdecimal() and len(number) < 7:
        revision = access.get_revision(user_of(request), demo.pk, int(number), edit=True)
    elif demo.current:
        revision = demo.current
        revision.demo = demo
    else:
        raise Http404("the demo has no revision")
    if revision.plan is None:
        raise NotNow("This revision has no plan yet.", "Wait until it is drafted, then edit it.")
    return revision


def _tables(plan: Plan) -> dict[str, list[tuple[str, str]]]:
    return {
        source.table: [(column.name, column.type) for column in source.columns]
        for source in plan.outline.sources
    }


def _key_kind(plan: Plan) -> str:
    """The type of the incremental mart's unique key."""
    incremental = plan.outline.incremental
    mart = plan.outline.model(incremental.model)
    column = mart.column(incremental.unique_key) if mart else None
    return column.type if column else "string"


def _links(pk: int, section: str, items: list[str]) -> list[tuple[str, str]]:
    url = reverse("section_edit", args=[pk, section])
    return [(item, f"{url}?item={item}") for item in items]


def _save(request: HttpRequest, page: dict[str, Any], data: Data, plan: Plan) -> HttpResponse:
    demo, base, section, item = page["demo"], page["revision"], page["section"], page["item"]
    posted = section_forms.read(section, data, request.POST, _tables(plan), item, key_kind=_key_kind(plan))
    shown = page | {"form": section_forms.build(section, posted.data, _tables(plan), item)}
    newer = demo.current if demo.current and demo.current.number != base.number else None
    if newer and "on_top" not in request.POST:
        return show(request, "section_edit", shown | {"newer": newer}, status=409)
    violations = [Violation(section, place, sentence) for place, sentence in posted.faults]
    if not violations:
        try:
            revision = services.edit_section(
                base,
                section=section,
                data=posted.data,
                newest=demo.current.number if demo.current else None,
                by=user_of(request),
            )
        except PlanRefused as refused:
            violations = refused.violations
        except NotNow as error:  # what was typed must not be lost for that
            violations = [Violation(section, "Not now", error.sentence, error.hint)]
        else:
            messages.success(request, f"Saved as revision {revision.number}. It is being proven; read what changed "
                             "in the history, or confirm and build.")  # fmt: skip
            return redirect("demo_detail", demo.pk)
    return show(request, "section_edit", shown | {"violations": violations, "newer": newer}, status=422)
