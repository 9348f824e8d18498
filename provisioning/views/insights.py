"""Insights for managers and administrators: a page with charts, and the same figures as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from demoforge.htmx import render_page
from demoforge.spreadsheets import csv_lines
from provisioning.access import require_insights
from provisioning.insights import CUTS, PERIODS, Group, Insights, period_of, read_insights
from provisioning.insights.words import rating_words, share_words, sheet_header, sheet_rows, time_words
from provisioning.views.insight_pictures import Drawn, pictures
from scenarios.views.files import attachment
from scenarios.views.pages import user_of

GROUPS_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One group in the page's table, as texts in the order of its columns."""

    label: str
    cells: Sequence[tuple[str, str]]  # name of the column, and what stands there


@dataclass(frozen=True)
class InsightsPage:
    """What the page shows; no pictures and no lines when nobody began a demo in the period."""

    insights: Insights
    stats: Sequence[tuple[str, str, str]]  # label, value, and what it is about
    pictures: Sequence[Drawn]
    lines: Sequence[Line]
    more: int  # groups that only the file has
    periods: Mapping[str, str]
    cuts: Mapping[str, str]


@require_safe
def insights(request: HttpRequest) -> HttpResponse:
    """The figures of a period. Takes `period` (of PERIODS) and `by` (of CUTS). Context: page (InsightsPage)."""
    found = _read(request)
    some = bool(found.total.demos)
    page = InsightsPage(
        insights=found,
        stats=_stats(found) if some else [],
        pictures=pictures(found) if some else [],
        lines=[_line(group) for group in found.groups[:GROUPS_SHOWN]] if some else [],
        more=max(0, len(found.groups) - GROUPS_SHOWN),
        periods=PERIODS,
        cuts=CUTS,
    )
    return render_page(request, "provisioning/insights.html", "provisioning/_insights.html", {"page": page})


@require_safe
def insights_download(request: HttpRequest) -> HttpResponse:
    """The figures of all demos and of each group as CSV; takes what the page takes."""
    found = _read(request)
    text = "".join(csv_lines(sheet_header(found), sheet_rows(found)))
    name = f"insights-{found.period.key}-by-{found.cut}.csv"
    return attachment(text.encode(), name, "text/csv; charset=utf-8")


def _read(request: HttpRequest) -> Insights:
    require_insights(user_of(request))
    cut = request.GET.get("by", "")
    return read_insights(
        period_of(request.GET.get("period", "")), cut=cut if cut in CUTS else next(iter(CUTS))
    )


def _stats(found: Insights) -> list[tuple[str, str, str]]:
    total = found.total
    unpriced = f"; {total.unpriced:,} model calls have no known price" if total.unpriced else ""
    return [
        ("Demos begun", f"{total.demos:,}", f"{total.working:,} had a working build"),
        ("Brief to working demo", time_words(total.whole.p50), f"median; p90 {time_words(total.whole.p90)}"),
        ("First-pass rate", share_words(total.first_pass), f"of {total.first_pass.of:,} plans proven without a repair"),
        ("Adoption", share_words(found.adoption), f"{found.adoption.part:,} of {found.adoption.of:,} accounts active"),
        ("Reuse", share_words(total.copies), f"{total.copies.part:,} demos copied from a template"),
        ("Cost of AI", f"${total.cost:,.2f}", f"${total.cost_each or 0:,.2f} a demo{unpriced}"),
        ("Satisfaction", rating_words(total.rating), f"of 5; {total.rated:,} rated, {total.called:,} calls held"),
        ("Advanced or won", share_words(total.went_well), f"of {total.went_well.of:,} with a known outcome"),
    ]  # fmt: skip


def _line(group: Group) -> Line:
    of = group.figures
    people = f"{group.adoption.part:,} of {group.adoption.of:,}" if group.adoption else f"{of.people:,}"
    return Line(group.label, [
        ("Demos", f"{of.demos:,}"),
        ("Working", f"{of.working:,}"),
        ("p50", time_words(of.whole.p50)),
        ("p90", time_words(of.whole.p90)),
        ("First pass", share_words(of.first_pass)),
        ("Reuse", share_words(of.copies)),
        ("AI cost", f"${of.cost:,.2f}"),
        ("Rating", rating_words(of.rating)),
        ("Advanced or won", share_words(of.went_well)),
        ("Active people", people),
    ])  # fmt: skip
