"""The headless road: `manage.py forge` as a person would call it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
RETAIL = ROOT / "docs" / "examples" / "retail.yaml"


def forge(var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command with a data directory of its own."""
    clean = os.environ | {"DEMOFORGE_VAR_DIR": str(var), "DATABASE_URL": "", **environment}
    command = [sys.executable, str(ROOT / "manage.py"), "forge", *arguments]
    return subprocess.run(command, env=clean, capture_output=True, text=True, timeout=180, cwd=var)


def commits(repository: str) -> list[str]:
    done = subprocess.run(
        ["git", "-C", repository, "log", "--format=%s", "main"], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path, str]:
    """The result of one run, the folder it wrote, and its standard error."""
    var = tmp_path_factory.mktemp("var")
    done = forge(var, str(RETAIL), "--json", "--as-of", "2026-11-20", "--out", str(var / "out"))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), var / "out", done.stderr


def test_result_has_every_field(built: tuple[dict, Path, str]) -> None:
    result, _, told = built
    assert result["status"] == "succeeded"
    assert {"demo", "revision", "status", "project_digest", "repository", "steps", "proof"} <= result.keys()
    assert len(result["steps"]) >= 13
    assert {step["status"] for step in result["steps"]} == {"succeeded", "skipped"}
    assert result["proof"]["passed"]
    assert all(value is not None for value in result["proof"]["metrics"].values())
    assert "Demo 1" in told


def test_repository_has_one_commit_with_the_project(built: tuple[dict, Path, str], tmp_path: Path) -> None:
    result, out, _ = built
    assert commits(result["repository"]) == ["Initial demo project for Northwind Outfitters"]
    subprocess.run(["git", "clone", "--quiet", result["repository"], str(tmp_path / "clone")], check=True)
    cloned = {
        path.relative_to(tmp_path / "clone").as_posix(): path.read_bytes()
        for path in (tmp_path / "clone").rglob("*")
        if path.is_file() and ".git" not in path.relative_to(tmp_path / "clone").parts
    }
    written = {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    assert cloned == written


@pytest.mark.long
def test_same_brief_gives_the_same_bytes(built: tuple[dict, Path, str], tmp_path: Path) -> None:
    result, _, _ = built
    done = forge(tmp_path, str(RETAIL), "--json", "--as-of", "2026-11-20")
    again = json.loads(done.stdout.splitlines()[-1])
    assert again["project_digest"] == result["project_digest"]


def test_bad_brief_names_each_fault(tmp_path: Path) -> None:
    brief = tmp_path / "bad.yaml"
    brief.write_text("company: Acme\nwarehouse: oracle\n")
    done = forge(tmp_path, str(brief))
    assert done.returncode == 2
    assert "industry" in done.stderr
    assert "warehouse" in done.stderr
    assert "Traceback" not in done.stderr


def test_codename_that_hides_nothing_is_a_bad_brief(tmp_path: Path) -> None:
    brief = tmp_path / "bad.yaml"
    brief.write_text("company: Acme Tools\nindustry: Retail\ncodename: acme_tools\ndepth: deep\n")
    done = forge(tmp_path, str(brief))
    assert done.returncode == 2
    assert "codename: It must neither contain the company's name" in done.stderr
    assert "depth: cannot be used; it must be one of essential, standard, showcase" in done.stderr


@pytest.mark.long
def test_nothing_that_a_codename_demo_leaves_behind_has_the_name(tmp_path: Path) -> None:
    brief = tmp_path / "brief.yaml"
    brief.write_text(RETAIL.read_text() + "codename: Project Bluebird\ndepth: essential\n")
    done = forge(tmp_path, str(brief), "--json", "--as-of", "2026-11-20", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    repository = json.loads(done.stdout.splitlines()[-1])["repository"]
    assert Path(repository).name.startswith("project-bluebird-dbt-demo-")
    assert "Project Bluebird" in commits(repository)[0]
    told = done.stdout + done.stderr + (tmp_path / "log" / "demoforge.jsonl").read_text()
    everything = ["git", "-C", repository, "log", "--all", "--patch", "--format=%D %B"]
    told += subprocess.run(everything, capture_output=True, text=True, check=True).stdout
    assert "name: project_bluebird_demo" in told
    assert "northwind" not in told.lower()


def test_folder_with_files_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("precious")
    done = forge(tmp_path, str(RETAIL), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert (tmp_path / "out" / "mine.txt").read_text() == "precious"


def test_account_executive_may_not_forge(built: tuple[dict, Path, str]) -> None:
    _, out, _ = built
    done = forge(out.parent, str(RETAIL), "--as", "ae")
    assert done.returncode == 2
    assert "ae may not create demos" in done.stderr


def test_unknown_user_is_refused(tmp_path: Path) -> None:
    done = forge(tmp_path, str(RETAIL), "--as", "nobody")
    assert done.returncode == 2
    assert "nobody" in done.stderr
