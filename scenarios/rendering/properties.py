"""`schema.yml` of the intermediate and marts folders: descriptions, tests, semantic layer. Pure."""

from typing import Any

from scenarios.plan.outline import Model, ModelColumn
from scenarios.plan.parts import Plan
from scenarios.rendering.data_tests import model_tests
from scenarios.rendering.features import (
    column_features,
    described,
    exposure_entries,
    group_entries,
    model_features,
)
from scenarios.rendering.features_unit_test import unit_test_entries
from scenarios.rendering.semantic import column_settings, metrics_of, model_settings
from scenarios.rendering.text import paragraphs, sentence
from scenarios.rendering.time_spine import time_spine_properties
from scenarios.rendering.yaml_file import yaml_text


def property_files(plan: Plan) -> dict[str, str]:
    """One `schema.yml` for each of the two folders that has models."""
    intermediate = [_model(plan, model) for model in plan.outline.intermediates]
    marts = [_model(plan, model) for model in plan.outline.marts] + time_spine_properties(plan)
    over_several_marts = metrics_of(plan, None)
    files = {
        "models/marts/schema.yml": _text(
            groups=group_entries(plan),
            models=marts,
            metrics=over_several_marts,
            exposures=exposure_entries(plan),
        )
    }
    if intermediate:
        files["models/intermediate/schema.yml"] = _text(
            models=intermediate, unit_tests=unit_test_entries(plan)
        )
    return files


def _text(**sections: list[dict[str, Any]]) -> str:
    """The sections that have entries, in the order given."""
    return yaml_text({"version": 2} | {name: entries for name, entries in sections.items() if entries})


def _model(plan: Plan, model: Model) -> dict[str, Any]:
    metrics = metrics_of(plan, model.name)
    return {
        "name": model.name,
        "description": description(model),
        **model_features(plan, model),
        **model_settings(plan, model.name),
        "columns": [_column(plan, model, column) for column in model.columns],
        **({"metrics": metrics} if metrics else {}),
    }


def description(model: Model) -> str:
    """A model's purpose, its grain, and the questions it answers."""
    questions = " ".join(model.business_questions)
    return paragraphs(
        sentence(model.purpose),
        f"Grain: {sentence(model.grain)}",
        f"Answers: {questions}" if questions else "",
    )


def _column(plan: Plan, model: Model, column: ModelColumn) -> dict[str, Any]:
    tests = model_tests(model, column)
    return {
        "name": column.name,
        "description": described(plan, model.name, column.name, column.description),
        **column_features(plan, model, column.name),
        **column_settings(plan, model.name, column),
        **({"data_tests": tests} if tests else {}),
    }
