"""Insights of a period as one value."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from provisioning.insights.facts import Fact, read_facts, read_people
from provisioning.insights.figures import Figures, Share, dollars_of, figures
from provisioning.insights.groups import Group, groups_of
from provisioning.insights.periods import Period, moment_of, weeks


@dataclass(frozen=True)
class Week:
    """The demos that were begun in the week from `monday` on."""

    monday: date
    begun: int
    working: int  # of those, how many had a working build since
    cost: Decimal  # US dollars


@dataclass(frozen=True)
class Insights:
    """Everything that the page and the file show. `adoption`: active accounts of all."""

    period: Period
    cut: str
    total: Figures
    groups: Sequence[Group]
    weeks: Sequence[Week]
    adoption: Share


def read_insights(period: Period, *, cut: str, now: datetime | None = None) -> Insights:
    """The insights of a period, cut by a key of CUTS. Six queries."""
    facts = read_facts(period, today=timezone.localdate(now))
    people = read_people(period, {fact.owner for fact in facts})
    everybody = sum(person.counts for person in people.persons.values())
    return Insights(
        period=period,
        cut=cut,
        total=figures(facts),
        groups=groups_of(facts, people, cut),
        weeks=_weeks(facts, period),
        adoption=Share(len(people.active), everybody),
    )


def _weeks(facts: Sequence[Fact], period: Period) -> list[Week]:
    """All weeks of the period; of all time those since the first demo."""
    if not facts:
        return []
    mondays = weeks(_first_day(facts) if period.key == "all" else period.first, period.last)
    edges = [moment_of(monday) for monday in mondays]
    begun, working, cost = [0] * len(mondays), [0] * len(mondays), [0.0] * len(mondays)
    for fact in facts:
        number = max(0, bisect_right(edges, fact.begun) - 1)
        begun[number] += 1
        working[number] += fact.whole is not None
        cost[number] += fact.cost
    return [Week(*row) for row in zip(mondays, begun, working, map(dollars_of, cost), strict=True)]


def _first_day(facts: Sequence[Fact]) -> date:
    oldest = min(fact.begun for fact in facts)
    return datetime.fromtimestamp(oldest, tz=timezone.get_current_timezone()).date()


def week_words(monday: date) -> str:
    """A week as a table names it: "2 Nov to 8 Nov 2026"."""
    sunday = monday + timedelta(days=6)
    return f"{monday.day} {monday:%b} to {sunday.day} {sunday:%b %Y}"
