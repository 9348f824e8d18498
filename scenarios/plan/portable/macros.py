"""Prints the functions that go through dbt's cross-database macros. Pure."""

from collections.abc import Callable
from typing import Protocol

from sqlglot import exp

from scenarios.plan.names import ColumnType
from scenarios.plan.portable.fragments import Constant, Macro, Sql, call, join, sql
from scenarios.plan.portable.kinds import SMALL_UNITS, kind_of

ATOM = 8  # binds as tightly as a name
RATIO_MACRO = "safe_ratio"  # the project's own macro for `1.0 * x / nullif(y, 0)`, in parentheses


class Ratio(exp.Expression, exp.Func):
    """A call of the project's own macro; no author writes it, see `ratios`."""

    arg_types = {"this": True, "expression": True}


class SqlPrinter(Protocol):
    """What a function's printer needs of the expression printer."""

    def sql(self, node: exp.Expr) -> Sql:
        """The expression in one line."""

    def within(self, node: exp.Expr, least: int) -> Sql:
        """The expression as an operand, in parentheses when it binds less tightly than `least`."""


_TYPES: dict[ColumnType, Sql] = {
    "string": call("type_string"),
    "number": call("type_numeric"),
    "integer": call("type_int"),
    "timestamp": call("type_timestamp"),
    "boolean": call("type_boolean"),
    "date": ("date",),
}


def type_of(kind: ColumnType) -> Sql:
    """The type's name for a cast."""
    return _TYPES[kind]


def cast_sql(value: Sql, target: ColumnType) -> Sql:
    """`cast(value as type)`."""
    return sql("cast(", value, " as ", type_of(target), ")")


def unit_of(node: exp.Expr) -> str:
    """The unit of a date function, lower case."""
    unit = node.args.get("unit")
    return str(unit.name).lower() if unit is not None else "month"


def date_macro(printer: SqlPrinter, node: exp.Expr) -> Sql:
    """date_trunc or dateadd without the cast around: enough inside another date macro."""
    if isinstance(node, exp.TimestampTrunc):
        return call("date_trunc", Constant(unit_of(node)), date_argument(printer, node.this))
    # PostgreSQL knows no quarters in intervals
    unit, times = ("month", 3) if unit_of(node) == "quarter" else (unit_of(node), 1)
    count = node.expression
    if isinstance(count, exp.Literal):
        interval: Constant | Sql = Constant(int(count.name) * times)
    elif isinstance(count, exp.Neg) and isinstance(count.this, exp.Literal):
        interval = Constant(-int(count.this.name) * times)
    else:
        interval = printer.within(count, ATOM)
        interval = interval if times == 1 else sql("(", interval, f" * {times})")
    return call("dateadd", Constant(unit), interval, date_argument(printer, node.this))


def date_argument(printer: SqlPrinter, node: exp.Expr) -> Sql:
    """A date inside a date macro, which casts what it needs itself."""
    return (
        date_macro(printer, node) if isinstance(node, exp.TimestampTrunc | exp.DateAdd) else printer.sql(node)
    )


def _date_function(printer: SqlPrinter, node: exp.Expr) -> Sql:
    """Some warehouses return timestamps for dates: the cast gives the same type everywhere."""
    macro = date_macro(printer, node)
    if isinstance(node, exp.TimestampTrunc) and unit_of(node) in SMALL_UNITS:
        return macro
    kind = kind_of(node)
    return cast_sql(macro, "timestamp" if kind == "timestamp" else "date")


def _datediff(printer: SqlPrinter, node: exp.Expr) -> Sql:
    first, second = date_argument(printer, node.expression), date_argument(printer, node.this)
    return call("datediff", first, second, Constant(unit_of(node)))


def _last_day(printer: SqlPrinter, node: exp.Expr) -> Sql:
    value = printer.sql(node.this)
    return call(
        "last_day",
        value if kind_of(node.this) != "timestamp" else cast_sql(value, "date"),
        Constant(unit_of(node)),
    )


def _split_part(printer: SqlPrinter, node: exp.Expr) -> Sql:
    part = Constant(int(node.args["part_index"].name))
    return call("split_part", printer.sql(node.this), printer.sql(node.args["delimiter"]), part)


def _macro(name: str, *argument_names: str) -> Callable[[SqlPrinter, exp.Expr], Sql]:
    def print_macro(printer: SqlPrinter, node: exp.Expr) -> Sql:
        return call(name, *(printer.sql(node.args[argument]) for argument in argument_names))

    return print_macro


def _any_value(printer: SqlPrinter, node: exp.Expr) -> Sql:
    """Redshift takes the smallest, and booleans have none there."""
    name = "bool_or" if kind_of(node.this) == "boolean" else "any_value"
    return call(name, printer.sql(node.this))


def _ratio(printer: SqlPrinter, node: exp.Expr) -> Sql:
    # the macro multiplies the numerator, so it comes with the parentheses that it needs
    numerator = printer.within(node.this, ATOM - 2)
    return (Macro(RATIO_MACRO, (numerator, printer.sql(node.expression)), is_own=True),)


def _concat(printer: SqlPrinter, node: exp.Expr) -> Sql:
    return call("concat", [printer.sql(part) for part in node.expressions])


def _listagg(printer: SqlPrinter, node: exp.Expr) -> Sql:
    order = node.this
    value = printer.sql(order.this)
    return call(
        "listagg", value, printer.sql(node.args["separator"]), sql("order by ", ordering(printer, order))
    )


def ordering(printer: SqlPrinter, order: exp.Expr) -> Sql:
    """The items of an ORDER BY; as soon as one says `desc`, the others say `asc`.

    Warehouses disagree where nulls go. `desc nulls last` and `asc nulls first` are understood by all of them;
    a plain ascending order is left as it is.
    """
    mixed = any(item.args.get("desc") for item in order.expressions)
    parts: list[Sql] = []
    for item in order.expressions:
        direction = " asc" if mixed else ""
        if item.args.get("desc"):
            direction = " desc nulls last"
        elif item.args.get("nulls_first"):
            direction = " asc nulls first"
        parts.append(sql(printer.sql(item.this), direction))
    return join(", ", parts)


MACRO_RULES: dict[type[exp.Expr], Callable[[SqlPrinter, exp.Expr], Sql]] = {
    exp.TimestampTrunc: _date_function,
    exp.DateAdd: _date_function,
    exp.DateDiff: _datediff,
    exp.LastDay: _last_day,
    exp.SplitPart: _split_part,
    exp.Length: _macro("length", "this"),
    exp.StrPosition: _macro("position", "substr", "this"),
    exp.Replace: _macro("replace", "this", "expression", "replacement"),
    exp.Right: _macro("right", "this", "expression"),
    exp.LogicalOr: _macro("bool_or", "this"),
    exp.AnyValue: _any_value,
    exp.MD5: _macro("hash", "this"),
    exp.Concat: _concat,
    exp.GroupConcat: _listagg,
    Ratio: _ratio,
}
