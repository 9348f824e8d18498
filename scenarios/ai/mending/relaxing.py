"""Takes back promises of an outline that the data do not keep, once nothing else has helped. Pure."""

from collections.abc import Sequence
from typing import Any

from scenarios.plan.outline import ModelColumn
from scenarios.plan.parts import Plan
from scenarios.plan.rules import check_plan
from scenarios.plan.violations import Violation

#: How dbt's names of generic tests begin → the field of the column behind them, without its promise, and the words.
_PROMISES: dict[str, tuple[dict[str, Any], str]] = {
    "not_null_": ({"required": False}, "that it always has a value"),
    "relationships_": ({"references": None}, "that what it refers to is always there"),
    "accepted_values_": ({"accepted_values": []}, "that it has only the accepted values"),
}


def relaxed(plan: Plan, violations: Sequence[Violation]) -> tuple[Plan, list[str]]:
    """The plan without the promises about columns of models that the violations name, with a sentence for each.

    Primary keys keep theirs. The same plan when there is nothing to take back, or when that would break a rule.
    """
    outline, said = plan.outline, []
    for violation in violations:
        model_name, _, column_name = violation.place.partition(".")
        model = outline.model(model_name)
        column = model.column(column_name) if model else None
        promise = next(
            (value for start, value in _PROMISES.items() if f"test {start}" in violation.sentence), None
        )
        if model is None or column is None or promise is None or column_name == model.primary_key:
            continue
        looser = column.model_copy(update=promise[0])
        if looser == column:
            continue
        columns = [_chosen(each, column, looser) for each in model.columns]
        models = [
            each.model_copy(update={"columns": columns}) if each.name == model.name else each
            for each in outline.models
        ]
        outline = outline.model_copy(update={"models": models})
        said.append(
            f"Model {model_name}: {column_name} no longer promises {promise[1]}, for some rows break it."
        )
    changed = plan.model_copy(update={"outline": outline})
    return (changed, said) if said and not check_plan(changed) else (plan, [])


def _chosen(each: ModelColumn, column: ModelColumn, looser: ModelColumn) -> ModelColumn:
    return looser if each.name == column.name else each
