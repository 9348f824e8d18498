"""Brings an allowed tree into one shape, so that checks and printing know few cases. Pure."""

from collections.abc import Callable, Mapping

from sqlglot import exp

Rules = Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr]]


def rewrite(tree: exp.Expr) -> exp.Expr:
    """The same statement with synonyms replaced: one spelling for each meaning. `tree` is used up."""
    return apply_rules(tree, _RULES)


def apply_rules(node: exp.Expr, rules: Rules) -> exp.Expr:
    """Rewrite a tree from its leaves up; what a rule makes anew is rewritten too. Changes the tree in place.

    Recursion is bounded: the grammar has limited the depth.
    """
    for child in list(node.iter_expressions()):
        changed = apply_rules(child, rules)
        if changed is not child:
            child.replace(changed)
    rule = rules.get(type(node))
    result = rule(node) if rule is not None else node
    return result if result is node else apply_rules(result, rules)


def _if(node: exp.Expr) -> exp.Expr:
    if isinstance(node.parent, exp.Case) and node.arg_key == "ifs":
        return node
    branch = exp.If(this=node.this, true=node.args["true"])
    return exp.Case(ifs=[branch], default=node.args.get("false"))


def _case(node: exp.Expr) -> exp.Expr:
    """Drop `else null`; a case that only says true or false becomes its condition."""
    default = node.args.get("default")
    if isinstance(default, exp.Null):
        node.set("default", None)
    branches = node.args["ifs"]
    if node.this is None and len(branches) == 1 and isinstance(default, exp.Boolean):
        answer = branches[0].args["true"]
        if isinstance(answer, exp.Boolean) and answer.this != default.this:
            known = exp.Coalesce(this=branches[0].this, expressions=[exp.false()])
            return known if answer.this else exp.Not(this=known)
    while node.this is None and isinstance(default, exp.Case) and default.this is None:
        node.set("ifs", [*node.args["ifs"], *default.args["ifs"]])
        default = default.args.get("default")
        node.set("default", default)
    return node


def _equality(node: exp.Expr) -> exp.Expr:
    """`x = true` is x; `x = false` is not x."""
    left, right = node.this, node.expression
    if isinstance(left, exp.Boolean):
        left, right = right, left
    if not isinstance(right, exp.Boolean):
        return node
    wanted = right.this if isinstance(node, exp.EQ) else not right.this
    return left if wanted else exp.Not(this=left)


def _not(node: exp.Expr) -> exp.Expr:
    """`not` moves inwards until it stands before a plain value; nulls come out the same."""
    inner = node.this
    if isinstance(inner, exp.Not):
        return inner.this
    opposite = _OPPOSITES.get(type(inner))
    if opposite is None:
        return node
    if isinstance(inner, exp.And | exp.Or):
        return opposite(this=exp.Not(this=inner.this), expression=exp.Not(this=inner.expression))
    return opposite(this=inner.this, expression=inner.expression)


def _ilike(node: exp.Expr) -> exp.Expr:
    return exp.Like(this=exp.Lower(this=node.this), expression=exp.Lower(this=node.expression))


def _lower(node: exp.Expr) -> exp.Expr:
    """The lower case of a text is known."""
    text = node.this
    return exp.Literal.string(text.name.lower()) if isinstance(text, exp.Literal) and text.is_string else node


def _date_part(node: exp.Expr) -> exp.Expr:
    unit = {"dayofmonth": "day"}.get(node.key, node.key)
    return exp.Extract(this=exp.Var(this=unit), expression=node.this)


def _to_date(node: exp.Expr) -> exp.Expr:
    return exp.Cast(this=node.this, to=exp.DataType.build("date"))


def _date_trunc(node: exp.Expr) -> exp.Expr:
    return exp.TimestampTrunc(this=node.this, unit=exp.Var(this=node.args["unit"].name))


def _concat(node: exp.Expr) -> exp.Expr:
    """A flat list of parts, for `||` and concat alike."""
    parts = [node.this, node.expression] if isinstance(node, exp.DPipe) else node.expressions
    if isinstance(node, exp.Concat) and not any(isinstance(p, exp.Concat | exp.DPipe) for p in parts):
        return node
    flat: list[exp.Expr] = []
    for part in parts:
        part = _concat(part) if isinstance(part, exp.DPipe | exp.Concat) else part
        flat.extend(part.expressions if isinstance(part, exp.Concat) else [part])
    return exp.Concat(expressions=flat)


def _count(node: exp.Expr) -> exp.Expr:
    return exp.Count(this=exp.Star()) if isinstance(node.this, exp.Literal) else node


def _coalesce(node: exp.Expr) -> exp.Expr:
    return node if node.expressions else node.this


def _decimal(node: exp.Expr) -> exp.Expr:
    """A cast to numeric(10, 2) is a cast to a decimal number, rounded; sizes alone are dropped."""
    target = node.args["to"]
    if not target.expressions:
        return node
    sizes = [int(size.name) if size.name.isdigit() else 0 for size in target.expressions]
    plain = type(node)(this=node.this, to=exp.DataType(this=target.this))
    is_decimal = target.this in (exp.DType.DECIMAL, exp.DType.BIGDECIMAL)
    if not is_decimal or sizes == [38, 0]:  # a bare `number` is read as number(38, 0)
        return plain
    return exp.Round(this=plain, decimals=exp.Literal.number(sizes[1] if len(sizes) > 1 else 0))


def _group_concat(node: exp.Expr) -> exp.Expr:
    if node.args.get("separator") is None:
        node.set("separator", exp.Literal.string(","))
    return node


_OPPOSITES: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.And: exp.Or,
    exp.Or: exp.And,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.GT: exp.LTE,
    exp.LTE: exp.GT,
    exp.LT: exp.GTE,
    exp.GTE: exp.LT,
}


def _paren(node: exp.Expr) -> exp.Expr:
    """Parentheses go: the tree keeps the order, and the printer sets its own."""
    return node.this


_RULES: Rules = {
    exp.Paren: _paren,
    exp.If: _if,
    exp.Case: _case,
    exp.EQ: _equality,
    exp.NEQ: _equality,
    exp.Not: _not,
    exp.ILike: _ilike,
    exp.Lower: _lower,
    exp.Year: _date_part,
    exp.Month: _date_part,
    exp.Day: _date_part,
    exp.DayOfMonth: _date_part,
    exp.Quarter: _date_part,
    exp.TsOrDsToDate: _to_date,
    exp.DateTrunc: _date_trunc,
    exp.DPipe: _concat,
    exp.Concat: _concat,
    exp.Count: _count,
    exp.Coalesce: _coalesce,
    exp.Cast: _decimal,
    exp.GroupConcat: _group_concat,
}
