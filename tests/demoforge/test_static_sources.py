"""The stylesheet, the icons and the templates fit together, and fit the strict content policy."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "demoforge" / "static" / "demoforge"
SOURCES = ROOT / "demoforge" / "static_src"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CODE = [
    *TEMPLATES,
    *(ROOT / "demoforge" / "templatetags").glob("*.py"),
    *(ROOT / "scenarios" / "views").glob("*.py"),
]


def test_templates_hold_no_inline_style_script_or_handler() -> None:
    forbidden = re.compile(
        r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son(?:click|load|error|change|submit|input|focus|blur|key\w+|mouse\w+)=|javascript:",
        re.IGNORECASE,
    )
    found = {
        str(path.relative_to(ROOT)): forbidden.findall(path.read_text(encoding="utf-8")) for path in TEMPLATES
    }
    assert {path: hits for path, hits in found.items() if hits} == {}


def test_templates_mark_nothing_safe() -> None:
    found = [
        path.name
        for path in TEMPLATES
        if re.search(r"\|\s*safe\b|autoescape off", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    named: set[str] = set()
    for path in CODE:
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'{% icon "([a-z0-9-]+)"', text)) | set(
            re.findall(r'icon_name="([a-z0-9-]+)"', text)
        )
    from demoforge.templatetags.ui import STATUSES
    from scenarios.views.review import TABS

    named |= {icon for _, icon in STATUSES.values()} | {icon for _, icon in TABS.values()}
    assert named - sprite == set()
    assert sprite == set((SOURCES / "icons.txt").read_text(encoding="utf-8").split())


def test_the_stylesheet_loads_nothing_but_our_fonts() -> None:
    css = (STATIC / "app.css").read_text(encoding="utf-8")
    loaded = {address.strip("\"'") for address in re.findall(r"url\(([^)]*)\)", css)}
    assert loaded == {"fonts/inter.woff2", "fonts/jetbrains-mono.woff2"}
    assert all((STATIC / address).is_file() for address in loaded)
    assert "@import" not in css
    assert "sourceMappingURL" not in css


def test_our_script_stays_small_and_evaluates_nothing() -> None:
    script = (STATIC / "app.js").read_text(encoding="utf-8")
    assert len(script.splitlines()) <= 150
    assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write", script)


@pytest.mark.skipif(
    shutil.which("tailwindcss", path=str(Path(sys.executable).parent)) is None
    or not (SOURCES / "vendor").is_dir(),
    reason="the stylesheet's build tools are not here: `make css` fetches them",
)
def test_a_rebuild_gives_the_committed_files() -> None:
    command = [sys.executable, str(SOURCES / "build.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
