"""Mends one SELECT after the other, CTEs first, each with the tables it may read. Pure."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from scenarios.ai.mending.names import legal_alias, legal_name
from scenarios.ai.mending.nearest import nearest
from scenarios.ai.mending.said import Said
from scenarios.ai.mending.sql.clauses import (
    first_rows,
    plain_tables,
    plain_where,
    plain_windows,
    without_extras,
    without_group_all,
)
from scenarios.ai.mending.sql.reading import CannotMend
from scenarios.ai.mending.sql.relations import Names, Table, kinds_of, marked, stars
from scenarios.ai.mending.sql.rules import sql_of
from scenarios.ai.mending.sql.subqueries import joined_subqueries
from scenarios.ai.mending.sql.typed import as_condition, with_types
from scenarios.plan.portable import Inputs
from scenarios.plan.portable.kinds import kind_of
from scenarios.plan.portable.problems import word_of
from scenarios.plan.portable.rules import has_aggregate
from scenarios.plan.portable.statement import KIND, Columns
from scenarios.plan.portable.windows import AGGREGATES, RANKING

_WINDOWED = (exp.Window, *RANKING)


class Selects:
    """The queries of one statement.

    `seeds`: name of a source table → its staging model; `raw`: staging model → raw column → its name there.
    """

    def __init__(
        self,
        inputs: Inputs,
        seeds: Mapping[str, str],
        raw: Mapping[str, Mapping[str, str]],
        declared: Sequence[str],
        said: Said,
    ) -> None:
        self._inputs = inputs
        self._seeds = seeds
        self._declared = declared
        self._said = said
        self._tables: dict[str, Columns] = {name: dict(columns) for name, columns in inputs.items()}
        self._renamed: dict[str, Mapping[str, str]] = dict(raw)  # table → column as written → column
        self._words: dict[str, str] = {}  # CTE as written → CTE
        self._taken = set(inputs)

    def statement(self, tree: exp.Expr) -> exp.Expr:
        """The statement with all its queries mended. Raises CannotMend."""
        clause = tree.args.get("with_")
        tree.set("with_", None)
        ctes = []
        for cte in clause.expressions if clause is not None else []:
            written, name = cte.alias.lower(), self._new_name(cte.alias.lower())
            names = [column.name for column in cte.args["alias"].args.get("columns") or []]
            body = self._query(_with_column_names(cte.this, names), is_final=False)
            self._words[written] = name
            self._keep(name, body)
            ctes.append(exp.CTE(this=body, alias=exp.TableAlias(this=exp.to_identifier(name))))
        body = self._query(tree, is_final=True)
        if ctes:
            body.set("with_", exp.With(expressions=ctes))
        return body

    def fresh(self, word: str) -> str:
        """A name that nothing in the statement has."""
        number = 1
        while f"{word}_rows_{number}" in self._taken:
            number += 1
        self._taken.add(f"{word}_rows_{number}")
        return f"{word}_rows_{number}"

    def _new_name(self, written: str) -> str:
        name = legal_alias(written, self._taken)
        if name != written:
            self._said.add(f"the CTE {written} is called {name}.")
        self._taken.add(name)
        return name

    def _keep(self, name: str, body: exp.Expr) -> None:
        """Remember a query's columns; names that no warehouse takes as an alias get a word."""
        renamed: dict[str, str] = {}
        outputs = _first(body).expressions
        for output in outputs:
            written = output.alias_or_name.lower()
            plain = isinstance(output, exp.Column)
            legal = written if plain else legal_name(written, taken=(), word="value")
            if legal != written:
                renamed[written] = legal
                output.set("alias", exp.to_identifier(legal))
                self._said.add(f"the column {written} of {name} is called {legal}.")
        self._tables[name] = kinds_of(outputs)
        self._renamed[name] = renamed

    def _query(self, query: exp.Expr, *, is_final: bool) -> exp.Expr:
        while isinstance(query, exp.Subquery):
            without_extras(query, self._said)
            query = query.this
        if isinstance(query, exp.Union):
            return self._union(query, is_final=is_final)
        if not isinstance(query, exp.Select):
            raise CannotMend(query.key)
        return self._select(query, is_final=is_final)

    def _union(self, query: exp.Union, *, is_final: bool) -> exp.Expr:
        without_extras(query, self._said)
        left = self._query(query.this, is_final=is_final)
        right = self._query(query.expression, is_final=is_final)
        both = exp.Union(this=left, expression=right, distinct=False)
        if not query.args.get("distinct"):
            return both
        self._said.add("union is written as union all with select distinct.")
        names = [output.alias_or_name for output in _first(left).expressions]
        table = Table(self.fresh("all"), "", kinds_of(_first(left).expressions))
        outer = exp.select(*[marked(table, name) for name in names]).from_(both.subquery(table.alias))
        outer.set("distinct", exp.Distinct())
        return outer

    def _select(self, select: exp.Select, *, is_final: bool) -> exp.Expr:
        first = first_rows(select, self._said)
        without_extras(select, self._said)
        plain_tables(select, self._said)
        plain_where(select, self._said)
        plain_windows(select, self._said)
        joined_subqueries(select, self.fresh, self._said)
        names = self._names(select)
        _stars(select, names, self._said)
        without_group_all(select, self._said)
        self._outputs(select, names, is_final=is_final)
        self._conditions(select, names)
        _grouping(select, self._said)
        select.meta["tables"] = tuple(names.tables)
        kept = select.args.get("qualify")
        select.set("qualify", None)
        condition = kept.this if kept is not None else None
        for part in (first, condition):
            if part is not None:
                select = self._numbered(select, part, names)
        return select

    def _names(self, select: exp.Select) -> Names:
        names = Names([], {}, self._said)
        start = select.args.get("from_")
        if start is None:
            raise CannotMend("no table")
        start.set("this", self._table(start.this, names))
        for join in select.args.get("joins") or []:
            before = list(names.tables)
            join.set("this", self._table(join.this, names))
            if join.args.get("using"):
                _conditioned(join, before, names.tables[-1], self._said)
            elif (on := join.args.get("on")) is not None:
                join.set("on", as_condition(names.resolve(on), self._said))
        return names

    def _table(self, table: exp.Expr, names: Names) -> exp.Expr:
        written = table.alias_or_name.lower()
        if isinstance(table, exp.Subquery):
            alias = self._alias(written or self.fresh("inner"), names)
            body = self._query(table.this, is_final=False)
            self._taken.add(alias)
            self._keep(alias, body)
            source = alias
            made: exp.Expr = exp.Subquery(this=body, alias=exp.TableAlias(this=exp.to_identifier(alias)))
        elif isinstance(table, exp.Table) and isinstance(table.this, exp.Identifier):
            source = self._source(table.name.lower())
            alias = self._alias(written, names) if table.alias else source
            made = exp.table_(source, alias=alias if alias != source else None)
            names.aliases[table.name.lower()] = alias
        else:
            raise CannotMend("a table that is none")
        names.aliases[written] = alias
        renamed = self._renamed.get(source, {})
        names.tables.append(Table(alias, source, self._tables[source], renamed))
        return made

    def _alias(self, written: str, names: Names) -> str:
        taken = {table.alias for table in names.tables}
        return legal_alias(written, taken)

    def _source(self, name: str) -> str:
        """The table that is meant: a CTE, an input, the staging model of a source, or the nearest of them."""
        known = self._words.get(name, name)
        if known in self._tables:
            return known
        staged = self._seeds.get(name)
        found = staged if staged in self._tables else nearest(name, self._tables)
        if found is None and len(self._inputs) == 1:
            found = next(iter(self._inputs))
        if found is None:
            raise CannotMend(f"unknown table {name}")
        self._said.add(f"it cannot read {name}; {found} is meant.")
        return found

    def _outputs(self, select: exp.Select, names: Names, *, is_final: bool) -> None:
        made: list[exp.Expr] = []
        for place, item in enumerate(select.expressions):
            written = item.alias_or_name.lower() if isinstance(item, exp.Alias | exp.Column) else ""
            value = with_types(names.resolve(item.unalias()), self._said)
            if is_final and isinstance(item, exp.Column) and written not in self._declared:
                written = value.name if isinstance(value, exp.Column) else written
            name = written or self._output_name(value, place, len(select.expressions), made, is_final)
            names.outputs.setdefault(name, value)
            plain = isinstance(value, exp.Column) and value.name == name
            made.append(value if plain else exp.alias_(value, name, copy=False))
        select.set("expressions", made)

    def _output_name(
        self, value: exp.Expr, place: int, count: int, before: Sequence[exp.Expr], is_final: bool
    ) -> str:
        """A name for a calculated column: the declared one of its place, else what it calculates."""
        used = {output.alias_or_name.lower() for output in before}
        name = ""
        if is_final and count == len(self._declared) and self._declared[place] not in used:
            name = self._declared[place]
        column = value.find(exp.Column)
        name = name or "_".join(part for part in (word_of(value), column.name if column else "") if part)
        name = legal_name(name, taken=used, word="value")
        self._said.add(f"the column {sql_of(value)[:60]} is called {name}.")
        return name

    def _conditions(self, select: exp.Select, names: Names) -> None:
        for key in ("where", "having"):
            clause = select.args.get(key)
            if clause is not None:
                clause.set("this", as_condition(names.resolve(clause.this), self._said))
        group = select.args.get("group")
        if group is not None:
            items = [with_types(names.resolve(item), self._said) for item in group.expressions]
            group.set("expressions", items)

    def _numbered(self, select: exp.Select, condition: exp.Expr, names: Names) -> exp.Select:
        """`qualify`: the windows are numbered in an inner SELECT, the outer one filters."""
        condition = names.resolve(condition, with_outputs=True)
        inner = self.fresh("numbered")
        columns = [output.alias_or_name for output in select.expressions]
        extra: list[exp.Expr] = []
        for node in [
            found for found in condition.find_all(exp.Window) if not found.find_ancestor(exp.Window)
        ]:
            name = f"{inner}_{len(extra) + 1}"
            extra.append(exp.alias_(with_types(node.copy(), self._said), name))
            column = exp.column(name, table=inner)
            column.meta[KIND] = kind_of(extra[-1].unalias())
            if node is condition:
                condition = column
            else:
                node.replace(column)
        select.set("expressions", [*select.expressions, *extra])
        table = Table(inner, inner, kinds_of(select.expressions))
        for column in list(condition.find_all(exp.Column)):
            if column.table != inner and column.name in table.columns:
                column.replace(marked(table, column.name))
        outer = exp.select(*[marked(table, name) for name in columns]).from_(select.subquery(inner))
        self._said.add("qualify is written as a filter on a numbered SELECT.")
        outer = outer.where(as_condition(condition, self._said), copy=False)
        outer.meta["tables"] = (table,)
        return outer


def _first(body: exp.Expr) -> exp.Expr:
    while isinstance(body, exp.Union | exp.Subquery):
        body = body.this
    return body


def _with_column_names(body: exp.Expr, names: Sequence[str]) -> exp.Expr:
    """`with a (x, y) as (…)`: the names go to the select list."""
    first = _first(body)
    if names and len(names) == len(first.expressions):
        items = [exp.alias_(i.unalias(), n) for i, n in zip(first.expressions, names, strict=True)]
        first.set("expressions", items)
    return body


def _stars(select: exp.Select, names: Names, said: Said) -> None:
    items: list[exp.Expr] = []
    for item in select.expressions:
        found = stars(item, names, said)
        items += [item] if found is None else [each for each in found if each not in items]
    select.set("expressions", items)


def _conditioned(join: exp.Expr, before: Sequence[Table], table: Table, said: Said) -> None:
    """`using (x)` as `on a.x = b.x`."""
    sides: list[exp.Expr] = []
    for column in join.args["using"]:
        name = column.name.lower()
        owner = next((other for other in before if name in other.columns), None)
        if owner is None or name not in table.columns:
            raise CannotMend(f"using {name}")
        sides.append(exp.EQ(this=marked(owner, name), expression=marked(table, name)))
    join.set("using", None)
    join.set("on", exp.and_(*sides, copy=False))
    said.add("its using is written as on.")


def _grouping(select: exp.Select, said: Said) -> None:
    """What is neither grouped nor aggregated is grouped too; `distinct` beside a group is left out."""
    group = select.args.get("group")
    items = list(group.expressions) if group is not None else []
    values = [output.unalias() for output in select.expressions]
    if not items and not any(has_aggregate(value) for value in values):
        return
    for value in values:
        loose = not has_aggregate(value) and not value.find(*_WINDOWED) and value.find(exp.Column)
        if loose and value not in items and not _covered(value, items):
            items.append(value.copy())
            said.add(f"{sql_of(value)[:60]} is grouped, too.")
    if items:
        select.set("group", exp.Group(expressions=items))
    if select.args.get("distinct") is not None:
        select.set("distinct", None)
        said.add("distinct beside a group is left out.")


def _covered(value: exp.Expr, items: Sequence[exp.Expr]) -> bool:
    if value in items or isinstance(value, AGGREGATES):
        return True
    if isinstance(value, exp.Column):
        return False
    return all(_covered(child, items) for child in value.iter_expressions())
