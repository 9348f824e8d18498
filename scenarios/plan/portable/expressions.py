"""Prints a checked expression as SQL with dbt's macros, in one line. Pure.

What would differ silently between warehouses (integer division, division by zero, averages of integers, casts
of fractions) is written out safely; functions that differ go through dbt's macros, see `macros`.
"""

from collections.abc import Callable

from sqlglot import exp

from scenarios.plan.neutral import neutral
from scenarios.plan.portable.fragments import Constant, Macro, Sql, call, join, sql, to_text
from scenarios.plan.portable.kinds import cast_kind, kind_of
from scenarios.plan.portable.macros import ATOM, MACRO_RULES, cast_sql, ordering, type_of
from scenarios.plan.portable.problems import word_of
from scenarios.plan.portable.statement import RELATION

OR, AND, NOT, COMPARE, ADD, MULTIPLY, NEGATE = range(1, ATOM)
_PRECEDENCE: dict[type[exp.Expr], int] = {
    exp.Or: OR,
    exp.And: AND,
    exp.Not: NOT,
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), COMPARE),
    **dict.fromkeys((exp.Is, exp.In, exp.Between, exp.Like), COMPARE),
    **dict.fromkeys((exp.Add, exp.Sub), ADD),
    **dict.fromkeys((exp.Mul, exp.Div), MULTIPLY),
    exp.Neg: NEGATE,
}
OPERATORS: dict[type[exp.Expr], str] = {
    exp.Or: "or", exp.And: "and", exp.EQ: "=", exp.NEQ: "!=", exp.GT: ">", exp.GTE: ">=", exp.LT: "<",
    exp.LTE: "<=", exp.Is: "is", exp.Like: "like", exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/",
}  # fmt: skip
NEGATABLE = {exp.Is: "is not", exp.Like: "not like", exp.In: "not in", exp.Between: "not between"}


def precedence(node: exp.Expr) -> int:
    """How tightly the printed expression binds; higher binds tighter."""
    if isinstance(node, exp.Not) and type(node.this) in NEGATABLE:
        return COMPARE
    return _PRECEDENCE.get(type(node), ATOM)


class ExpressionPrinter:
    """Prints the expressions of one core; `names` gives the printed name of each relation."""

    def __init__(self, names: dict[str, str], *, qualified: bool) -> None:
        self._names = names
        self._qualified = qualified

    def column(self, node: exp.Expr) -> str:
        """A column, with its table when the FROM has several."""
        return f"{self._names[node.meta[RELATION]]}.{node.name}" if self._qualified else str(node.name)

    def sql(self, node: exp.Expr) -> Sql:
        """The expression in one line."""
        if isinstance(node, exp.Column):
            return (self.column(node),)
        rule = _RULES.get(type(node))
        if rule is not None:
            return rule(self, node)
        if type(node) in OPERATORS:
            return self._binary(node)
        return self.function(word_of(node), arguments(node))

    def function(self, name: str, values: list[exp.Expr]) -> Sql:
        """`name(a, b)`."""
        return sql(f"{name}(", join(", ", [self.sql(value) for value in values]), ")")

    def type_text(self, cast: exp.Expr) -> str:
        """The type of a cast, as it stands in the file."""
        return to_text(type_of(cast_kind(cast.args["to"])))

    def within(self, node: exp.Expr, least: int) -> Sql:
        """The expression as an operand: in parentheses when it binds less tightly than `least`."""
        return sql("(", self.sql(node), ")") if precedence(node) < least else self.sql(node)

    def _binary(self, node: exp.Expr) -> Sql:
        least = precedence(node)
        first = self.within(node.this, least + (least == COMPARE))
        return sql(first, f" {OPERATORS[type(node)]} ", self.within(node.expression, right_level(node)))


def right_level(node: exp.Expr) -> int:
    """How tightly the right operand must bind to need no parentheses."""
    level = precedence(node)
    return level if isinstance(node, exp.And | exp.Or) else level + 1


def arguments(node: exp.Expr) -> list[exp.Expr]:
    """A function's arguments in the order they are written."""
    if isinstance(node, exp.Substring):
        return [value for name in ("this", "start", "length") if (value := node.args.get(name)) is not None]
    if isinstance(node, exp.Round):
        return [node.this] + ([node.args["decimals"]] if node.args.get("decimals") is not None else [])
    if isinstance(node, exp.Lag | exp.Lead):
        return [value for name in ("this", "offset") if (value := node.args.get(name)) is not None]
    found = [node.this] if isinstance(node.this, exp.Expr) else []
    if isinstance(node.args.get("expression"), exp.Expr):
        found.append(node.expression)
    return found + list(node.args.get("expressions") or [])


def _literal(printer: ExpressionPrinter, node: exp.Expr) -> Sql:
    if not node.is_string:
        return (node.name + ("0" if node.name.endswith(".") else ""),)
    text = neutral(node.name)
    if "'" in text:  # the escape differs between warehouses
        return call("string_literal", (Macro("escape_single_quotes", (Constant(text),)),))
    return (f"'{text}'",)


def _not(printer: ExpressionPrinter, node: exp.Expr) -> Sql:
    inner = node.this
    if isinstance(inner, exp.Is | exp.Like):
        return sql(
            printer.within(inner.this, ADD), f" {NEGATABLE[type(inner)]} ", printer.sql(inner.expression)
        )
    if isinstance(inner, exp.In):
        return _in(printer, inner, "not in")
    if isinstance(inner, exp.Between):
        return _between(printer, inner, "not between")
    return sql("not ", printer.within(inner, COMPARE))


def _in(printer: ExpressionPrinter, node: exp.Expr, word: str = "in") -> Sql:
    items = [printer.sql(item) for item in node.expressions]
    return sql(printer.within(node.this, ADD), f" {word} (", join(", ", items), ")")


def _between(printer: ExpressionPrinter, node: exp.Expr, word: str = "between") -> Sql:
    low, high = (printer.within(node.args[name], ADD) for name in ("low", "high"))
    return sql(printer.within(node.this, ADD), f" {word} ", low, " and ", high)


def _logical(printer: ExpressionPrinter, node: exp.Expr) -> Sql:
    """Mixed `and` and `or` keep their parentheses, for the reader."""
    return join(f" {OPERATORS[type(node)]} ", [printer.within(part, NOT) for part in chain(node)])


def chain(node: exp.Expr) -> list[exp.Expr]:
    """The operands of a run of the same operator, first to last."""
    found: list[exp.Expr] = []
    stack = [node]
    while stack:
        part = stack.pop()
        if type(part) is type(node):
            stack += [part.expression, part.this]
        else:
            found.append(part)
    return found


def _case(printer: ExpressionPrinter, node: exp.Expr) -> Sql:
    head = sql("case ", printer.sql(node.this)) if node.this is not None else ("case",)
    parts: list[Sql] = [head]
    for branch in node.args["ifs"]:
        parts.append(sql("when ", printer.sql(branch.this), " then ", printer.sql(branch.args["true"])))
    default = node.args.get("default")
    if default is not None:
        parts.append(sql("else ", printer.sql(default)))
    return join(" ", [*parts, ("end",)])


def _cast(printer: ExpressionPrinter, node: exp.Expr) -> Sql:
    target = cast_kind(node.args["to"])
    source = kind_of(node.this)
    if isinstance(node.this, exp.TimestampTrunc | exp.DateAdd) and source == target:
        return printer.sql(node.this)  # printed inside a cast already
    return cast_sql(printer.sql(node.this), target)


def _count(printer: ExpressionPrinter, node: exp.Expr) -> Sql:
    if isinstance(node.this, exp.Distinct):
        return sql("count(distinct ", printer.sql(node.this.expressions[0]), ")")
    return ("count(*)",) if isinstance(node.this, exp.Star) else printer.function("count", [node.this])


def _extract(printer: ExpressionPrinter, node: exp.Expr) -> Sql:
    return sql(f"extract({node.this.name.lower()} from ", printer.sql(node.expression), ")")


def _window(printer: ExpressionPrinter, node: exp.Expr) -> Sql:
    return sql(printer.sql(node.this), " over (", join(" ", window_parts(printer, node)), ")")


def window_parts(printer: ExpressionPrinter, node: exp.Expr) -> list[Sql]:
    """The clauses inside `over (…)`."""
    parts: list[Sql] = []
    if partition := node.args.get("partition_by"):
        parts.append(sql("partition by ", join(", ", [printer.sql(item) for item in partition])))
    if (order := node.args.get("order")) is not None:
        parts.append(sql("order by ", ordering(printer, order)))
    if (frame := node.args.get("spec")) is not None:
        start, end = (_bound(frame, side) for side in ("start", "end"))
        parts.append((f"rows between {start} and {end}",))
    return parts


def _bound(frame: exp.Expr, name: str) -> str:
    value = frame.args.get(name)
    bound = value.name if isinstance(value, exp.Expr) else str(value)
    return f"{bound} {frame.args.get(name + '_side') or ''}".strip().lower()


_RULES: dict[type[exp.Expr], Callable[[ExpressionPrinter, exp.Expr], Sql]] = {
    exp.Literal: _literal,
    exp.Boolean: lambda _printer, node: ("true" if node.this else "false",),
    exp.Null: lambda _printer, _node: ("null",),
    exp.Star: lambda _printer, _node: ("*",),
    exp.Neg: lambda printer, node: sql("-", printer.within(node.this, ATOM)),
    exp.Not: _not,
    exp.In: _in,
    exp.Between: _between,
    exp.And: _logical,
    exp.Or: _logical,
    exp.Case: _case,
    exp.Cast: _cast,
    exp.Count: _count,
    exp.Extract: _extract,
    **MACRO_RULES,
    exp.Window: _window,
}
