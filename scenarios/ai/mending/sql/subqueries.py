"""Subqueries in conditions and in the select list become joined tables. Pure."""

from collections.abc import Callable

from sqlglot import exp

from scenarios.ai.mending.said import Said
from scenarios.ai.mending.sql.clauses import conjoined, conjuncts, set_where

NewName = Callable[[str], str]


def joined_subqueries(select: exp.Expr, fresh: NewName, said: Said) -> None:
    """`in (select …)`, `exists (select …)` and single values become joins, in place. `fresh` names tables."""
    where = select.args.get("where")
    if where is not None:
        kept: list[exp.Expr] = []
        for part in conjuncts(where.this):
            kept += _filtered(select, part, fresh, said)
        set_where(select, kept)
    for node in list(select.find_all(exp.Subquery)):
        if node.find_ancestor(exp.Select) is select and not isinstance(node.parent, exp.From | exp.Join):
            _value(select, node, fresh, said)


def _filtered(select: exp.Expr, condition: exp.Expr, fresh: NewName, said: Said) -> list[exp.Expr]:
    """What is left of the condition: nothing or `is null` where it was a subquery, which is joined now."""
    negated = isinstance(condition, exp.Not)
    inner = condition.this.unnest() if negated else condition
    if isinstance(inner, exp.In) and inner.args.get("query") is not None:
        query = inner.args["query"].unnest()
        pairs = [(inner.this, query.expressions[0].unalias())] if isinstance(query, exp.Select) else []
    elif isinstance(inner, exp.Exists):
        query = inner.this.unnest()
        pairs = _correlated(query) if isinstance(query, exp.Select) else []
    else:
        return [condition]
    if not pairs or query.args.get("group") is not None:
        return [condition]
    name = fresh("matching")
    _join_keys(select, query, pairs, negated=negated, name=name)
    said.add("a subquery in a condition is joined instead.")
    missing = exp.Is(this=exp.column(_key(name, 1), table=name), expression=exp.null())
    return [missing] if negated else []


def _correlated(query: exp.Expr) -> list[tuple[exp.Expr, exp.Expr]]:
    """(outer, inner) sides of the equalities that tie the subquery to the outside; they leave its `where`."""
    where, start = query.args.get("where"), query.args.get("from_")
    if where is None or start is None or query.args.get("joins"):
        return []
    alias = start.this.alias_or_name.lower()
    pairs, kept = [], []
    for part in conjuncts(where.this):
        sides = [part.this, part.expression] if isinstance(part, exp.EQ) else []
        owners = [side.table.lower() if isinstance(side, exp.Column) else "" for side in sides]
        if len(owners) == 2 and all(owners) and owners.count(alias) == 1:
            inner = owners.index(alias)
            pairs.append((sides[1 - inner], sides[inner]))
        else:
            kept.append(part)
    set_where(query, kept)
    return pairs


def _join_keys(
    select: exp.Expr, query: exp.Expr, pairs: list[tuple[exp.Expr, exp.Expr]], *, negated: bool, name: str
) -> None:
    columns = [_key(name, number) for number in range(1, len(pairs) + 1)]
    keys = [exp.alias_(inner.copy(), column) for (_, inner), column in zip(pairs, columns, strict=True)]
    query.set("expressions", keys)
    query.set("distinct", exp.Distinct())
    sides = [
        exp.EQ(this=outer.copy(), expression=exp.column(column, table=name))
        for (outer, _), column in zip(pairs, columns, strict=True)
    ]
    joined = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier(name)))
    how = {"side": "LEFT"} if negated else {"kind": "INNER"}
    select.append("joins", exp.Join(this=joined, on=conjoined(list(sides)), **how))


def _key(name: str, number: int) -> str:
    return f"{name}_key_{number}"


def _value(select: exp.Expr, node: exp.Expr, fresh: NewName, said: Said) -> None:
    """A single value is a column of a table of one row."""
    query = node.this
    if not isinstance(query, exp.Select) or len(query.expressions) != 1:
        return
    name = fresh("single")
    column = f"{name}_value"
    query.set("expressions", [exp.alias_(query.expressions[0].unalias().copy(), column)])
    joined = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier(name)))
    node.replace(exp.column(column, table=name))
    select.append("joins", exp.Join(this=joined, kind="CROSS"))
    said.add("a subquery that gives one value is joined instead.")
