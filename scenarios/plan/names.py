"""Names and small types shared by every part of a plan. Pure: no Django, no I/O."""

import math
import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from scenarios.plan.neutral import has_control, without_control

Warehouse = Literal["snowflake", "bigquery", "databricks", "redshift"]
WAREHOUSES: tuple[Warehouse, ...] = ("snowflake", "bigquery", "databricks", "redshift")

#: How much of dbt a demo shows off: the story alone, what most demos want, or everything that serves a pain.
Depth = Literal["essential", "standard", "showcase"]

#: The branches of a demo: the story, its data-quality fix, and the second day's rows.
MAIN, FIX, DAY_TWO = "main", "fix/data-quality", "demo/day-2"

ColumnType = Literal["integer", "number", "string", "date", "timestamp", "boolean"]

_LARGEST = 2**63 - 1  # a whole number beyond it fits no warehouse; what a column can hold is for the rules


def _storable(value: object) -> object:
    """A cell that JSON and every database can keep. Raises PydanticCustomError, in words."""
    if isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("cell_not_finite", "A cell is not a finite number")
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise PydanticCustomError("cell_too_large", "A number is too large")
    if isinstance(value, str) and has_control(value):
        raise PydanticCustomError("cell_control", "A text has an invisible control character in it")
    return value


def _printable(value: object) -> object:
    return without_control(value) if isinstance(value, str) else value


#: One cell of source data. Dates and timestamps are kept as ISO strings, so that a plan is plain JSON.
Cell = Annotated[str | int | float | bool | None, BeforeValidator(_storable)]

#: A name of a table, model, column, metric …: lower snake case. Rules check reserved words and lengths.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]

#: One line of text (a label, a title). Control characters are dropped, here and in the next two.
Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    BeforeValidator(_printable),
]

#: A sentence or a short paragraph (a description, a purpose).
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1500, strip_whitespace=True),
    BeforeValidator(_printable),
]

#: What a metric counts, to stand behind its value: "EUR", "orders", "days". "%" shows a share of 1 times 100.
Unit = Annotated[str, StringConstraints(max_length=16, strip_whitespace=True), BeforeValidator(_printable)]

#: A statement. Parsed, never executed as text.
SqlText = Annotated[str, StringConstraints(min_length=1, max_length=12_000), BeforeValidator(_printable)]


def slug(text: str, *, fallback: str = "demo", limit: int = 40) -> str:
    """Turn any text into a lower snake case name that starts with a letter; `fallback` when nothing is left."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_text.lower())
    name = "_".join(words)[:limit].strip("_")
    if not name:
        return fallback
    return name if name[0].isalpha() else f"{fallback}_{name}"[:limit].strip("_")


def parse_cell(value: Cell, kind: ColumnType) -> bool:
    """Tell whether a non-null cell can be cast to `kind` on every warehouse without loss."""
    if value is None:
        return True
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "string":
        return isinstance(value, str)
    return isinstance(value, str) and _is_iso(value, kind)


def _is_iso(value: str, kind: str) -> bool:
    try:
        if kind == "date":
            return date.fromisoformat(value).isoformat() == value
        return datetime.fromisoformat(value).strftime("%Y-%m-%d %H:%M:%S") == value
    except ValueError:
        return False
