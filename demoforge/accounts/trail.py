"""Reading the audit trail: searches that stay quick however long it gets.

Nothing is counted, and pages follow each other by the place of their last line, not by number: what is on a page
does not depend on what is written meanwhile, and the hundredth page takes as long as the first.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from demoforge.accounts.models import AuditEntry, User

PER_PAGE = 50
PEOPLE_MEANT = 100  # who may be meant by a part of a name
FIELDS = ("at", "who", "action", "kind", "id", "subject", "detail", "origin")
_THING = re.compile(r"([a-z]{3,40}) (\d{1,18})")
_CURSOR = re.compile(r"(\d{1,19})-(\d{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Search:
    """What to look for: a part of a person's name, the beginning of an action, a part of a subject or a kind with
    its number (such as "demo 12"), and the first and the last day."""

    who: str = ""
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None

    def entries(self) -> "QuerySet[AuditEntry]":
        """The lines that fit, in no order yet."""
        rows = AuditEntry.objects.filter(_by(self.who), _about(self.subject))
        if self.action:
            rows = rows.filter(action__startswith=self.action)
        if self.since:
            rows = rows.filter(at__gte=_midnight(self.since))
        if self.until:
            rows = rows.filter(at__lt=_midnight(self.until + timedelta(days=1)))
        return rows


@dataclass(frozen=True)
class TrailPage:
    """Some lines, the newest first. `newer` and `older` are the places from which the next pages go on, or empty."""

    entries: Sequence[AuditEntry]
    newer: str
    older: str


def page_of(rows: "QuerySet[AuditEntry]", *, before: str = "", after: str = "") -> TrailPage:
    """The lines right before or right after a place; the newest, if neither can be read. One query."""
    if (place := _place(after)) is not None:
        found = list(_newer(rows, *place).order_by("at", "pk")[: PER_PAGE + 1])
        shown = found[:PER_PAGE][::-1]
        return _page(shown, newer=len(found) > PER_PAGE, older=bool(shown))
    place = _place(before)
    found = list((_older(rows, *place) if place else rows).order_by("-at", "-pk")[: PER_PAGE + 1])
    return _page(found[:PER_PAGE], newer=place is not None and bool(found), older=len(found) > PER_PAGE)


def known_actions() -> list[str]:
    """Every action of the trail, as suggestions."""
    return list(AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct())


def lines(rows: "QuerySet[AuditEntry]") -> Iterable[Sequence[object]]:
    """The lines for a file, the newest first, in the order of `FIELDS`; read bit by bit."""
    for entry in rows.order_by("-at", "-pk").iterator(chunk_size=2000):
        detail = "; ".join(f"{name}={value}" for name, value in entry.detail.items())
        yield (
            entry.at.isoformat(),
            entry.actor_name,
            entry.action,
            entry.subject_type,
            entry.subject_id,
            entry.subject,
            detail,
            entry.origin or "",
        )


def _by(who: str) -> Q:
    """Lines of people whose name has this in it; also of those whose account is gone, by their log-in name."""
    if not who:
        return Q()
    named = Q(username__icontains=who) | Q(first_name__icontains=who) | Q(last_name__icontains=who)
    meant = list(User.objects.filter(named).order_by("pk").values_list("pk", flat=True)[:PEOPLE_MEANT])
    return Q(actor__in=meant) | Q(actor=None, actor_name__iexact=who)


def _about(subject: str) -> Q:
    if not subject:
        return Q()
    if thing := _THING.fullmatch(subject.casefold()):
        return Q(subject_type=thing[1], subject_id=thing[2]) | Q(subject__icontains=subject)
    return Q(subject__icontains=subject)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


# --- places -------------------------------------------------------------------------------------------------


def _page(shown: Sequence[AuditEntry], *, newer: bool, older: bool) -> TrailPage:
    first, last = (_cursor(shown[0]), _cursor(shown[-1])) if shown else ("", "")
    return TrailPage(shown, first if newer else "", last if older else "")


def _cursor(entry: AuditEntry) -> str:
    """A place in the trail: microseconds since 1970, and the line's number."""
    return f"{(entry.at - _EPOCH) // timedelta(microseconds=1)}-{entry.pk}"


def _place(cursor: str) -> tuple[datetime, int] | None:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
    except OverflowError:
        return None


def _older(rows: "QuerySet[AuditEntry]", at: datetime, pk: int) -> "QuerySet[AuditEntry]":
    return rows.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk))


def _newer(rows: "QuerySet[AuditEntry]", at: datetime, pk: int) -> "QuerySet[AuditEntry]":
    return rows.filter(at__gte=at).filter(Q(at__gt=at) | Q(pk__gt=pk))
