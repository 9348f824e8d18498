"""Intermediate and mart models: the plan's statements as files. Pure."""

from scenarios.plan.outline import Model
from scenarios.plan.parts import ModelSql, Plan
from scenarios.plan.portable import print_select
from scenarios.plan.tracing import input_columns
from scenarios.rendering.features import has_ratio_macro, typed_ctes
from scenarios.rendering.incremental import incremental_ctes, incremental_settings
from scenarios.rendering.sql_file import Cte, SqlFile
from scenarios.rendering.text import sentence

#: What `dbt_project.yml` sets for a layer; a model says only where it differs.
_USUAL = {"intermediate": "view", "marts": "table"}


def model_path(model: Model) -> str:
    """Where a model lies in the project."""
    return f"models/{model.layer}/{model.name}.sql"


def model_files(plan: Plan) -> dict[str, str]:
    """One file per intermediate and mart model. Raises PlanRefused when a statement breaks the SQL gate."""
    return {model_path(model): model_sql(plan, model) for model in plan.outline.models}


def model_sql(plan: Plan, model: Model) -> str:
    """The file of one model. Raises KeyError when the plan has no statement for it."""
    statement = plan.statement_of(model.name)
    if statement is None:
        raise KeyError(f"the plan has no statement for {model.name}")
    ctes = typed_ctes(plan, model, _ctes(plan, model, statement))
    settings: dict[str, str] = {}
    if model.name == plan.outline.incremental.model:
        ctes, settings = incremental_ctes(plan.outline, model, ctes), incremental_settings(plan.outline)
    elif model.materialized != _USUAL[model.layer]:
        settings = {"materialized": f"'{model.materialized}'"}
    comments = [statement.header or sentence(model.purpose), f"Grain: {sentence(model.grain)}"]
    return SqlFile(ctes=ctes, comments=comments, config=settings).text()


def _ctes(plan: Plan, model: Model, statement: ModelSql) -> list[Cte]:
    notes = {note.cte: note.note for note in statement.notes}
    inputs = input_columns(plan.outline, model)
    printed = print_select(statement.sql, inputs=inputs, ratio_calls=has_ratio_macro(plan))
    return [Cte(cte.name, cte.body, notes.get(cte.name, "")) for cte in printed.ctes]
