"""Schemas in the subset that every server takes."""

from enum import IntEnum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from scenarios.ai.calls.wire import NotPortable, portable_schema

ALLOWED = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "anyOf",
    "enum",
    "$defs",
    "$ref",
}


class Leaf(BaseModel):
    """Not for the wire."""

    name: str = Field(default="x", max_length=5, description="short", title="A name")
    kind: Literal["a", "b"] = "a"
    only: Literal["c"] = "c"


class Twig(BaseModel):
    length: float


class Tree(BaseModel):
    first: Leaf
    second: Leaf
    leaves: list[Leaf] = Field(default=[], min_length=1)
    size: int = Field(ge=1)
    either: Leaf | Twig
    good: bool


def keywords(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(keywords, node))
    if not isinstance(node, dict):
        return set()
    names = set(node)
    below = [value for name in ("properties", "$defs") for value in node.get(name, {}).values()]
    return names.union(*map(keywords, [*below, node.get("items"), node.get("anyOf")]))


def test_only_what_all_servers_know_is_left() -> None:
    schema = portable_schema(Tree)
    assert keywords(schema) <= ALLOWED
    assert schema["required"] == list(Tree.model_fields)
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Leaf"]["properties"]["only"] == {"type": "string", "enum": ["c"]}
    assert schema["properties"]["first"] == {"$ref": "#/$defs/Leaf"}


def objects(node: Any) -> list[dict]:
    if isinstance(node, list):
        return [found for each in node for found in objects(each)]
    if not isinstance(node, dict):
        return []
    return [*([node] if node.get("type") == "object" else []), *objects(list(node.values()))]


def test_every_object_is_closed_and_asks_for_all_its_fields() -> None:
    found = objects(portable_schema(Tree))
    assert len(found) == 3
    for each in found:
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])


def test_what_is_used_once_stands_where_it_is_used() -> None:
    schema = portable_schema(create_model("Once", leaf=(Leaf, ...)))
    assert "$defs" not in schema
    assert schema["properties"]["leaf"]["type"] == "object"


class Odd(IntEnum):
    ONE = 1


class Chain(BaseModel):
    below: "list[Chain]"


class Empty(BaseModel):
    pass


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (dict[str, str], "map"),
        (Any, "anything"),
        (list, "anything"),
        (tuple[int, str], "list of anything"),
        (Odd, "choices"),
        (Chain, "contains itself"),
        (Empty, "without fields"),
        (list[dict[str, int]], "map"),
        (float | None, "null"),
    ],
)
def test_what_some_server_refuses_is_refused_here(kind: Any, words: str) -> None:
    with pytest.raises(NotPortable, match=words):
        portable_schema(create_model("Whole", part=(kind, ...)))
