"""Terraform's language, HCL, written from data: blocks, attributes, and text that stays text. Pure.

The layout is that of `terraform fmt`: two blanks a level, equal signs under each other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scenarios.plan.neutral import without_control

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile(r'[\\"\n\r\t]|[$%](?=\{)')
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")

#: Attributes of a block, or of an object: a value of None is left out, an empty mapping or sequence is not.
Attributes = Mapping[str, Any]


class Expression(str):
    """HCL of our own making that is written as it is, such as `var.dbt_cloud_token`."""

    __slots__ = ()


def text(value: str) -> Expression:
    """`value` as a quoted string: whatever is in it, nothing is evaluated and nothing ends the string.

    Control characters and halves of characters are dropped; line ends and tabs stay.
    """
    whole = without_control(value).encode("utf-8", "ignore").decode()
    return Expression(f'"{_SPECIAL.sub(lambda found: _ESCAPES.get(found[0], found[0] * 2), whole)}"')


def block(kind: str, *labels: str, body: Attributes | Iterable[str] = ()) -> str:
    """`kind "label" { … }`. `body`: attributes, or whole blocks. Raises ValueError for a label that is no name."""
    for label in labels:
        name(label)
    head = " ".join([kind, *(f'"{label}"' for label in labels)])
    lines = _attributes(body) if isinstance(body, Mapping) else "\n\n".join(body).split("\n")
    return "\n".join([f"{head} {{", *(f"  {line}" if line else "" for line in lines), "}"])


def name(value: str) -> str:
    """`value`, if it can stand for a resource, a variable or an argument. Raises ValueError if not."""
    if not _NAME.fullmatch(value):
        raise ValueError(f"Terraform has no names such as {value!r}.")
    return value


def document(*blocks: str) -> str:
    """A file: blocks and comments with an empty line between them; empty ones are left out."""
    return "\n\n".join(piece for piece in blocks if piece) + "\n"


def assignments(values: Attributes) -> str:
    """Attributes as they stand in a file of variables' values."""
    return "\n".join(_attributes(values))


def _attributes(values: Attributes) -> list[str]:
    """Lines without indentation; an object stands apart, and ends a run of equal signs under each other."""
    lines: list[str] = []
    run: list[tuple[str, str]] = []
    for key, value in values.items():
        if value is None:
            continue
        shown = value_lines(value)
        left = key if _NAME.fullmatch(key) else text(key)
        if len(shown) == 1:
            run.append((left, shown[0]))
            continue
        lines += _apart(lines, _aligned(run))
        lines += _apart(lines, [f"{left} = {shown[0]}", *shown[1:]])
        run = []
    return lines + _apart(lines, _aligned(run))


def _apart(before: list[str], lines: list[str]) -> list[str]:
    return ["", *lines] if before and lines else lines


def _aligned(run: list[tuple[str, str]]) -> list[str]:
    width = max((len(left) for left, _ in run), default=0)
    return [f"{left:<{width}} = {right}" for left, right in run]


def value_lines(value: Any) -> list[str]:
    """A value in one line, or in several when it is an object."""
    if isinstance(value, Mapping):
        return ["{", *(f"  {line}" if line else "" for line in _attributes(value)), "}"]
    return [_scalar(value)]


def _scalar(value: Any) -> str:
    match value:
        case Expression():
            return str(value)
        case str():
            return text(value)
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Sequence():
            return f"[{', '.join(_scalar(item) for item in value)}]"
        case _:
            raise TypeError(f"{type(value).__name__} has no form in HCL.")
