"""The log of a build's calls of GitHub and dbt Cloud: a page with filters, and the whole of it as a file."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from demoforge.htmx import render_page
from demoforge.spreadsheets import csv_lines
from provisioning.access import get_build
from provisioning.models import ApiCall, BuildRun
from scenarios.views.files import attachment
from scenarios.views.pages import user_of

PER_PAGE = 50
OK = "ok"
SYSTEMS = {"github": "GitHub", "dbt_cloud": "dbt Cloud"}
FIELDS = (
    "at", "system", "method", "path", "status", "seconds", "request_id", "step", "attempt", "outcome",
)  # fmt: skip


@dataclass(frozen=True)
class CallPage:
    """Some calls of a build, the newest first. `system` and `failed` are the filters; `totals` ignores them.

    `pages` are the numbers to offer, with gaps.
    """

    run: BuildRun
    system: str
    failed: bool
    calls: Page
    pages: Sequence[Any]
    totals: Mapping[str, Any]  # calls, failed, seconds
    systems: Mapping[str, str]


@require_safe
def build_calls(request: HttpRequest, pk: int) -> HttpResponse:
    """The calls of a build. Takes `system`, `failed`, `page`. Context: page (CallPage). Four queries of its own."""
    run = get_build(user_of(request), pk)
    system, failed = _filters(request)
    calls = Paginator(_calls(run, system, failed=failed).order_by("-pk"), PER_PAGE)
    shown = calls.get_page(request.GET.get("page"))
    page = CallPage(
        run=run,
        system=system,
        failed=failed,
        calls=shown,
        pages=list(calls.get_elided_page_range(shown.number, on_each_side=1, on_ends=1)),
        totals=run.calls.aggregate(
            calls=Count("pk"), failed=Count("pk", filter=~Q(outcome=OK)), seconds=Sum("seconds")
        ),
        systems=SYSTEMS,
    )
    return render_page(
        request, "provisioning/build_calls.html", "provisioning/_build_calls.html", {"page": page}
    )


@require_safe
def calls_download(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The calls that the filters leave, the oldest first, as `csv` or `jsonl` (one JSON object a line)."""
    run = get_build(user_of(request), pk)
    if form not in _FORMS:
        raise Http404("there is no such form")
    system, failed = _filters(request)
    write, kind = _FORMS[form]
    rows = [_row(call) for call in _calls(run, system, failed=failed)]
    return attachment(write(rows).encode(), f"build-{run.pk}-calls.{form}", kind)


def _filters(request: HttpRequest) -> tuple[str, bool]:
    system = request.GET.get("system", "")
    return (system if system in SYSTEMS else ""), request.GET.get("failed") == "1"


def _calls(run: BuildRun, system: str, *, failed: bool) -> "QuerySet[ApiCall]":
    calls = ApiCall.objects.filter(run=run).select_related("step")
    if system:
        calls = calls.filter(system=SYSTEMS[system])
    return calls.exclude(outcome=OK) if failed else calls


def _row(call: ApiCall) -> dict[str, Any]:
    return {
        "at": call.at.isoformat(),
        "system": call.system,
        "method": call.method,
        "path": call.path,
        "status": call.status,
        "seconds": round(call.seconds, 4),
        "request_id": call.request_id,
        "step": call.step.key if call.step else "",
        "attempt": call.attempt,
        "outcome": call.outcome,
    }


def _as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(csv_lines(FIELDS, (list(row.values()) for row in rows)))


def _as_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


_FORMS: Mapping[str, tuple[Callable[[Sequence[Mapping[str, Any]]], str], str]] = {
    "csv": (_as_csv, "text/csv; charset=utf-8"),
    "jsonl": (_as_lines, "application/x-ndjson; charset=utf-8"),
}
