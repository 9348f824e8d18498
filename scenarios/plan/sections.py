"""The sections of a plan that a person edits: read one as plain data, put a changed one back. Pure."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from scenarios.plan.day_rows import refitted
from scenarios.plan.parts import Plan
from scenarios.plan.rules import check_plan
from scenarios.plan.schema_words import schema_violations
from scenarios.plan.violations import PlanRefused, Violation

__all__ = ["SECTIONS", "get_section", "replace_section", "schema_violations"]

Data = dict[str, Any]

#: Key → title, in the order of the review page.
SECTIONS: dict[str, str] = {
    "context": "Business context",
    "sources": "Data",
    "models": "Models",
    "semantic": "Semantic layer",
    "pain_points": "Pain points",
    "features": "More of dbt",
    "quality": "Data quality",
    "day_two": "Second day",
    "talk_track": "Talk track",
}


def get_section(plan: Plan, key: str) -> Data:
    """One section as JSON-able data, as `replace_section` takes it. Raises KeyError for an unknown key."""
    data = plan.model_dump(mode="json")
    return _GETTERS[key](data["outline"], data)


def replace_section(plan: Plan, key: str, data: Mapping[str, Any]) -> Plan:
    """A plan with this section replaced; fields that `data` leaves out keep their value.

    Raises KeyError for an unknown key, PlanRefused when the schema or a rule is broken.
    """
    whole = plan.model_dump(mode="json")
    try:
        _SETTERS[key](whole["outline"], whole, _only(key, get_section(plan, key), data))
    except (TypeError, AttributeError, ValueError) as error:
        raise PlanRefused([_shape_violation(key)]) from error
    changed = _validated(whole, key)
    if violations := check_plan(changed):
        raise PlanRefused(violations)
    return changed


def _only(key: str, known: Data, data: Mapping[str, Any]) -> Data:
    """`data` if it has exactly the section's fields; missing ones keep their value."""
    unknown = [name for name in data if name not in known]
    if unknown:
        raise PlanRefused(
            [
                Violation(
                    _part(key),
                    SECTIONS[key],
                    f"It has no field called {unknown[0]}.",
                    f"Its fields are {', '.join(known)}.",
                )
            ]
        )
    return {**known, **data}


def _shape_violation(key: str) -> Violation:
    return Violation(
        _part(key),
        SECTIONS[key],
        "The section does not have the shape it needs.",
        "Start again from the section as it is, and change only values.",
    )


def _part(key: str) -> str:
    return key if key in ("semantic", "features", "quality", "day_two", "talk_track") else "outline"


def _validated(whole: Data, key: str) -> Plan:
    try:
        return Plan.model_validate(whole)
    except ValidationError as error:
        raise PlanRefused(schema_violations(error, _part(key), data=whole)) from error


def _get_models(outline: Data, whole: Data) -> Data:
    statements = {
        s["model"]: {name: s[name] for name in ("sql", "header", "notes")} for s in whole["statements"]
    }
    return {"models": outline["models"], "incremental": outline["incremental"], "statements": statements}


_GETTERS: dict[str, Callable[[Data, Data], Data]] = {
    "context": lambda outline, whole: dict(outline["context"]),
    "sources": lambda outline, whole: {
        "sources": outline["sources"],
        "rows": {rows["table"]: rows["rows"] for rows in whole["rows"]},
    },
    "models": _get_models,
    "semantic": lambda outline, whole: {
        "semantic_layer": outline["semantic_layer"],
        "metrics": outline["metrics"],
        "semantic": whole["semantic"],
    },
    "pain_points": lambda outline, whole: {"pain_points": outline["pain_points"]},
    "features": lambda outline, whole: {"features": whole["features"]},
    "quality": lambda outline, whole: {
        "ideas": outline["quality"],
        "scenarios": whole["quality"]["scenarios"],
    },
    "day_two": lambda outline, whole: dict(whole["day_two"]),
    "talk_track": lambda outline, whole: dict(whole["talk_track"]),
}


def _set_sources(outline: Data, whole: Data, data: Data) -> None:
    late = whole["day_two"]["tables"]
    with suppress(LookupError):  # a field is missing: the schema will say so
        whole["day_two"]["tables"] = refitted(late, outline["sources"], data["sources"], data["rows"])
    outline["sources"] = data["sources"]
    whole["rows"] = [{"table": table, "rows": rows} for table, rows in data["rows"].items()]


def _set_models(outline: Data, whole: Data, data: Data) -> None:
    outline["models"], outline["incremental"] = data["models"], data["incremental"]
    whole["statements"] = [{**fields, "model": model} for model, fields in data["statements"].items()]


def _set_semantic(outline: Data, whole: Data, data: Data) -> None:
    outline["semantic_layer"], outline["metrics"] = data["semantic_layer"], data["metrics"]
    whole["semantic"] = data["semantic"]


def _set_quality(outline: Data, whole: Data, data: Data) -> None:
    outline["quality"], whole["quality"] = data["ideas"], {"scenarios": data["scenarios"]}


_SETTERS: dict[str, Callable[[Data, Data, Data], None]] = {
    "context": lambda outline, whole, data: outline.update(context=data),
    "sources": _set_sources,
    "models": _set_models,
    "semantic": _set_semantic,
    "pain_points": lambda outline, whole, data: outline.update(data),
    "features": lambda outline, whole, data: whole.update(features=data["features"] or {}),
    "quality": _set_quality,
    "day_two": lambda outline, whole, data: whole.update(day_two=data),
    "talk_track": lambda outline, whole, data: whole.update(talk_track=data),
}
