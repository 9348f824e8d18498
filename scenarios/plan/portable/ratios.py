"""Ratios that a project writes again and again: finding them, and printing them as calls of one macro. Pure.

A ratio is `1.0 * x / nullif(y, 0)`, as the gate leaves it: null instead of an error for a zero denominator.
"""

from sqlglot import exp

from scenarios.plan.portable.kinds import KIND
from scenarios.plan.portable.macros import Ratio
from scenarios.plan.portable.statement import Statement

_ONE = 1.0


def count_ratios(statement: Statement) -> int:
    """How many ratios the columns of a checked statement have, its CTEs included."""
    return sum(
        _is_ratio(node)
        for query in statement.queries
        for core in query.cores
        for output in core.outputs
        for node in output.expression.find_all(exp.Div)
    )


def with_ratio_calls(statement: Statement) -> Statement:
    """The same statement, its ratios as calls of the macro. Changes the outputs of `statement` in place."""
    for query in statement.queries:
        for core in query.cores:
            for output in core.outputs:
                output.expression = output.expression.transform(_as_call, copy=False)
    return statement


def _as_call(node: exp.Expr) -> exp.Expr:
    if not _is_ratio(node):
        return node
    call = Ratio(this=node.this.expression, expression=node.expression.this)
    call.meta[KIND] = "number"
    return call


def _is_ratio(node: exp.Expr) -> bool:
    """Whether it is `1.0 * x / nullif(y, 0)`."""
    if not (isinstance(node, exp.Div) and isinstance(node.this, exp.Mul)):
        return False
    one, zero = node.this.this, node.expression
    return (
        isinstance(one, exp.Literal)
        and not one.is_string
        and float(one.name) == _ONE
        and isinstance(zero, exp.Nullif)
        and zero.expression == exp.Literal.number(0)
    )
