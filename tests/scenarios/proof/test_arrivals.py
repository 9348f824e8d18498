"""Judging the second day's rows, from evidence that is hard to bring about with a real project."""

import pytest

from scenarios.proof import ArrivalSpec, ArrivedRow, Column, IncrementalSpec
from scenarios.proof.evidence import Arrived, RowAt
from scenarios.proof.judging.arrivals import arrival_faults, refresh_faults

SPEC = IncrementalSpec("fct_a", "a_id", cursor="day", lookback_days=3)
COLUMNS = [Column(name="a_id", type="VARCHAR"), Column(name="day", type="DATE")]


def row(key: str, kind: str, day: str = "2026-01-09") -> ArrivedRow:
    before = [key, "2026-01-08"] if kind == "updated" else None
    return ArrivedRow(key=key, kind=kind, before=before, after=[key, day])


def faults(arrived: dict[str, object], *declared: ArrivalSpec, spec: IncrementalSpec = SPEC) -> list[str]:
    seen = Arrived(**{"columns": COLUMNS, "newest": "2026-01-10", "duplicates": 0, **arrived})
    return [*arrival_faults(spec, seen, declared), *refresh_faults(spec, seen, declared)]


def test_what_was_declared_and_came_is_fine():
    came = [row("A", "inserted", "2026-01-11"), row("B", "updated"), row("C", "late", "2026-01-07")]
    declared = [ArrivalSpec("A", "inserted"), ArrivalSpec("B", "updated"), ArrivalSpec("C", "late")]
    assert faults({"arrivals": came}, *declared) == []


@pytest.mark.parametrize(
    ("arrived", "declared", "sentence"),
    [
        (
            {},
            ["A"],
            "the row A of fct_a should be inserted but is not, and a full refresh does not bring it either.",
        ),
        (
            {"refresh_adds": [RowAt(key="A", cursor="2026-01-08")]},
            ["A"],
            "the row A of fct_a should be inserted but is not: only a full refresh brings it.",
        ),
        (
            {"refresh_adds": [RowAt(key="A", cursor="2026-01-06T23:59:00")]},
            ["A"],
            "the row A of fct_a should be inserted but is not: it lies outside the lookback: its day is "
            "2026-01-06 23:59:00, more than 3 days before the newest known one, 2026-01-10.",
        ),
        (
            {"arrivals": [row("A", "inserted"), row("B", "inserted"), row("C", "late")]},
            ["A"],
            "the run has inserted 1 row of fct_a that nobody declared: B.",
        ),
        (
            {"arrivals": [row("A", "inserted"), row("C", "late")]},
            ["A"],
            "the run has brought late 1 row of fct_a that nobody declared: C.",
        ),
        ({"removed": ["X", 7.0]}, [], "the run takes 2 rows out of fct_a: X, 7."),
        ({"duplicates": 1}, [], "fct_a.a_id is not unique any more: 1 row too many."),
        (
            {"refresh_removes": [RowAt(key="Q")]},
            [],
            "a full refresh of fct_a gives another table, which lacks rows: Q.",
        ),
        (
            {"refresh_changes": [RowAt(key="Q")]},
            [],
            "a full refresh of fct_a gives another table, which has other values: Q.",
        ),
    ],
)
def test_each_difference_is_a_sentence(arrived, declared, sentence):
    assert sentence in faults(arrived, *(ArrivalSpec(key, "inserted") for key in declared))


def test_a_late_row_must_lie_within_the_lookback():
    came = {"arrivals": [row("C", "late", "2026-01-06")]}
    assert faults(came, ArrivalSpec("C", "late")) == [
        "the late row C of fct_a lies outside the lookback: its day is 2026-01-06, more than 3 days before the "
        "newest known one, 2026-01-10."
    ]
    unknown = IncrementalSpec("fct_a", "a_id", cursor="day")
    assert faults(came, ArrivalSpec("C", "late"), spec=unknown) == []


def test_a_missing_row_is_said_once():
    told = faults(
        {"refresh_adds": [RowAt(key="A", cursor="2026-01-08"), RowAt(key="Z")]}, ArrivalSpec("A", "late")
    )
    assert told == [
        "the row A of fct_a should be brought late but is not: only a full refresh brings it.",
        "a full refresh of fct_a gives another table, which has more rows: Z.",
    ]


def test_keys_are_the_same_however_they_are_written():
    moment = row("2026-01-11T08:00:00", "inserted", "2026-01-11")
    assert faults({"arrivals": [moment]}, ArrivalSpec("2026-01-11 08:00:00", "inserted")) == []
    number = ArrivedRow(key=7, kind="updated", before=[7, None], after=[7, None])
    assert faults({"arrivals": [number]}, ArrivalSpec(7.0, "updated")) == []
    assert faults({"arrivals": [number]}, ArrivalSpec("7", "updated")) == []
