"""CSV for spreadsheets: nothing is computed, numbers stay numbers, and lines come one by one."""

import csv
import io

import pytest

from demoforge.spreadsheets import csv_lines, harmless


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["a=b", "", 7, -7, -1.5, None])
def test_everything_else_stays_as_it_is(value: object) -> None:
    assert harmless(value) == value


def test_the_lines_of_a_file() -> None:
    lines = list(csv_lines(("name", "=n"), [('a "b", c', -1), ("two\nlines", 2)]))
    assert lines[0] == "name,'=n\r\n"
    assert len(lines) == 3
    read = list(csv.reader(io.StringIO("".join(lines), newline="")))
    assert read[1:] == [['a "b", c', "-1"], ["two\nlines", "2"]]
