"""Writes out what warehouses would do differently without a word. Pure.

Integer division, division by zero, averages of integers, casts of fractions, texts beside dates, other values in
texts: after this pass the tree says what is meant, and the printer prints what it says.
"""

from dataclasses import replace

from sqlglot import exp

from scenarios.plan.names import ColumnType
from scenarios.plan.portable.kinds import cast_kind, data_type, kind_of
from scenarios.plan.portable.rewrite import Rules, apply_rules
from scenarios.plan.portable.splitting import with_all_parts
from scenarios.plan.portable.statement import Core, Statement


def make_safe(statement: Statement) -> None:
    """Change every expression of a checked statement in place."""
    for query in statement.queries:
        for core in query.cores:
            _make_core_safe(core)


def _make_core_safe(core: Core) -> None:
    for output in core.outputs:
        output.expression = _typed(apply_rules(output.expression, _RULES))
    core.group = [apply_rules(item, _RULES) for item in core.group]
    core.where = apply_rules(core.where, _RULES) if core.where is not None else None
    core.having = apply_rules(core.having, _RULES) if core.having is not None else None
    for i, relation in enumerate(core.relations):
        if relation.on is not None:
            core.relations[i] = replace(relation, on=apply_rules(relation.on, _RULES))


def _typed(node: exp.Expr) -> exp.Expr:
    """A bare text as a column has no type yet on Redshift, and on Snowflake one that is as short as the text."""
    return _cast(node, "string") if isinstance(node, exp.Literal) and node.is_string else node


def _cast(node: exp.Expr, kind: ColumnType) -> exp.Expr:
    return exp.Cast(this=node.copy(), to=data_type(kind))


def _division(node: exp.Expr) -> exp.Expr:
    """A decimal division that gives null for a zero denominator."""
    left, right = node.this, node.expression
    if isinstance(left, exp.Literal) and kind_of(left) == "integer":
        node.set("this", exp.Literal.number(f"{left.name}.0"))
    elif kind_of(left) != "number":
        node.set("this", _cast(left, "number"))
    node.set("expression", _not_zero(right))
    return node


def _remainder(node: exp.Expr) -> exp.Expr:
    node.set("expression", _not_zero(node.expression))
    return node


def _not_zero(node: exp.Expr) -> exp.Expr:
    """A denominator that is null instead of zero."""
    if isinstance(node, exp.Literal) and float(node.name) != 0:
        return node
    if isinstance(node, exp.Nullif) and node.expression == exp.Literal.number(0):
        return node
    return exp.Nullif(this=node.copy(), expression=exp.Literal.number(0))


def _average(node: exp.Expr) -> exp.Expr:
    """The average of integers is an integer on some warehouses."""
    if kind_of(node.this) != "number":
        node.set("this", _cast(node.this, "number"))
    return node


def _whole(node: exp.Expr) -> exp.Expr:
    """A cast to integer cuts on some warehouses and rounds on others: round first."""
    value = node.this
    is_whole = isinstance(value, exp.Floor | exp.Ceil) or (
        isinstance(value, exp.Round) and value.args.get("decimals") is None
    )
    if cast_kind(node.args["to"]) == "integer" and kind_of(value) == "number" and not is_whole:
        node.set("this", exp.Round(this=value.copy()))
    return node


def _comparison(node: exp.Expr) -> exp.Expr:
    left, right = node.this, node.expression
    node.set("this", _beside(left, right))
    node.set("expression", _beside(right, left))
    return node


def _between(node: exp.Expr) -> exp.Expr:
    for name in ("low", "high"):
        node.set(name, _beside(node.args[name], node.this))
    return node


def _in(node: exp.Expr) -> exp.Expr:
    node.set("expressions", [_beside(item, node.this) for item in node.expressions])
    return node


def _beside(node: exp.Expr, other: exp.Expr) -> exp.Expr:
    """A text beside a date is a date."""
    kind = kind_of(other)
    if isinstance(node, exp.Literal) and node.is_string and kind in ("date", "timestamp"):
        return _cast(node, kind)
    return node


def _concat(node: exp.Expr) -> exp.Expr:
    node.set("expressions", [_as_text(part) for part in node.expressions])
    return node


def _listagg(node: exp.Expr) -> exp.Expr:
    node.this.set("this", _as_text(node.this.this))
    return node


def _hash(node: exp.Expr) -> exp.Expr:
    node.set("this", _as_text(node.this))
    return node


def _as_text(node: exp.Expr) -> exp.Expr:
    return node if kind_of(node) in ("string", None) else _cast(node, "string")


_RULES: Rules = {
    exp.Div: _division,
    exp.Mod: _remainder,
    exp.Avg: _average,
    exp.Cast: _whole,
    exp.SplitPart: with_all_parts,
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), _comparison),
    exp.Between: _between,
    exp.In: _in,
    exp.Concat: _concat,
    exp.GroupConcat: _listagg,
    exp.MD5: _hash,
}
