"""Text comes out as text: YAML, SQL comments, CSV, Markdown."""

import csv
import io

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scenarios.plan.neutral import one_line
from scenarios.rendering.markdown import code, inline, table
from scenarios.rendering.text import cell_text, number_text, sql_comment
from scenarios.rendering.yaml_file import Quoted, yaml_text

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
MARKUP = st.text(st.sampled_from(list("ab1 .-+*_`[]()<>&#|~!$\\{}%:/=\n'\"")), max_size=40)


@given(st.lists(ANY_TEXT | MARKUP, min_size=1, max_size=4))
def test_yaml_reads_back_unchanged(texts: list[str]) -> None:
    printable = ["".join(c for c in text if c.isprintable() or c == "\n") for text in texts]
    document = {
        "version": 2,
        "models": [{"name": "m", "description": t, "values": [Quoted(t)]} for t in printable],
    }
    assert yaml.safe_load(yaml_text(document)) == document


@pytest.mark.parametrize(
    "value", ["0o17", "1e3", "1_000", "12:30:00", "0x1F", "yes", "null", "~", "007", "2026-01-01"]
)
def test_strings_that_look_like_other_things_are_quoted(value: str) -> None:
    assert f'"{value}"' in yaml_text({"a": Quoted(value)})
    plain = yaml_text({"a": value})
    assert plain in (f"a: '{value}'\n", f'a: "{value}"\n')


@given(MARKUP | ANY_TEXT)
@example("__0__")
def test_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parseInline(inline(text))
    kinds = {child.type for token in rendered for child in token.children or []}
    shown = "".join(child.content for token in rendered for child in token.children or [])
    assert kinds <= {"text", "text_special"}
    assert shown.split() == one_line(text).split()


@given(MARKUP)
def test_markdown_never_starts_a_block(text: str) -> None:
    if one_line(text):
        tokens = MarkdownIt("commonmark").enable("table").parse(inline(text))
        assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]


@given(MARKUP, MARKUP)
def test_a_table_keeps_its_columns(first: str, second: str) -> None:
    page = MarkdownIt("commonmark").enable("table").parse(table(["A", "B"], [(first, code(second))]))
    assert [token.type for token in page].count("td_open") == 2


@given(st.lists(ANY_TEXT, min_size=2, max_size=4))
def test_csv_cells_read_back_on_one_line(cells: list[str]) -> None:
    expected = [cell_text(cell) for cell in cells]
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerow(expected)
    assert list(csv.reader(io.StringIO(target.getvalue()))) == [expected]
    assert target.getvalue().count("\n") == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (1e-7, "0.0000001"),
        (12.50, "12.5"),
        (1e21, "1" + "0" * 21),
    ],
)
def test_cells(value: float | None, text: str) -> None:
    assert cell_text(value) == text


def test_numbers_have_no_exponent() -> None:
    assert number_text(1.5e-9) == "0.0000000015"


@given(ANY_TEXT)
def test_sql_comments_stay_comments(text: str) -> None:
    for line in sql_comment(text, indent=4).split("\n"):
        assert line.startswith("    --")
        assert len(line) <= 110
        assert len(line.splitlines()) == 1
