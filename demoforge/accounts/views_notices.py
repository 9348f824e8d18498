"""The page “Notices”: what a person was told, and what they have read of it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from demoforge.accounts.asking import person_of
from demoforge.accounts.notices import mark_read, notices_of, unread_count
from demoforge.htmx import redirect_to, render_page

PER_PAGE = 25


@never_cache
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The person's notices, the newest first. Takes `page`. Context: page, pages, unread."""
    user = person_of(request)
    found = Paginator(notices_of(user), PER_PAGE)
    page = found.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pages": list(found.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "unread": unread_count(user),
    }
    return render_page(request, "accounts/notices.html", "accounts/_notices.html", context)


@require_POST
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read. With `open`, go on to the page that it is about, else back to the list."""
    mine = notices_of(person_of(request))
    notice = get_object_or_404(mine, pk=pk)
    mark_read(mine.filter(pk=pk))
    wanted = notice.path if "open" in request.POST else ""
    inside = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return redirect_to(request, wanted if inside else resolve_url("notices"))


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_read(notices_of(person_of(request)))
    return redirect_to(request, resolve_url("notices"))
