"""Answers about environment variables, whose shapes are their own. Pure."""

from collections.abc import Mapping
from typing import Any

from provisioning.clients.dbt_cloud.answers import Malformed
from provisioning.clients.dbt_cloud.reading import an_object, number, text

_REFUSED = ("error", "fail", "failure", "failed")


def by_name(data: Any) -> dict[str, dict[str, str]]:
    """Values by the variable's name, then by the environment's; "project" has the default, secrets come as stars."""
    found = an_object(an_object(data).get("variables") or {})
    return {name: _values(an_object(by_environment)) for name, by_environment in found.items()}


def _values(by_environment: Mapping[str, Any]) -> dict[str, str]:
    return {name: text(value, "value") for name, value in by_environment.items() if isinstance(value, dict)}


def refused(data: Any) -> list[Any]:
    """What did not work, of the answer to a creation: single variables and values fail inside a 200."""
    if isinstance(data, dict):
        data = [data]
    if not isinstance(data, list):
        raise Malformed("no results")
    return [_reasons(result) for result in data if _reasons(result)]


def _reasons(result: Any) -> Any:
    """Why one variable was refused; nothing if it was not."""
    said = an_object(result)
    inner = said.get("data")
    failures = inner.get("failures") if isinstance(inner, dict) else None
    failed = number(said, "status_code", 200) >= 400 or text(said, "status").lower() in _REFUSED
    if not failed and not failures:
        return None
    return failures or [said.get("reason") or inner or "no reason given"]
