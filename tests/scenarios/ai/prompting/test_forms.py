"""The examples in the prompts are valid answers with all their fields."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from scenarios.ai.answers.asking import Kind
from scenarios.ai.answers.converting import answer_type
from scenarios.ai.answers.details import SqlAnswer
from scenarios.ai.answers.outline import ChangesAnswer, OutlineAnswer
from scenarios.plan.portable import check_select
from tests.scenarios.ai.prompting.asked import prompts_of

NAMES: dict[str, Kind] = {
    "data:1": "data", "sql:1": "sql", "semantic": "semantic", "day_two": "day_two", "talk_track": "talk_track",
}  # fmt: skip


def form(name: str) -> dict[str, Any]:
    """The example at the end of a prompt."""
    after = prompts_of()[name].task.rpartition("# The form\n")[2]
    found, _ = json.JSONDecoder().raw_decode(after[after.index("{") :])
    return dict(found)


def fields(value: object) -> object:
    """The names of all fields in an answer, level by level."""
    if isinstance(value, BaseModel):
        return {name: fields(getattr(value, name)) for name in type(value).model_fields}
    return [fields(item) for item in value] if isinstance(value, list) else None


def given(value: object) -> object:
    if isinstance(value, dict):
        return {name: given(item) for name, item in value.items()}
    return [given(item) for item in value] if isinstance(value, list) else None


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_detail_is_a_whole_answer(name: str) -> None:
    example = form(name)
    answer = answer_type(NAMES[name]).model_validate(example)
    assert fields(answer) == given(example)


def test_the_example_of_an_outline_names_all_fields() -> None:
    example = form("outline")
    for model in example["models"]:
        model |= {"layer": "marts", "kind": "table"}
    columns = [column for piece in (*example["sources"], *example["models"]) for column in piece["columns"]]
    for column in columns:
        column["type"] = "integer"
    example["defects"][0]["kind"] = "null"
    assert fields(OutlineAnswer.model_validate(example)) == given(example)


def test_the_example_of_changes_names_all_fields() -> None:
    example = form("changes")
    assert fields(ChangesAnswer.model_validate(example)) == given(example)


def test_the_example_of_sql_passes_the_gate() -> None:
    (statement,) = SqlAnswer.model_validate(form("sql:1")).models
    inputs = {
        "stg_shop__orders": {
            "order_id": "integer", "order_date": "date", "amount": "number", "discount": "number",
            "customer_id": "integer",
        },
        "stg_crm__customers": {"customer_id": "integer", "customer_segment": "string"},
    }  # fmt: skip
    checked = check_select(statement.sql, inputs=inputs, part="sql:example")  # type: ignore[arg-type]
    assert checked.violations == []
    assert list(checked.columns) == ["order_id", "order_date", "net_amount", "customer_segment"]
    assert [note.cte for note in statement.notes] == ["joined"]


@pytest.mark.parametrize(
    "sql",
    [
        "coalesce(sales_channel, 'unknown') || '-' || cast(order_month as string)",
        "coalesce(customer_segment, 'unknown')",
        "amount - coalesce(discount, 0)",
        "case when order_date >= date '2026-01-31' then true else false end",
    ],
)
def test_expressions_that_prompts_recommend_pass_the_gate(sql: str) -> None:
    inputs = {
        "int_orders": {
            "sales_channel": "string", "order_month": "date", "customer_segment": "string", "amount": "number",
            "discount": "number", "order_date": "date",
        }
    }  # fmt: skip
    statement = f"select {sql} as shown_value from int_orders as orders"
    assert check_select(statement, inputs=inputs, part="sql:example").violations == []  # type: ignore[arg-type]
