"""Figures over plain rows: percentiles, shares, and that silence counts neither for nor against."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from provisioning.insights.facts import Fact, People, Person
from provisioning.insights.figures import Share, figures, spread
from provisioning.insights.groups import NO_TEAM, groups_of
from provisioning.insights.periods import period_of, weeks
from provisioning.insights.words import share_words, time_words


def fact(**fields: Any) -> Fact:
    known: dict[str, Any] = {
        "demo": 1, "begun": 0.0, "owner": 1, "team": None, "industry": "Retail", "copied": False, "called": False,
        "rating": None, "outcome": "", "first_pass": None, "cost": 0.0, "unpriced": 0,
    }  # fmt: skip
    return Fact(**(known | fields))


def test_percentiles_lie_between_the_values_in_proportion() -> None:
    assert (spread([]).p50, spread([]).p90, spread([]).of) == (None, None, 0)
    assert (spread([7.0]).p50, spread([7.0]).p90) == (7.0, 7.0)
    found = spread([40.0, 10.0, 30.0, 20.0])
    assert found.p50 == 25.0
    assert found.p90 == pytest.approx(37.0)
    assert found.of == 4


def test_a_demo_nobody_told_about_is_no_failure() -> None:
    silent = [fact() for _ in range(8)]
    told = [fact(outcome="won", rating=5, called=True), fact(outcome="lost", rating=2, called=True)]
    found = figures([*silent, *told])
    assert found.went_well == Share(1, 2)
    assert found.outcomes == {"": 8, "advanced": 0, "won": 1, "lost": 1}
    assert (found.rating, found.rated, found.called) == (3.5, 2, 2)
    assert found.first_pass == Share(0, 0)
    assert share_words(found.first_pass) == "–"


def test_shares_money_and_people() -> None:
    found = figures([
        fact(first_pass=True, cost=0.5, owner=1),
        fact(first_pass=False, cost=0.25, owner=2, unpriced=3),
        fact(copied=True, owner=2),
    ])  # fmt: skip
    assert found.first_pass == Share(1, 2)
    assert found.copies == Share(1, 3)
    assert (found.cost, found.cost_each, found.unpriced) == (Decimal("0.75"), Decimal("0.25"), 3)
    assert found.people == 2


def test_only_demos_with_a_working_build_have_times() -> None:
    found = figures([fact(), fact(whole=100.0, drafting=20.0, waiting=70.0, building=10.0)])
    assert (found.demos, found.working, found.whole.p50, found.whole.of) == (2, 1, 100.0, 1)


PEOPLE = People(
    persons={1: Person("Ann", 10, True), 2: Person("Ben", 10, True), 3: Person("Cem", None, True),
             4: Person("Gone", 10, False)},
    teams={10: "North", 20: "Nobody's"},
    active={1, 3},
)  # fmt: skip


def test_teams_count_active_accounts_of_all_and_leave_out_who_is_gone() -> None:
    found = groups_of([fact(team=10, owner=1), fact(team=10, owner=4), fact(owner=3)], PEOPLE, "team")
    assert [(one.label, one.figures.demos, one.adoption) for one in found] == [
        ("North", 2, Share(1, 2)),
        (NO_TEAM, 1, Share(1, 1)),
    ]


def test_industries_are_the_same_in_any_case() -> None:
    rows = [fact(industry="Outdoor retail"), fact(industry="outdoor  RETAIL"), fact(industry="Banking")]
    assert [(one.label, one.figures.demos) for one in groups_of(rows, PEOPLE, "industry")] == [
        ("Outdoor retail", 2),
        ("Banking", 1),
    ]


def test_persons_go_by_their_names() -> None:
    rows = [fact(owner=2), fact(owner=4), fact(owner=2)]
    assert [(one.label, one.figures.demos) for one in groups_of(rows, PEOPLE, "person")] == [
        ("Ben", 2),
        ("Gone", 1),
    ]


def test_periods_end_today_and_unknown_ones_are_the_default() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    found = period_of("30", now=now)
    assert (found.first, found.last) == (date(2026, 10, 25), date(2026, 11, 23))
    assert period_of("9000", now=now).key == "90"
    assert period_of("all", now=now).first.year == 2000


def test_weeks_begin_on_mondays_and_leave_none_out() -> None:
    found = weeks(date(2026, 10, 25), date(2026, 11, 23))
    assert found[0] == date(2026, 10, 19)
    assert found[-1] == date(2026, 11, 23)
    assert len(found) == 6


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.4, "0 s"), (59.2, "59 s"), (59.9, "1 min"), (200, "3 min 20 s"), (3600, "1 h"),
     (15_130, "4 h 12 min"), (183_600, "2 d 3 h")],
)  # fmt: skip
def test_times_are_said_in_two_units(seconds: float | None, words: str) -> None:
    assert time_words(seconds) == words
