"""`dbt_project.yml` and `packages.yml`. Pure."""

from collections.abc import Mapping
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


def project_files(plan: Plan, template: Mapping[str, str]) -> dict[str, str]:
    """`dbt_project.yml`, with the template's settings underneath the demo's, and an empty `packages.yml`."""
    settings = _settings(plan)
    merged = _merge(settings, _renamed(template_settings(template), plan.outline.project_name))
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


def _renamed(settings: dict[str, Any], project: str) -> dict[str, Any]:
    """A template's settings with those for its own project name moved to the demo's name."""
    own = settings.get("name")
    return {
        key: {project if name == own else name: inner for name, inner in value.items()}
        if isinstance(value, dict) and key in ("models", "seeds", "data_tests", "tests", "vars")
        else value
        for key, value in settings.items()
    }


def _merge(ours: dict[str, Any], underneath: dict[str, Any]) -> dict[str, Any]:
    """Both, key by key; ours wins and stands first."""
    merged = {
        key: _merge(value, underneath[key])
        if isinstance(value, dict) and isinstance(underneath.get(key), dict)
        else value
        for key, value in ours.items()
    }
    return merged | {key: value for key, value in underneath.items() if key not in ours}
