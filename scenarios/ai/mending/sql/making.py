"""Small trees that several menders build, and the value of an expression made into another type. Pure."""

from sqlglot import exp

from scenarios.ai.mending.sql.reading import CannotMend
from scenarios.plan.names import ColumnType
from scenarios.plan.portable.kinds import data_type, kind_of
from scenarios.plan.portable.statement import Kind

YES = ("true", "t", "yes", "y", "1")
NO = ("false", "f", "no", "n", "0")


def number(value: int) -> exp.Expr:
    """A whole number."""
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def text(value: str) -> exp.Expr:
    """A text."""
    return exp.Literal.string(value)


def cast(node: exp.Expr, kind: ColumnType) -> exp.Expr:
    """`cast(node as kind)`."""
    return exp.Cast(this=node, to=data_type(kind))


def when(condition: exp.Expr, value: exp.Expr, otherwise: exp.Expr | None) -> exp.Expr:
    """`case when condition then value else otherwise end`."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)], default=otherwise)


def one_or_zero(condition: exp.Expr) -> exp.Expr:
    """1 where the condition holds, else 0."""
    return when(condition, number(1), number(0))


def is_text(node: object) -> bool:
    """Whether it is a text in quotes."""
    return isinstance(node, exp.Literal) and bool(node.is_string)


def is_number(node: object) -> bool:
    """Whether it is a number as it is written."""
    return isinstance(node, exp.Literal) and not node.is_string


def grouped(node: exp.Expr) -> exp.Expr:
    """The expression in parentheses where it is more than one word."""
    plain = (exp.Column, exp.Literal, exp.Func, exp.Paren, exp.Cast, exp.Null, exp.Boolean)
    return node if isinstance(node, plain) and not isinstance(node, exp.Connector) else exp.Paren(this=node)


def converted(node: exp.Expr, kind: ColumnType) -> exp.Expr:
    """The expression as a value of this type, in a way that all warehouses agree on. Raises CannotMend."""
    given = kind_of(node)
    if given is None or given == kind or (given, kind) == ("integer", "number"):
        return node if given is not None else cast(node, kind)
    if isinstance(node, exp.Literal):
        constant = _constant(node, kind)
        if constant is not None:
            return constant
    made = _converted(node, given, kind)
    if made is None:
        raise CannotMend(f"{given} as {kind}")
    return made


def _constant(node: exp.Literal, kind: ColumnType) -> exp.Expr | None:
    """A constant of another type that says the same."""
    word = node.name.strip()
    if kind == "string" and not node.is_string:
        return text(word)
    if kind == "boolean" and word.lower() in (*YES, *NO):
        return exp.Boolean(this=word.lower() in YES)
    if kind in ("integer", "number") and node.is_string and word.replace(".", "", 1).isdigit():
        return exp.Literal.number(word)
    return None


def _converted(node: exp.Expr, given: Kind, kind: ColumnType) -> exp.Expr | None:
    match given, kind:
        case "boolean", "integer" | "number":
            return one_or_zero(node)
        case "boolean", "string":
            return when(node, text("true"), text("false"))
        case "string", "boolean":
            words = [text(word) for word in YES]
            return exp.In(this=exp.Lower(this=node), expressions=words)
        case "integer" | "number", "boolean":
            return exp.NEQ(this=grouped(node), expression=number(0))
        case "number", "string":
            return cast(cast(node, "integer"), "string")
        case "timestamp", "string":
            return cast(cast(node, "date"), "string")
        case ("string", _) | ("integer", "string") | ("number", "integer"):
            return cast(node, kind)
        case ("date", "timestamp" | "string") | ("timestamp", "date"):
            return cast(node, kind)
    return None
