"""The leak scan: each kind of place, runs of the notes, what may be logged, and how long it takes."""

from datetime import date

import pytest

from scenarios.plan.brief import Brief
from scenarios.rendering.code import render_code
from scenarios.rendering.leaks import Leak, find_leaks
from scenarios.rendering.template import base_project
from tests.scenarios.plan.example import example_plan

NOTES = (
    "Call with the head of data. Three teams report three different revenues, and the board meets on the 12th. "
    "They want one trusted definition of revenue by region."
)
PAINS = "The nightly load of the order tables takes four hours and nobody dares to touch it."


def brief(**changes: object) -> Brief:
    fields = {
        "company": "Zephyr Outfitters Ltd",
        "industry": "Retail",
        "codename": "Project Bluebird",
        "discovery_notes": NOTES,
        "pain_points": PAINS,
        "as_of": date(2026, 3, 31),
    }
    return Brief.model_validate(fields | changes)


def in_file(text: str, *, path: str = "README.md", branch: str = "main", **changes: object) -> list[Leak]:
    return find_leaks({branch: {path: text}}, {}, brief(**changes))


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("models/marts/fct_orders.sql", "select 1\n-- revenue of Zephyr Outfitters\n", 2),
        ("models/marts/fct_orders.sql", "select order_id as zephyr_outfitters_id\n", 1),
        (
            "models/marts/schema.yml",
            "version: 2\nmodels:\n  - name: x\n    description: ZephyrOutfitters' orders\n",
            4,
        ),
        ("dbt_project.yml", "name: zephyr_outfitters_demo\n", 1),
        ("seeds/customers.csv", "id,email\n1,jane@zephyr-outfitters.com\n", 2),
        ("README.md", "# Zephyr Outfitters: dbt demo\n", 1),
        ("talk_track.md", "Say: ZEPHYR\nOUTFITTERS\n", 1),
        ("macros/money.sql", "{% macro zephyrOutfitters() %}{% endmacro %}", 1),
    ],
)
def test_the_name_is_found_in_each_kind_of_file(path: str, text: str, line: int) -> None:
    leaks = in_file(text, path=path)
    assert [(leak.place, leak.line) for leak in leaks] == [(path, line)]
    assert "name" in leaks[0].what


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("repository name", "zephyr-outfitters-dbt-demo-20260331-101500"),
        ("commit message", "Initial demo project for Zephyr Outfitters"),
        ("title of the pull request", "Fix the duplicates of zephyrOutfitters"),
        ("project name", "zephyr_outfitters_demo"),
    ],
)
def test_the_name_is_found_in_each_name(label: str, text: str) -> None:
    leaks = find_leaks({"main": {"README.md": "# Bluebird"}}, {label: text}, brief())
    assert [(leak.place, leak.line, leak.what) for leak in leaks] == [(label, 0, "the prospect's name")]


def test_the_name_is_found_in_branches_and_paths() -> None:
    leaks = find_leaks(
        {"main": {"models/zephyr_outfitters.sql": ""}, "fix/zephyr-outfitters": {}}, {}, brief()
    )
    assert [(leak.place, leak.excerpt) for leak in leaks] == [
        ("branch name", "zephyr-outfitters"),
        ("models/….sql", "models/zephyr_outfitters.sql"),
    ]


def test_a_place_can_be_logged_and_a_leak_shows_nothing_by_accident() -> None:
    branches = {"fix/zephyr-outfitters": {"docs/zephyr_outfitters.md": "Zephyr Outfitters\n" + NOTES}}
    leaks = find_leaks(branches, {"commit message": "for Zephyr Outfitters"}, brief())
    assert len(leaks) == 5
    for leak in leaks:
        assert "ephyr" not in repr(leak).lower()
        assert "revenues" not in f"{leak.where}{leak.what}{leak!r}"


def test_what_several_branches_share_is_told_once() -> None:
    shared = "-- Zephyr Outfitters\nselect 1\n"
    branches = {
        "fix/data-quality": {
            "models/a.sql": shared + "-- fixed\n",
            "models/b.sql": "-- for Zephyr Outfitters",
        },
        "main": {"models/a.sql": shared, "models/b.sql": "select 2"},
        "demo/day-2": {"models/a.sql": shared, "models/b.sql": "select 2"},
    }
    assert [leak.where for leak in find_leaks(branches, {}, brief())] == [
        "models/a.sql, line 1",
        "fix/data-quality: models/b.sql, line 1",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "three teams report three different revenues and the board",
        "THREE TEAMS, report: three different\n    -- revenues; and the board",
        "description: >\n  Three teams report *three* different\n  revenues, and the\n  board",
        "1,Three teams report,three different revenues,and the board",
        "Three teams report three different revenues\\nand the board",
        "Three teams &quot;report&quot; three different revenues and the board",
        "Thrée teams report three different revenues – and the board",
    ],
)
def test_eight_words_of_the_notes_are_a_leak(text: str) -> None:
    assert [leak.what for leak in in_file(text)] == ["words of the discovery notes"]


@pytest.mark.parametrize(
    "text",
    [
        "three teams report three different revenues and",  # seven
        "three teams report three different revenues and a board of people",
        "revenues and board report different teams three the head of data",
        "stg_shop__orders, fct_orders, three teams, data, board, revenue, region, one, trusted, definition",
    ],
)
def test_fewer_or_other_words_are_none(text: str) -> None:
    assert in_file(text) == []


def test_the_pain_points_are_told_apart_with_their_line() -> None:
    leaks = in_file(f"# Pains\n\nIntro.\n\n- {PAINS}\n")
    assert [(leak.line, leak.what) for leak in leaks] == [(5, "words of the pain points")]
    assert leaks[0].excerpt.startswith("- The nightly load")


def test_notes_around_the_name_are_found_in_disguise_too() -> None:
    notes = "So when Zephyr Outfitters asked us we could promise."
    leaks = in_file("So when Project Bluebird asked us we could promise", discovery_notes=notes)
    assert [leak.what for leak in leaks] == ["words of the discovery notes"]


def test_twenty_characters_of_notes_without_spaces() -> None:
    notes = "会議では三つの部門が別々の売上を報告しており、取締役会は十二日に開かれる。KPIは未定。"
    assert in_file("売上を報告しており", discovery_notes=notes) == []
    told = in_file("-- 会議では三つの部門が\n-- 別々の売上を報告しており", discovery_notes=notes)
    assert [(leak.what, leak.line) for leak in told] == [("words of the discovery notes", 1)]


def test_a_japanese_name_is_found() -> None:
    leaks = in_file("## 株式会社山田製作所の売上\n", company="山田製作所株式会社")
    assert [leak.what for leak in leaks] == ["the prospect's name"]


def test_without_a_codename_nothing_is_looked_for() -> None:
    assert in_file("Zephyr Outfitters", codename=None) == []
    assert in_file("Zephyr Outfitters") != []


def test_a_rendered_project_of_another_company_has_no_leak() -> None:
    files = render_code(example_plan(), template=base_project())
    for company in (
        "Ada",
        "Target",
        "GE",
        "Data Quality Ltd",
        "Snow Peak",
        "Model N",
        "Meta",
        "Visa",
        "Gap & Co",
    ):
        notes = f"{company} wants to know more. " + NOTES
        found = find_leaks({"main": files}, {}, brief(company=company, discovery_notes=notes))
        assert [(leak.where, leak.excerpt) for leak in found] == [], company
