"""Looking at what was sent: required and known fields, types, references to other objects."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.dbt_cloud.calls import Call, Refused
from tests.fakes.dbt_cloud.things import Kind, Thing

Check = Callable[[Any], str | None]  # what is wrong with a value; None: nothing
MISSING = "required key not provided"


def text(value: Any) -> str | None:
    """A string with something in it: empty strings are refused."""
    if not isinstance(value, str):
        return "expected str"
    return None if value else "String should have at least 1 character"


def any_text(value: Any) -> str | None:
    """A string, maybe empty."""
    return None if isinstance(value, str) else "expected str"


def integer(value: Any) -> str | None:
    """A whole number of 64 bits."""
    ok = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    return None if ok else "expected int"


def boolean(value: Any) -> str | None:
    """true or false."""
    return None if isinstance(value, bool) else "expected bool"


def mapping(value: Any) -> str | None:
    """An object."""
    return None if isinstance(value, dict) else "expected a dictionary"


def between(low: int, high: int) -> Check:
    """A whole number in this range."""
    return lambda value: integer(value) or (None if low <= value <= high else f"not between {low} and {high}")


def one_of(*choices: Any) -> Check:
    """One of these values, of the same type."""
    return lambda value: (
        None if (type(value), value) in [(type(c), c) for c in choices] else f"not one of {choices}"
    )


def fits(pattern: str) -> Check:
    """A string that contains the pattern."""
    return lambda value: text(value) or (None if re.search(pattern, value) else f"does not match {pattern}")


def texts(value: Any) -> str | None:
    """A list of strings with something in each."""
    return (
        "expected a list"
        if not isinstance(value, list)
        else next((text(item) for item in value if text(item)), None)
    )


def integers(value: Any) -> str | None:
    """A list of whole numbers."""
    return (
        "expected a list"
        if not isinstance(value, list)
        else next((integer(i) for i in value if integer(i)), None)
    )


def complaints(
    body: Any, required: Mapping[str, Check], optional: Mapping[str, Check], *, strict: bool = False
) -> dict[str, str]:
    """What is wrong, by field. `strict`: unknown fields are wrong, too."""
    if not isinstance(body, dict):
        return {"body": "expected a dictionary"}
    wrong = {name: MISSING for name in required if body.get(name) is None}
    for name, check in (dict(required) | dict(optional)).items():
        if body.get(name) is not None and (complaint := check(body[name])):
            wrong[name] = complaint
    if strict:
        for name in body.keys() - required.keys() - optional.keys():
            wrong[name] = f"Additional properties are not allowed ('{name}' was unexpected)"
    return wrong


def checked(
    call: Call,
    required: Mapping[str, Check],
    optional: Mapping[str, Check],
    *,
    strict: bool = False,
    what: str = "",
) -> dict[str, Any]:
    """The known fields of the body, optional ones that were left out as None. Raises Refused with what is wrong.

    `account_id` and `project_id` must be those of the path, where both are given.
    """
    wrong = complaints(call.body, required, optional, strict=strict)
    if not wrong:
        for name in {"account_id", "project_id"} & call.body.keys() & call.ids.keys():
            if call.body[name] not in (None, call.ids[name]):
                wrong[name] = "is not the one of the path"
    if wrong:
        raise Refused(400, {what: wrong} if what else wrong)
    names = [*required, *optional]
    return {name: call.body.get(name) for name in names if name != "id"}


def referred(
    call: Call, kind: Kind, field: str, values: Mapping[str, Any], *, project_id: int | None = None
) -> Thing:
    """The active object that a field names by id, of this project if given. Raises Refused (400)."""
    thing = call.server.things.find(kind, values[field])
    if thing is None or (project_id is not None and thing.project_id != project_id):
        raise Refused(400, {field: f"there is no {kind} {values[field]}"})
    return thing


OWNED: dict[str, Check] = {"account_id": integer, "state": one_of(1, 2)}
