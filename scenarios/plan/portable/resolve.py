"""Which relation does every column of one SELECT come from? Pure."""

from sqlglot import exp

from scenarios.plan.portable.problems import Problems, shown
from scenarios.plan.portable.statement import KIND, RELATION, Core, Output, Relation


def resolve_columns(core: Core, problems: Problems) -> None:
    """Mark every column of `core` with its relation and type; names of groups may mean output columns."""
    core.group = [_group_item(item, core, problems) for item in core.group]
    seen: list[Relation] = []
    for relation in core.relations:
        seen.append(relation)
        if relation.on is not None:  # a condition sees only the tables named so far
            _resolve(relation.on, seen, core, problems)
    for output in core.outputs:
        _resolve(output.expression, core.relations, core, problems)
    for part in (core.where, *core.group, core.having):
        if part is not None:
            _resolve(part, core.relations, core, problems)


def _group_item(item: exp.Expr, core: Core, problems: Problems) -> exp.Expr:
    """What a group item means: a number is refused, an output's name is that output's expression."""
    if isinstance(item, exp.Literal):
        problems.add(f"`group by {item.name}` counts columns.", "Group by the columns' names.")
    elif isinstance(item, exp.Column) and not item.table:
        output = _output(core, item.name.lower())
        if output is not None and not _owners(core.relations, item.name.lower()):
            return output.expression.copy()
    return item


def _output(core: Core, name: str) -> Output | None:
    return next((output for output in core.outputs if output.name == name), None)


def _owners(relations: list[Relation], column: str) -> list[Relation]:
    return [relation for relation in relations if column in relation.columns]


def _resolve(tree: exp.Expr, relations: list[Relation], core: Core, problems: Problems) -> None:
    for column in list(tree.find_all(exp.Column)):
        if not isinstance(column.this, exp.Identifier):
            problems.add("`*` stands where one column is needed.", "Name the column.")
        elif relation := _relation_of(column, relations, core, problems):
            name = column.name.lower()
            column.set("this", exp.to_identifier(name))
            column.set("table", exp.to_identifier(relation.alias))
            column.meta[RELATION] = relation.alias
            column.meta[KIND] = relation.columns[name]


def _relation_of(
    column: exp.Column, relations: list[Relation], core: Core, problems: Problems
) -> Relation | None:
    name, table = column.name.lower(), column.table.lower()
    if table:
        relation = next((r for r in relations if r.alias == table), None)
        if relation is None:
            problems.add(
                f"{shown(f'{table}.{name}')} names a table that is not joined here.", _tables(relations)
            )
        elif name not in relation.columns:
            problems.add(f"{shown(table)} has no column {shown(name)}.", _nearest(relation))
            return None
        return relation
    owners = _owners(relations, name)
    if len(owners) == 1:
        return owners[0]
    if owners:
        tables = " and ".join(owner.alias for owner in owners[:3])
        problems.add(f"The column {shown(name)} stands in {tables}.", f"Write {owners[0].alias}.{name}.")
    elif _output(core, name):
        problems.add(
            f"{shown(name)} is an output column and cannot be used in the same SELECT.",
            "Repeat the expression, or calculate it in a CTE first.",
        )
    else:
        hint = _nearest(relations[0]) if len(relations) == 1 else _tables(relations)
        problems.add(f"There is no column {shown(name)}.", hint)
    return None


def _tables(relations: list[Relation]) -> str:
    return f"Tables here: {', '.join(relation.alias for relation in relations)}."


def _nearest(relation: Relation) -> str:
    return f"Columns of {relation.alias}: {', '.join(relation.columns)}."
