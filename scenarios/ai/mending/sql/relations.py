"""The tables of one SELECT and the columns that names in it mean. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from scenarios.ai.mending.nearest import likeness, nearest
from scenarios.ai.mending.said import Said
from scenarios.plan.portable.kinds import kind_of
from scenarios.plan.portable.statement import KIND, RELATION, Columns


@dataclass(frozen=True)
class Table:
    """A table in a FROM. `renamed`: names of columns that the author wrote and that were legal nowhere."""

    alias: str
    source: str
    columns: Columns
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Names:
    """What names mean in one SELECT: its tables, other words for their aliases, outputs named so far."""

    tables: list[Table]
    aliases: dict[str, str]
    said: Said
    outputs: dict[str, exp.Expr] = field(default_factory=dict)

    def resolve(self, tree: exp.Expr, *, with_outputs: bool = True) -> exp.Expr:
        """The expression with every column qualified and typed; names of outputs are written out."""
        if isinstance(tree, exp.Column):
            return self._column(tree, with_outputs)
        for column in list(tree.find_all(exp.Column)):
            if column.find_ancestor(exp.Select) is tree.find_ancestor(exp.Select):
                column.replace(self._column(column, with_outputs))
        return tree

    def _column(self, column: exp.Column, with_outputs: bool) -> exp.Expr:
        if not isinstance(column.this, exp.Identifier):
            return column
        name, given = column.name.lower(), column.table.lower()
        given = self.aliases.get(given, given)
        table = next((table for table in self.tables if table.alias == given), None)
        if table is None:
            owners = [table for table in self.tables if self._real(table, name) is not None]
            if not owners and not given and with_outputs and name in self.outputs:
                return self._written_out(column, name)
            table = owners[0] if owners else None
            if given and table is not None:
                self.said.add(f"{given}.{name} names a table that is not joined; {table.alias} is meant.")
        real = self._real(table, name) if table is not None else None
        if table is None or real is None:
            table, real = self._guess(table, name)
        return marked(table, real) if table is not None and real is not None else column

    def _real(self, table: Table, name: str) -> str | None:
        name = table.renamed.get(name, name)
        return name if name in table.columns else None

    def _guess(self, table: Table | None, name: str) -> tuple[Table | None, str | None]:
        """The nearest column: of the named table first, then of the others."""
        others = [other for other in self.tables if other is not table]
        exact = next((other for other in others if name in other.columns), None)
        found = nearest(name, table.columns) if table is not None else None
        if exact is not None and (found is None or table is None):
            where = f"{table.source}" if table is not None else "this SELECT"
            self.said.add(f"column {name} does not exist in {where}; {exact.source} has it.")
            return exact, name
        if table is not None and found is not None:
            self.said.add(f"column {name} does not exist in {table.source}; {found} is meant.")
            return table, found
        pairs = [(other, column) for other in others for column in other.columns]
        best = nearest(name, [column for _, column in pairs])
        chosen = max(
            (pair for pair in pairs if pair[1] == best), key=lambda p: likeness(name, p[1]), default=None
        )
        if chosen is None:
            return None, None
        self.said.add(f"column {name} does not exist in {_sources(self.tables)}; {chosen[1]} is meant.")
        return chosen

    def _written_out(self, column: exp.Column, name: str) -> exp.Expr:
        value = self.outputs[name].copy()
        if isinstance(column.parent, exp.Group):
            return value
        self.said.add(f"{name} is a name of this SELECT itself: its calculation is repeated.")
        return value if isinstance(value, exp.Column | exp.Literal) else exp.Paren(this=value)


def marked(table: Table, name: str) -> exp.Column:
    """A column that knows its table and its type."""
    column = exp.column(name, table=table.alias)
    column.meta[RELATION] = table.alias
    column.meta[KIND] = table.columns[name]
    return column


def stars(item: exp.Expr, names: Names, said: Said) -> list[exp.Expr] | None:
    """The columns that `*` or `t.*` stands for, without those excluded; None for anything else.

    A name that several tables have is taken from the first.
    """
    star = item if isinstance(item, exp.Star) else item.this if isinstance(item, exp.Column) else None
    if not isinstance(star, exp.Star):
        return None
    wanted = item.table.lower() if isinstance(item, exp.Column) else ""
    wanted = names.aliases.get(wanted, wanted)
    without = {each.name.lower() for each in star.args.get("except_") or []}
    replaced = {each.alias.lower(): each for each in star.args.get("replace") or []}
    found: dict[str, exp.Expr] = {}
    for table in names.tables:
        for name in table.columns if wanted in ("", table.alias) else ():
            if name not in without and name not in found:
                found[name] = replaced[name].copy() if name in replaced else marked(table, name)
    said.add("its * is written as the columns it stands for.")
    return list(found.values())


def kinds_of(outputs: Sequence[exp.Expr]) -> Columns:
    """Names and types of a select list; unnamed outputs are left out."""
    columns: Columns = {}
    for output in outputs:
        name = output.alias_or_name.lower()
        if name:
            columns[name] = kind_of(output.unalias())
    return columns


def _sources(tables: Sequence[Table]) -> str:
    return " or ".join(dict.fromkeys(table.source for table in tables)) or "this SELECT"
