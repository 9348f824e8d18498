"""`.env.example` and docs/configuration.md say exactly what the settings read."""

import re
from pathlib import Path

from django.conf import settings

from demoforge.settings import read as reader
from scenarios.ai.registry import PROVIDER_CHOICES

ROOT = Path(__file__).resolve().parents[2]


def documented() -> dict[str, str]:
    """Name -> default of every line of .env.example; the lines are commented out."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(found.groups() for line in lines if (found := re.fullmatch(r"# ?([A-Z][A-Z_]+)=(.*)", line)))


def test_env_example_has_every_setting_with_its_default() -> None:
    read = dict(reader.defaults)
    for name, inside in {"DEMOFORGE_VAR_DIR": "", "DEMOFORGE_LOCAL_REPOSITORIES": "/repositories"}.items():
        read[name] = f"var{inside}"  # in the tests they are elsewhere
    read["DATABASE_URL"] = "sqlite:///var/demoforge.sqlite3"
    assert documented() == read


def test_every_provider_can_be_the_default() -> None:
    assert set(settings.AI_PROVIDERS) == {key for key, _ in PROVIDER_CHOICES}


def test_env_example_changes_nothing_when_copied() -> None:
    for line in (ROOT / ".env.example").read_text().splitlines():
        assert not line or line.startswith("#")


def test_the_configuration_page_has_a_row_for_every_setting() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)
    assert sorted(rows) == sorted(reader.defaults)
