"""Finds demos: by words, by what they are, and in which order. Takes the same few queries for any number of demos."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from demoforge.accounts.models import User
from scenarios.library.words import wanted_words
from scenarios.models import BUSY, Demo, Favourite, LibraryWord, RevisionStatus, TemplateCheck
from scenarios.models.demo import approved_revisions

MOST_WORDS = 6
_LAST = "\U0010ffff"  # comes after every character

BY_STATUS: Mapping[str, Q] = {
    "busy": Q(current__status__in=BUSY),
    "ready": Q(current__status=RevisionStatus.READY),
    "attention": Q(current__status__in=(RevisionStatus.BROKEN, RevisionStatus.FAILED)),
}
#: Which demos: whose they are, and what they are good for.
SHOWN: Mapping[str, Callable[[User], Q]] = {
    "mine": lambda user: Q(owner=user),
    "favourites": lambda user: Q(favourites__user=user),
    "templates": lambda user: Q(current__in=approved_revisions()),
    "copies": lambda user: Q(template__isnull=False),
}


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; empty values narrow nothing. `copies_of`: the demo that was the template."""

    text: str = ""
    kind: str = ""
    status: str = ""
    shown: str = ""
    industry: str = ""
    warehouse: str = ""
    copies_of: int | None = None
    sort: str = ""

    @property
    def words(self) -> list[str]:
        """The words to look for."""
        return wanted_words(self.text, most=MOST_WORDS)

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        found = (self.text.strip(), self.status, self.shown, self.industry, self.warehouse, self.copies_of)
        return any(found)


def find(demos: "QuerySet[Demo]", wanted: Wanted, *, by: User) -> "QuerySet[Demo]":
    """Of these demos those that are wanted, in the wanted order."""
    words = wanted.words
    if wanted.text.strip() and not words:
        return demos.none()
    for word in words:
        demos = demos.filter(pk__in=_with_word(word, wanted.kind))
    demos = demos.filter(BY_STATUS.get(wanted.status, Q()))
    if wanted.shown in SHOWN:
        demos = demos.filter(SHOWN[wanted.shown](by))
    if wanted.industry:
        demos = demos.filter(industry=wanted.industry)
    if wanted.warehouse:
        demos = demos.filter(warehouse=wanted.warehouse)
    if wanted.copies_of is not None:
        demos = demos.filter(template__demo=wanted.copies_of)
    return _sorted(demos, wanted.sort)


def _with_word(word: str, kind: str) -> "QuerySet[LibraryWord, Any]":
    """The demos that have a word which begins so. Each database finds beginnings by its index in a way of its own."""
    if connection.vendor == "sqlite":
        rows = LibraryWord.objects.filter(word__gte=word, word__lt=word + _LAST)
    else:
        rows = LibraryWord.objects.filter(word__startswith=word)
    return (rows.filter(kind=kind) if kind else rows).values("demo")


def _sorted(demos: "QuerySet[Demo]", sort: str) -> "QuerySet[Demo]":
    if sort == "created":
        return demos.order_by("-created_at", "-pk")
    if sort == "last_used":
        return demos.order_by("-used_at", "-pk")
    if sort == "company":  # by the name that everybody sees: the real one must not be guessed from the order
        shown = Case(When(codename="", then=F("company")), default=F("codename"))
        return demos.order_by(Lower(shown), "-pk")
    if sort == "used":
        return _most_used_first(demos)
    return demos.order_by("-updated_at", "-pk")


def _most_used_first(demos: "QuerySet[Demo]") -> "QuerySet[Demo]":
    """Counts once, not for each demo: of many demos, few are templates."""
    used = Demo.objects.filter(template__isnull=False).values_list("template__demo").annotate(Count("pk"))
    times: dict[int, list[int]] = {}
    for demo, count in used:
        times.setdefault(count, []).append(demo)
    cases = [When(pk__in=those, then=Value(count)) for count, those in sorted(times.items(), reverse=True)]
    return demos.annotate(uses=Case(*cases, default=Value(0))).order_by("-uses", "-updated_at", "-pk")


def industries(demos: "QuerySet[Demo]", *, most: int = 100) -> list[str]:
    """The industries of these demos, the most frequent ones if there are many; in alphabetical order."""
    counted = demos.order_by().values("industry").annotate(count=Count("pk")).order_by("-count", "industry")
    return sorted(counted.values_list("industry", flat=True)[:most], key=str.casefold)


@dataclass(frozen=True)
class Facts:
    """What the demos of one page have beside their own row. By demo, checks by revision."""

    favourites: frozenset[int]
    uses: Mapping[int, int]
    builds: Mapping[int, tuple[int, str]]
    checks: Mapping[int, TemplateCheck]


def facts_about(demos: list[Demo], user: User) -> Facts:
    """One query for each kind of fact."""
    keys = [demo.pk for demo in demos]
    marked = Favourite.objects.filter(user=user, demo__in=keys).values_list("demo", flat=True)
    revisions = [demo.current_id for demo in demos if demo.current_id]
    checks = TemplateCheck.objects.filter(revision__in=revisions).order_by("pk")
    return Facts(
        frozenset(marked), uses_of(keys), last_builds(keys), {check.revision_id: check for check in checks}
    )


def uses_of(demos: list[int]) -> dict[int, int]:
    """How many copies were made of each of these demos; those that have none are left out."""
    rows = Demo.objects.filter(template__demo__in=demos).order_by().values_list("template__demo")
    return dict(rows.annotate(Count("pk")))


def last_builds(demos: list[int]) -> dict[int, tuple[int, str]]:
    """Demo -> number and status of its last build."""
    rows = Demo.objects.filter(pk__in=demos, builds__isnull=False).order_by("builds__pk")
    return {
        demo: (build, status)
        for demo, build, status in rows.values_list("pk", "builds__pk", "builds__status")
    }
