"""Third gate: which table and which column does every name mean? Pure.

Turns a rewritten tree into a `Statement`. CTEs that only read an input become that input's import.
"""

import re
from collections.abc import Mapping

from sqlglot import exp

from scenarios.plan.names import ColumnType
from scenarios.plan.portable.kinds import common_kind, data_type, kind_of
from scenarios.plan.portable.problems import Problems, shown
from scenarios.plan.portable.reserved import is_keyword, is_reserved
from scenarios.plan.portable.resolve import resolve_columns
from scenarios.plan.portable.statement import (
    FINAL,
    Columns,
    Core,
    JoinKind,
    Output,
    Query,
    Relation,
    Statement,
)

Inputs = Mapping[str, Mapping[str, ColumnType]]

MAX_RELATIONS = 12  # tables in one FROM

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,62}$")


def build(tree: exp.Expr, inputs: Inputs, problems: Problems) -> Statement | None:
    """The statement of an allowed, rewritten tree; None when a name cannot be understood."""
    return _Builder(inputs, problems).statement(tree)


class _Builder:
    """Collects queries in the order they are needed."""

    def __init__(self, inputs: Inputs, problems: Problems) -> None:
        self._inputs = inputs
        self._problems = problems
        self._queries: list[Query] = []
        self._imports: dict[str, str] = {}  # CTE that only reads an input → that input
        self._named: set[str] = set()

    def statement(self, tree: exp.Expr) -> Statement | None:
        with_clause = tree.args.get("with_")
        ctes = list(with_clause.expressions) if with_clause is not None else []
        body = tree
        if ctes and _closes_with(tree, ctes[-1].alias.lower()):  # the last CTE is the statement then
            body = ctes.pop().this
            self._refuse_inner_with(body, FINAL)
        for cte in ctes:
            self._add_cte(cte.alias.lower(), cte.this)
        if not self._problems:
            self._queries.append(Query(FINAL, self._cores(body, FINAL)))
        if self._problems:
            return None
        names = {source: cte for cte, source in reversed(self._imports.items())}
        return Statement(_reachable(self._queries), names)

    def _refuse_inner_with(self, body: exp.Expr, name: str) -> None:
        if body.args.get("with_") is not None:
            self._problems.add(
                f"The CTE {shown(name)} has CTEs inside.", "Write all CTEs after the first `with`."
            )

    def _add_cte(self, name: str, body: exp.Expr) -> None:
        self._check_name(name, "CTE")
        if name in self._named:
            self._problems.add(f"Two CTEs are named {shown(name)}.", "Give each CTE its own name.")
        elif name in self._inputs:
            self._problems.add(
                f"The CTE {shown(name)} has the name of a model it could read.", "Give the CTE another name."
            )
        self._refuse_inner_with(body, name)
        self._named.add(name)
        cores = self._cores(body, name)
        if not self._problems and (source := _import_of(cores)):
            self._imports[name] = source
        elif cores:
            self._queries.append(Query(name, cores))

    def _check_name(self, name: str, what: str) -> None:
        if not _NAME.match(name):
            self._problems.add(f"The {what} name {shown(name)} is not legal.", "Use lower snake case.")
        elif where := is_keyword(name) if what == "column" else is_reserved(name):
            self._problems.add(
                f"The {what} name {shown(name)} is a keyword of {', '.join(where)}.",
                "Choose another, such as one with a noun in front.",
            )

    def _cores(self, body: exp.Expr, name: str) -> list[Core]:
        selects = _branches(body)
        cores = [core for select in selects if (core := self._core(select, is_final=name == FINAL))]
        if not self._problems:
            self._align(cores)
        return cores

    def _align(self, cores: list[Core]) -> None:
        """The branches of a union agree in number; the first one's names count."""
        for core in cores[1:]:
            if len(core.outputs) != len(cores[0].outputs):
                self._problems.add(
                    f"`union all` joins {len(cores[0].outputs)} columns with {len(core.outputs)}.",
                    "Give every branch the same columns in the same order.",
                )
                return
            for output, first in zip(core.outputs, cores[0].outputs, strict=True):
                output.name = first.name
        for same in zip(*(core.outputs for core in cores), strict=True):
            _type_nulls(same)
        names = [output.name for output in cores[0].outputs] if cores else []
        for name in sorted({n for n in names if names.count(n) > 1}):
            self._problems.add(
                f"Two output columns are named {shown(name)}.", "Give each its own name with `as`."
            )
        for name in names:
            if not name:
                self._problems.add("An output column has no name.", "Name every calculated column with `as`.")

    def _core(self, select: exp.Expr, *, is_final: bool) -> Core | None:
        relations = self._relations(select)
        if self._problems:
            return None
        outputs = self._outputs(select, relations, is_final=is_final)
        where, having, group = (select.args.get(key) for key in ("where", "having", "group"))
        core = Core(
            relations=relations,
            outputs=outputs,
            where=where.this if where is not None else None,
            having=having.this if having is not None else None,
            group=list(group.expressions) if group is not None else [],
            distinct=select.args.get("distinct") is not None,
        )
        resolve_columns(core, self._problems)
        if not self._problems:
            for output in core.outputs:
                output.kind = kind_of(output.expression)
                self._check_output(output)
        return core

    def _outputs(self, select: exp.Expr, relations: list[Relation], *, is_final: bool) -> list[Output]:
        outputs: list[Output] = []
        for item in select.expressions:
            if isinstance(item, exp.Star) or item.is_star:
                outputs += self._star(item, relations, is_final=is_final)
            elif isinstance(item, exp.Alias):
                outputs.append(Output(item.alias.lower(), item.this))
            else:
                outputs.append(Output(item.name.lower() if isinstance(item, exp.Column) else "", item))
        return outputs

    def _star(self, item: exp.Expr, relations: list[Relation], *, is_final: bool) -> list[Output]:
        if is_final or len(relations) > 1 or not isinstance(item, exp.Star):
            self._problems.add(
                "`*` does not say which columns the model returns.", "Name every column, separated by commas."
            )
            return []
        return [Output(name, exp.column(name)) for name in relations[0].columns]

    def _check_output(self, output: Output) -> None:
        plain = isinstance(output.expression, exp.Column) and output.expression.name == output.name
        if output.name and not plain:
            self._check_name(output.name, "column")

    def _relations(self, select: exp.Expr) -> list[Relation]:
        from_clause = select.args.get("from_")
        if from_clause is None:
            self._problems.add("A SELECT reads no table.", "Start from an input of the model with `from`.")
            return []
        relations = [self._relation(from_clause.this, "from", None)]
        for join in select.args.get("joins") or []:
            relations.append(self._join(join))
        found = [relation for relation in relations if relation is not None]
        self._check_aliases(found)
        return found

    def _check_aliases(self, relations: list[Relation]) -> None:
        aliases = [relation.alias for relation in relations]
        for alias in sorted({a for a in aliases if aliases.count(a) > 1}):
            self._problems.add(
                f"Two tables in one FROM are called {shown(alias)}.", "Give each its own alias with `as`."
            )
        if len(relations) > MAX_RELATIONS:
            self._problems.add(
                f"One FROM joins {len(relations)} tables; {MAX_RELATIONS} are the limit.",
                "Join step by step in CTEs.",
            )

    def _join(self, join: exp.Expr) -> Relation | None:
        side, word, on = (
            join.args.get("side", "").upper(),
            join.args.get("kind", "").upper(),
            join.args.get("on"),
        )
        kind: JoinKind = "cross" if word == "CROSS" else "left" if side == "LEFT" else "inner"
        if side in ("RIGHT", "FULL") or word in ("SEMI", "ANTI", "STRAIGHT"):
            self._problems.add(
                f"A {shown(f'{side} {word}'.strip().lower() + ' join')} is not allowed.",
                "Use inner join, left join or cross join.",
            )
        elif kind != "cross" and on is None:
            self._problems.add(
                f"The table {shown(join.this.alias_or_name)} is joined without a condition.",
                "Write `inner join … on …` or `left join … on …`; between tables no comma.",
            )
        return self._relation(join.this, kind, on)

    def _relation(self, table: exp.Expr, kind: JoinKind, on: exp.Expr | None) -> Relation | None:
        if isinstance(table, exp.Subquery):
            return self._lifted(table, kind, on)
        name = table.name.lower()
        alias = (table.alias or name).lower()
        if alias != name:
            self._check_name(alias, "table alias")
        columns = self._columns_of(name)
        if columns is None:
            self._problems.add(f"{shown(name)} is not a table of this plan.", self._known())
            return None
        source = self._imports.get(name, name)
        return Relation(alias, source, source in self._inputs, columns, kind, on)

    def _lifted(self, table: exp.Expr, kind: JoinKind, on: exp.Expr | None) -> Relation | None:
        """A subquery in FROM becomes a CTE of its alias' name."""
        name = table.alias.lower()
        if not name:
            self._problems.add("A subquery has no name.", "Move it into a CTE.")
            return None
        self._add_cte(name, table.this)
        columns = self._columns_of(name)
        if columns is None:
            return None
        source = self._imports.get(name, name)
        return Relation(name, source, source in self._inputs, columns, kind, on)

    def _columns_of(self, name: str) -> Columns | None:
        if name in self._imports or name in self._inputs:
            return dict(self._inputs[self._imports.get(name, name)])
        return next((q.columns for q in self._queries if q.name == name and name != FINAL), None)

    def _known(self) -> str:
        names = [*sorted(self._inputs), *(q.name for q in self._queries), *self._imports]
        return f"It can read: {', '.join(names)}." if names else "The model has no inputs."


def _closes_with(tree: exp.Expr, last: str) -> bool:
    """Whether the statement ends in `select * from <last CTE>` and nothing else."""
    if not (isinstance(tree, exp.Select) and len(tree.expressions) == 1):
        return False
    extras = [k for k, v in tree.args.items() if v and k not in ("with_", "expressions", "from_", "order")]
    table = tree.args["from_"].this if tree.args.get("from_") else None
    is_last = isinstance(table, exp.Table) and table.name.lower() == last
    return is_last and not extras and isinstance(tree.expressions[0], exp.Star)


def _type_nulls(outputs: tuple[Output, ...]) -> None:
    """A bare null in one branch of a union has the type that the other branches give the column."""
    kind = common_kind([output.kind for output in outputs])
    for output in outputs:
        if isinstance(output.expression, exp.Null) and kind is not None:
            output.expression = exp.Cast(this=exp.null(), to=data_type(kind))
            output.kind = kind


def _branches(body: exp.Expr) -> list[exp.Expr]:
    """The selects of a chain of unions, first to last."""
    found: list[exp.Expr] = []
    stack = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, exp.Union):
            stack += [node.expression, node.this]
        elif isinstance(node, exp.Subquery):
            stack.append(node.this)
        else:
            found.append(node)
    return found


def _import_of(cores: list[Core]) -> str | None:
    """The input that a CTE only passes on, or None."""
    if len(cores) != 1:
        return None
    core = cores[0]
    plain = all(isinstance(o.expression, exp.Column) and o.expression.name == o.name for o in core.outputs)
    bare = len(core.relations) == 1 and core.where is None and not core.group and core.having is None
    relation = core.relations[0]
    return relation.source if plain and bare and not core.distinct and relation.is_input else None


def _reachable(queries: list[Query]) -> list[Query]:
    """The queries that the last one needs, in their order."""
    wanted = {queries[-1].name}
    for query in reversed(queries):
        if query.name in wanted:
            wanted |= {r.source for core in query.cores for r in core.relations if not r.is_input}
    return [query for query in queries if query.name in wanted]
