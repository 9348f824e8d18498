"""The page “Fleet”: what lives where, since when, and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from demoforge.accounts.roles import Action
from demoforge.htmx import render_page
from provisioning import fleet as reading
from provisioning.fleet import Craft, Filters
from scenarios.lifecycle import Term, term_now
from scenarios.views.pages import user_of

PER_PAGE = 25
LONGEST = 100  # characters of a filter
SORTS = {"expiry": "Longest unused", "newest": "Newest first", "oldest": "Oldest first"}


@dataclass(frozen=True)
class FleetPage:
    """Some of the fleet. `everybodys`: not only one's own. `states`: key, label and how many there are."""

    filters: Filters
    term: Term
    everybodys: bool
    crafts: Sequence[Craft]
    page: Page
    pages: Sequence[Any]
    states: Sequence[tuple[str, str, int]]
    targets: Sequence[tuple[str, str]]
    sorts: Mapping[str, str]

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered away."""
        return Filters(sort=self.filters.sort) != self.filters

    @property
    def total(self) -> int:
        """How many there are in all states."""
        return sum(count for _, _, count in self.states)


@never_cache
@require_safe
def fleet(request: HttpRequest) -> HttpResponse:
    """The fleet: everybody's for managers and administrators, one's own for others.

    Takes `q`, `owner`, `target`, `state`, `demo`, `sort`, `page`. Context: page (FleetPage). Five queries of its own,
    and some more where something has expired.
    """
    user = user_of(request)
    everybodys = user.may(Action.SEE_ALL_DEMOS)
    term, filters = term_now(), _filters(request.GET, owner=everybodys)
    rows = reading.standing(user)
    counted = reading.counts(rows, filters, term)
    paginator = Paginator(reading.narrowed(rows, filters, term), PER_PAGE)
    paginator.count = counted[filters.state] if filters.state else sum(counted.values())
    page = paginator.get_page(request.GET.get("page"))
    shown = FleetPage(
        filters=filters,
        term=term,
        everybodys=everybodys,
        crafts=reading.crafts(page, user, term),
        page=page,
        pages=list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        states=[(state, label, counted[state]) for state, label in reading.LABELS.items()],
        targets=reading.targets(),
        sorts=SORTS,
    )
    return render_page(
        request, "provisioning/fleet.html", "provisioning/_fleet.html", {"page": shown, "pages": shown.pages}
    )


def _filters(sent: QueryDict, *, owner: bool) -> Filters:
    """What the form says; a value that is none narrows nothing."""
    demo, state, target = sent.get("demo", ""), sent.get("state", ""), sent.get("target", "")
    sort = sent.get("sort", "")
    return Filters(
        words=_clean(sent.get("q", "")),
        owner=_clean(sent.get("owner", "")) if owner else "",
        target=target if target in dict(reading.targets()) else "",
        state=state if state in reading.LABELS else "",
        demo=int(demo) if demo.isascii() and demo.isdigit() and len(demo) < 19 else None,
        sort=sort if sort in SORTS else "expiry",
    )


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()[:LONGEST]
