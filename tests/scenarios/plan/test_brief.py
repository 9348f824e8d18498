"""The brief: its codename, and what a provider gets of it."""

from datetime import date

import pytest
from pydantic import ValidationError

from scenarios.plan.brief import Brief, alias_fault


def make(**changes: object) -> Brief:
    fields = {
        "company": "Northwind Outfitters GmbH",
        "industry": "Retail at Northwind",
        "codename": "Project Bluebird",
        "discovery_notes": "Northwind has three revenues. Ask info@northwind-outfitters.com about NORTHWIND's loyalty.",
        "pain_points": "northwind_outfitters_prod is reloaded every night.",
        "as_of": date(2026, 3, 31),
    }
    return Brief.model_validate(fields | changes)


def test_depth_is_standard_unless_said() -> None:
    assert make().depth == "standard"
    assert make(depth="showcase").depth == "showcase"
    with pytest.raises(ValidationError):
        make(depth="deep")


@pytest.mark.parametrize("blank", [None, "", "  \n "])
def test_a_blank_codename_is_none(blank: str | None) -> None:
    brief = make(codename=blank)
    assert brief.codename is None
    assert brief.disguised() is brief
    assert brief.disguise("Northwind Outfitters") == "Northwind Outfitters"


def test_a_codename_is_one_line() -> None:
    assert make(codename=" Project\n Bluebird\x00 ").codename == "Project Bluebird"
    assert make(codename="a" * 60).codename == "a" * 60
    with pytest.raises(ValidationError):
        make(codename="a" * 61)


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("Northwind Outfitters", "neither contain"),
        ("The northwind-outfitters story", "neither contain"),
        ("NorthWindOutfitters", "neither contain"),
        ("Outfitters", "neither contain"),
        ("Wind", "neither contain"),
        ("Northwind Blue", "telling word"),
        ("12345", "letters from A to Z"),
        ("青空", "letters from A to Z"),
        ("!!!", "letters from A to Z"),
    ],
)
def test_a_codename_that_hides_nothing_is_refused(alias: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        make(codename=alias)
    assert words in alias_fault(alias, "Northwind Outfitters GmbH")


@pytest.mark.parametrize("alias", ["Project Bluebird", "Bluebird Retail", "Opération Été", "Operation 7"])
def test_a_good_codename_is_taken(alias: str) -> None:
    assert make(codename=alias).codename == alias


def test_a_provider_gets_only_the_alias() -> None:
    told = make().disguised()
    assert (told.company, told.codename) == ("Project Bluebird", "Project Bluebird")
    assert "northwind" not in repr(told.model_dump()).lower()
    assert told.discovery_notes == (
        "Project Bluebird has three revenues. Ask info@project-bluebird.example about Project Bluebird's loyalty."
    )
    assert told.pain_points == "project_bluebird_prod is reloaded every night."
    assert told.disguised() is told


def test_the_brief_itself_stays_as_typed() -> None:
    brief = make()
    brief.disguised()
    assert brief.company == "Northwind Outfitters GmbH"
    assert brief.discovery_notes.startswith("Northwind has")


def test_instructions_are_disguised_too() -> None:
    words = "Call Northwind's customers members; title: NorthwindOutfitters"
    assert make().disguise(words) == "Call Project Bluebird's customers members; title: Project Bluebird"


def test_japanese_notes_are_disguised() -> None:
    brief = make(company="株式会社山田製作所", discovery_notes="山田製作所は売上を統一したい。")
    assert brief.disguised().discovery_notes == "Project Bluebirdは売上を統一したい。"
