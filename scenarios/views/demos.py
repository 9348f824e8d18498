"""The list of demos, and the Setup page that begins one."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from scenarios import access, services
from scenarios.ai import opening
from scenarios.ai.builtin import library
from scenarios.forms import BriefForm, DemoSearchForm
from scenarios.models import BUSY, Demo, RevisionStatus
from scenarios.views.pages import show, user_of

PER_PAGE = 25
_LISTED = (
    "company", "codename", "industry", "warehouse", "updated_at", "created_at", "owner__username", "owner__first_name",
    "owner__last_name", "current__number", "current__status", "current__demo_id", "current__proof__status",
)  # fmt: skip
_BY_STATUS = {
    "busy": Q(current__status__in=BUSY),
    "ready": Q(current__status=RevisionStatus.READY),
    "attention": Q(current__status__in=(RevisionStatus.BROKEN, RevisionStatus.FAILED)),
}


@require_GET
def demo_list(request: HttpRequest) -> HttpResponse:
    """All demos that one may see, newest first, in pages."""
    user = user_of(request)
    form = DemoSearchForm(request.GET)
    demos = (
        _narrowed(access.visible_demos(user), form).select_related("owner", "current__proof").only(*_LISTED)
    )
    page = Paginator(demos, PER_PAGE).get_page(request.GET.get("page"))
    builds = _last_builds([demo.pk for demo in page])
    return show(
        request,
        "demo_list",
        {
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
            "builds": builds,
            "form": form,
            "narrowed": bool(form.words or form.wanted),
            "may_create": access.may_create(user),
            "busy": any(demo.current and demo.current.is_busy for demo in page),
        },
    )


def _narrowed(demos: "QuerySet[Demo]", form: DemoSearchForm) -> "QuerySet[Demo]":
    for word in form.words:
        named = Q(company__icontains=word) | Q(codename__icontains=word)
        demos = demos.filter(named | Q(industry__icontains=word))
    return demos.filter(_BY_STATUS.get(form.wanted, Q()))


def _last_builds(demos: list[int]) -> dict[int, tuple[int, str]]:
    """Demo -> number and status of its last build, in one query for the whole page."""
    rows = Demo.objects.filter(pk__in=demos, builds__isnull=False).order_by("builds__pk")
    return {
        demo: (build, status)
        for demo, build, status in rows.values_list("pk", "builds__pk", "builds__status")
    }


@require_http_methods(["GET", "POST"])
def demo_new(request: HttpRequest) -> HttpResponse:
    """Setup: the brief. Pressing the button starts drafting and goes on to Review."""
    user = user_of(request)
    if not access.may_create(user):
        raise PermissionDenied("Your role may look at demos, but not create them.")
    form = BriefForm(
        request.POST or None, providers=opening.available(user), chosen=opening.default_provider(user)
    )
    if request.method == "POST" and form.is_valid():
        demo = services.create_demo(form.brief, **form.choices, by=user)
        return redirect("demo_detail", demo.pk)
    context = {"form": form, "industries": _industries()}
    return show(request, "demo_new", context, status=422 if form.errors else 200)


def _industries() -> list[str]:
    """The industries that the built-in blueprints know, as suggestions."""
    known = [key for key in library.blueprint_keys() if key != library.GENERIC]
    return sorted(str(library.read(key)["industry"]) for key in known)


@require_GET
def demo_brief(request: HttpRequest, pk: int) -> HttpResponse:
    """The brief of a demo as it was typed."""
    demo = access.get_demo(user_of(request), pk)
    return show(request, "demo_brief", {"demo": demo})
