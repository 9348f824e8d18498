"""Turns a section of a plan into form fields and posted fields back into a section.

A section is described by the fields of `editor_fields.py`. A control's name is the path of its value, such as
`pain_points.0.pain`. Nothing is judged here: what cannot be read stays as typed, and the plan's rules say what is
wrong with it, in words.
"""

import dataclasses
import math
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import yaml

Data = dict[str, Any]
LIMIT = 60  # entries of a list that are read from a form
DIGITS = 30  # of a number; a longer one stays text, and the plan's rules say that it is no number


Kind = Literal[
    "line", "name", "text", "code", "yaml", "integer", "number", "flag", "choice", "lines", "words", "numbers",
    "reference", "list", "table",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One field of a section: `kind` says how it is shown and read."""

    name: str
    label: str
    kind: Kind = "line"
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    fields: tuple["Field", ...] = ()  # of each entry of a list or table
    optional: bool = False
    target: str = "model"  # of a reference: the key that holds its first word
    one: str = ""  # what one entry of a list is called
    fixed: bool = False  # shown, but not to be changed here
    rows: int = 3


@dataclass
class Control:
    """A field with its value, ready for the template."""

    field: Field
    name: str
    value: Any = None
    entries: list["Entry"] = dataclasses.field(default_factory=list)


@dataclass
class Entry:
    """One entry of a list; a blank one stands at the end, for adding."""

    prefix: str
    controls: list[Control]
    blank: bool = False
    title: str = ""


@dataclass
class Read:
    """What was posted: the data, and the places that could not be read at all (as label, sentence).

    `numbers`: for each list, the numbers its entries had on the page, in the order of the data.
    """

    data: Data
    faults: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    numbers: dict[str, list[int]] = dataclasses.field(default_factory=dict)


def controls(fields: tuple[Field, ...], data: Mapping[str, Any], prefix: str = "") -> list[Control]:
    """The controls of some fields, filled with data."""
    return [_control(one, data.get(one.name), f"{prefix}{one.name}") for one in fields]


def _control(one: Field, value: Any, name: str) -> Control:
    if one.kind in ("list", "table"):
        entries = [_entry(one, item, f"{name}.{number}", number) for number, item in enumerate(value or [])]
        blank = Entry(
            f"{name}.{len(entries)}", controls(one.fields, {}, f"{name}.{len(entries)}."), blank=True
        )
        return Control(one, name, entries=entries if one.fixed else [*entries, blank])
    return Control(one, name, _shown(one, value))


def _entry(one: Field, item: Mapping[str, Any], prefix: str, number: int) -> Entry:
    title = next((str(item[key]) for key in ("title", "name", "pain") if item.get(key)), "")
    return Entry(prefix, controls(one.fields, item, f"{prefix}."), title=title or f"{one.one} {number + 1}")


def _shown(one: Field, value: Any) -> Any:
    if one.kind == "code" and isinstance(value, str):
        return textwrap.dedent(value.expandtabs(4)).strip()
    if isinstance(value, str) or value is None:
        return value or ""
    if one.kind == "lines":
        return "\n".join(map(str, value))
    if one.kind in ("words", "numbers"):
        return ", ".join(map(str, value))
    if one.kind == "reference":
        return f"{value[one.target]}.{value['column']}"
    if one.kind == "yaml":
        return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)
    return value


def read_fields(fields: tuple[Field, ...], post: Mapping[str, str], prefix: str = "") -> Read:
    """The posted values of some fields."""
    result = Read({})
    for one in fields:
        result.data[one.name] = _value(one, post, f"{prefix}{one.name}", result)
    return result


def _value(one: Field, post: Mapping[str, str], name: str, result: Read) -> Any:
    if one.kind in ("list", "table"):
        return _entries(one, post, name, result)
    if one.kind == "flag":
        return name in post
    text = post.get(name, "").replace("\r\n", "\n").strip()
    if one.kind == "yaml":
        return _yaml(one, text, result.faults)
    return _parsed(one, text)


def _entries(one: Field, post: Mapping[str, str], name: str, result: Read) -> list[Data]:
    pattern = re.compile(rf"{re.escape(name)}\.(\d{{1,3}})\.")
    numbers = sorted({int(found.group(1)) for key in post if (found := pattern.match(key))})[:LIMIT]
    entries, kept = [], result.numbers.setdefault(name, [])
    for number in numbers:
        prefix = f"{name}.{number}"
        if f"{prefix}.remove" in post or _is_blank(post, prefix):
            continue
        read = read_fields(one.fields, post, f"{prefix}.")
        entries.append(read.data)
        kept.append(number)
        result.faults += read.faults
    return entries


def _is_blank(post: Mapping[str, str], prefix: str) -> bool:
    """Whether the entry for adding was left empty; choices and ticks alone add nothing."""
    if f"{prefix}.blank" not in post:
        return False
    return not any(
        value.strip()
        for key, value in post.items()
        if key.startswith(f"{prefix}.") and not _is_filled_anyway(key)
    )


def _is_filled_anyway(key: str) -> bool:
    return key.endswith((".blank", ".type", ".kind", ".materialized", ".required", ".unique"))


def _parsed(one: Field, text: str) -> Any:
    if one.kind in ("lines", "words", "numbers"):
        words = re.split(r"\n" if one.kind == "lines" else r"[,\n]", text)
        kept = [word.strip() for word in words if word.strip()]
        return [read_number(word, whole=True) for word in kept] if one.kind == "numbers" else kept
    if not text and one.optional:
        return None
    if one.kind in ("integer", "number"):
        return read_number(text, whole=one.kind == "integer")
    if one.kind == "reference":
        target, _, column = text.partition(".")
        return {one.target: target.strip(), "column": column.strip()}
    return text


def read_number(text: str, *, whole: bool) -> int | float | str:
    """A finite number of at most DIGITS characters; anything else stays the text it is."""
    if len(text) > DIGITS:
        return text
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) else text


_UNREADABLE: dict[type[Exception], str] = {
    RecursionError: "it is nested too deeply",
    ValueError: "a number or a date in it is not possible",
}


def _yaml(one: Field, text: str, faults: list[tuple[str, str]]) -> Any:
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            faults.append(
                (one.label, "Anchors and aliases (& and *) cannot be used here: write the value out.")
            )
            return text
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or _UNREADABLE.get(type(error), "it cannot be read")
        faults.append((one.label, f"This is not valid YAML{where}: {problem}."))
        return text


def read_cell(text: str, kind: str) -> Any:
    """A cell of a grid of rows, by its column's type; empty is a missing value, unreadable text stays."""
    text = text.strip()
    if not text:
        return None
    if kind in ("integer", "number"):
        return read_number(text, whole=kind == "integer")
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    return text
