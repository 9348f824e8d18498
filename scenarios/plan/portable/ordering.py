"""The order in which columns and the sides of join conditions are printed. Pure."""

from sqlglot import exp

from scenarios.plan.portable.statement import RELATION, Core, Output, Query, Relation

# Date functions are printed inside a cast, see `macros`.
_SIMPLE = (exp.Literal, exp.Boolean, exp.Null, exp.Cast, exp.TimestampTrunc, exp.DateAdd)
_MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.EQ, exp.NEQ: exp.NEQ, exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.LTE, exp.LTE: exp.GTE,
}  # fmt: skip


def print_order(query: Query, core: Core) -> list[Output]:
    """Plain columns first, then constants and casts, then calculations; in a union as written."""
    return core.outputs if len(query.cores) > 1 else sorted(core.outputs, key=_band)


def _band(output: Output) -> int:
    if isinstance(output.expression, exp.Column):
        return 0
    return (
        1 if isinstance(output.expression, _SIMPLE) and not isinstance(output.expression, exp.TryCast) else 2
    )


def join_condition(core: Core, relation: Relation) -> exp.Expr:
    """The condition of a join, with the earlier table on the left of each comparison of two columns."""
    position = {r.alias: i for i, r in enumerate(core.relations)}

    def turned(node: exp.Expr) -> exp.Expr:
        left, right = node.args.get("this"), node.args.get("expression")
        if not (type(node) in _MIRRORED and isinstance(left, exp.Column) and isinstance(right, exp.Column)):
            return node
        backwards = position[left.meta[RELATION]] > position[right.meta[RELATION]]
        return _MIRRORED[type(node)](this=right, expression=left) if backwards else node

    assert relation.on is not None  # noqa: S101  the caller has looked
    return relation.on.copy().transform(turned, copy=False)
