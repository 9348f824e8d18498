"""Tests of columns: the plain ones, and the named ones that catch a planted defect. Pure.

A data-quality scenario replaces the plain test of the same kind on its column: it warns by default, and is
red with the variable of `project_file.SEVERITY_VAR`. Its test has exactly the name that the scenario gives.
"""

from typing import Any

from scenarios.plan.names import ColumnType
from scenarios.plan.outline import (
    DefectKind,
    Model,
    ModelColumn,
    Outline,
    QualityIdea,
    SourceColumn,
    SourceTable,
)
from scenarios.plan.parts import Plan, QualityScenario
from scenarios.rendering.project_file import QUALITY_TAG, SEVERITY_VAR
from scenarios.rendering.text import paragraphs, string_value
from scenarios.rendering.yaml_file import Quoted

#: A test in YAML: its name alone, or its name with settings.
ColumnTest = str | dict[str, dict[str, Any]]

SEVERITY = f"{{{{ var('{SEVERITY_VAR}', 'warn') }}}}"

#: The generic test for a kind of defect; the other kinds need SQL of their own (`singular_tests.py`).
GENERIC: dict[DefectKind, str] = {
    "null": "not_null",
    "duplicate": "unique",
    "orphan": "relationships",
    "inconsistent_code": "accepted_values",
}


def quality_tests(plan: Plan) -> dict[str, int]:
    """The tests that must warn, by name, with the number of failures dbt must report for each."""
    return {scenario.test_name: scenario.failing_rows for scenario in plan.quality.scenarios}


def idea_of(plan: Plan, scenario: QualityScenario) -> QualityIdea | None:
    """The outline's words on a scenario, or None when it has none."""
    return next((idea for idea in plan.outline.quality if idea.name == scenario.name), None)


def staging_tests(plan: Plan, source: SourceTable, column: SourceColumn) -> list[ColumnTest]:
    """All tests of one staging column."""
    key = column.name == source.primary_key
    arguments: dict[str, dict[str, Any] | None] = {
        "unique": {} if key or column.unique else None,
        "not_null": {} if key or column.required else None,
        "relationships": _staging_target(plan.outline, column),
        "accepted_values": _accepted(column.accepted_values, column.type),
    }
    named = {
        GENERIC[scenario.kind]: scenario
        for scenario in plan.quality.scenarios
        if (scenario.table, scenario.column) == (source.table, column.name) and scenario.kind in GENERIC
    }
    return [
        _test(test, given or {}, _named(plan, named[test]) if test in named else {})
        for test, given in arguments.items()
        if given is not None or test in named
    ]


def model_tests(model: Model, column: ModelColumn) -> list[ColumnTest]:
    """All tests of one column of an intermediate or mart model."""
    key = column.name == model.primary_key
    target = column.references
    arguments: dict[str, dict[str, Any] | None] = {
        "unique": {} if key else None,
        "not_null": {} if key or column.required else None,
        "relationships": {"to": f"ref('{target.model}')", "field": target.column} if target else None,
        "accepted_values": _accepted(column.accepted_values, column.type),
    }
    return [_test(test, given, {}) for test, given in arguments.items() if given is not None]


def _test(test: str, arguments: dict[str, Any], named: dict[str, Any]) -> ColumnTest:
    name = {key: named[key] for key in ("name", "description") if key in named}
    config = {"config": named["config"]} if "config" in named else {}
    settings = name | ({"arguments": arguments} if arguments else {}) | config
    return {test: settings} if settings else test


def _named(plan: Plan, scenario: QualityScenario) -> dict[str, Any]:
    idea = idea_of(plan, scenario)
    described = {"description": paragraphs(idea.title, idea.story)} if idea else {}
    return {"name": scenario.test_name} | described | {"config": quality_config()}


def quality_config() -> dict[str, Any]:
    """How a planted defect's test is set up: a warning, red on demand, found by its tag."""
    return {"severity": Quoted(SEVERITY), "tags": [QUALITY_TAG]}


def _staging_target(outline: Outline, column: SourceColumn) -> dict[str, Any] | None:
    """Arguments of the relationships test along a source's foreign key, in staging names."""
    parent = outline.source(column.references.table) if column.references else None
    target = parent.column(column.references.column) if parent and column.references else None
    return (
        {"to": f"ref('{parent.staging_model}')", "field": target.staged_name} if parent and target else None
    )


def _accepted(values: list[str], kind: ColumnType) -> dict[str, Any] | None:
    """Arguments of an accepted_values test. dbt prints the values between quotes, so they must be text."""
    return (
        {"values": [Quoted(string_value(value)) for value in values]} if values and kind == "string" else None
    )
