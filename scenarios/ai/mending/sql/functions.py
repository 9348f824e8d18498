"""Functions of other dialects in portable words. Pure; needs no types."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from sqlglot import exp

from scenarios.ai.mending.sql.dates import date_add, date_diff, date_rules, unit_of
from scenarios.ai.mending.sql.making import cast, grouped, is_number, is_text, number, one_or_zero, text, when
from scenarios.ai.mending.sql.rules import Rule
from scenarios.plan.names import ColumnType
from scenarios.plan.portable.kinds import TYPE_NAMES

_TYPES: dict[str, ColumnType] = {
    **dict.fromkeys(("TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "NAME", "BPCHAR", "UUID"), "string"),
    **dict.fromkeys(("MEDIUMINT", "UINT", "UBIGINT", "USMALLINT", "UTINYINT", "INT128", "INT256"), "integer"),
    **dict.fromkeys(("MONEY", "SMALLMONEY", "DECIMAL128", "UDECIMAL", "DECFLOAT"), "number"),
    **dict.fromkeys(("TIMESTAMPTZ", "TIMESTAMPLTZ", "DATETIME2", "SMALLDATETIME", "DATETIME64"), "timestamp"),
    **dict.fromkeys(("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
    "BIT": "boolean",
    "DATE32": "date",
}
_PIECE = re.compile(r"^(\^?)([A-Za-z0-9 -]+)(\$?)$")


def function_rules(as_of: date) -> dict[type[exp.Expr], Rule]:
    """Rules by node for one plan, whose reference date is today."""
    return {**_RULES, **date_rules(as_of)}


def _plain_cast(node: exp.Expr) -> exp.Expr:
    """A cast to a type of the portable SQL, without `try`."""
    target = node.args["to"]
    name = target.this.name if isinstance(target.this, exp.DType) else str(target.this)
    kind = _TYPES.get(name.upper())
    if kind is not None:
        return cast(node.this, kind)
    if type(node) is exp.Cast or name.upper() not in TYPE_NAMES:
        return node
    return exp.Cast(this=node.this, to=target)


def _convert(node: exp.Expr) -> exp.Expr:
    """T-SQL's convert: a short varchar with a style is the beginning of an ISO date."""
    target, value = node.this, node.expression
    size = (
        int(target.expressions[0].name) if target.expressions and target.expressions[0].name.isdigit() else 0
    )
    if node.args.get("style") is not None and 0 < size <= len("2026-01-31"):
        return exp.Left(this=cast(cast(value, "date"), "string"), expression=number(size))
    return _plain_cast(exp.TryCast(this=value, to=target))


def _to_number(node: exp.Expr) -> exp.Expr:
    scale = node.args.get("scale")
    if node.args.get("format") is not None:
        return node
    if scale is not None and scale.name == "0":
        return cast(node.this, "integer")
    value = cast(node.this, "number")
    return exp.Round(this=value, decimals=scale) if scale is not None else value


def _cast_to(kind: ColumnType) -> Rule:
    return lambda node: cast(node.this, kind)


def _count_if(node: exp.Expr) -> exp.Expr:
    return exp.Sum(this=one_or_zero(node.this))


def _filtered(node: exp.Expr) -> exp.Expr:
    """`sum(x) filter (where c)` as an aggregate over a case."""
    aggregate, condition = node.this, node.expression.this
    if isinstance(aggregate, exp.Count) and not isinstance(aggregate.this, exp.Distinct):
        if isinstance(aggregate.this, exp.Star | exp.Literal):
            return exp.Sum(this=one_or_zero(condition))
        return exp.Count(this=when(condition, aggregate.this, None))
    if isinstance(aggregate, exp.Count):
        inner = aggregate.this.expressions[0]
        return exp.Count(this=exp.Distinct(expressions=[when(condition, inner, None)]))
    if isinstance(aggregate, exp.Sum | exp.Avg | exp.Min | exp.Max):
        return type(aggregate)(this=when(condition, aggregate.this, None))
    return node


def _whole_division(node: exp.Expr) -> exp.Expr:
    divided = exp.Div(this=grouped(node.this), expression=grouped(node.expression))
    return cast(exp.Floor(this=divided), "integer")


def _division(node: exp.Expr) -> exp.Expr:
    """A division that gives null for a zero denominator."""
    return exp.Div(this=grouped(node.this), expression=exp.Nullif(this=node.expression, expression=number(0)))


def _zero_division(node: exp.Expr) -> exp.Expr:
    """`div0` as its reader writes it: a division and 0 where the denominator is 0."""
    condition, answer = node.this, node.args.get("false")
    if isinstance(answer, exp.Div) and isinstance(condition, exp.And) and isinstance(node.parent, exp.Expr):
        zero = condition.this
        if isinstance(zero, exp.EQ) and zero.this == answer.expression:
            return exp.Coalesce(this=answer, expressions=[node.args["true"]])
    return node


def _nvl2(node: exp.Expr) -> exp.Expr:
    there = exp.Not(this=exp.Is(this=node.this, expression=exp.null()))
    return when(there, node.args["true"], node.args.get("false"))


def _decode(node: exp.Expr) -> exp.Expr:
    value, *rest = node.expressions
    default = rest[-1] if len(rest) % 2 else None
    pairs = list(zip(rest[:-1:2], rest[1::2], strict=False))
    if not any(isinstance(case, exp.Null) for case, _ in pairs):
        return exp.Case(
            this=value, ifs=[exp.If(this=case, true=answer) for case, answer in pairs], default=default
        )
    return exp.Case(
        ifs=[exp.If(this=_is(value.copy(), case), true=answer) for case, answer in pairs], default=default
    )


def _is(value: exp.Expr, case: exp.Expr) -> exp.Expr:
    how = exp.Is if isinstance(case, exp.Null) else exp.EQ
    return how(this=value, expression=case)


def _first_letter(node: exp.Expr) -> exp.Expr:
    """`initcap` of one word."""
    start = exp.Upper(this=exp.Left(this=node.this.copy(), expression=number(1)))
    rest = exp.Lower(this=exp.Substring(this=node.this.copy(), start=number(2)))
    return exp.DPipe(this=start, expression=rest)


def _pattern(node: exp.Expr) -> exp.Expr:
    """A regular expression that is only a piece of text."""
    found = _PIECE.match(node.expression.name) if is_text(node.expression) else None
    if found is None:
        return node
    whole = bool(node.args.get("full_match"))
    before = "" if whole or found[1] else "%"
    after = "" if whole or found[3] else "%"
    return exp.Like(this=node.this, expression=text(f"{before}{found[2]}{after}"))


def _like(before: str, after: str) -> Rule:
    def rule(node: exp.Expr) -> exp.Expr:
        part = node.expression
        if not is_text(part) or set(part.name) & set("%_"):
            return node
        return exp.Like(this=node.this, expression=text(f"{before}{part.name}{after}"))

    return rule


def _like_any(node: exp.Expr) -> exp.Expr:
    if not isinstance(node.expression, exp.Any):
        return node
    choices = _items(node.expression.this)
    return _any_of([type(node)(this=node.this.copy(), expression=choice) for choice in choices]) or node


def _any_of(conditions: Sequence[exp.Expr]) -> exp.Expr | None:
    found: exp.Expr | None = None
    for condition in conditions:
        found = condition if found is None else exp.Or(this=found, expression=condition)
    return exp.Paren(this=found) if found is not None else None


def _equal_any(node: exp.Expr) -> exp.Expr:
    items = _items(node.expression.this) if isinstance(node.expression, exp.Any) else []
    return exp.In(this=node.this, expressions=items) if items else node


def _in_list(node: exp.Expr) -> exp.Expr:
    unnest = node.args.get("unnest")
    items = _items(unnest.expressions[0]) if unnest is not None and unnest.expressions else []
    return exp.In(this=node.this, expressions=items) if items else node


def _items(node: exp.Expr) -> list[exp.Expr]:
    inner = node.unnest()
    return list(inner.expressions) if isinstance(inner, exp.Array | exp.Tuple) else []


def _all_true(node: exp.Expr) -> exp.Expr:
    return exp.EQ(this=exp.Min(this=one_or_zero(node.this)), expression=number(1))


def _is_boolean(node: exp.Expr) -> exp.Expr:
    answer = node.expression
    if not isinstance(answer, exp.Boolean):
        return node
    known = exp.Coalesce(this=node.this, expressions=[exp.Boolean(this=not answer.this)])
    return known if answer.this else exp.Not(this=known)


def _distinct_count(node: exp.Expr) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[node.this]))


def _power(node: exp.Expr) -> exp.Expr:
    if not (is_number(node.expression) and node.expression.name in ("2", "3")):
        return node
    made = grouped(node.this)
    for _ in range(int(node.expression.name) - 1):
        made = exp.Mul(this=made, expression=grouped(node.this.copy()))
    return exp.Paren(this=made)


def _trim(node: exp.Expr) -> exp.Expr:
    return exp.Trim(this=node.this) if node.args.get("position") or node.args.get("expression") else node


def _joined(node: exp.Expr) -> exp.Expr:
    """`concat_ws` as a run of `||`; over a collected list it is listagg."""
    separator, *parts = node.expressions
    if len(parts) == 1 and isinstance(parts[0], exp.ArrayAgg):
        return _list_text(exp.GroupConcat(this=parts[0].this, separator=separator))
    pieces = [piece for part in parts for piece in (separator.copy(), part)][1:]
    return _run(pieces) if pieces else node


def _run(pieces: Sequence[exp.Expr]) -> exp.Expr:
    made = grouped(pieces[0])
    for piece in pieces[1:]:
        made = exp.DPipe(this=made, expression=grouped(piece))
    return made


def _concat(node: exp.Expr) -> exp.Expr:
    """Some dialects read a missing part as nothing; portable SQL lets it empty the whole."""
    for flag in ("coalesce", "safe"):
        node.set(flag, None)
    return node


def _array_text(node: exp.Expr) -> exp.Expr:
    collected = node.this
    if not isinstance(collected, exp.ArrayAgg):
        return node
    return _list_text(exp.GroupConcat(this=collected.this, separator=node.expression))


def _list_text(node: exp.Expr) -> exp.Expr:
    """listagg with its separator and an order, by its own values where none is given."""
    if node.args.get("separator") is None:
        node.set("separator", text(", "))
    if not isinstance(node.this, exp.Order | exp.Distinct):
        value = node.this
        order = exp.Order(this=value, expressions=[exp.Ordered(this=value.copy(), nulls_first=False)])
        return exp.GroupConcat(this=order, separator=node.args["separator"])
    return node


def _ordered(node: exp.Expr) -> exp.Expr:
    """Nulls go where the portable SQL puts them."""
    desc = bool(node.args.get("desc"))
    if bool(node.args.get("nulls_first")) != desc:
        node.set("nulls_first", desc)
    return node


def _same(node: exp.Expr) -> exp.Expr:
    return exp.EQ(this=node.this, expression=node.expression)


def _different(node: exp.Expr) -> exp.Expr:
    return exp.NEQ(this=node.this, expression=node.expression)


def _known(node: exp.Expr) -> exp.Expr:
    """Functions that a dialect's reader does not know."""
    rule = _BY_NAME.get(str(node.this).lower())
    values = node.expressions
    try:
        made = rule(*values) if rule is not None else None
    except TypeError:  # another number of arguments
        made = None
    return made if made is not None else node


_Make = Callable[..., exp.Expr | None]

_BY_NAME: dict[str, _Make] = {
    **dict.fromkeys(("now", "getdate", "sysdate", "sysdatetime", "getutcdate"), exp.CurrentTimestamp),
    **dict.fromkeys(("today", "curdate"), exp.CurrentDate),
    **dict.fromkeys(("nvl", "ifnull", "isnull"), lambda a, b: exp.Coalesce(this=a, expressions=[b])),
    **dict.fromkeys(("iff", "iif", "if"), lambda c, a, b=None: when(c, a, b)),
    "zeroifnull": lambda a: exp.Coalesce(this=a, expressions=[number(0)]),
    "nullifzero": lambda a: exp.Nullif(this=a, expression=number(0)),
    **dict.fromkeys(("safe_divide", "try_divide", "div0null"), lambda a, b: exp.SafeDivide(this=a, expression=b)),
    "div0": lambda a, b: exp.Coalesce(this=exp.SafeDivide(this=a, expression=b), expressions=[number(0)]),
    "div": lambda a, b: exp.IntDiv(this=a, expression=b),
    **dict.fromkeys(("countif", "count_if"), lambda a: exp.CountIf(this=a)),
    **dict.fromkeys(("every", "bool_and", "booland_agg"), lambda a: exp.LogicalAnd(this=a)),
    **dict.fromkeys(("bool_or", "boolor_agg", "logical_or"), lambda a: exp.LogicalOr(this=a)),
    "date_part": lambda unit, a: exp.Extract(this=exp.Var(this=unit_of(unit)), expression=a),
    "datepart": lambda unit, a: exp.Extract(this=exp.Var(this=unit_of(unit)), expression=a),
    **dict.fromkeys(
        ("to_timestamp", "to_timestamp_ntz", "try_to_timestamp", "to_timestamp_tz", "parse_timestamp"),
        lambda a, _form=None: cast(a, "timestamp"),
    ),
    **dict.fromkeys(("try_to_date", "to_date", "date"), lambda a, _form=None: cast(a, "date")),
    **dict.fromkeys(("try_to_number", "to_numeric", "to_decimal", "try_to_decimal"), lambda a, *_: cast(a, "number")),
    **dict.fromkeys(("to_varchar", "to_text", "str"), lambda a: cast(a, "string")),
    "timestampdiff": lambda unit, a, b: date_diff(a, b, unit_of(unit) or "day"),
    "timestampadd": lambda unit, count, a: date_add(a, count, unit_of(unit) or "day"),
    "convert_timezone": lambda *values: values[-1],
    "len": lambda a: exp.Length(this=a),
    "charindex": lambda a, b: exp.StrPosition(this=b, substr=a),
    **dict.fromkeys(("instr", "strpos"), lambda a, b: exp.StrPosition(this=a, substr=b)),
}  # fmt: skip

_RULES: dict[type[exp.Expr], Rule] = {
    **dict.fromkeys((exp.Cast, exp.TryCast), _plain_cast),
    exp.Convert: _convert,
    exp.ToNumber: _to_number,
    exp.ToDouble: _cast_to("number"),
    exp.ToChar: lambda node: (
        exp.TimeToStr(this=node.this, format=node.args["format"])
        if node.args.get("format") is not None
        else cast(node.this, "string")
    ),
    exp.CountIf: _count_if,
    exp.Filter: _filtered,
    exp.SafeDivide: _division,
    exp.IntDiv: _whole_division,
    exp.If: _zero_division,
    exp.Nvl2: _nvl2,
    exp.DecodeCase: _decode,
    **dict.fromkeys((exp.EqualNull, exp.NullSafeEQ), _same),
    exp.NullSafeNEQ: _different,
    **dict.fromkeys((exp.RegexpLike, exp.RegexpILike), _pattern),
    exp.Initcap: _first_letter,
    exp.Contains: _like("%", "%"),
    exp.StartsWith: _like("", "%"),
    exp.EndsWith: _like("%", ""),
    **dict.fromkeys((exp.Like, exp.ILike), _like_any),
    exp.EQ: _equal_any,
    exp.In: _in_list,
    exp.LogicalAnd: _all_true,
    exp.Is: _is_boolean,
    exp.ApproxDistinct: _distinct_count,
    exp.Pow: _power,
    exp.Trim: _trim,
    exp.ConcatWs: _joined,
    exp.Concat: _concat,
    exp.ArrayToString: _array_text,
    exp.GroupConcat: _list_text,
    exp.Ordered: _ordered,
    exp.Anonymous: _known,
    exp.First: lambda node: exp.AnyValue(this=node.this),
    **dict.fromkeys((exp.IgnoreNulls, exp.RespectNulls), lambda node: node.this),
    **dict.fromkeys((exp.National, exp.RawString), lambda node: text(str(node.this))),
}
