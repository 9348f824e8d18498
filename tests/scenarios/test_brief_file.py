"""Brief files: the keys depth and codename, each fault in a sentence."""

from pathlib import Path

import pytest

from scenarios.briefs import BadBrief, read_brief
from scenarios.plan.brief import Brief

HEAD = "company: Northwind Outfitters\nindustry: Retail\nas_of: 2026-03-31\n"


def read(folder: Path, more: str) -> Brief:
    path = folder / "brief.yaml"
    path.write_text(HEAD + more, encoding="utf-8")
    return read_brief(path)


def test_depth_and_codename_are_read(tmp_path: Path) -> None:
    brief = read(tmp_path, "depth: showcase\ncodename: Project Bluebird\n")
    assert (brief.depth, brief.codename) == ("showcase", "Project Bluebird")


@pytest.mark.parametrize("more", ["", "codename:\n", "codename: ''\ndepth:\n"])
def test_neither_is_needed(tmp_path: Path, more: str) -> None:
    brief = read(tmp_path, more)
    assert (brief.depth, brief.codename) == ("standard", None)


WANTED = "cannot be used; it must be an alias for the company, one line of up to 60 characters."
PART = "It must neither contain the company's name nor be a part of it."


@pytest.mark.parametrize(
    ("more", "key", "sentence"),
    [
        ("depth: deep\n", "depth", "cannot be used; it must be one of essential, standard, showcase."),
        ("codename: 7\n", "codename", WANTED),
        (f"codename: {'a' * 61}\n", "codename", WANTED),
        ("codename: northwind_outfitters\n", "codename", PART),
        ("codename: Northwind\n", "codename", PART),
        ("codename: Project Northwind\n", "codename", "It must not share a telling word with the company's name."),
        ("codename: 青空\n", "codename", "It needs letters from A to Z: repository and project are named after it."),
    ],
)  # fmt: skip
def test_each_fault_is_a_sentence(tmp_path: Path, more: str, key: str, sentence: str) -> None:
    with pytest.raises(BadBrief) as bad:
        read(tmp_path, more)
    assert bad.value.faults == [f"{key}: {sentence}"]


def test_a_bad_company_and_a_codename_are_two_matters(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text("company: ''\nindustry: Retail\ncodename: Bluebird\ndepth: 3\n", encoding="utf-8")
    with pytest.raises(BadBrief) as bad:
        read_brief(path)
    assert {fault.partition(":")[0] for fault in bad.value.faults} == {"company", "depth"}
