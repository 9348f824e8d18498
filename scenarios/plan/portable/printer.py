"""Prints a checked statement as the CTEs of a dbt model. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from scenarios.plan.portable.expressions import ExpressionPrinter
from scenarios.plan.portable.fragments import INDENT
from scenarios.plan.portable.layout import Layout, indented, logical_lines
from scenarios.plan.portable.ordering import join_condition, print_order
from scenarios.plan.portable.statement import FINAL, RELATION, Core, Query, Relation, Statement

LINE_LENGTH = 110  # in the finished file, where every body stands one level deep
ROOM = LINE_LENGTH - len(INDENT)


@dataclass(frozen=True)
class PrintedCte:
    """One CTE: its name, and its lines without outer indentation."""

    name: str
    body: str


@dataclass(frozen=True)
class PrintedSelect:
    """The CTEs in order, the last one named `final`, and the output columns as printed."""

    ctes: list[PrintedCte]
    columns: list[str]


def print_statement(statement: Statement, import_names: Mapping[str, str]) -> PrintedSelect:
    """Imports first (only the columns that are used), then the statement's own CTEs, `final` last."""
    names = _import_names(statement, import_names)
    ctes = [PrintedCte(names[model], _import(model, columns)) for model, columns in _used(statement).items()]
    for query in statement.queries:
        ctes.append(PrintedCte(query.name, "\n".join(_query(query, names))))
    final = statement.final
    return PrintedSelect(ctes, [output.name for output in print_order(final, final.cores[0])])


def _import_names(statement: Statement, wanted: Mapping[str, str]) -> dict[str, str]:
    """Printed names of the inputs: the caller's, else the author's own, else the model's; each once."""
    taken = {query.name for query in statement.queries} | _self_join_aliases(statement)
    names: dict[str, str] = {}
    for model in _used(statement):
        choices = (wanted.get(model, ""), statement.import_names.get(model, ""), model)
        names[model] = next((name for name in choices if name and name not in taken), model)
        taken.add(names[model])
    return names


def _self_join_aliases(statement: Statement) -> set[str]:
    """Aliases that are printed, because one table is read twice in the same FROM."""
    found: set[str] = set()
    for query in statement.queries:
        for core in query.cores:
            sources = [relation.source for relation in core.relations]
            found |= {relation.alias for relation in core.relations if sources.count(relation.source) > 1}
    return found


def _used(statement: Statement) -> dict[str, list[str]]:
    """Input models in the order of their first use → columns that are used, in the model's order."""
    found: dict[str, list[str]] = {}
    for query in statement.queries:
        for core in query.cores:
            for relation in (r for r in core.relations if r.is_input):
                used = {c.name for e in core.expressions() for c in _columns(e, relation)}
                known = set(found.get(relation.source, []))
                found[relation.source] = [name for name in relation.columns if name in used | known]
    return {model: columns or _first_column(statement, model) for model, columns in found.items()}


def _columns(expression: exp.Expr, relation: Relation) -> list[exp.Expr]:
    return [c for c in expression.find_all(exp.Column) if c.meta.get(RELATION) == relation.alias]


def _first_column(statement: Statement, model: str) -> list[str]:
    """A table that is only counted still needs a column."""
    relations = (r for q in statement.queries for c in q.cores for r in c.relations)
    return next(list(r.columns)[:1] for r in relations if r.is_input and r.source == model)


def _import(model: str, columns: list[str]) -> str:
    return "\n".join([*_select("select", [[column] for column in columns]), f"from {{{{ ref('{model}') }}}}"])


def _query(query: Query, names: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    for i, core in enumerate(query.cores):
        lines += ["", "union all", ""] if i else []
        lines += _core(query, core, names)
    return lines


def _core(query: Query, core: Core, names: Mapping[str, str]) -> list[str]:
    printed = _relation_names(core, names)
    layout = Layout(ExpressionPrinter(printed, qualified=len(core.relations) > 1))
    word = "select distinct" if core.distinct else "select"
    targets: list[list[str]] = []
    for output in print_order(query, core):
        plain = isinstance(output.expression, exp.Column) and output.expression.name == output.name
        suffix = "" if plain else f" as {output.name}"
        lines = layout.lines(output.expression, ROOM - len(INDENT) - len(suffix) - 1)
        lines[-1] += suffix
        targets.append(lines)
    lines = _select(word, targets)
    for relation in core.relations:
        lines += _relation(core, relation, names.get(relation.source, relation.source), printed, layout)
    if core.where is not None:
        lines += _condition("where", core.where, layout)
    if core.group:
        lines += _listed("group by", [_group_item(item, core, layout) for item in core.group])
    if core.having is not None:
        lines += _condition("having", core.having, layout)
    return lines


def _relation_names(core: Core, names: Mapping[str, str]) -> dict[str, str]:
    """Alias → printed name: the table's own, and the alias only where one table is read twice."""
    sources = [relation.source for relation in core.relations]
    return {
        r.alias: names.get(r.source, r.source) if sources.count(r.source) == 1 else r.alias
        for r in core.relations
    }


def _select(word: str, targets: list[list[str]]) -> list[str]:
    if len(targets) == 1 and len(targets[0]) == 1:
        return [f"{word} {targets[0][0]}"]
    lines = [word]
    for i, target in enumerate(targets):
        lines += indented(target)
        lines[-1] += "," if i < len(targets) - 1 else ""
    return lines


def _relation(
    core: Core, relation: Relation, name: str, printed: Mapping[str, str], layout: Layout
) -> list[str]:
    word = "from" if relation.join == "from" else f"{relation.join} join"
    alias = printed[relation.alias]
    lines = [f"{word} {name}" + (f" as {alias}" if alias != name else "")]
    if relation.on is not None:
        lines += indented(_condition("on", join_condition(core, relation), layout, ROOM - len(INDENT)))
    return lines


def _condition(word: str, condition: exp.Expr, layout: Layout, room: int = ROOM) -> list[str]:
    """One comparison stands beside its word; several stand below it."""
    lines = layout.lines(condition, room - len(word) - 1)
    if isinstance(condition, exp.And | exp.Or):
        lines = logical_lines(layout, condition, room - len(INDENT))
    return [f"{word} {lines[0]}"] if len(lines) == 1 else [word, *indented(lines)]


def _listed(word: str, items: list[str]) -> list[str]:
    if len(items) == 1:
        return [f"{word} {items[0]}"]
    return [word, *(INDENT + item + ("," if i < len(items) - 1 else "") for i, item in enumerate(items))]


def _group_item(item: exp.Expr, core: Core, layout: Layout) -> str:
    """A calculated column is grouped by its name, unless a table has a column of that name."""
    if not isinstance(item, exp.Column):
        taken = {name for relation in core.relations for name in relation.columns}
        names = [output.name for output in core.outputs if output.expression == item]
        if names and names[0] not in taken:
            return names[0]
    return layout.flat(item)


__all__ = ["FINAL", "PrintedCte", "PrintedSelect", "print_statement"]
