"""Gives a statement the columns that its model declares: names, types, none missing, none too many. Pure."""

from sqlglot import exp

from scenarios.ai.mending.nearest import nearest
from scenarios.ai.mending.said import Said
from scenarios.ai.mending.sql.making import cast, converted
from scenarios.ai.mending.sql.rules import sql_of
from scenarios.plan.outline import Model
from scenarios.plan.portable.kinds import kind_of
from scenarios.plan.portable.rules import has_aggregate
from scenarios.plan.portable.statement import KIND, RELATION
from scenarios.plan.words import TYPE_WORDS, all_of

_SURE = 0.72  # an extra column this like a missing one is the missing one
_PASSED = 0.8  # a column of a table this like a missing one is the missing one


def fit_outputs(tree: exp.Expr, model: Model, said: Said) -> None:
    """Change the select lists of a mended statement, in place, so that they are the declared columns."""
    branches = _branches(tree)
    places = _places(branches[0], model, said)
    _say_extras(branches[0], places, said)
    for branch in branches:
        items = list(branch.expressions)
        made = []
        for column in model.columns:
            place = places.get(column.name)
            value = items[place].unalias() if place is not None and place < len(items) else None
            if value is None:
                value = _missing(branch, column.name, said)
            value = _typed(value, column.type, column.name, said)
            plain = isinstance(value, exp.Column) and value.name == column.name
            made.append(value if plain else exp.alias_(value, column.name, copy=False))
        branch.set("expressions", made)


def _branches(tree: exp.Expr) -> list[exp.Expr]:
    if isinstance(tree, exp.Union):
        return [*_branches(tree.this), *_branches(tree.expression)]
    return [tree]


def _places(select: exp.Expr, model: Model, said: Said) -> dict[str, int]:
    """Declared column → its place in the select list; the nearest extra one stands for one that is missing."""
    names = [output.alias_or_name.lower() for output in select.expressions]
    declared = [column.name for column in model.columns]
    places = {name: names.index(name) for name in declared if name in names}
    extras = [name for name in names if name not in declared]
    missing = [name for name in declared if name not in places]
    for name in missing:
        if not _in_reach(select, name) and (found := nearest(name, extras, cutoff=_SURE)):
            places[name] = names.index(found)
            extras.remove(found)
            said.add(f"the column {found} is called {name}, as the outline declares it.")
    return places


def _in_reach(select: exp.Expr, name: str) -> bool:
    """Whether a table of the SELECT passes a column of this name on, ungrouped."""
    return name in _reachable(select)


def _reachable(select: exp.Expr) -> dict[str, exp.Expr]:
    """Columns that the SELECT mentions by now, by name; of a grouped one those that it groups by."""
    group = select.args.get("group")
    if group is not None:
        return {item.name: item for item in group.expressions if isinstance(item, exp.Column)}
    if any(has_aggregate(output.unalias()) for output in select.expressions):
        return {}
    return {**_known(select)}


def _known(select: exp.Expr) -> dict[str, exp.Expr]:
    found: dict[str, exp.Expr] = {}
    tables = select.meta.get("tables", ())
    for table in tables:
        for name, kind in table.columns.items():
            column = exp.column(name, table=table.alias)
            column.meta[RELATION], column.meta[KIND] = table.alias, kind
            found.setdefault(name, column)
    return found


def _say_extras(select: exp.Expr, places: dict[str, int], said: Said) -> None:
    kept = set(places.values())
    extras = [output.alias_or_name for place, output in enumerate(select.expressions) if place not in kept]
    if extras:
        verb = "is" if len(extras) == 1 else "are"
        said.add(f"{all_of(extras)} {verb} not declared in the outline and left out.")


def _missing(select: exp.Expr, name: str, said: Said) -> exp.Expr:
    """A column of the tables with this name or the nearest; else an empty value."""
    known = _reachable(select)
    found = nearest(name, known, cutoff=_PASSED)
    if found is None:
        said.add(f"nothing gives the declared column {name}: it is empty.")
        return exp.null()
    said.add(
        f"the declared column {name} was missing and is added."
        if found == name
        else f"the declared column {name} was missing; {found} is meant."
    )
    return known[found].copy()


def _typed(value: exp.Expr, kind: str, name: str, said: Said) -> exp.Expr:
    if isinstance(value, exp.Null):
        return cast(value, kind)  # type: ignore[arg-type]
    given = kind_of(value)
    if given is None or given == kind or (given, kind) == ("integer", "number"):
        return value
    made = converted(value, kind)  # type: ignore[arg-type]
    said.add(f"the column {name} is made into {TYPE_WORDS[kind]}: {sql_of(made)[:80]}.")  # type: ignore[index]
    return made
