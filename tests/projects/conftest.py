"""The projects of all example briefs, rendered once, and their manifests."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from scenarios.plan.brief import Brief
from scenarios.plan.parts import Plan
from scenarios.rendering import MAIN, base_project, render_branches
from tests.built import built_plan

AS_OF = date(2026, 11, 20)
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
PARSED = ("banking", "gaming", "retail")

PROFILE = """\
{profile}:
  target: dev
  outputs:
    dev: {{type: duckdb, path: "{path}", schema: demo, threads: 1}}
"""


@dataclass(frozen=True)
class RenderedProject:
    """An example brief's plan, its code files on each branch, those of `main`, and a folder that holds these."""

    name: str
    brief: Brief
    plan: Plan
    branches: dict[str, dict[str, str]]
    files: dict[str, str]
    folder: Path


def read_example(name: str) -> Brief:
    """An example brief at the tests' reference date."""
    data = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    return Brief(**data, as_of=AS_OF)


def compose(brief: Brief) -> Plan:
    """The built-in plan of a brief, which carries only the codename if there is one."""
    return built_plan(brief.disguised())


def write(files: dict[str, str], folder: Path) -> None:
    """Write a project into a folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())


@pytest.fixture(scope="session")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RenderedProject]:
    """Every example's project by name."""
    root = tmp_path_factory.mktemp("projects")
    found = {}
    for name in NAMES:
        brief = read_example(name)
        plan = compose(brief)
        branches = render_branches(plan, template=base_project())
        files = branches[MAIN]
        write(files, root / name)
        found[name] = RenderedProject(name, brief, plan, branches, files, root / name)
    return found


@pytest.fixture(scope="session")
def manifests(projects: dict[str, RenderedProject], pytestconfig: pytest.Config) -> dict[str, dict]:
    """What `dbt parse` makes of the projects in `PARSED`, or with --long of all; in one process beside the tests."""
    parsed = [projects[name] for name in NAMES if name in PARSED or pytestconfig.getoption("--long")]
    for project in parsed:
        settings = yaml.safe_load(project.files["dbt_project.yml"])
        database = project.folder / "demo.duckdb"
        (project.folder / "profiles.yml").write_text(
            PROFILE.format(profile=settings["profile"], path=database)
        )
    script = (
        "import sys\n"
        "from dbt.cli.main import dbtRunner\n"
        "for folder in sys.argv[1:]:\n"
        "    arguments = ['--quiet', '--no-partial-parse', 'parse', '--project-dir', folder]\n"
        "    arguments += ['--profiles-dir', folder]\n"
        "    result = dbtRunner().invoke(arguments)\n"
        "    assert result.success, (folder, result.exception)\n"
    )
    folders = [str(project.folder) for project in parsed]
    subprocess.run([sys.executable, "-c", script, *folders], check=True, cwd=projects[NAMES[0]].folder)
    return {
        project.name: json.loads((project.folder / "target" / "manifest.json").read_text())
        for project in parsed
    }
