"""`dbt_project.yml` and `packages.yml`. Pure."""

from collections.abc import Container, Mapping
from typing import Any

from scenarios.plan.outline import Outline
from scenarios.plan.parts import CumulativeMetric, Plan
from scenarios.rendering.template import PROJECT_FILE, template_settings
from scenarios.rendering.yaml_file import yaml_text

#: Source tables live in the schema `<target>_raw`; seeds load them there, staging reads them there.
RAW_SCHEMA = "raw"

#: `dbt test --select tag:data_quality --vars '{data_quality_severity: error}'` turns the planted defects red.
SEVERITY_VAR = "data_quality_severity"
QUALITY_TAG = "data_quality"

#: dbt 1.12 is the first that reads the current semantic YAML; 1.10 the first with nested test arguments.
_WITH_SEMANTICS, _WITHOUT_SEMANTICS = ">=1.12.0", ">=1.10.6"


#: Sections of `dbt_project.yml` that are keyed by project and folder.
_SECTIONS = {
    "models",
    "seeds",
    "snapshots",
    "data_tests",
    "tests",
    "sources",
    "exposures",
    "metrics",
    "unit_tests",
}
_SECTIONS |= {"analyses", "semantic-models", "saved-queries", "functions"}


def project_files(plan: Plan, template: Mapping[str, str]) -> dict[str, str]:
    """`dbt_project.yml`, with the template's settings underneath the demo's, and an empty `packages.yml`."""
    name = plan.outline.project_name
    merged = _merge(_settings(plan), _fitting(template_settings(template), name, _layers(plan.outline)))
    return {PROJECT_FILE: yaml_text(merged), "packages.yml": yaml_text({"packages": []})}


def _settings(plan: Plan) -> dict[str, Any]:
    outline = plan.outline
    settings: dict[str, Any] = {
        "name": outline.project_name,
        "version": "1.0.0",
        "config-version": 2,
        "profile": outline.project_name,
        "require-dbt-version": _WITH_SEMANTICS if plan.semantic else _WITHOUT_SEMANTICS,
        "model-paths": ["models"],
        "seed-paths": ["seeds"],
        "test-paths": ["tests"],
        "macro-paths": ["macros"],
        "clean-targets": ["target", "dbt_packages"],
        "seeds": {outline.project_name: {"+schema": RAW_SCHEMA, "+tags": ["raw"], "+docs": {"show": False}}},
        "models": {outline.project_name: _layers(outline)},
    }
    if plan.quality.scenarios:
        settings["vars"] = {SEVERITY_VAR: "warn"}
    return settings | _flags(plan)


def _layers(outline: Outline) -> dict[str, Any]:
    materialized = {"staging": "view", "intermediate": "view", "marts": "table"}
    if not outline.intermediates:  # dbt warns of settings for an empty folder
        del materialized["intermediate"]
    return {layer: {"+materialized": kind, "+tags": [layer]} for layer, kind in materialized.items()}


def _flags(plan: Plan) -> dict[str, Any]:
    """What lets dbt 1.12 take a metric's `window`, in silence: it asks for a form that only the old YAML has."""
    metrics = plan.semantic.metrics if plan.semantic else []
    if not any(isinstance(metric, CumulativeMetric) and metric.window_days for metric in metrics):
        return {}
    silenced = {"silence": ["Deprecations"]}
    return {"flags": {"require_nested_cumulative_type_params": False, "warn_error_options": silenced}}


def _fitting(settings: dict[str, Any], project: str, layers: Container[str]) -> dict[str, Any]:
    """A template's settings with those for its own project under the demo's name.

    What is meant for folders or projects that a demo does not have goes: dbt would warn of it at each run.
    """
    fitting = dict(settings)
    for section in _SECTIONS & fitting.keys():
        given = fitting.pop(section)
        own = given.get(settings.get("name")) if isinstance(given, dict) else None
        own = own if isinstance(own, dict) else {}
        kept = {key: value for key, value in own.items() if str(key).startswith("+") or key in layers}
        if kept:
            fitting[section] = {project: kept}
    return fitting


def _merge(ours: dict[str, Any], underneath: dict[str, Any]) -> dict[str, Any]:
    """Both, key by key; ours wins and stands first."""
    merged = {
        key: _merge(value, underneath[key])
        if isinstance(value, dict) and isinstance(underneath.get(key), dict)
        else value
        for key, value in ours.items()
    }
    return merged | {key: value for key, value in underneath.items() if key not in ours}
