"""Cells written as texts are read by their column's type; nothing of a text is lost without a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.ai.answers.cells import read_rows, read_text, text_of, texts_of
from scenarios.plan.faults import TEXT_BYTES
from scenarios.plan.outline import SourceColumn
from tests.scenarios.plan.example import example_outline, example_plan


def column(kind):
    return SourceColumn(name="thing", type=kind, description="A thing.")


@pytest.mark.parametrize(
    ("text", "kind", "cell"),
    [
        ("", "integer", None),
        ("  ", "string", None),
        ("NULL", "date", None),
        (" 101 ", "integer", 101),
        ("7.0", "integer", 7),
        ("1,200", "integer", 1200),
        ("$1,200.50", "number", 1200.5),
        ("-12.25", "number", -12.25),
        ("12", "number", 12),
        ("007", "string", "007"),
        (" north ", "string", "north"),
        ("Yes", "boolean", True),
        ("false", "boolean", False),
        ("2026-01-31", "date", "2026-01-31"),
        ("2026-01-31 09:30", "timestamp", "2026-01-31 09:30:00"),
        ("2026-01-31T09:30:00Z", "timestamp", "2026-01-31 09:30:00"),
    ],
)
def test_a_text_becomes_the_cell_it_stands_for(text, kind, cell):
    read, fault = read_text(text, column(kind))
    assert (read, type(read), fault) == (cell, type(cell), "")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("many", "integer"),
        ("12 pieces", "integer"),
        ("3.5", "integer"),
        ("1,2", "number"),
        ("3e5", "number"),
        ("1.2.3", "number"),
        ("99999999999", "integer"),
        ("maybe", "boolean"),
        ("31st of May", "date"),
        ("2026-02-30", "date"),
        ("noon", "timestamp"),
        ("x" * (TEXT_BYTES + 1), "string"),
    ],
)
def test_a_text_that_would_lose_something_is_no_cell(text, kind):
    read, fault = read_text(text, column(kind))
    assert read is None
    assert fault.startswith(f"“{text[:60]}” is not ")


def test_what_cannot_be_read_is_said_with_its_place():
    source = example_outline().source("orders")
    good = ["301", "101", "INV-1", "2026-01-01 10:00:00", "", "placed", "false"]
    rows, wrong = read_rows(source, [good, [*good[:4], "soon", *good[5:]]], "rows:orders")
    assert rows[0] == [301, 101, "INV-1", "2026-01-01 10:00:00", None, "placed", False]
    assert [str(one) for one in wrong] == [
        "Source orders, row 2, column delivered_on: “soon” is not a date such as 2026-01-31, or too long or too "
        "large. Write a date such as 2026-01-31, or nothing."
    ]


def test_rows_of_another_width_stay_as_wide_as_they_are():
    source = example_outline().source("orders")
    rows, wrong = read_rows(source, [["301"], ["301"] * 9], "rows:orders")
    assert [len(row) for row in rows] == [1, 9]
    assert all(one.place.startswith("Source orders, row 2") for one in wrong)


def test_rows_are_the_same_after_the_way_through_texts():
    plan = example_plan()
    for source in plan.outline.sources:
        rows = plan.rows_of(source.table).rows
        assert read_rows(source, texts_of(rows), "part") == (rows, [])


@given(st.integers(-10_000_000, 10_000_000), st.integers(0, 9999))
def test_numbers_are_the_same_after_the_way_through_texts(whole, part):
    number = round(whole + part / 10_000, 4)
    assert read_text(text_of(number), column("number")) == (number, "")
    assert read_text(text_of(whole), column("integer")) == (whole, "")
