"""Gives every operation the types that all warehouses agree on. Pure; columns must be resolved."""

from collections.abc import Callable, Sequence

from sqlglot import exp

from scenarios.ai.mending.said import Said
from scenarios.ai.mending.sql.dates import date_add, date_diff
from scenarios.ai.mending.sql.making import (
    NO,
    YES,
    converted,
    grouped,
    is_text,
    number,
    one_or_zero,
    when,
)
from scenarios.ai.mending.sql.reading import CannotMend
from scenarios.ai.mending.sql.rules import Rule, apply_saying
from scenarios.plan.names import ColumnType
from scenarios.plan.portable.kinds import agree, cast_kind, kind_of, values_of
from scenarios.plan.portable.statement import KIND
from scenarios.plan.portable.typerules import SAFE_CASTS, never_null

_DATED = ("date", "timestamp")
_NUMBERS = ("integer", "number")


def with_types(node: exp.Expr, said: Said) -> exp.Expr:
    """The expression with casts where warehouses would differ or refuse. Raises CannotMend."""
    made = apply_saying(node, _RULES, said)
    for inner in made.walk():
        if not isinstance(inner, exp.Column):
            inner.meta.pop(KIND, None)
    return made


def as_condition(node: exp.Expr, said: Said) -> exp.Expr:
    """The expression as something true or false."""
    made = with_types(node, said)
    return converted(made, "boolean") if kind_of(made) in ("integer", "string") else made


def _summed(node: exp.Expr) -> exp.Expr:
    kind = kind_of(node.this)
    if kind == "boolean":
        node.set("this", one_or_zero(node.this))
    elif kind == "string":
        node.set("this", converted(node.this, "number"))
    return node


def _extreme(node: exp.Expr) -> exp.Expr:
    """The greatest of true and false is bool_or, the smallest counts."""
    if kind_of(node.this) != "boolean":
        return node
    if isinstance(node.this, exp.Distinct):
        return node
    if isinstance(node, exp.Max):
        return exp.LogicalOr(this=node.this)
    return exp.EQ(this=exp.Min(this=one_or_zero(node.this)), expression=number(1))


def _any_true(node: exp.Expr) -> exp.Expr:
    if kind_of(node.this) in ("integer", "string"):
        node.set("this", converted(node.this, "boolean"))
    return node


def _compared(node: exp.Expr) -> exp.Expr:
    """Both sides of a comparison get one type; constants give way."""
    left, right = node.this, node.expression
    if isinstance(right, exp.Null) and isinstance(node, exp.EQ | exp.NEQ):
        there = exp.Is(this=left, expression=exp.null())
        return there if isinstance(node, exp.EQ) else exp.Not(this=there)
    made = _boolean_comparison(node, left, right)
    if made is not None:
        return made
    sides = _agreeing([left, right], equal=isinstance(node, exp.EQ | exp.NEQ))
    node.set("this", sides[0])
    node.set("expression", sides[1])
    return node


def _boolean_comparison(node: exp.Expr, left: exp.Expr, right: exp.Expr) -> exp.Expr | None:
    """`is_paid = 1` and `is_paid = 'true'` are the flag itself."""
    if isinstance(left, exp.Literal):
        left, right = right, left
    if kind_of(left) != "boolean" or not isinstance(right, exp.Literal):
        return None
    word = right.name.lower()
    if word not in (*YES, *NO) or not isinstance(node, exp.EQ | exp.NEQ):
        return None
    wanted = (word in YES) == isinstance(node, exp.EQ)
    return left if wanted else exp.Not(this=grouped(left))


def _agreeing(sides: Sequence[exp.Expr], *, equal: bool = False) -> list[exp.Expr]:
    """The values in one type. A text constant beside a date is fine as it is."""
    kinds = [kind_of(side) for side in sides]
    known = {kind for kind, side in zip(kinds, sides, strict=True) if kind and not is_text(side)}
    if not known:
        return list(sides)
    kind = _common(known, equal=equal)
    if kind is None:
        return list(sides)
    keep = kind in _DATED
    return [
        side if (keep and is_text(side)) or kind_of(side) in (None, kind) else converted(side, kind)
        for side in sides
    ]


def _common(kinds: set[ColumnType], *, equal: bool) -> ColumnType | None:
    """The type that several can be made into without loss of meaning."""
    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds == set(_DATED):
        return "date" if equal else "timestamp"
    if kinds <= set(_NUMBERS):
        return "number"
    if kinds <= {"boolean", *_NUMBERS}:
        return "number" if "number" in kinds else "integer"
    if kinds == {"string", "integer"}:
        return "string"
    if kinds == {"string", "number"}:
        return "number"
    if "string" in kinds and len(kinds) == 2:
        return next(kind for kind in kinds if kind != "string") if kinds & set(_DATED) else "string"
    return None


def _listed(node: exp.Expr) -> exp.Expr:
    value, *items = _agreeing([node.this, *(i for i in node.expressions if not isinstance(i, exp.Null))])
    node.set("this", value)
    node.set("expressions", items)
    return node


def _ranged(node: exp.Expr) -> exp.Expr:
    value, low, high = _agreeing([node.this, node.args["low"], node.args["high"]])
    for name, side in (("this", value), ("low", low), ("high", high)):
        node.set(name, side)
    return node


def _calculated(node: exp.Expr) -> exp.Expr:
    """Dates are counted with datediff and dateadd, texts are joined, flags count as 1 and 0."""
    left, right = node.this, node.expression
    first, second = kind_of(left.unnest()), kind_of(right.unnest())
    if isinstance(node, exp.Add | exp.Sub) and (first in _DATED or second in _DATED):
        return _date_arithmetic(node, left, right)
    one_text = is_text(left) != is_text(right)
    has_text = "string" in (first, second) and (one_text or not {first, second} & set(_NUMBERS))
    if isinstance(node, exp.Add) and has_text:
        return _concatenated(exp.DPipe(this=left, expression=right))
    for name, side, kind in (("this", left, first), ("expression", right, second)):
        if kind == "boolean":
            node.set(name, one_or_zero(side.unnest()))
        elif kind == "string":
            node.set(name, converted(side, "number"))
    return node


def _date_arithmetic(node: exp.Expr, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    first, second = kind_of(left.unnest()), kind_of(right.unnest())
    left, right = left.unnest(), right.unnest()
    if isinstance(node, exp.Sub) and first in _DATED and (second in _DATED or is_text(right)):
        later = converted(right, "date") if is_text(right) else right
        return date_diff(later, left, "day")
    if first in _DATED and second == "integer":
        return date_add(
            left, grouped(right) if isinstance(node, exp.Add) else exp.Neg(this=grouped(right)), "day"
        )
    if second in _DATED and first == "integer" and isinstance(node, exp.Add):
        return date_add(right, left, "day")
    return node


def _concatenated(node: exp.Expr) -> exp.Expr:
    for name in ("this", "expression"):
        node.set(name, _text_part(node.args[name]))
    return node


def _parts(node: exp.Expr) -> exp.Expr:
    node.set("expressions", [_text_part(part) for part in node.expressions])
    return node


def _text_part(node: exp.Expr) -> exp.Expr:
    """Numbers with decimals, flags and moments look different everywhere; others may stand beside a text."""
    inner = node.unnest()
    return converted(inner, "string") if kind_of(inner) in ("number", "boolean", "timestamp") else node


def _list_part(node: exp.Expr) -> exp.Expr:
    order = node.this
    if isinstance(order, exp.Order) and order.this is not None:
        order.set("this", _text_part(order.this))
    return node


def _mixed(node: exp.Expr) -> exp.Expr:
    """Values that meet in one column get one type."""
    values = values_of(node)
    kinds = [kind_of(value) for value in values]
    if agree(kinds):
        return _case_of(node)
    known: set[ColumnType] = {
        kind for kind, value in zip(kinds, values, strict=True) if kind and not isinstance(value, exp.Literal)
    } or {kind for kind in kinds if kind}
    texts = [v for v in values if is_text(v) and not v.name.replace(".", "", 1).isdigit()]
    kind = "string" if texts and not known & {*_DATED, "boolean"} else _common(known, equal=False)
    if kind is None:
        raise CannotMend("values of several types")
    for value in values:
        if value.parent is not None and kind_of(value) not in (None, kind):
            value.replace(converted(value.copy(), kind))
    return _case_of(node)


def _case_of(node: exp.Expr) -> exp.Expr:
    """`when` conditions are true or false; `case x when` compares things of one type."""
    if not isinstance(node, exp.Case):
        return node
    for branch in node.args["ifs"]:
        if node.this is not None:
            branch.set("this", _agreeing([node.this, branch.this])[1])
        elif kind_of(branch.this) in ("integer", "string"):
            branch.set("this", converted(branch.this, "boolean"))
    return node


def _if(node: exp.Expr) -> exp.Expr:
    """iff(…) outside a case is one."""
    if isinstance(node.parent, exp.Case) and node.arg_key == "ifs":
        return node
    return when(node.this, node.args["true"], node.args.get("false"))


def _greatest(node: exp.Expr) -> exp.Expr:
    """A null among them is 0 for numbers; two dates or texts are compared."""
    node = _mixed(node)
    values = values_of(node)
    if all(never_null(value) for value in values):
        return node
    if {kind_of(value) for value in values} <= {*_NUMBERS}:
        known = [v if never_null(v) else exp.Coalesce(this=v, expressions=[number(0)]) for v in values]
        return type(node)(this=known[0], expressions=known[1:])
    if len(values) != 2:
        return node
    first, second = values
    compare = exp.GTE if isinstance(node, exp.Greatest) else exp.LTE
    return when(compare(this=first.copy(), expression=second.copy()), first.copy(), second.copy())


def _cast(node: exp.Expr) -> exp.Expr:
    """A cast with the same result everywhere."""
    source, target = kind_of(node.this), _target(node)
    if source is None or target is None or target in SAFE_CASTS[source]:
        return node
    return converted(node.this, target)


def _target(node: exp.Expr) -> ColumnType | None:
    try:
        return cast_kind(node.args["to"])
    except (KeyError, AttributeError):
        raise CannotMend("a type that is not portable") from None


def _on(kind: ColumnType, *, allowed: Sequence[ColumnType], names: Sequence[str] = ("this",)) -> Rule:
    """A function whose arguments have to be of a type."""

    def rule(node: exp.Expr) -> exp.Expr:
        for name in names:
            value = node.args.get(name)
            if isinstance(value, exp.Expr) and kind_of(value) not in (None, *allowed):
                node.set(name, converted(value, kind))
        return node

    return rule


_text: Callable[[exp.Expr], exp.Expr] = _on("string", allowed=("string",))
_RULES: dict[type[exp.Expr], Rule] = {
    **dict.fromkeys((exp.Sum, exp.Avg), _summed),
    **dict.fromkeys((exp.Min, exp.Max), _extreme),
    exp.LogicalOr: _any_true,
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), _compared),
    exp.In: _listed,
    exp.Between: _ranged,
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod), _calculated),
    exp.DPipe: _concatenated,
    exp.Concat: _parts,
    exp.GroupConcat: _list_part,
    **dict.fromkeys((exp.Case, exp.Coalesce), _mixed),
    exp.If: _if,
    **dict.fromkeys((exp.Greatest, exp.Least), _greatest),
    exp.Cast: _cast,
    **dict.fromkeys(
        (exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.SplitPart, exp.Like, exp.ILike, exp.StrPosition), _text
    ),
    **dict.fromkeys((exp.Left, exp.Right, exp.Substring, exp.Replace), _text),
    **dict.fromkeys(
        (exp.Round, exp.Floor, exp.Ceil, exp.Abs), _on("number", allowed=_NUMBERS)  # type: ignore[arg-type]
    ),
    **dict.fromkeys(
        (exp.TimestampTrunc, exp.LastDay, exp.DateAdd, exp.Year, exp.Month, exp.Day, exp.Quarter),
        _on("date", allowed=_DATED),  # type: ignore[arg-type]
    ),
    exp.DateDiff: _on("date", allowed=_DATED, names=("this", "expression")),  # type: ignore[arg-type]
    exp.Extract: _on("date", allowed=_DATED, names=("expression",)),  # type: ignore[arg-type]
}  # fmt: skip
