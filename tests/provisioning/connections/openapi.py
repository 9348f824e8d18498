"""Bodies against dbt Cloud's published OpenAPI files, where they lie beside the checkout."""

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.fakes.dbt_cloud.openapi import BESIDE, LOADER


def folder() -> Path | None:
    """Where the files are; None when they are not there."""
    return BESIDE if (BESIDE / "openapi-v3.yaml").is_file() else None


@cache
def specification(version: str) -> dict[str, Any]:
    """The parsed file of `v2` or `v3`."""
    where = folder()
    assert where
    return yaml.load((where / f"openapi-{version}.yaml").read_text(), Loader=LOADER)


def body_schema(version: str, path: str, method: str = "post") -> str:
    """The name of the schema of a request's body."""
    operation = specification(version)["paths"][path][method]
    return operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]


def faults(version: str, schema: str, body: Any, *, undocumented: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with `body`: violations, and keys that the schema does not have, sorted."""
    components = specification(version)["components"]
    rooted = {"$ref": f"#/components/schemas/{schema}", "components": components}
    found = [
        f"{error.json_path}: {error.message}"
        for error in jsonschema.Draft202012Validator(rooted).iter_errors(body)
    ]
    known = components["schemas"][schema].get("properties", {}).keys() | undocumented
    return sorted(found + [f"unknown key {key}" for key in body.keys() - known])


needed = pytest.mark.skipif(folder() is None, reason="dbt Cloud's OpenAPI files are not beside the checkout")
