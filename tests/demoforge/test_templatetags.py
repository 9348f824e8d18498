"""The parts that templates call: they escape, they clean, and they say times and numbers as people do."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone

from demoforge.templatetags.documents import code_words, highlight, markdown
from demoforge.templatetags.ui import STATUSES, dollars, duration, moment, number, warehouse
from provisioning.models import Resource, RunStatus, StepStatus
from scenarios.models import ProofStatus, RevisionStatus


def rendered(text: str, **context: object) -> str:
    """A template's output."""
    return Template("{% load ui documents %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", "href"),
        ("![x](https://example.com/x.png)", "<img"),
        ('<a href="https://example.com" onclick="x()">y</a>', "<a"),
        ("<style>body{}</style>", "<style"),
        ("[x](data:text/html,hello)", "href"),
    ],
)
def test_markdown_is_cleaned(text: str, absent: str) -> None:
    assert absent not in markdown(text)


def test_markdown_keeps_what_documents_use() -> None:
    text = "# T\n\n- a\n\n| a | b |\n|---|---|\n| `x` | **y** |\n\n[dbt](https://docs.getdbt.com)"
    html = markdown(text)
    for part in (
        "<h2>T</h2>",
        "<li>a</li>",
        "<code>x</code>",
        "<strong>y</strong>",
        'href="https://docs.getdbt.com"',
    ):
        assert part in html


def test_cells_with_a_sentence_get_room_and_names_do_not() -> None:
    sentence, name = "One row for each order that was placed in the shop.", "a_name_" * 8
    html = markdown(f"| a | b |\n|---|---|\n| `{name}` | short |\n| x | {sentence} |\n\n{sentence}")
    assert html.count("class=") == 1
    assert f'<td class="is-long">{sentence}</td>' in html


@pytest.mark.parametrize("language", ["sql", "yml", "csv", "md", "nonsense"])
def test_highlighting_escapes_in_every_language(language: str) -> None:
    html = highlight("</code><script>alert(1)</script> {{ ref('x') }}", language)
    assert "<script" not in html
    assert "alert" in html


def test_components_escape_their_words() -> None:
    hostile = '"><script>x</script>'
    for text in (
        "{% badge x x %}",
        "{% icon 'check' '' x %}",
    ):
        assert "<script>" not in rendered(text, x=hostile), text


def test_a_status_is_never_told_by_colour_alone() -> None:
    html = rendered('{% badge "failed" "Did not pass" %}')
    assert "tone-error" in html
    assert "#circle-x" in html
    assert "Did not pass" in html


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.04, "40 ms"),
        (0.4, "0.4 s"),
        (9.94, "9.9 s"),
        (12.4, "12 s"),
        (59.6, "1 min"),
        (125, "2 min 5 s"),
    ],
)
def test_durations(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (10.0, "10"),
        (2871.6249, "2,871.62"),
        (0.6, "0.6"),
        (0.004321, "0.00432"),
        (0, "0"),
        (-1200, "-1,200"),
        ("a", "a"),
        (True, "True"),
    ],
)
def test_numbers(value: object, words: str) -> None:
    assert number(value) == words


def test_moments() -> None:
    now = timezone.now()
    assert "today" in moment(now)
    assert str((now - timedelta(days=800)).year) in moment(now - timedelta(days=800))
    assert moment(None) == ""


@pytest.mark.parametrize(
    ("zone", "title"),
    [
        ("UTC", "2026-01-31 23:30, UTC"),
        ("Europe/Oslo", "2026-02-01 00:30, Europe/Oslo (UTC+01:00)"),
        ("America/St_Johns", "2026-01-31 20:00, America/St_Johns (UTC-03:30)"),
    ],
)
def test_a_moment_says_its_zone(zone: str, title: str) -> None:
    with timezone.override(zone):
        assert f'title="{title}"' in moment(datetime(2026, 1, 31, 23, 30, tzinfo=UTC))


def test_every_status_of_the_product_has_a_tone_and_an_icon() -> None:
    used = [RunStatus, StepStatus, Resource.Status, ProofStatus, RevisionStatus]
    assert {status.value for choices in used for status in choices} - set(STATUSES) == set()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Run `dbt build` now", "Run <code>dbt build</code> now"),
        ("`<b>` & <i>", "<code>&lt;b&gt;</code> &amp; &lt;i&gt;"),
        ("a ` b", "a ` b"),
        ("{} `{}`", "{} <code>{}</code>"),
        ("", ""),
    ],
)
def test_code_in_a_sentence_is_marked_and_everything_is_escaped(text: str, html: str) -> None:
    assert code_words(text) == html


@pytest.mark.parametrize(
    ("key", "name"),
    [("bigquery", "BigQuery"), ("duckdb", "DuckDB"), ("postgres", "PostgreSQL"), ("redshift", "Redshift")],
)
def test_warehouses_are_written_as_their_makers_do(key: str, name: str) -> None:
    assert warehouse(key) == name


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (Decimal(0), "$0.00"),
        (Decimal("0.000012"), "$0.000012"),
        (Decimal("0.0384"), "$0.0384"),
        (Decimal("1234.5"), "$1,234.50"),
    ],
)
def test_money_has_the_digits_that_say_something(value: Decimal | None, words: str) -> None:
    assert dollars(value) == words
