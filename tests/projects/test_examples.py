"""Every example brief becomes a sound project: rules, Proof, next engine, style, and two briefs of one industry."""

from pathlib import Path

import pytest

from scenarios.ai.registry import provider_named
from scenarios.expectations import spec_of
from scenarios.plan import rules
from scenarios.plan.names import WAREHOUSES
from scenarios.proof import ProofReport, run_proof
from scenarios.quoting import facts_of
from scenarios.rendering import render_documents
from scenarios.rendering.leaks import find_leaks
from tests.projects import next_engine, talk_figures
from tests.projects.conftest import NAMES, RenderedProject, compose, read_example
from tests.sampling import few
from tests.scenarios.rendering.lint import lint_project

#: Proven here: everything shown, a hostile name, an odd script, no semantic layer, a codename.
PROVEN = ["retail", "gaming", "manufacturing", "telecom", "logistics"]


def test_every_blueprint_and_every_odd_case_has_an_example() -> None:
    briefs = {name: read_example(name) for name in NAMES}
    assert len(NAMES) >= 15
    assert any(not brief.pain_points for brief in briefs.values())
    assert any("DROP TABLE" in brief.company for brief in briefs.values())
    assert any(not brief.discovery_notes.isascii() for brief in briefs.values())
    assert any(0 < len(brief.discovery_notes) < 20 for brief in briefs.values())
    assert {brief.depth for brief in briefs.values()} == {"essential", "standard", "showcase"}
    assert any(brief.codename for brief in briefs.values())
    assert sum(brief.include_semantic_layer for brief in briefs.values()) == len(NAMES) - 2


def test_most_examples_have_a_data_quality_story(projects: dict[str, RenderedProject]) -> None:
    planted = [project.plan.quality.scenarios for project in projects.values()]
    assert sum(bool(scenarios) for scenarios in planted) >= 10
    assert len({scenario.kind for scenarios in planted for scenario in scenarios}) >= 5


def test_an_example_with_a_codename_quotes_nothing_and_names_nobody(
    projects: dict[str, RenderedProject],
) -> None:
    hidden = [project for project in projects.values() if project.brief.codename]
    assert hidden
    for project in hidden:
        texts = {**project.branches, "plan": {"plan.json": project.plan.model_dump_json()}}
        assert find_leaks(texts, {}, project.brief) == []
        assert project.brief.codename in project.plan.talk_track.opening


@pytest.mark.parametrize("name", NAMES)
def test_plan_breaks_no_rule(projects: dict[str, RenderedProject], name: str) -> None:
    assert [str(violation) for violation in rules.check_plan(projects[name].plan)] == []


@pytest.mark.parametrize("name", few(NAMES, *PROVEN[:1]))
def test_project_is_proven_first_try(projects: dict[str, RenderedProject], name: str) -> None:
    """All branches, really run; `make bench-demos` does it for every example."""
    project = projects[name]
    report = run_proof(spec_of(project.plan, project.branches), progress=lambda words: None)
    assert [f"{finding.place}: {finding.sentence}" for finding in report.findings] == []
    assert report.passed
    warned = {node.name for node in report.nodes if node.status == "warn"}
    assert warned == {scenario.test_name for scenario in project.plan.quality.scenarios}
    track = render_documents(project.plan, facts_of(report))["talk_track.md"]
    assert talk_figures.faults(track, project.plan, report) == []
    assert "[[" not in track


@pytest.mark.parametrize("name", few(NAMES, *PROVEN))
@pytest.mark.parametrize("warehouse", WAREHOUSES)
def test_next_engine_parses_without_a_word(
    projects: dict[str, RenderedProject], name: str, warehouse: str, tmp_path: Path
) -> None:
    if not next_engine.DBT.exists():
        pytest.skip(next_engine.MISSING)
    assert next_engine.complaints(projects[name].folder, warehouse, tmp_path) == ""


@pytest.mark.parametrize("name", few(NAMES, *PROVEN[:2]))
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


def test_a_wrong_figure_in_a_talk_track_is_found() -> None:
    plan = compose(read_example("retail"))
    name = plan.outline.metrics[0].name
    values = dict.fromkeys((idea.name for idea in plan.outline.metrics), 41.0)
    report = ProofReport(passed=True, dbt_version="1", adapter="d", seconds=1.0, metrics=values)
    track = render_documents(plan, facts_of(report))["talk_track.md"]
    changed = report.model_copy(update={"metrics": values | {name: 42.0}})
    assert talk_figures.faults(track, plan, report) == []
    assert talk_figures.faults(track, plan, changed) == [f"('{name}', '') is said as 41.0"]
