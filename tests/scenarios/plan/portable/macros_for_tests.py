"""Stand-ins for dbt's macros, and how a printed statement becomes a file and then SQL.

Three kinds: SQL that DuckDB runs; SQL that a sqlfluff dialect parses; and the surface language itself, so that
a printed statement can be read again.
"""

from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, StrictUndefined

from scenarios.plan.portable import PrintedSelect


def _function(name: str) -> Any:
    return lambda *arguments: f"{name}({', '.join(str(argument) for argument in arguments)})"


def macros(**others: Any) -> SimpleNamespace:
    """The `dbt` object of a Jinja context; `others` replace single macros."""
    standard: dict[str, Any] = {
        "type_string": lambda: "varchar",
        "type_numeric": lambda: "decimal(28, 6)",
        "type_int": lambda: "integer",
        "type_timestamp": lambda: "timestamp",
        "type_boolean": lambda: "boolean",
        "date_trunc": lambda unit, value: f"date_trunc('{unit}', {value})",
        "datediff": lambda first, second, unit: f"datediff({unit}, {first}, {second})",
        "dateadd": lambda unit, count, value: f"dateadd({unit}, {count}, {value})",
        "last_day": lambda value, unit: f"last_day({value}, {unit})",
        "concat": " || ".join,
        "split_part": _function("split_part"),
        "hash": _function("md5"),
        "length": _function("length"),
        "position": lambda part, whole: f"position({part} in {whole})",
        "replace": _function("replace"),
        "right": _function("right"),
        "listagg": lambda value, mark, order: f"listagg({value}, {mark}) within group ({order})",
        "bool_or": _function("bool_or"),
        "any_value": _function("any_value"),
        "string_literal": lambda text: f"'{text}'",
        "escape_single_quotes": lambda text: text.replace("'", "''"),
    }
    return SimpleNamespace(**(standard | others))


def _duckdb_dateadd(unit: str, count: object, value: str) -> str:
    months = {"quarter": 3}.get(unit)
    return f"({value} + cast({count} as bigint) * interval 1 {'month' if months else unit} * {months or 1})"


SURFACE = macros(type_numeric=lambda: "numeric", type_string=lambda: "string")
DUCKDB = macros(
    datediff=lambda a, b, unit: f"date_diff('{unit}', cast({a} as timestamp), cast({b} as timestamp))",
    dateadd=_duckdb_dateadd,
    last_day=lambda value, unit: (
        f"cast(date_trunc('{unit}', {value}) + interval 1 {unit} - interval 1 day as date)"
    ),
    listagg=lambda value, mark, order: f"string_agg({value}, {mark} {order})",
)
LINTED = {
    "snowflake": macros(),
    "databricks": macros(type_string=lambda: "string"),
    "redshift": macros(),
    "bigquery": macros(
        type_string=lambda: "string",
        type_numeric=lambda: "numeric",
        datediff=lambda a, b, unit: f"datetime_diff(cast({b} as datetime), cast({a} as datetime), {unit})",
        hash=lambda value: f"to_hex(md5(cast({value} as string)))",
        escape_single_quotes=lambda text: text.replace("'", "\\'"),
        listagg=lambda value, mark, order: f"string_agg({value}, {mark} {order})",
    ),
}


def model_text(printed: PrintedSelect) -> str:
    """A printed statement as the renderer puts it into a file."""
    ctes = [f"{cte.name} as (\n{_indented(cte.body)}\n)" for cte in printed.ctes]
    return "with " + ",\n\n".join(ctes) + "\n\nselect * from final\n"


def _indented(body: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in body.split("\n"))


def rendered(text: str, dbt: SimpleNamespace) -> str:
    """The file's text after Jinja; `ref('x')` is x, and an unknown name is an error."""
    environment = Environment(undefined=StrictUndefined, autoescape=False)
    return environment.from_string(text).render(dbt=dbt, ref=lambda model: model)
