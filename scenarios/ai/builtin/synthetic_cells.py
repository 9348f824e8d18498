"""Cells for columns that no blueprint knows: from their type, their name and what the outline says about them."""

from collections.abc import Sequence

from scenarios.ai.builtin.batch import Batch, Cells
from scenarios.ai.builtin.makers import MAKE
from scenarios.ai.builtin.schema import Column, Scalar
from scenarios.plan.names import Cell
from scenarios.plan.outline import SourceColumn, SourceTable
from scenarios.plan.parts import ROWS_PER_SOURCE

#: Numbers by a word of the column's name: lowest, highest, decimals.
_NUMBERS: list[tuple[tuple[str, ...], tuple[float, float, int]]] = [
    (("rate", "ratio", "share", "pct", "percent", "probability"), (0.05, 0.95, 2)),
    (("score", "rating", "stars"), (1, 10, 1)),
    (("latitude",), (38, 58, 4)),
    (("longitude",), (-6, 20, 4)),
    (("year",), (2018, 2026, 0)),
    (("quantity", "qty", "count", "units", "pieces", "visits", "seats", "days", "nights"), (1, 12, 0)),
    (("minutes", "hours", "seconds", "duration", "age", "weight", "distance"), (5, 90, 0)),
    (("premium", "salary", "budget", "limit", "balance", "loan", "principal"), (800, 24000, 2)),
    (
        (
            "amount",
            "price",
            "cost",
            "revenue",
            "value",
            "total",
            "fee",
            "charge",
            "spend",
            "sales",
            "payment",
        ),
        (20, 480, 2),
    ),
]
_TEXTS: list[tuple[tuple[str, ...], str]] = [
    (("email",), "format"), (("city", "town", "location", "site"), "cities.city"), (("country",), "cities.country"),
    (("region", "area", "territory", "zone"), "cities.region"),
    (("company", "account", "client", "merchant", "supplier", "vendor", "partner"), "business_clients"),
    (("owner", "agent", "manager", "advisor", "employee", "staff", "rep", "analyst"), "staff_roles"),
    (("name", "holder", "customer", "member", "patient", "guest"), "households"),
]  # fmt: skip
_KINDS: dict[str, list[Scalar]] = {
    "status": ["open", "closed", "pending"],
    "state": ["open", "closed", "pending"],
    "channel": ["web", "app", "phone"],
    "tier": ["basic", "plus", "premium"],
    "segment": ["small", "medium", "large"],
    "priority": ["low", "normal", "high"],
    "type": ["standard", "express", "special"],
    "category": ["core", "add-on", "service"],
    "currency": ["EUR", "USD", "GBP"],
}
_OLD = ("birth", "joined", "signed", "opened", "created", "hired", "registered", "founded", "start")


def synthetic_cells(
    source: SourceTable, column: SourceColumn, batch: Batch, dates: Sequence[Cell] | None
) -> Cells:
    """Cells of a column that is no foreign key; `dates` are those of the row's first date, if there is one before."""
    if column.name == source.primary_key or column.unique:
        return _numbered(source, column, batch)
    if column.accepted_values:
        return _made(Column(text="-", deal=list(column.accepted_values)), column, batch)
    match column.type:
        case "boolean":
            return _made(Column(text="-", flag=6), column, batch)
        case "integer" | "number":
            return _made(_number(column), column, batch)
        case "date" | "timestamp":
            return _dates(column, batch, dates)
        case _:
            return _texts(column, batch)


def _made(spec: Column, column: SourceColumn, batch: Batch) -> Cells:
    return MAKE[spec.maker](column.name, spec, batch, {})


def _words(column: SourceColumn) -> set[str]:
    return {word for name in (column.name, column.staged_name) for word in name.split("_")}


def _numbered(source: SourceTable, column: SourceColumn, batch: Batch) -> Cells:
    """Values that are all different."""
    if column.type == "integer":
        return _made(Column(text="-", type="integer", sequence="{n}", step=(1, 9)), column, batch)
    if column.type in ("date", "timestamp"):
        return _dates(column, batch, None)
    if column.type == "number":
        base = _made(_number(column), column, batch)
        return [round(float(cell or 0) + row, 2) for row, cell in zip(batch.rows, base, strict=True)]
    prefix = "".join(word[:1] for word in source.table.split("_")).upper() or "K"
    pattern = f"{prefix}.{{n}}@example.com" if "email" in column.name else f"{prefix}-{{n}}"
    return _made(Column(text="-", sequence=pattern, step=(1, 9)), column, batch)


def _number(column: SourceColumn) -> Column:
    words = _words(column)
    low, high, decimals = next((span for names, span in _NUMBERS if words & set(names)), (10, 500, 2))
    if column.type == "integer":
        low, high, decimals = max(low, 1), max(high, 9), 0
    rises = 0 if high <= 10 else 0.4
    return Column(text="-", type=column.type, amount=(low, high), decimals=decimals, trend=rises)


def _dates(column: SourceColumn, batch: Batch, dates: Sequence[Cell] | None) -> Cells:
    timed = column.type == "timestamp"
    if dates is None:
        old = any(word.startswith(start) for word in _words(column) for start in _OLD)
        span = (-900, -120) if old else (-78, -1)
        return _made(
            Column(text="-", date=span, time=timed, order="mixed" if old else "rising"), column, batch
        )
    return _made_after(column, batch, dates, timed)


def _made_after(column: SourceColumn, batch: Batch, dates: Sequence[Cell], timed: bool) -> Cells:
    spec = Column(text="-", after="first", days=(1, 6), time=timed, required=column.required)
    return MAKE["after"](column.name, spec, batch, {"first": dates})


def _texts(column: SourceColumn, batch: Batch) -> Cells:
    words = _words(column)
    for kind, values in _KINDS.items():
        if kind in words:
            return _made(Column(text="-", deal=values), column, batch)
    source = next((source for names, source in _TEXTS if words & set(names)), None)
    if source == "format":
        return [f"contact.{row + 1}@example.com" for row in batch.rows]
    if source:
        return _made(Column(text="-", draw=source), column, batch)
    label = column.staged_name.replace("_", " ").capitalize()
    letters = "ABCD" if not {"code", "number", "reference", "ref"} & words else "ABCDEFGHIJKLMNOP"
    if len(letters) > ROWS_PER_SOURCE:
        return [f"{label[:40]} {row + 101}" for row in batch.rows]
    deal: list[Scalar] = [f"{label[:40]} {letter}" for letter in letters]
    return _made(Column(text="-", deal=deal), column, batch)
