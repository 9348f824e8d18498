"""The types of the columns in an expanded file, as far as they follow from the plan. Pure.

A lighter sibling of `build` and `resolve`: it takes any tree, refuses nothing, and marks each column with its type
(see `statement.KIND`), so that `kinds.kind_of` can tell the type of an expression.
"""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from scenarios.plan.names import ColumnType
from scenarios.plan.portable.kinds import TYPE_NAMES, kind_of
from scenarios.plan.portable.statement import KIND, Columns, Kind

#: Relation → column → type; of models, seeds and source tables.
Known = Mapping[str, Mapping[str, ColumnType]]

LATERAL = "lateral"  # key in a column's meta: it is named after an output of its own SELECT
_TIMESTAMPS = ("TIMESTAMPTZ", "TIMESTAMPLTZ")
_WITH_UNIT = (exp.TimestampTrunc, exp.DateAdd)


def mark_columns(tree: exp.Expr, known: Known) -> None:
    """Give every column of `tree` whose type is known its type, in place."""
    for node in tree.find_all(exp.Cast, *_WITH_UNIT):
        if isinstance(node, exp.Cast):
            node.meta[KIND] = _named(node.args["to"])
        elif node.args.get("unit") is None:
            node.meta[KIND] = None
    _query(tree, {}, known)


def _named(target: exp.Expr) -> Kind:
    name = target.this.name if isinstance(target, exp.DataType) and isinstance(target.this, exp.DType) else ""
    return "timestamp" if name in _TIMESTAMPS else TYPE_NAMES.get(name)


def _query(query: exp.Expr, ctes: Mapping[str, Columns], known: Known) -> Columns:
    """The output columns of a SELECT, a union or a subquery; empty when they are not known."""
    with_ = query.args.get("with_")
    for cte in with_.expressions if with_ is not None else []:
        ctes = {**ctes, cte.alias.lower(): _query(cte.this, ctes, known)}
    if isinstance(query, exp.Subquery):
        return _query(query.this, ctes, known)
    if isinstance(query, exp.SetOperation):
        first, second = _query(query.this, ctes, known), _query(query.expression, ctes, known)
        kinds = list(second.values())
        return {
            name: kind or (kinds[i] if i < len(kinds) else None)
            for i, (name, kind) in enumerate(first.items())
        }
    return _select(query, ctes, known) if isinstance(query, exp.Select) else {}


def _select(select: exp.Select, ctes: Mapping[str, Columns], known: Known) -> Columns:
    tables = dict(_tables(select, ctes, known))
    aliases = {item.alias.lower() for item in select.expressions if isinstance(item, exp.Alias)}
    for column, place in _own_columns(select):
        name, table = column.name.lower(), column.table.lower()
        owners = [found for alias, found in tables.items() if name in found and table in ("", alias)]
        if owners:
            column.meta[KIND] = owners[0][name]
        elif not table and name in aliases and all(tables.values()) and place in ("expressions", "where"):
            column.meta[LATERAL] = True
    for inner in select.find_all(exp.Subquery):  # scalar ones; those in FROM have been visited
        if inner.parent_select is select and not isinstance(inner.parent, exp.From | exp.Join):
            inner.meta[KIND] = next(iter(_query(inner, ctes, known).values()), None)
    outputs: Columns = {}
    for item in select.expressions:
        if isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star)):
            for columns in tables.values():
                outputs |= columns
        else:
            value = item.this if isinstance(item, exp.Alias) else item
            outputs[item.alias_or_name.lower()] = kind_of(value)
    return outputs


def _tables(select: exp.Select, ctes: Mapping[str, Columns], known: Known) -> Iterator[tuple[str, Columns]]:
    sources = [select.args["from_"].this] if select.args.get("from_") else []
    sources += [join.this for join in select.args.get("joins") or []]
    for source in sources:
        alias = source.alias_or_name.lower()
        if isinstance(source, exp.Table):
            name = source.name.lower()
            found = ctes.get(name) if not source.db and name in ctes else known.get(name)
            yield alias, dict(found or {})
        else:
            yield alias, _query(source, ctes, known)


def _own_columns(select: exp.Select) -> Iterator[tuple[exp.Column, str]]:
    """Columns of this SELECT but not of those inside it, with the clause they stand in."""
    for clause, value in select.args.items():
        if clause in ("with_", "from_"):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, exp.Expr):
                for node in part.walk(prune=lambda inner: isinstance(inner, exp.Select | exp.SetOperation)):
                    if isinstance(node, exp.Column):
                        yield node, clause
