"""Comparing requests with the published OpenAPI files: does the call exist, does its body know its fields and types?

The files are parsed when the first request comes, once a process. What the specification calls "required" is not
looked at: its lists are stricter than the service; the functions that answer ask for what the reference marks.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.fakes.dbt_cloud.exceptions import EXTRA, INSTEAD, NULLABLE, NULLABLE_SUFFIX, OPAQUE, UNPUBLISHED

ROOT = Path(__file__).resolve().parents[3]
BESIDE = ROOT.parent / "shared" / "reference" / "openapi"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Schema = Mapping[str, Any]
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def found(folder: Path | None = None) -> "Specification | None":
    """The files in `folder`, or beside the checkout; None if they are not there."""
    place = folder or BESIDE
    return Specification(place) if (place / "openapi-v3.yaml").is_file() else None


@cache
def _document(folder: Path, version: str) -> dict[str, Any]:
    with (folder / f"openapi-{version}.yaml").open(encoding="utf-8") as file:
        return yaml.load(file, Loader=LOADER)


@cache
def _paths(folder: Path, version: str) -> list[tuple[re.Pattern[str], str]]:
    """Patterns of all paths, those with the fewest placeholders first: `bulk/` before `{id}/`."""
    templates = sorted(_document(folder, version)["paths"], key=lambda template: template.count("{"))
    found = []
    for template in templates:
        pattern = re.escape(template).replace(r"\{remainder\}", ".+")
        found.append((re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", pattern)), template))
    return found


class Specification:
    """The two files of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def complaints(self, method: str, path: str, body: Any) -> list[str]:
        """What is wrong with a request; nothing if it is one of the documented exceptions."""
        if any(exception.fits(method, path) for exception in UNPUBLISHED):
            return []
        version = path.removeprefix("/api/").partition("/")[0]
        if version not in ("v2", "v3"):
            return ["the specification knows no such path"]
        document = _document(self.folder, version)
        templates = [
            template for pattern, template in _paths(self.folder, version) if pattern.fullmatch(path)
        ]
        if not templates:
            return ["the specification knows no such path"]
        operation = document["paths"][templates[0]].get(method.lower())
        if operation is None:
            return [f"the specification has no {method} for {templates[0]}"]
        if body is None:
            return []
        return list(Checking(document).body(operation, method, path, body))

    def operations(self) -> Iterator[tuple[str, str, set[str]]]:
        """Method, path with 7 for each placeholder, and the fields of the body, of every call that is published."""
        for version in ("v2", "v3"):
            document = _document(self.folder, version)
            for template, methods in document["paths"].items():
                for method, operation in methods.items():
                    schema = _body_schema(operation)
                    reference = schema.get("$ref", "").rpartition("/")[2]
                    schema = document["components"]["schemas"].get(reference, schema)
                    yield method.upper(), re.sub(r"\{\w+\}", "7", template), set(schema.get("properties", ()))


def _body_schema(operation: Schema) -> Schema:
    return operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})


class Checking:
    """One look at one body."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def body(self, operation: Mapping[str, Any], method: str, path: str, body: Any) -> Iterator[str]:
        """What is wrong with the body of this operation."""
        for other in INSTEAD:
            if other.fits(method, path):
                yield from self.value(other.body, body, "body")
                return
        if "requestBody" not in operation:
            if body != {}:
                yield "the specification knows no body here"
            return
        yield from self.value(_body_schema(operation), body, "body", self._extra(method, path))

    def _extra(self, method: str, path: str) -> dict[str, Schema]:
        fitting = [extra.fields for extra in EXTRA if extra.fits(method, path)]
        return {name: schema for fields in fitting for name, schema in fields.items()}

    def value(
        self, schema: Schema, value: Any, where: str, extra: Mapping[str, Schema] | None = None
    ) -> Iterator[str]:
        """What is wrong with a value."""
        schema = self._resolved(schema, value)
        if value is None and schema.get("nullable"):
            return
        for part in schema.get("allOf", ()):
            yield from self.value(part, value, where, extra)
        choices = schema.get("oneOf") or schema.get("anyOf")
        if choices:
            yield from min((list(self.value(one, value, where, extra)) for one in choices), key=len)
            return
        kind = schema.get("type")
        if kind is not None and not _is(kind, value):
            yield f"{where} should be {kind}, not {type(value).__name__}"
            return
        yield from _limits(schema, value, where)
        if kind == "array":
            for place, item in enumerate(value):
                yield from self.value(schema.get("items", {}), item, f"{where}[{place}]")
        if kind == "object":
            yield from self._object(schema, value, where, extra or {})

    def _object(
        self, schema: Schema, value: dict[str, Any], where: str, extra: Mapping[str, Schema]
    ) -> Iterator[str]:
        known = {**schema.get("properties", {}), **extra}
        more = schema.get("additionalProperties", not schema.get("properties"))
        for name, item in value.items():
            if name in known and name not in OPAQUE:
                if item is not None or not (name.endswith(NULLABLE_SUFFIX) or name in NULLABLE):
                    yield from self.value(known[name], item, f"{where}.{name}")
            elif name not in OPAQUE and not more and more != {}:
                yield f"{where}.{name} is unknown"
            elif name not in known and isinstance(more, dict):
                yield from self.value(more, item, f"{where}.{name}")

    def _resolved(self, schema: Schema, value: Any) -> Schema:
        """Follow references, and the discriminator of a choice."""
        while True:
            chosen = schema.get("discriminator")
            if "$ref" in schema:
                schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            elif (
                chosen and isinstance(value, dict) and value.get(chosen["propertyName"]) in chosen["mapping"]
            ):
                schema = {"$ref": chosen["mapping"][value[chosen["propertyName"]]]}
            else:
                return schema


def _is(kind: str, value: Any) -> bool:
    """Is it of this type? In Python a bool is an int, in JSON it is not."""
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _limits(schema: Schema, value: Any, where: str) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} is {value!r}, not one of {schema['enum']}"
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            yield f"{where} is too short or too long"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{where} does not match {schema['pattern']}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        if not low <= value <= high or value <= schema.get("exclusiveMinimum", value - 1):
            yield f"{where} is out of range"
        if schema.get("type") == "integer" and abs(value) >= 2**63:
            yield f"{where} does not fit 64 bits"
