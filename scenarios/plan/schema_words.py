"""Turns the schema's errors into sentences that name the place as a person would. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scenarios.plan.violations import Violation

Location = Sequence[int | str]

_LISTS = {
    "sources": "Source", "columns": "column", "models": "Model", "metrics": "Metric", "statements": "Model",
    "pain_points": "Pain point", "quality": "Quality scenario", "scenarios": "Quality scenario",
    "entities": "entity", "dimensions": "dimension", "beats": "beat", "tables": "source", "notes": "note",
    "rows": "row", "new": "new row", "changed": "changed row",
}  # fmt: skip
_PARTS = {
    "outline": "Outline", "semantic": "Semantic layer", "quality": "Quality", "day_two": "Second day",
    "talk_track": "Talk track", "context": "Business context", "incremental": "Incremental model",
}  # fmt: skip
_BRANCHES = {"simple", "ratio", "derived", "cumulative", "str", "int", "float", "bool"}  # of unions
_NAMES = ("name", "table", "model", "cte", "column", "title")

_NAME_HINT = "Use lower case letters, digits and underscores, and start with a letter, such as order_items."


def schema_violations(exc: ValidationError, part: str, *, data: object = None) -> list[Violation]:
    """What pydantic refused, one sentence for each place.

    `part` is the part that was being read (`outline` or a part key). With `data`, the value that was read,
    list items are called by their names; without it, by their numbers.
    """
    found: dict[str, Violation] = {}
    for error in exc.errors():
        place, key = _place(error["loc"], data), _part(error["loc"], data, part)
        sentence, hint = _sentence(error)
        # a union reports one error for each of its branches: the first is enough
        found.setdefault(place, Violation(key, place or "Plan", sentence, hint))
    return list(found.values())


def _place(location: Location, data: object) -> str:
    words: list[str] = []
    for number, step in enumerate(location):
        before = location[number - 1] if number else ""
        if isinstance(step, int):
            item = _step(data, step)
            words.append(f"{_list_word(before, location, number)} {_name_of(item) or step + 1}".strip())
            data = item
            continue
        data = (
            data
            if step in _BRANCHES and not (isinstance(data, Mapping) and step in data)
            else _step(data, step)
        )
        if step in ("outline", "quality") and any(isinstance(later, int) for later in location[number + 1 :]):
            continue  # the item's own name says where it is
        following = location[number + 1] if number + 1 < len(location) else None
        if step in _BRANCHES and number == len(location) - 1 and isinstance(before, int):
            continue
        if isinstance(following, int) or (step in _BRANCHES and isinstance(before, int)):
            continue
        words.append(_PARTS.get(step, step.replace("_", " ")))
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


def _list_word(before: int | str, location: Location, number: int) -> str:
    if isinstance(before, int):
        return "value"  # a cell of a row
    if before == "rows" and number == 1 and len(location) > 2 and location[2] in ("rows", "table"):
        return "Source"  # the rows of one source, in a whole plan
    return _LISTS.get(before, before.replace("_", " "))


def _step(data: object, step: int | str) -> object:
    if isinstance(data, Mapping):
        return data.get(step)
    if isinstance(data, list | tuple) and isinstance(step, int) and step < len(data):
        return data[step]
    return getattr(data, step, None) if isinstance(step, str) and not isinstance(data, dict) else None


def _name_of(item: object) -> str:
    if not isinstance(item, Mapping):
        return ""
    return next(
        (str(item[name])[:63] for name in _NAMES if isinstance(item.get(name), str) and item[name]), ""
    )


def _part(location: Location, data: object, part: str) -> str:
    """The part key of a place inside a whole plan; `part` for anything else."""
    if len(location) > 1 and isinstance(location[1], int) and location[0] in ("rows", "statements"):
        name = _name_of(_step(_step(data, location[0]), location[1]))
        if name and ":" not in part:
            return f"{'rows' if location[0] == 'rows' else 'sql'}:{name}"
    if location and location[0] in ("outline", "semantic", "day_two", "talk_track"):
        return str(location[0])
    return "quality" if tuple(location[:2]) == ("quality", "scenarios") else part


def _sentence(error: ErrorDetails) -> tuple[str, str]:
    context: dict[str, Any] = error.get("ctx") or {}
    match error["type"]:
        case "missing":
            return "It is missing.", "Fill it in."
        case "extra_forbidden":
            return "It is not known here.", "Take it away, or correct the spelling."
        case "string_pattern_mismatch":
            return f"“{str(error['input'])[:60]}” is not a legal name.", _NAME_HINT
        case "literal_error" | "union_tag_invalid":
            expected = context.get("expected") or context.get("expected_tags")
            return f"“{str(error['input'])[:60]}” is not possible here.", f"Use {expected}."
        case "too_short":
            return (
                f"There are {context['actual_length']}, but at least {context['min_length']} are needed.",
                "Add more.",
            )
        case "too_long":
            return f"There are too many: at most {context['max_length']} are possible.", "Take some away."
        case "string_too_short":
            return "It is empty.", "Fill it in."
        case "string_too_long":
            return f"The text is longer than {context['max_length']} characters.", "Shorten it."
        case "greater_than_equal":
            return f"{error['input']} is less than {context['ge']}.", f"Use {context['ge']} or more."
        case "less_than_equal":
            return f"{error['input']} is more than {context['le']}.", f"Use {context['le']} or less."
        case kind if kind.endswith(("_type", "_parsing", "_from_float", "_parsing_size")):
            return (
                f"It should be {_TYPES.get(kind.partition('_')[0], 'another kind of value')}.",
                "Correct the value.",
            )
    return f"{error['msg']}.", "Correct the value."


_TYPES = {
    "string": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "list": "a list",
    "date": "a date such as 2026-01-31", "dict": "a group of fields", "model": "a group of fields",
}  # fmt: skip
