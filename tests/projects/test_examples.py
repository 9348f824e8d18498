"""Every example brief becomes a sound project: rules, Proof, next engine, style, and two briefs of one industry."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from scenarios.ai.registry import provider_named
from scenarios.plan import rules
from scenarios.plan.names import WAREHOUSES
from scenarios.proof import run_proof
from scenarios.proving import spec_of
from tests.projects.conftest import NAMES, RenderedProject, compose, read_example
from tests.scenarios.rendering.lint import lint_project

NEXT_ENGINE = Path(__file__).resolve().parents[2] / ".venv-next" / "bin" / "dbt"
DUMMY_OUTPUTS = {
    "snowflake": {"type": "snowflake", "account": "a", "user": "u", "password": "p", "database": "d",
                  "schema": "s", "warehouse": "w"},
    "bigquery": {"type": "bigquery", "method": "oauth", "project": "p", "dataset": "d"},
    "databricks": {"type": "databricks", "host": "h.invalid", "http_path": "/x", "token": "t", "schema": "s",
                   "catalog": "c"},
    "redshift": {"type": "redshift", "host": "h.invalid", "user": "u", "password": "p", "port": 5439,
                 "dbname": "d", "schema": "s"},
}  # fmt: skip


def test_every_blueprint_and_every_odd_case_has_an_example() -> None:
    briefs = {name: read_example(name) for name in NAMES}
    assert len(NAMES) >= 15
    assert any(not brief.pain_points for brief in briefs.values())
    assert any("DROP TABLE" in brief.company for brief in briefs.values())
    assert any(not brief.discovery_notes.isascii() for brief in briefs.values())
    assert any(0 < len(brief.discovery_notes) < 20 for brief in briefs.values())


@pytest.mark.parametrize("name", NAMES)
def test_plan_breaks_no_rule(projects: dict[str, RenderedProject], name: str) -> None:
    assert [str(violation) for violation in rules.check_plan(projects[name].plan)] == []


@pytest.mark.parametrize("name", NAMES)
def test_project_is_proven_first_try(projects: dict[str, RenderedProject], name: str) -> None:
    project = projects[name]
    report = run_proof(spec_of(project.plan, project.files), progress=lambda words: None)
    assert [f"{finding.place}: {finding.sentence}" for finding in report.findings] == []
    assert report.passed
    warned = {node.name for node in report.nodes if node.status == "warn"}
    assert warned == {scenario.test_name for scenario in project.plan.quality.scenarios}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("warehouse", WAREHOUSES)
def test_next_engine_parses_without_a_word(
    projects: dict[str, RenderedProject], name: str, warehouse: str, tmp_path: Path
) -> None:
    if not NEXT_ENGINE.exists():
        pytest.skip("dbt's next engine is not installed: run `make setup-next`")
    project = projects[name]
    profile = yaml.safe_load(project.files["dbt_project.yml"])["profile"]
    outputs = {profile: {"target": "dev", "outputs": {"dev": DUMMY_OUTPUTS[warehouse]}}}
    (tmp_path / "profiles.yml").write_text(json.dumps(outputs))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_ENGINE_NO_WARN_SEMANTIC_MANIFEST_VALIDATION": "true",
    }
    command = [str(NEXT_ENGINE), "parse", "--project-dir", str(project.folder), "--profiles-dir", str(tmp_path),
               "--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")]  # fmt: skip
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed
    assert "warning" not in printed.lower(), printed
    assert "error" not in printed.lower(), printed


@pytest.mark.parametrize("name", NAMES)
def test_sql_passes_the_linter(projects: dict[str, RenderedProject], name: str) -> None:
    project = projects[name]
    assert lint_project(project.files, project.plan.outline.warehouse) == []


@pytest.mark.parametrize("name", NAMES)
def test_two_briefs_of_one_industry_differ(projects: dict[str, RenderedProject], name: str) -> None:
    project = projects[name]
    other_brief = project.brief.model_copy(
        update={
            "company": "Quillfeather Group",
            "discovery_notes": "A new team wants to see cost, capacity and staff planning by region.",
            "pain_points": "Nobody documents anything. Reports arrive late.",
        }
    )
    other = compose(other_brief)
    seeds = {path: text for path, text in project.files.items() if path.startswith("seeds/")}
    other_rows = [str(rows.rows) for rows in other.rows]
    assert not {str(rows.rows) for rows in project.plan.rows} & set(other_rows)
    assert seeds
    marts = {model.name for model in project.plan.outline.marts}
    assert {model.name for model in other.outline.marts} - marts
    if project.plan.semantic and other.semantic:
        metrics = {metric.name for metric in project.plan.semantic.metrics}
        others = {metric.name for metric in other.semantic.metrics}
        assert len(others - metrics) * 2 >= len(others)


@pytest.mark.parametrize("name", NAMES)
def test_same_brief_same_project(projects: dict[str, RenderedProject], name: str) -> None:
    assert compose(read_example(name)) == projects[name].plan


def test_builtin_provider_says_what_it_is() -> None:
    assert provider_named("builtin").label == "Built-in blueprints, no AI"
