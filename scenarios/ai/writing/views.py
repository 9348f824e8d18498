"""What an outline that is still being written shows already. Bounded, and never an error."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

MOST_TEXT = 200_000  # characters of an answer that are looked at
_MOST_ITEMS, _MOST_CHARACTERS = 20, 300

View = dict[str, Any]


def view_of(text: str) -> View | None:
    """Summary, sources, models and metrics so far; None while there is nothing to show.

    Shape: {"summary": str, "sources": [{"table", "label"}], "models": [{"name", "purpose"}], "metrics": [str]}.
    """
    start = text.find("{")
    if start < 0 or len(text) > MOST_TEXT:
        return None
    try:
        data = from_json(text[start:].encode(errors="replace"), allow_partial="trailing-strings")
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    view = {
        "summary": _text(data.get("summary"), 5 * _MOST_CHARACTERS),
        "sources": _items(data.get("sources"), "table", "label"),
        "models": _items(data.get("models"), "name", "purpose"),
        "metrics": [item["label"] for item in _items(data.get("metrics"), "label")],
    }
    return view if any(view.values()) else None


def _items(value: object, *fields: str) -> list[dict[str, str]]:
    """The named fields of each object of a list; those that have none of them yet are left out."""
    if not isinstance(value, list):
        return []
    found = [
        {field: _text(item.get(field)) for field in fields}
        for item in value[:_MOST_ITEMS]
        if isinstance(item, Mapping)
    ]
    return [item for item in found if any(item.values())]


def _text(value: object, limit: int = _MOST_CHARACTERS) -> str:
    return value[:limit] if isinstance(value, str) else ""
