"""The checked statement: what is left of SQL text once it is understood. Pure data.

Expressions inside are small sqlglot trees whose columns all carry the relation they come from.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from scenarios.plan.names import ColumnType

Kind = ColumnType | None  # None: not known, such as the type of a bare null
Columns = dict[str, Kind]
JoinKind = Literal["from", "inner", "left", "cross"]

KIND = "kind"  # key of a column's type in its node's meta
RELATION = "relation"  # key of a column's relation (an alias) in its node's meta


@dataclass(frozen=True)
class Relation:
    """One table in a FROM: an input of the model or a CTE. `alias` is unique in its core."""

    alias: str
    source: str
    is_input: bool
    columns: Columns
    join: JoinKind = "from"
    on: exp.Expr | None = None


@dataclass
class Output:
    """One output column."""

    name: str
    expression: exp.Expr
    kind: Kind = None


@dataclass
class Core:
    """One SELECT … FROM … without CTEs and unions."""

    relations: list[Relation]
    outputs: list[Output]
    where: exp.Expr | None = None
    group: list[exp.Expr] = field(default_factory=list)
    having: exp.Expr | None = None
    distinct: bool = False

    def relation(self, alias: str) -> Relation | None:
        """The relation with this alias, or None."""
        return next((r for r in self.relations if r.alias == alias), None)

    def expressions(self) -> Iterator[exp.Expr]:
        """Every expression of this core: outputs, conditions, groups."""
        yield from (output.expression for output in self.outputs)
        yield from (relation.on for relation in self.relations if relation.on is not None)
        yield from (part for part in (self.where, *self.group, self.having) if part is not None)


@dataclass
class Query:
    """A CTE or the statement itself: one core, or several joined by `union all`."""

    name: str
    cores: list[Core]

    @property
    def columns(self) -> Columns:
        """Output columns in order; of a union, the first known type counts."""
        first = self.cores[0]
        return {
            output.name: next((c.outputs[i].kind for c in self.cores if c.outputs[i].kind), None)
            for i, output in enumerate(first.outputs)
        }


@dataclass
class Statement:
    """All queries in the order they are needed, the statement itself last (named `final`).

    `import_names`: for inputs that the author read through a CTE of their own, that CTE's name.
    """

    queries: list[Query]
    import_names: dict[str, str] = field(default_factory=dict)

    @property
    def final(self) -> Query:
        """The statement itself."""
        return self.queries[-1]

    def query(self, name: str) -> Query | None:
        """The CTE with this name, or None."""
        return next((q for q in self.queries if q.name == name), None)


FINAL = "final"
