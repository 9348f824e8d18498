"""Whatever a plan holds can be kept: finite numbers, no control characters; what cannot is refused in words."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from scenarios.plan.parts import Plan
from scenarios.plan.sections import schema_violations
from tests.scenarios.plan.changing import changed, changed_data

HOSTILE = "\x00To\x01tal\x7f"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), "nan", "Infinity"])
@pytest.mark.parametrize("bound", ["minimum", "maximum"])
def test_a_bound_is_a_finite_number(bound: str, value: Any) -> None:
    data = changed_data({f"quality/scenarios/0/{bound}": value})
    with pytest.raises(ValidationError) as caught:
        Plan.model_validate(data)
    violations = schema_violations(caught.value, "outline", data=data)
    assert len(violations) == 1
    assert bound in violations[0].place
    assert "finite number" in violations[0].sentence


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (float("nan"), "finite number"),
        (float("inf"), "finite number"),
        (10**400, "too large"),
        (-(2**63), "too large"),
        ("a\x00b", "control character"),
        ("\x1bred", "control character"),
    ],
)
def test_a_cell_that_no_database_keeps_is_refused_once_and_in_words(cell: Any, words: str) -> None:
    for path in ("rows/products/rows/0/4", "day_two/tables/0/new/0/0"):
        data = changed_data({path: cell})
        with pytest.raises(ValidationError) as caught:
            Plan.model_validate(data)
        violations = schema_violations(caught.value, "outline", data=data)
        assert len(violations) == 1
        assert words in violations[0].sentence
        assert violations[0].sentence.endswith(".")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("outline/company", "Total"),  # a line
        ("outline/context/summary", "Total"),  # a text
        ("statements/fct_orders/sql", "Total"),  # a statement
        ("outline/sources/products/columns/category/accepted_values/0", "Total"),
    ],
)
def test_texts_lose_their_control_characters(path: str, expected: str) -> None:
    stored = json.dumps(changed({path: HOSTILE}).model_dump(mode="json"))
    assert f'"{expected}"' in stored
    assert not any(code in stored for code in ("u0000", "u0001", "u007f", "\x7f"))


def test_a_text_of_control_characters_only_is_empty() -> None:
    data = changed_data({"outline/company": "\x01\x02"})
    with pytest.raises(ValidationError) as caught:
        Plan.model_validate(data)
    assert [str(v.sentence) for v in schema_violations(caught.value, "outline", data=data)] == [
        "It is empty."
    ]


def test_line_ends_and_tabs_stay() -> None:
    assert changed({"outline/context/summary": "One\n\tTwo"}).outline.context.summary == "One\n\tTwo"
