"""Rows for a unit test: few input rows, and what the model really makes of them, computed with DuckDB.

The model is taken as the renderer prints it, with dbt's macros as the DuckDB adapter expands them, so the
expected rows are never guessed. Only statements of this provider are run here: what somebody else wrote waits
for the Proof, which is confined. DuckDB is imported only when a test is made; it reads and writes no files.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

from scenarios.plan.names import Cell, ColumnType
from scenarios.plan.portable import Inputs, print_select
from scenarios.plan.portable.adapters import Default
from scenarios.plan.portable.adapters.default import Value

Table = list[list[Cell]]

_TYPES: dict[ColumnType, str] = {
    "integer": "integer", "number": "numeric(28,6)", "string": "text", "date": "date",
    "timestamp": "timestamp", "boolean": "boolean",
}  # fmt: skip
_LIMITS: dict[str, Any] = {"threads": 1, "enable_external_access": False, "memory_limit": "256MB"}
_DECIMALS = 4


class DuckDb(Default):
    """dbt-duckdb's macros, where they differ from dbt's own."""

    def dateadd(self, unit: Value, count: Value, value: Value) -> str:
        """By an interval."""
        return f"date_add({value}, interval ({count}) {unit})"

    def datediff(self, first: Value, second: Value, unit: Value) -> str:
        """How many borders of the unit lie between."""
        return f"datediff('{unit}', {first}::timestamp, {second}::timestamp)"

    def safe_cast(self, value: Value, target: Value) -> str:
        """Gives null for what it cannot read."""
        return f"try_cast({value} as {target})"

    def listagg(self, value: Value, separator: Value = "','", order: Value = "") -> str:
        """The order stands inside."""
        return f"listagg({value}, {separator} {order})"


@dataclass(frozen=True)
class Tried:
    """Rows of each input (only columns that matter), and all rows that come out, in the order of the key."""

    given: dict[str, tuple[list[str], Table]]
    columns: list[str]
    rows: Table


def try_model(
    sql: str,
    *,
    inputs: Inputs,
    rows: Mapping[str, Table],
    keys: Mapping[str, str],
    key: str,
    own: Sequence[str],
) -> Tried | None:
    """Run a statement on as few of `rows` as show what it does; None when that says nothing.

    `rows` hold the cells of each input in the order of its columns in `inputs`; `keys` are their primary keys,
    which always stay. The model's `key` and the columns in `own` come out. The statement must have passed the
    gate: PlanRefused is raised when it has not.
    """
    import duckdb  # noqa: PLC0415 - heavy

    trial = _Trial(sql, inputs, rows, [key, *(name for name in own if name != key)])
    try:
        with trial.connected():
            return trial.smallest(keys)
    except duckdb.Error:  # a statement that only the Proof can judge gets no unit test
        return None


class _Trial:
    """One statement over tables of which some rows and columns are kept. The key is the first column compared."""

    def __init__(self, sql: str, inputs: Inputs, rows: Mapping[str, Table], compared: list[str]) -> None:
        self._inputs, self._rows, self._compared = inputs, rows, compared
        printed = print_select(sql, inputs=inputs)
        environment = ImmutableSandboxedEnvironment(autoescape=False)
        ctes = [
            f"{cte.name} as ({environment.from_string(cte.body).render(dbt=DuckDb(), ref=str)})"
            for cte in printed.ctes
        ]
        last = printed.ctes[-1].name
        self._query = f"with {', '.join(ctes)} select {', '.join(compared)} from {last}"  # noqa: S608
        self._kept = {name: list(range(len(rows[name]))) for name in inputs}
        self._columns = {name: _read_columns(printed.ctes, name) for name in inputs}
        self._database: Any = None

    def connected(self) -> Any:
        """A database in memory that has all rows of all inputs; to be used with `with`."""
        import duckdb  # noqa: PLC0415 - heavy

        self._database = duckdb.connect(":memory:", config=_LIMITS)
        for name, columns in self._inputs.items():
            types = ", ".join(f"{column} {_TYPES[kind]}" for column, kind in columns.items())
            self._database.execute(f"create table {name}__rows (row_number_of integer, {types})")
            marks = ", ".join("?" for _ in range(len(columns) + 1))
            numbered = [[number, *row] for number, row in enumerate(self._rows[name])]
            self._database.executemany(f"insert into {name}__rows values ({marks})", numbered)  # noqa: S608
        return self._database

    def smallest(self, keys: Mapping[str, str]) -> Tried | None:
        """Keep two rows of the result, and of the inputs only the rows and columns that these need."""
        wanted = _telling(self._result(self._kept, self._columns))
        if not wanted:
            return None
        for name, number in [(table, number) for table in self._kept for number in self._kept[table]]:
            fewer = {**self._kept, name: [other for other in self._kept[name] if other != number]}
            if fewer[name] and all(row in self._result(fewer, self._columns) for row in wanted):
                self._kept = fewer
        result = self._result(self._kept, self._columns)
        for name, column in [(table, column) for table in self._columns for column in self._columns[table]]:
            narrow = {**self._columns, name: [other for other in self._columns[name] if other != column]}
            if column != keys[name] and narrow[name] and self._result(self._kept, narrow) == result:
                self._columns = narrow
        given = {name: (self._columns[name], list(self._given(name))) for name in self._inputs}
        return Tried(given, self._compared, result)

    def _result(self, kept: Mapping[str, Sequence[int]], columns: Mapping[str, Sequence[str]]) -> Table:
        """What comes out, in the order of the key; columns that are not kept are null, as in dbt."""
        for name, types in self._inputs.items():
            listed = [
                column if column in columns[name] else f"cast(null as {_TYPES[kind]}) as {column}"
                for column, kind in types.items()
            ]
            numbers = ", ".join(str(number) for number in kept[name])
            self._database.execute(
                f"create or replace view {name} as select {', '.join(listed)} from {name}__rows "  # noqa: S608
                f"where row_number_of in ({numbers})"
            )
        rows = [[_cell(value) for value in row] for row in self._database.execute(self._query).fetchall()]
        return sorted(rows, key=lambda row: [str(value) for value in row])

    def _given(self, name: str) -> Iterator[list[Cell]]:
        order = list(self._inputs[name])
        for number in self._kept[name]:
            yield [self._rows[name][number][order.index(column)] for column in self._columns[name]]


def _read_columns(ctes: Sequence[Any], name: str) -> list[str]:
    """The columns of an input that the printed import of it takes."""
    body = next(cte.body for cte in ctes if cte.body.endswith(f"{{{{ ref('{name}') }}}}"))
    listed = body.rpartition("\nfrom ")[0].removeprefix("select")
    return [column.strip() for column in listed.split(",")]


def _telling(rows: Table) -> Table:
    """Two rows that differ in as many columns as possible, the first ones of such; nothing without a key."""
    known = [row for row in rows if row[0] is not None]
    pairs = [(first, second) for at, first in enumerate(known) for second in known[at + 1 :]]
    if not pairs:
        return known
    return list(max(pairs, key=lambda pair: _difference(*pair)))


def _difference(first: list[Cell], second: list[Cell]) -> int:
    """A flag or a missing value tells more than another name."""
    weights = [
        3 if isinstance(one, bool) or (one is None) != (two is None) else 1
        for one, two in zip(first, second, strict=True)
        if one != two
    ]
    return sum(weights)


def _cell(value: Any) -> Cell:
    """A value of DuckDB as a cell of a plan; a number with too many decimals stays one, and is left out later."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | float) and not isinstance(value, bool):
        return int(value) if value == int(value) else float(value)
    cell: Cell = value  # text, whole number, flag or null
    return cell


def is_exact(value: Cell) -> bool:
    """Whether a value is the same on every warehouse: no fraction that each cuts at another place."""
    return not isinstance(value, float) or round(value, _DECIMALS) == value
