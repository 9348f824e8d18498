"""The page “Audit”, for administrators: who did what to what, when and from where; and the same as a file."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from demoforge.accounts.asking import require
from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from demoforge.accounts.trail import FIELDS, Search, known_actions, lines, page_of
from demoforge.htmx import render_page, wants_part
from demoforge.spreadsheets import csv_lines

REFUSAL = "The audit trail is for administrators."


DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 12, 31))]


def _text(example: str, **more: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "type": "search", "placeholder": example, **more})


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"class": "input", "type": "date"})


class AuditSearchForm(forms.Form):
    """What to look for; all of it may be left out."""

    who = forms.CharField(label="Person", required=False, max_length=150, widget=_text("a part of the name"))
    action = forms.CharField(
        label="Action", required=False, max_length=60, widget=_text("login, build …", list="actions")
    )
    subject = forms.CharField(
        label="Subject", required=False, max_length=200, widget=_text("a name, or demo 12")
    )
    since = forms.DateField(label="From", required=False, widget=_day(), validators=DAYS)
    until = forms.DateField(label="To", required=False, widget=_day(), validators=DAYS)

    @property
    def search(self) -> Search:
        """What was entered and can be read; a date that is none narrows nothing, and its field says so."""
        self.is_valid()
        return Search(**{name: value for name, value in self.cleaned_data.items() if value})


@never_cache
@require_safe
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Lines of the trail, the newest first. Takes the fields of the form, `before`, `after`.

    Context: form, page (TrailPage), actions, narrowed. Four queries of its own at most.
    """
    _administrator(request)
    form = AuditSearchForm(request.GET)
    search = form.search
    context = {
        "form": form,
        "page": page_of(
            search.entries(), before=request.GET.get("before", ""), after=request.GET.get("after", "")
        ),
        "actions": [] if wants_part(request) else known_actions(),
        "narrowed": search != Search(),
    }
    return render_page(request, "accounts/audit_trail.html", "accounts/_audit_trail.html", context)


@never_cache
@require_safe
def audit_download(request: HttpRequest) -> StreamingHttpResponse:
    """All lines that the search leaves, as CSV."""
    _administrator(request)
    rows = AuditSearchForm(request.GET).search.entries()
    name = f"audit-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        csv_lines(FIELDS, lines(rows)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _administrator(request: HttpRequest) -> User:
    return require(request, Action.CONFIGURE, REFUSAL)
