"""Fits a statement to a model whose columns were changed: dropped columns go, new ones get an expression."""

import re

from scenarios.ai.builtin.models import output_names
from scenarios.ai.builtin.synthetic_columns import Origin, derived, passed
from scenarios.plan.outline import Model
from scenarios.plan.parts import ModelSql

STEP = "composed"  # the name of the step that holds what was the statement
_TOKEN = re.compile(r"'(?:[^']|'')*'|[()]|\b\w+\b")


def adapted_statement(statement: ModelSql, model: Model) -> ModelSql | None:
    """The statement with its final select made a step, and the model's columns selected from it.

    None when the model's key is not among its columns. Types of computed columns are taken to be the declared ones.
    """
    names = output_names(statement.sql, statement.model)
    if model.primary_key not in names:
        return None
    declared = {column.name: column.type for column in model.columns}
    gives = {name: Origin(f"{STEP}.{name}", declared[name]) for name in names if name in declared}
    outputs = [
        f"{passed(column, gives) or derived(column, gives, _A_DAY)} as {column.name}"
        for column in model.columns
    ]
    steps, final = split_statement(statement.sql)
    start = f"{steps}, " if steps else "with "
    sql = f"{start}{STEP} as ({final}) select {', '.join(outputs)} from {STEP}"  # noqa: S608 - a statement of the plan, checked by the SQL gate
    return statement.model_copy(update={"sql": sql})


_A_DAY = "date '2000-01-01'"  # a new date column where the statement has none


def split_statement(sql: str) -> tuple[str, str]:
    """The CTEs (with `with`, without a comma at the end; empty if there are none) and the final select."""
    depth = 0
    for token in _TOKEN.finditer(sql):
        text = token.group(0).lower()
        depth += (text == "(") - (text == ")")
        if text == "select" and depth == 0:
            return sql[: token.start()].strip(), sql[token.start() :].strip()
    return "", sql.strip()
