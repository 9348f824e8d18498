"""Rules about types: what may be compared, added, aggregated, joined to text and cast. Pure."""

import re

from sqlglot import exp

from scenarios.plan.names import ColumnType
from scenarios.plan.portable.kinds import agree, cast_kind, kind_of, values_of
from scenarios.plan.portable.problems import Problems, shown, word_of
from scenarios.plan.portable.statement import Kind

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg)
_ISO = re.compile(r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])( [0-2]\d:[0-5]\d:[0-5]\d)?$")
_NUMERIC: tuple[Kind, ...] = ("integer", "number", None)
_TEXT_HINT = "Cast it, or write case when … then … end."

#: What a value of each type may be cast to with the same result everywhere.
SAFE_CASTS: dict[ColumnType, tuple[ColumnType, ...]] = {
    "string": ("string", "integer", "number", "date", "timestamp"),
    "integer": ("integer", "number", "string"),
    "number": ("integer", "number"),
    "date": ("date", "timestamp", "string"),
    "timestamp": ("date", "timestamp"),
    "boolean": ("boolean", "integer"),
}

_TEXT: tuple[Kind, ...] = ("string", None)
_WHOLE: tuple[Kind, ...] = ("integer", None)
_DATED: tuple[Kind, ...] = ("date", "timestamp", None)
_BOOLEAN: tuple[Kind, ...] = ("boolean", None)
_ORDERED: tuple[Kind, ...] = ("integer", "number", "string", "date", "timestamp", None)

#: Argument types of functions: argument → types it may have.
_ARGUMENTS: dict[type[exp.Expr], dict[str, tuple[Kind, ...]]] = {
    **{
        kind: {"this": _TEXT}
        for kind in (exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.SplitPart, exp.Like)
    },
    exp.StrPosition: {"this": _TEXT, "substr": _TEXT},
    exp.Replace: {"this": _TEXT, "expression": _TEXT, "replacement": _TEXT},
    **{kind: {"this": _TEXT, "expression": _WHOLE} for kind in (exp.Left, exp.Right)},
    exp.Substring: {"this": _TEXT, "start": _WHOLE, "length": _WHOLE},
    **{kind: {"this": _NUMERIC} for kind in (exp.Round, exp.Floor, exp.Ceil, exp.Abs, exp.Sum, exp.Avg)},
    **{kind: {"this": _DATED} for kind in (exp.TimestampTrunc, exp.LastDay)},
    exp.DateAdd: {"this": _DATED, "expression": _WHOLE},
    exp.DateDiff: {"this": _DATED, "expression": _DATED},
    exp.Extract: {"expression": _DATED},
    **{kind: {"this": _BOOLEAN} for kind in (exp.LogicalOr, exp.Not)},
    **{kind: {"this": _ORDERED} for kind in (exp.Min, exp.Max)},
    **{kind: {"offset": _WHOLE} for kind in (exp.Lag, exp.Lead)},
}


def check_types(node: exp.Expr, problems: Problems) -> None:
    """Check one resolved node. Unknown types are let pass: the Proof runs the statement."""
    if isinstance(node, _COMPARISONS):
        _check_comparison(node, [node.this, node.expression], problems)
    elif isinstance(node, exp.In):
        _check_comparison(node, [node.this, *node.expressions], problems)
    elif isinstance(node, exp.Between):
        _check_comparison(node, [node.this, node.args["low"], node.args["high"]], problems)
    elif isinstance(node, _ARITHMETIC):
        _check_arithmetic(node, problems)
    elif isinstance(node, exp.Cast):
        _check_cast(node, problems)
    elif isinstance(node, exp.Concat | exp.GroupConcat | exp.MD5):
        _check_text_parts(node, problems)
    elif isinstance(node, exp.And | exp.Or):
        _check_boolean(node, problems)
    elif type(node) in _ARGUMENTS:
        _check_arguments(node, problems)
    elif isinstance(node, exp.Nullif):
        _check_comparison(node, [node.this, node.expression], problems)
    if isinstance(node, exp.Case):
        _check_case(node, problems)
    elif isinstance(node, exp.Greatest | exp.Least) and not all(never_null(v) for v in values_of(node)):
        problems.add(
            f"{shown(word_of(node))} may meet a null, which warehouses treat differently.",
            f"Write {word_of(node)}(coalesce(x, 0), 0).",
        )
    if not isinstance(node, _ARITHMETIC) and not agree([kind_of(value) for value in values_of(node)]):
        kinds = sorted({str(kind_of(value)) for value in values_of(node) if kind_of(value)})
        problems.add(
            f"{shown(node.key)} mixes {' and '.join(kinds)}.", "Give every value the same type; cast one."
        )


def _check_comparison(node: exp.Expr, sides: list[exp.Expr], problems: Problems) -> None:
    if any(isinstance(side, exp.Null) for side in sides):
        problems.add("A comparison with null is never true.", "Write `is null` or `is not null`.")
    if all(isinstance(side, exp.Literal) for side in sides):
        words = " and ".join(shown(side.name) for side in sides[:2])
        problems.add(f"The constants {words} are compared: always the same answer.", "Compare with a column.")
    kinds = [kind_of(side) for side in sides if not _is_text_constant(side)]
    texts = [side.name for side in sides if _is_text_constant(side)]
    if texts and not set(kinds) <= {"string", "date", "timestamp", None}:
        problems.add(f"{_kinds(kinds)} is compared with the text {shown(texts[0])}.", _TEXT_HINT)
    elif texts and set(kinds) & {"date", "timestamp"} and (wrong := [t for t in texts if not _ISO.match(t)]):
        problems.add(
            f"A date is compared with the text {shown(wrong[0])}.", "Write a date, such as '2026-01-31'."
        )
    elif not agree(kinds):
        problems.add(
            f"{_kinds(kinds)} are compared: {shown(_columns(node))}.", "Cast one side, so that both agree."
        )


def _is_text_constant(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _kinds(kinds: list[Kind]) -> str:
    return " and ".join(sorted({str(kind) for kind in kinds if kind}))


def _columns(node: exp.Expr) -> str:
    names = [f"{column.table}.{column.name}" for column in node.find_all(exp.Column)]
    return " and ".join(names[:3]) or node.key


def _check_arithmetic(node: exp.Expr, problems: Problems) -> None:
    sides = [node.this] + ([node.expression] if not isinstance(node, exp.Neg) else [])
    kinds = [kind_of(side) for side in sides]
    if any(kind in ("date", "timestamp") for kind in kinds):
        both = all(kind in ("date", "timestamp") for kind in kinds)
        problems.add(
            "Dates are calculated with + or -.",
            "Write datediff(day, earlier, later)." if both else "Write dateadd(day, 7, x).",
        )
    elif not all(kind in _NUMERIC for kind in kinds):
        hint = "Join texts with `||`." if "string" in kinds else "Write case when … then 1 else 0 end."
        problems.add(f"A calculation uses {_kinds(kinds)}: {shown(_columns(node))}.", hint)


def _check_cast(node: exp.Cast, problems: Problems) -> None:
    source, target = kind_of(node.this), cast_kind(node.args["to"])
    if source is None or target is None or target in SAFE_CASTS[source]:
        return
    hint = "Round it and cast it to integer first." if source == "number" else _TEXT_HINT
    problems.add(f"A {source} is cast to {target}, with different results on different warehouses.", hint)


def _check_text_parts(node: exp.Expr, problems: Problems) -> None:
    parts = node.expressions if isinstance(node, exp.Concat) else [node.this]
    for part in parts:
        value = part.this if isinstance(part, exp.Order) else part
        kind = kind_of(value) if value is not None else None
        if kind is not None and kind != "string" and "string" not in SAFE_CASTS[kind]:
            hint = "Round it and cast it to integer first." if kind == "number" else _TEXT_HINT
            problems.add(f"A {kind} is made into text, which looks different on each warehouse.", hint)


def _check_boolean(node: exp.Expr, problems: Problems) -> None:
    for side in (node.this, node.expression):
        if kind_of(side) not in ("boolean", None):
            problems.add(
                f"{shown(node.key)} joins something that is not true or false.", "Compare it with something."
            )


def _check_case(node: exp.Expr, problems: Problems) -> None:
    """`case when` needs conditions; `case x when` needs values like x."""
    conditions = [branch.this for branch in node.args["ifs"]]
    if node.this is not None:
        for condition in conditions:
            _check_comparison(node, [node.this, condition], problems)
    elif any(kind_of(condition) not in ("boolean", None) for condition in conditions):
        problems.add("A condition after `when` is not true or false.", "Write case when x = 'y' then …")


def never_null(node: exp.Expr) -> bool:
    """Whether the expression is certain to have a value."""
    if isinstance(node, exp.Literal | exp.Boolean | exp.Count):
        return True
    if isinstance(node, exp.Coalesce):
        return any(never_null(value) for value in values_of(node))
    if isinstance(node, exp.Case):
        return node.args.get("default") is not None and all(never_null(value) for value in values_of(node))
    if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Greatest | exp.Least):
        return all(never_null(value) for value in values_of(node))
    whole = isinstance(node, exp.Round | exp.Floor | exp.Ceil | exp.Abs | exp.Neg | exp.TimestampTrunc)
    return (whole or isinstance(node, exp.Cast)) and never_null(node.this)


def _check_arguments(node: exp.Expr, problems: Problems) -> None:
    for name, allowed in _ARGUMENTS[type(node)].items():
        value = node.args.get(name)
        kind = kind_of(value) if value is not None else None
        if kind not in allowed:
            problems.add(f"{shown(word_of(node))} is used on a {kind}.", _argument_hint(node, kind))


def _argument_hint(node: exp.Expr, kind: Kind) -> str:
    if isinstance(node, exp.DateDiff):
        return "Write datediff(day, earlier, later); cast texts to date."
    return "Write sum(case when x then 1 else 0 end)." if kind == "boolean" else _TEXT_HINT
