"""Where output columns come from, and which columns are joined. Pure."""

from dataclasses import dataclass

from sqlglot import exp

from scenarios.plan.portable.kinds import kind_of
from scenarios.plan.portable.statement import RELATION, Core, Kind, Statement

Origin = tuple[str, str]  # (model, column)


@dataclass(frozen=True)
class JoinPair:
    """Two columns that a join compares for equality, each with its type and the input columns behind it."""

    left: str  # as printed: table.column
    right: str
    left_kind: Kind
    right_kind: Kind
    left_origins: tuple[Origin, ...]
    right_origins: tuple[Origin, ...]


def lineage_of(statement: Statement) -> dict[str, list[Origin]]:
    """Output column → the (model, column) pairs its value is made of, each once, in order."""
    final = statement.final
    found: dict[str, list[Origin]] = {}
    for i, name in enumerate(final.columns):
        origins = [o for core in final.cores for o in _origins(statement, core, core.outputs[i].expression)]
        found[name] = list(dict.fromkeys(origins))
    return found


def join_pairs_of(statement: Statement) -> list[JoinPair]:
    """Every pair of columns that an ON compares with `=`, in all queries."""
    pairs: list[JoinPair] = []
    for query in statement.queries:
        for core in query.cores:
            for relation in core.relations:
                for node in relation.on.find_all(exp.EQ) if relation.on is not None else ():
                    if isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Column):
                        pairs.append(_pair(statement, core, node.this, node.expression))
    return pairs


def _pair(statement: Statement, core: Core, left: exp.Expr, right: exp.Expr) -> JoinPair:
    return JoinPair(
        left=f"{left.meta[RELATION]}.{left.name}",
        right=f"{right.meta[RELATION]}.{right.name}",
        left_kind=kind_of(left),
        right_kind=kind_of(right),
        left_origins=tuple(dict.fromkeys(_origins(statement, core, left))),
        right_origins=tuple(dict.fromkeys(_origins(statement, core, right))),
    )


def _origins(statement: Statement, core: Core, expression: exp.Expr) -> list[Origin]:
    found: list[Origin] = []
    for column in expression.find_all(exp.Column):
        relation = core.relation(column.meta[RELATION])
        if relation is None:
            continue
        if relation.is_input:
            found.append((relation.source, column.name))
        elif (query := statement.query(relation.source)) is not None:
            position = list(query.columns).index(column.name)
            for inner in query.cores:
                found += _origins(statement, inner, inner.outputs[position].expression)
    return found
