"""JSON schemas in the subset that all servers take, made from pydantic models."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

MOST_BYTES = 3000  # compact JSON of one schema: some servers compile it into a grammar of limited size

SHARED_FROM = 2  # uses from which a definition stands once

_SCALARS = {"string", "integer", "number", "boolean"}
Json = dict[str, Any]


class NotPortable(Exception):
    """A model uses what some server refuses; the text says where."""


def portable_schema(model: type[BaseModel]) -> Json:
    """The model's schema with allowed keywords only. Raises NotPortable.

    Lengths, ranges and patterns are left out: they are checked after parsing. Every property is required.
    """
    whole = model.model_json_schema()
    reader = _Reader(whole)
    schema = reader.object(whole, model.__name__, ())
    shared = reader.shared()
    return {**schema, "$defs": shared} if shared else schema


class _Reader:
    """Reads one schema. What is used at several places stands once, under `$defs`."""

    def __init__(self, whole: Json) -> None:
        self._known: Mapping[str, Json] = whole.get("$defs", {})
        self._uses = Counter(re.findall(r'"#/\$defs/(\w+)"', json.dumps(whole)))
        self._made: dict[str, Json] = {}

    def shared(self) -> Json:
        """The definitions that references point to."""
        return self._made

    def node(self, node: Mapping[str, Any], place: str, above: tuple[str, ...]) -> Json:
        if "$ref" in node:
            return self._reference(str(node["$ref"]).rpartition("/")[2], place, above)
        if "anyOf" in node:
            return {"anyOf": [self.node(each, place, above) for each in node["anyOf"]]}
        if "enum" in node or "const" in node:
            return _enum(node, place)
        kind = node.get("type")
        if kind == "object":
            return self.object(node, place, above)
        if kind == "array":
            if "items" not in node:
                raise NotPortable(f"{place}: a list of anything")
            return {"type": "array", "items": self.node(node["items"], f"{place}[]", above)}
        if kind in _SCALARS:
            return {"type": kind}
        raise NotPortable(f"{place}: {kind or 'anything'} is not allowed")

    def _reference(self, name: str, place: str, above: tuple[str, ...]) -> Json:
        if name in above:
            raise NotPortable(f"{place}: {name} contains itself")
        if self._uses[name] < SHARED_FROM:
            return self.node(self._known[name], place, (*above, name))
        if name not in self._made:
            self._made[name] = self.node(self._known[name], place, (*above, name))
        return {"$ref": f"#/$defs/{name}"}

    def object(self, node: Mapping[str, Any], place: str, above: tuple[str, ...]) -> Json:
        properties = node.get("properties")
        if not properties:
            raise NotPortable(f"{place}: a map, or an object without fields")
        return {
            "type": "object",
            "properties": {
                name: self.node(each, f"{place}.{name}", above) for name, each in properties.items()
            },
            "required": list(properties),
            "additionalProperties": False,
        }


def _enum(node: Mapping[str, Any], place: str) -> Json:
    values = list(node["enum"]) if "enum" in node else [node["const"]]
    if not all(isinstance(value, str) for value in values):
        raise NotPortable(f"{place}: a list of choices must be of texts")
    return {"type": "string", "enum": values}
