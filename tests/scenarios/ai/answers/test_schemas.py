"""Every answer's schema is portable, small, and asks for all fields."""

import json

import pytest

from scenarios.ai.answers.asking import Kind
from scenarios.ai.answers.base import Answer
from scenarios.ai.answers.converting import answer_type
from scenarios.ai.answers.outline import ChangesAnswer, OutlineAnswer
from scenarios.ai.calls.wire import portable_schema

KINDS: tuple[Kind, ...] = ("data", "sql", "semantic", "day_two", "talk_track")
ANSWERS = [OutlineAnswer, ChangesAnswer, *(answer_type(kind) for kind in KINDS)]
MOST_BYTES = 3000


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_schema_of_every_answer_is_small_enough_for_servers_that_compile_it(answer):
    size = len(json.dumps(portable_schema(answer), separators=(",", ":")).encode())
    assert size <= MOST_BYTES, f"{answer.__name__}: {size} bytes"


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_field_is_required_on_the_wire_although_reading_forgives_some(answer):
    seen = 0
    for node in objects(portable_schema(answer)):
        assert node["required"] == list(node["properties"])
        assert node["additionalProperties"] is False
        seen += 1
    assert seen


def objects(node):
    """Every object of a schema, at any depth."""
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for inner in node.values():
            yield from objects(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from objects(inner)


def test_no_answer_has_room_for_what_the_brief_decides():
    for decided in ("company", "industry", "warehouse", "semantic_layer", "depth", "as_of"):
        assert decided not in OutlineAnswer.model_fields
        assert decided not in ChangesAnswer.model_fields
    assert all(issubclass(answer, Answer) for answer in ANSWERS)
