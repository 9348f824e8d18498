"""Where a model's column comes from, and how far a source column reaches, read from the statements. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import networkx as nx
from sqlglot import exp

from scenarios.plan.names import ColumnType
from scenarios.plan.outline import Model, ModelColumn, Outline, SourceColumn, SourceTable
from scenarios.plan.parts import Plan
from scenarios.plan.portable import check_select
from scenarios.plan.portable.statement import RELATION, Core, Query, Relation, Statement

Place = tuple[str, str]  # (table, column) as statements name them

_Inputs = tuple[tuple[str, tuple[tuple[str, ColumnType], ...]], ...]


@dataclass(frozen=True)
class Trace:
    """The source column whose value a model's column has, unchanged.

    `whole` says that each source row has its row in the model, as far as the statements tell: nothing on the
    way filters, joins rows away or puts tables together.
    """

    source: SourceTable
    column: SourceColumn
    whole: bool


def input_columns(outline: Outline, model: Model) -> dict[str, dict[str, ColumnType]]:
    """Columns and types of each of a model's inputs that exist."""
    tables: dict[str, dict[str, ColumnType]] = {}
    for name in model.inputs:
        other = outline.model(name)
        source = _staged(outline, name)
        if other:
            tables[name] = {column.name: column.type for column in other.columns}
        elif source:
            tables[name] = {column.staged_name: column.type for column in source.columns}
    return tables


def sources_behind(outline: Outline, model: str) -> set[str]:
    """Source tables that feed a model, directly or through others; empty for an unknown model."""
    graph = nx.DiGraph((name, other.name) for other in outline.models for name in other.inputs)
    behind = nx.ancestors(graph, model) if model in graph else set()
    return {source.table for source in outline.sources if source.staging_model in behind}


def trace(plan: Plan, model: str, column: str, *, through_casts: bool = False) -> Trace | None:
    """The source column that passes straight through to a model's column; None when it does not, or is unknown.

    With `through_casts`, a cast on the way (a moment cut to its day) counts as passing.
    """
    whole, seen = True, set()
    while (model, column) not in seen:
        seen.add((model, column))
        source = _staged(plan.outline, model)
        if source is not None:
            found = next((c for c in source.columns if c.staged_name == column), None)
            return Trace(source, found, whole) if found else None
        tree = _tree_of(plan, model)
        step = _step(tree, tree.final, column, through_casts) if tree else None
        if step is None:
            return None
        (model, column), whole = step[0], whole and step[1]
    return None


def reached(
    plan: Plan, source: SourceTable, column: SourceColumn, *, what: Literal["value", "empty"]
) -> list[tuple[Model, ModelColumn]]:
    """Model columns that a source column's value reaches, or its emptiness: `coalesce` and counts stop it."""
    marked: set[Place] = {(source.staging_model, column.staged_name)}
    flows = _value_flows if what == "value" else _empty_flows
    found: dict[Place, tuple[Model, ModelColumn]] = {}
    for _ in plan.outline.models:  # models may stand in any order; each round settles at least one layer
        before = len(found)
        for model in plan.outline.models:
            tree = _tree_of(plan, model.name)
            for output in model.columns if tree else ():
                if tree and _flows(tree, tree.final, output.name, marked, flows):
                    marked.add((model.name, output.name))
                    found[model.name, output.name] = (model, output)
        if len(found) == before:
            break
    return list(found.values())


def _staged(outline: Outline, name: str) -> SourceTable | None:
    return next((source for source in outline.sources if source.staging_model == name), None)


def _tree_of(plan: Plan, name: str) -> Statement | None:
    model, statement = plan.outline.model(name), plan.statement_of(name)
    if model is None or statement is None:
        return None
    inputs = input_columns(plan.outline, model)
    return _tree(statement.sql, tuple((table, tuple(columns.items())) for table, columns in inputs.items()))


@lru_cache(maxsize=512)
def _tree(sql: str, inputs: _Inputs) -> Statement | None:
    """The checked statement, or None when it breaks the gate. It is read only, so one copy serves all."""
    tables: Mapping[str, dict[str, ColumnType]] = {table: dict(columns) for table, columns in inputs}
    return check_select(sql, inputs=dict(tables), part="sql").tree


def _step(statement: Statement, query: Query, column: str, casts: bool) -> tuple[Place, bool] | None:
    """The input's column behind an output of one statement, and whether each of its rows has a row here."""
    if len(query.cores) != 1:
        return None
    core = query.cores[0]
    output = next((output for output in core.outputs if output.name == column), None)
    expression = output.expression if output else None
    while casts and isinstance(expression, exp.Cast):
        expression = expression.this
    relation = core.relation(expression.meta[RELATION]) if isinstance(expression, exp.Column) else None
    if relation is None or expression is None:
        return None
    whole = _keeps_rows(core, relation)
    if relation.is_input:
        return (relation.source, expression.name), whole
    inner = statement.query(relation.source)
    further = _step(statement, inner, expression.name, casts) if inner else None
    return (further[0], further[1] and whole) if further else None


def _keeps_rows(core: Core, relation: Relation) -> bool:
    joins = [other.join for other in core.relations[1:]]
    first = core.relations[0] is relation
    return first and core.where is None and core.having is None and set(joins) <= {"left"}


Flow = Callable[[exp.Expr, Callable[[exp.Column], bool]], bool]


def _flows(statement: Statement, query: Query, column: str, marked: set[Place], flow: Flow) -> bool:
    """Whether any of `marked` flows into an output column of a query."""
    place = list(query.columns).index(column) if column in query.columns else -1
    if place < 0:
        return False

    def in_core(core: Core) -> bool:
        def is_marked(found: exp.Column) -> bool:
            relation = core.relation(found.meta[RELATION])
            if relation is None:
                return False
            if relation.is_input:
                return (relation.source, found.name) in marked
            inner = statement.query(relation.source)
            return inner is not None and _flows(statement, inner, found.name, marked, flow)

        return flow(core.outputs[place].expression, is_marked)

    return any(in_core(core) for core in query.cores)


def _value_flows(expression: exp.Expr, is_marked: Callable[[exp.Column], bool]) -> bool:
    return any(is_marked(column) for column in expression.find_all(exp.Column))


def _empty_flows(expression: exp.Expr, is_marked: Callable[[exp.Column], bool]) -> bool:
    """Whether the expression can be null because a marked column is."""
    if isinstance(expression, exp.Column):
        return is_marked(expression)
    if isinstance(expression, exp.Count | exp.Is):
        return False
    children = list(expression.iter_expressions())
    if isinstance(expression, exp.Coalesce):
        return all(_empty_flows(child, is_marked) for child in children)
    return any(_empty_flows(child, is_marked) for child in children)
