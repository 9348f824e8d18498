"""Expressions for columns that no blueprint knows: passed on, added up, or made from what is there."""

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.ai.builtin.likeness import likeness
from scenarios.plan.names import ColumnType
from scenarios.plan.outline import ModelColumn

Kinds = Mapping[str, ColumnType]

_NUMERIC = ("integer", "number")
_FIRST = {"first", "earliest", "min", "minimum", "lowest", "smallest", "start", "started"}
_LAST = {"last", "latest", "max", "maximum", "highest", "largest", "peak", "newest", "recent"}
_AVERAGE = {"avg", "average", "mean", "typical"}
_COUNT = {"count", "counts", "number", "num", "orders", "rows"}


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: `alias.column`, and its type."""

    place: str
    kind: ColumnType


def passed(column: ModelColumn, gives: Mapping[str, Origin]) -> str | None:
    """The column of the same name, cast where the type differs; None when there is none."""
    origin = gives.get(column.name)
    if origin is None:
        return None
    return _safe(column, origin.place if _fits(origin.kind, column.type) else _cast(origin, column.type))


def aggregate(
    column: ModelColumn, kinds: Kinds, alias: str, key: str, gives: Mapping[str, Origin] | None = None
) -> str | None:
    """An aggregation by the column's name and type over columns of these types; None when nothing fits.

    `gives` says where a column is; without it all are columns of `alias`.
    """
    words = set(column.name.split("_"))

    def place(name: str) -> str:
        return gives[name].place if gives else f"{alias}.{name}"

    if column.type == "boolean":
        return f"max(case when {place(key)} is not null then 1 else 0 end) = 1"
    if column.type in _NUMERIC and words & _COUNT:
        return f"count({place(key)})"
    nearest = _nearest(column, kinds)
    if nearest is None:
        return f"count({place(key)})" if column.type in _NUMERIC else None
    if column.type in _NUMERIC:
        return _sum(column, f"{place(nearest)}", kinds[nearest], words)
    function = "min" if words & _FIRST else "max"
    return _safe(column, f"{function}({place(nearest)})")


def derived(column: ModelColumn, gives: Mapping[str, Origin], day: str) -> str:
    """An expression of the right type that is not empty: from the nearest column, else a constant."""
    if column.accepted_values:
        return f"'{column.accepted_values[0]}'"
    kinds = {name: origin.kind for name, origin in gives.items()}
    dates = [origin.place for origin in gives.values() if origin.kind in ("date", "timestamp")]
    if column.type == "integer" and column.name.startswith(("days_", "day_")) and len(dates) > 1:
        return f"coalesce(datediff(day, cast({dates[0]} as date), cast({dates[1]} as date)), 0)"
    nearest = _nearest(column, kinds)
    if nearest is not None:
        origin = gives[nearest]
        return _safe(column, origin.place if _fits(origin.kind, column.type) else _cast(origin, column.type))
    return _constant(column.type, day)


def _constant(kind: ColumnType, day: str) -> str:
    return {
        "integer": "1", "number": "cast(1.0 as numeric)", "string": "'all'", "boolean": "true", "date": day,
        "timestamp": f"cast({day} as timestamp)",
    }[kind]  # fmt: skip


def _sum(column: ModelColumn, place: str, kind: ColumnType, words: set[str]) -> str:
    if words & _AVERAGE:
        average = f"avg(1.0 * {place})"
        return average if column.type == "number" else f"cast(round({average}) as integer)"
    function = "min" if words & _FIRST else "max" if words & _LAST else "sum"
    total = f"coalesce({function}({place}), 0)"
    return total if _fits(kind, column.type) else f"cast(round({total}) as integer)"


def _nearest(column: ModelColumn, kinds: Kinds) -> str | None:
    """The column that shares most words with this one among those of a type that can become its type."""
    groups: dict[ColumnType, tuple[ColumnType, ...]] = {
        "integer": ("integer", "number"), "number": ("number", "integer"), "string": ("string",),
        "boolean": ("boolean",), "date": ("date", "timestamp"), "timestamp": ("timestamp", "date"),
    }  # fmt: skip
    fitting = [name for name, kind in kinds.items() if kind in groups[column.type]]
    if column.name in fitting:
        return column.name

    def rank(name: str) -> tuple[int, bool, bool]:
        return likeness(column.name, name), not name.endswith(("_id", "_key")), kinds[name] == column.type

    return max(fitting, key=rank, default=None)


def _fits(given: ColumnType, wanted: ColumnType) -> bool:
    return given == wanted or (given, wanted) == ("integer", "number")


def _cast(origin: Origin, wanted: ColumnType) -> str:
    if wanted == "integer" and origin.kind == "number":
        return f"cast(round({origin.place}) as integer)"
    if wanted in _NUMERIC and origin.kind == "boolean":
        return f"case when {origin.place} then 1 else 0 end"
    return f"cast({origin.place} as {'numeric' if wanted == 'number' else wanted})"


def _safe(column: ModelColumn, expression: str) -> str:
    """A required number is zero rather than empty."""
    is_key = column.name.endswith("_id")
    if column.required and column.type in _NUMERIC and not is_key and not expression.startswith("coalesce("):
        return f"coalesce({expression}, 0)"
    return expression
