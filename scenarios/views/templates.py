"""Use a plan as a template; and what a demo's page tells of templates and copies."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from demoforge.accounts.models import User
from scenarios import access
from scenarios.library.copying import TemplateRefused, template_of, use_template
from scenarios.models import Demo, Favourite, PlanRevision
from scenarios.views.library_forms import CopyForm
from scenarios.views.pages import show, user_of

SHOWN_COPIES = 5


@require_http_methods(["GET", "POST"])
def template_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a demo of one's own, for another prospect, from an approved plan."""
    user = user_of(request)
    demo = access.get_template(user, pk)
    template = template_of(demo)
    form = CopyForm(request.POST or None, industry=demo.industry, warehouse=demo.warehouse)
    if request.method == "POST" and form.is_valid():
        try:
            copy = use_template(demo, form.wish, token=form.cleaned_data["token"], by=user)
        except TemplateRefused as error:
            form.add_error(None, f"{error.sentence} {error.hint}")
        else:
            messages.success(request, "The copy is being rendered and proven. It appears here by itself.")
            return redirect("demo_detail", copy.pk)
    context = {"demo": demo, "template": template, "form": form, "may_create": access.may_create(user)}
    return show(request, "template_use", context, status=422 if form.errors else 200)


@dataclass(frozen=True)
class Shelf:
    """What a demo's page tells of the library. `source`: the plan it was copied from; None if there is none, or if
    the person may not see it.
    """

    marked: bool
    may_share: bool
    may_use: bool
    is_copy: bool
    source: PlanRevision | None
    copies: list[Demo]
    copy_count: int  # also of those that the person may not see


def shelf(demo: Demo, revision: PlanRevision, user: User) -> Shelf:
    """Three queries; one more for a copy."""
    copies = Demo.objects.filter(template__demo=demo)
    current = demo.current_id == revision.pk
    return Shelf(
        marked=Favourite.objects.filter(user=user, demo=demo).exists(),
        may_share=access.may_share(user, demo),
        may_use=current and revision.is_approved and access.may_use_templates(user),
        is_copy=demo.template_id is not None,
        source=_source(demo, user),
        copies=list(copies.filter(pk__in=access.visible_demos(user)).order_by("-pk")[:SHOWN_COPIES]),
        copy_count=copies.count(),
    )


def _source(demo: Demo, user: User) -> PlanRevision | None:
    if demo.template_id is None:
        return None
    rows = PlanRevision.objects.filter(pk=demo.template_id, demo__in=access.visible_demos(user))
    return rows.select_related("demo").first()
