"""How a plan's things are called in sentences, and what may stand in a name, a text or a cell. Pure."""

import re
from collections.abc import Iterable

from scenarios.plan.names import ColumnType

TYPE_WORDS: dict[ColumnType, str] = {
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "date": "a date such as 2026-01-31",
    "timestamp": "a moment such as 2026-01-31 09:30:00",
    "boolean": "true or false",
}

_PLACEHOLDER = re.compile(
    r"(?<!\{)\{[a-z][a-z0-9_]*\}(?!\})"  # {company}, but not Jinja, which is shown as text
    r"|(?<!\[)\[(?:insert|your|company|prospect|customer|industry)\b[^\]]{0,40}\]"
    r"|\blorem ipsum\b",
    re.IGNORECASE,
)


def source_place(table: str, column: str | None = None, row: int | None = None) -> str:
    """Such as: Source orders, row 3, column amount."""
    place = f"Source {table}"
    if row is not None:
        place += f", row {row}"
    return f"{place}, column {column}" if column else place


def model_place(model: str, column: str | None = None) -> str:
    """Such as: Model fct_orders, column amount."""
    return f"Model {model}, column {column}" if column else f"Model {model}"


def one_of(names: Iterable[str]) -> str:
    """Such as: a, b or c; at most eight of them."""
    words = list(names)
    shown = words[:8] + (["…"] if len(words) > 8 else [])
    if len(shown) < 2:
        return shown[0] if shown else "nothing"
    return f"{', '.join(shown[:-1])} or {shown[-1]}"


def all_of(names: Iterable[str]) -> str:
    """Such as: a, b and c."""
    words = list(names)
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def repeated(names: Iterable[str]) -> list[str]:
    """Names that occur more than once, each one time, in order."""
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for name in names:
        if name in seen:
            twice[name] = None
        seen.add(name)
    return list(twice)


def placeholder_in(text: str, *, given: Iterable[str] = ()) -> str | None:
    """The first leftover of a text template, such as `{company}`; what the user gave is not one."""
    for words in given:
        text = text.replace(words, "")
    found = _PLACEHOLDER.search(text)
    return found.group(0) if found else None
