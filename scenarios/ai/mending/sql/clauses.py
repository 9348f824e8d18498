"""Clauses that a portable SELECT does not have: left out, or written with those it has. Pure."""

from collections.abc import Sequence

from sqlglot import exp

from scenarios.ai.mending.said import Said
from scenarios.ai.mending.sql.making import number
from scenarios.ai.mending.sql.rules import sql_of
from scenarios.plan.portable.problems import shown
from scenarios.plan.portable.windows import AGGREGATES, RANKING

_MEANINGLESS = (
    "locks",
    "hint",
    "into",
    "cluster",
    "sort",
    "distribute",
    "settings",
    "format",
    "options",
    "kind",
)
_FEWER_ROWS = ("limit", "offset", "sample")
_TABLE_ARGS = ("db", "catalog", "hints", "sample", "pivots", "version", "when", "only", "ordinality")


def without_extras(query: exp.Expr, said: Said) -> None:
    """Order, limit and hints of one query are dropped, in place."""
    if query.args.get("order") is not None and not _is_distinct_on(query):
        query.set("order", None)
        said.add("its closing order by is left out: a model's rows have no order.")
    for name in _FEWER_ROWS:
        if query.args.get(name) is not None:
            query.set(name, None)
            said.add(f"its {name} is left out: a model returns all its rows.")
    for name in _MEANINGLESS:
        if query.args.get(name):
            query.set(name, None)
            said.add(f"{name} is left out: a model is a plain SELECT.")


def _is_distinct_on(query: exp.Expr) -> bool:
    distinct = query.args.get("distinct")
    return isinstance(distinct, exp.Distinct) and distinct.args.get("on") is not None


def hoisted(tree: exp.Expr, said: Said) -> exp.Expr:
    """CTEs inside CTEs and subqueries stand before them, after the first `with`."""
    ctes: list[exp.Expr] = []
    _collect(tree, ctes, said)
    if ctes:
        tree.set("with_", exp.With(expressions=ctes))
    return tree


def _collect(query: exp.Expr, ctes: list[exp.Expr], said: Said) -> None:
    clause = query.args.get("with_")
    if clause is not None:
        query.set("with_", None)
        for cte in clause.expressions:
            _collect(cte.this, ctes, said)
            ctes.append(cte)
    for inner in list(query.find_all(exp.With)):
        if inner.parent is not None and inner.find_ancestor(exp.With) is None:
            said.add("its CTEs stand after one `with`.")
            _collect(inner.parent, ctes, said)


def plain_tables(select: exp.Expr, said: Said) -> None:
    """Tables without schema, hints and samples; joins in the three portable forms, in place."""
    for table in _tables(select):
        for name in _TABLE_ARGS:
            if table.args.get(name):
                table.set(name, None)
                said.add(f"only the model's name stands for {shown(table.name)}.")
    _turn_right_join(select, said)
    for join in select.args.get("joins") or []:
        for name in ("method", "hint", "global_"):
            join.set(name, None)
        if str(join.args.get("kind") or "").upper() == "OUTER":
            join.set("kind", None)
        if join.args.get("kind") in (None, "") and not join.args.get("side") and _is_bare(join):
            _conditioned(select, join, said)
        elif _is_always(join.args.get("on")):
            join.set("on", None)
            join.set("kind", "CROSS")
            join.set("side", None)
            said.add(f"{shown(join.this.alias_or_name)} is joined with cross join.")


def _tables(select: exp.Expr) -> list[exp.Expr]:
    start = select.args.get("from_")
    sources = [start.this] if start is not None else []
    sources += [join.this for join in select.args.get("joins") or []]
    return [source for source in sources if isinstance(source, exp.Table)]


def _is_bare(join: exp.Expr) -> bool:
    return join.args.get("on") is None and not join.args.get("using")


def _is_always(condition: exp.Expr | None) -> bool:
    if isinstance(condition, exp.Boolean):
        return bool(condition.this)
    if isinstance(condition, exp.EQ):
        return isinstance(condition.this, exp.Literal) and condition.this == condition.expression
    return False


def _turn_right_join(select: exp.Expr, said: Said) -> None:
    """`a right join b` is `b left join a`; only where it is the only join."""
    joins = select.args.get("joins") or []
    start = select.args.get("from_")
    if len(joins) == 1 and start is not None and str(joins[0].args.get("side") or "").upper() == "RIGHT":
        first, second = start.this, joins[0].this
        start.set("this", second.copy())
        joins[0].set("this", first.copy())
        joins[0].set("side", "LEFT")
        said.add("its right join is turned into a left join.")


def _conditioned(select: exp.Expr, join: exp.Expr, said: Said) -> None:
    """A table after a comma is joined on what `where` says about it."""
    alias = join.this.alias_or_name.lower()
    where = select.args.get("where")
    parts = conjuncts(where.this) if where is not None else []
    mine = [part for part in parts if isinstance(part, exp.EQ) and _joins(part, alias)]
    if not mine:
        join.set("kind", "CROSS")
        said.add(f"{shown(alias)} is joined with cross join: no condition names it.")
        return
    set_where(select, [part for part in parts if part not in mine])
    join.set("kind", "INNER")
    join.set("on", conjoined(mine))
    said.add(f"{shown(alias)} is joined with inner join … on instead of a comma.")


def _joins(condition: exp.Expr, alias: str) -> bool:
    tables = {column.table.lower() for column in condition.find_all(exp.Column)}
    return alias in tables and len(tables) > 1


def conjuncts(condition: exp.Expr) -> list[exp.Expr]:
    """The conditions that `and` joins, first to last."""
    inner = condition.unnest()
    if isinstance(inner, exp.And):
        return [*conjuncts(inner.this), *conjuncts(inner.expression)]
    return [inner]


def conjoined(conditions: Sequence[exp.Expr]) -> exp.Expr | None:
    """The conditions joined by `and`; None for none."""
    made: exp.Expr | None = None
    for condition in conditions:
        part = exp.Paren(this=condition.copy()) if isinstance(condition, exp.Or) else condition.copy()
        made = part if made is None else exp.And(this=made, expression=part)
    return made


def set_where(select: exp.Expr, conditions: list[exp.Expr]) -> None:
    """Replace the conditions after `where`."""
    made = conjoined(conditions)
    select.set("where", exp.Where(this=made) if made is not None else None)


def plain_where(select: exp.Expr, said: Said) -> None:
    """`1 = 1` says nothing, and an aggregate in `where` belongs after `having`."""
    where = select.args.get("where")
    if where is None:
        return
    parts = conjuncts(where.this)
    kept = [part for part in parts if not _is_always(part)]
    later = [part for part in kept if part.find(*AGGREGATES) and not part.find(exp.Window, exp.Select)]
    if later:
        having = select.args.get("having")
        known = conjuncts(having.this) if having is not None else []
        select.set("having", exp.Having(this=conjoined([*known, *later])))
        said.add("a condition on an aggregate stands after having.")
    if len(kept) < len(parts):
        said.add("a condition that is always true is left out.")
    set_where(select, [part for part in kept if part not in later])


def plain_windows(select: exp.Expr, said: Said) -> None:
    """Windows spelt out, with the frame that the portable SQL wants, in place."""
    named = {window.this.name.lower(): window for window in select.args.get("windows") or []}
    select.set("windows", None)
    for window in list(select.find_all(exp.Window)):
        if window.find_ancestor(exp.Select) is not select:
            continue
        alias = window.args.get("alias")
        if alias is not None and alias.name.lower() in named:
            known = named[alias.name.lower()]
            for name in ("partition_by", "order", "spec"):
                window.set(name, window.args.get(name) or known.args.get(name))
            window.set("alias", None)
            said.add("a named window is written out.")
        _from_the_end(window, said)
        _framed(window, said)
        _defaulted(window, said)


def _from_the_end(window: exp.Expr, said: Said) -> None:
    """last_value is first_value from the other end."""
    function, order = window.this, window.args.get("order")
    if not isinstance(function, exp.LastValue) or order is None:
        return
    for item in order.expressions:
        desc = not item.args.get("desc")
        item.set("desc", desc)
        item.set("nulls_first", desc)
    window.set("this", exp.FirstValue(this=function.this))
    window.set("spec", None)
    said.add("last_value is written as first_value in the opposite order.")


def _framed(window: exp.Expr, said: Said) -> None:
    ranking = isinstance(window.this, RANKING)
    order, frame = window.args.get("order"), window.args.get("spec")
    if frame is not None and (ranking or order is None):
        window.set("spec", None)
        said.add(f"the frame of {shown(sql_of(window.this))} is left out.")
    elif not ranking and order is not None and (frame is None or _kind(frame) != "ROWS"):
        bounds = {"start": "UNBOUNDED", "start_side": "PRECEDING", "end": "CURRENT ROW"}
        window.set("spec", exp.WindowSpec(kind="ROWS", **bounds))
        said.add(f"the frame of {shown(sql_of(window.this))} is written out.")


def _kind(frame: exp.Expr) -> str:
    return str(frame.args.get("kind")).upper()


def _defaulted(window: exp.Expr, said: Said) -> None:
    """The third argument of lag and lead is a coalesce around them."""
    function = window.this
    default = function.args.get("default") if isinstance(function, exp.Lag | exp.Lead) else None
    if default is not None:
        function.set("default", None)
        window.replace(exp.Coalesce(this=window.copy(), expressions=[default.copy()]))
        said.add("the third argument of lag or lead is written as coalesce.")


def without_group_all(select: exp.Expr, said: Said) -> None:
    """`group by all` names what is not aggregated, numbers mean output columns, in place."""
    group = select.args.get("group")
    if group is None:
        return
    outputs = [item.unalias() for item in select.expressions]
    if group.args.get("all") or (len(group.expressions) == 1 and group.expressions[0].name.lower() == "all"):
        items = [item.copy() for item in outputs if not item.find(*AGGREGATES)]
        said.add("group by all names its columns.")
    else:
        items = [_counted(item, outputs) for item in group.expressions]
        if items != list(group.expressions):
            said.add("group by names its columns instead of counting them.")
    items = [item for item in items if not isinstance(item, exp.Literal)]
    select.set("group", exp.Group(expressions=items) if items else None)


def _counted(item: exp.Expr, outputs: list[exp.Expr]) -> exp.Expr:
    place = int(item.name) if isinstance(item, exp.Literal) and item.name.isdigit() else 0
    return outputs[place - 1].copy() if 0 < place <= len(outputs) else item


def first_rows(select: exp.Expr, said: Said) -> exp.Expr | None:
    """`distinct on` as a condition on row_number; the select keeps no trace of it. None without one."""
    if not _is_distinct_on(select):
        return None
    items = select.args["distinct"].args["on"].expressions
    order = select.args.get("order") or exp.Order(
        expressions=[exp.Ordered(this=item.copy(), nulls_first=False) for item in items]
    )
    select.set("distinct", None)
    select.set("order", None)
    said.add("distinct on is written with row_number.")
    window = exp.Window(this=exp.RowNumber(), partition_by=[i.copy() for i in items], order=order.copy())
    return exp.EQ(this=window, expression=number(1))
