"""Pictures in the documents: each is there, is used, is told in words, and is small."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
IMAGES = DOCS / "images"
LARGEST = 220_000  # bytes
SHORTEST = 20  # characters of alternative text
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]

Picture = tuple[Path, str, Path]  # the document, the alternative text, the file


def pictures_of(page: Path) -> list[Picture]:
    """The Markdown pictures of a document that are files of this repository."""
    found = re.findall(r"!\[([^\]]*)\]\((?!https?:)([^)\s]+)[^)]*\)", page.read_text())
    return [(page, words, (page.parent / path).resolve()) for words, path in found]


def faults_of(pictures: list[Picture]) -> list[str]:
    """What is wrong with pictures, one sentence each."""
    faults = []
    for page, words, path in pictures:
        if len(" ".join(words.split())) < SHORTEST:
            faults.append(f"{page.name}: {path.name} is not told in words")
        if not path.is_file():
            faults.append(f"{page.name}: {path.name} is not there")
        elif path.stat().st_size > LARGEST:
            faults.append(f"{page.name}: {path.name} is too large")
    return faults


ALL = [picture for page in PAGES for picture in pictures_of(page)]


def test_every_picture_is_there_is_small_and_is_told_in_words() -> None:
    assert ALL
    assert faults_of(ALL) == []


def test_every_file_of_the_folder_is_shown_somewhere() -> None:
    kept = {path for path in IMAGES.iterdir() if path.is_file() and path.suffix != ".py"}
    assert kept
    assert kept - {path for _, _, path in ALL} == set()


def test_all_pictures_together_are_small() -> None:
    assert sum(path.stat().st_size for path in IMAGES.glob("*.png")) < 1_300_000


@pytest.mark.parametrize(
    ("line", "size", "fault"),
    [
        ("![The form with every field filled in](a.png)", 10, None),
        ("![The form](a.png)", 10, "page.md: a.png is not told in words"),
        ("![](a.png)", 10, "page.md: a.png is not told in words"),
        ("![The form with every field filled in](b.png)", 10, "page.md: b.png is not there"),
        ("![The form with every field filled in](a.png)", LARGEST + 1, "page.md: a.png is too large"),
    ],
)
def test_the_rules_can_say_no(tmp_path: Path, line: str, size: int, fault: str | None) -> None:
    (tmp_path / "a.png").write_bytes(b"\0" * size)
    page = tmp_path / "page.md"
    page.write_text(f"Words before.\n\n{line}\n")
    assert faults_of(pictures_of(page)) == ([fault] if fault else [])
