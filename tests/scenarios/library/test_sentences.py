"""Sentences that repeat somebody's notes, or name a month, are found and left out; others stay as they are."""

from datetime import date

import pytest

from scenarios.library.days import NEAR_IN_SQL, Shift
from scenarios.library.sentences import Words, names_a_month, without

NOTES = (
    "Loyalty programme relaunched in spring; the board wants to know which channels bring repeat buyers.\n"
    "Nobody trusts the numbers.\n携帯電話の解約率を地域別に把握したい。"
)
WORDS = Words([NOTES])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("You told us: “Nobody trusts the numbers.” Here is one number.", "Here is one number."),
        (
            "Acme told us: “relaunched in spring” “the board wants to know.” The demo follows.",
            "The demo follows.",
        ),
        ("nobody trusts   the NUMBERS", ""),
        ("The board wants to know which channels bring repeat buyers, they say. Look.", "Look."),
        ("Acme told us: “携帯電話の解約率を地域別に把握したい。” The demo follows.", "The demo follows."),
        ("We learned about “携帯電話の解約率を…” today. Look.", "Look."),
    ],
)
def test_what_repeats_the_notes_is_left_out(text: str, left: str) -> None:
    assert without(text, WORDS.are_in) == left


@pytest.mark.parametrize(
    "text",
    [
        "The numbers are in the mart “fct_orders”. Trust them.",
        "“Net revenue” is defined once. Nobody has two of them.",
        "Which channels sell most?",
        "",
    ],
)
def test_what_does_not_repeat_them_stays(text: str) -> None:
    assert without(text, WORDS.are_in) == text


def test_without_notes_nothing_repeats_them() -> None:
    assert not Words(["", "  "]).are_in("Nobody trusts the numbers.")


@pytest.mark.parametrize(
    "text",
    ["From January to February it grows.", "On 3 May.", "In Sept. 2026", "the plan of March", "since Q2"],
)
def test_months_are_heard(text: str) -> None:
    assert names_a_month(text.replace("the plan", "the end"))


@pytest.mark.parametrize(
    "text", ["It may rain.", "You may march on.", "a march of numbers", "An August name"]
)
def test_other_words_are_no_months(text: str) -> None:
    assert not names_a_month(text)


def test_dates_move_and_anchors_stay() -> None:
    shift = Shift(date(2026, 3, 31), date(2026, 11, 23))
    assert shift.text("2026-03-30 09:15:00, 2025-12-31") == "2026-11-22 09:15:00, 2026-08-25"
    assert shift.text("date '2001-01-01' and date '2026-01-01'", near=NEAR_IN_SQL).startswith(
        "date '2001-01-01'"
    )
    assert shift.text("9999-12-31, 2026-13-01, 12026-03-30") == "9999-12-31, 2026-13-01, 12026-03-30"
    assert Shift(date(2026, 3, 31), date(2026, 3, 31)).text("2026-03-30") == "2026-03-30"
