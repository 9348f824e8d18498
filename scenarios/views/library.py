"""The library: every demo that one may see, as a table or as cards; found, narrowed, sorted, marked."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from demoforge.htmx import wants_part
from scenarios import access
from scenarios.library.searching import facts_about, find, industries
from scenarios.models import Demo
from scenarios.sharing import set_favourite
from scenarios.views.library_forms import CARDS, TABLE, LibraryForm
from scenarios.views.pages import show, user_of

PER_PAGE = 25
_LISTED = (
    "company", "codename", "industry", "warehouse", "updated_at", "created_at", "used_at", "visibility", "team",
    "template", "owner__username", "owner__first_name", "owner__last_name", "current__number", "current__status",
    "current__demo_id", "current__project_digest", "current__approval_inherited", "current__approval__status",
    "current__approval__project_digest", "current__proof__status", "current__proof__finished_at",
    "current__proof__dbt_version",
)  # fmt: skip


@require_GET
def demo_list(request: HttpRequest) -> HttpResponse:
    """All demos that one may see, in pages; what changed last comes first."""
    user = user_of(request)
    visible = access.visible_demos(user)
    form = LibraryForm(request.GET, industries=industries(visible))
    wanted = form.wanted
    # Keys alone are sorted: rows are wide, and wanted of one page only.
    keys = list(find(visible, wanted, by=user).values_list("pk", flat=True))
    page = Paginator(keys, PER_PAGE).get_page(request.GET.get("page"))
    demos = _rows(list(page))
    context = {
        "demos": demos,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "facts": facts_about(demos, user),
        "form": form,
        "cards": form.as_cards,
        "views": [(TABLE, "Table", "table-2"), (CARDS, "Cards", "boxes")],
        "narrowed": wanted.narrows,
        "wanted": wanted,
        "may_create": access.may_create(user),
        "busy": any(demo.current and demo.current.is_busy for demo in demos),
    }
    return show(request, "demo_list", context)


def _rows(keys: list[int]) -> list[Demo]:
    """The demos of a page, in the order of their keys."""
    rows = Demo.objects.select_related("owner", "current__proof", "current__approval").only(*_LISTED)
    found = rows.in_bulk(keys)
    return [found[key] for key in keys if key in found]


@require_POST
def favourite_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a demo as a favourite (`marked=1`), or not any more; `next` is the page to go back to without a script."""
    user = user_of(request)
    demo = access.get_demo(user, pk)
    marked = request.POST.get("marked") == "1"
    set_favourite(demo, marked=marked, by=user)
    back = _back(request)
    if wants_part(request):
        return show(request, "favourite_set", {"demo": demo, "marked": marked, "back": back})
    return redirect(back)


def _back(request: HttpRequest) -> str:
    back = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if inside and back.startswith("/") else reverse("demo_list")
