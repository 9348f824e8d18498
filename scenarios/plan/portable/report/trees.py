"""Looks at the tree of an expanded file: what a warehouse refuses, or does differently without a word. Pure."""

from collections.abc import Callable, Iterator

from sqlglot import exp

from scenarios.plan.names import Warehouse
from scenarios.plan.portable.kinds import agree, kind_of, values_of
from scenarios.plan.portable.problems import shown, word_of
from scenarios.plan.portable.report.columns import LATERAL
from scenarios.plan.portable.report.found import LABELS
from scenarios.plan.portable.reserved import is_reserved
from scenarios.plan.portable.statement import Kind

Notes = Iterator[tuple[exp.Expr, str]]  # a node, and what is wrong with it
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_DATED = ("date", "timestamp")
_STRICT = ("bigquery", "databricks", "redshift")  # these do not compare a text with a number
_FRAMED = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.FirstValue, exp.LastValue)


def check_tree(tree: exp.Expr, warehouse: Warehouse) -> Notes:
    """What the tree shows, each with the node that it is about. Columns must be marked (`columns`)."""
    if not isinstance(tree, exp.Select | exp.SetOperation):
        yield tree, "It is not a SELECT."
        return
    for node in tree.walk():
        for kinds, rule in _RULES:
            if isinstance(node, kinds):
                yield from rule(node, warehouse)


def _name(node: exp.Identifier, warehouse: Warehouse) -> Notes:
    """Quoted and reserved names. A relation's own name is quoted by dbt as the warehouse needs it."""
    if isinstance(node.parent, exp.Table | exp.Dot):
        return
    if node.args.get("quoted"):
        yield node, f"The name {shown(node.name)} is quoted: warehouses differ in upper and lower case."
    elif warehouse in is_reserved(node.name):
        yield node, f"The name {shown(node.name)} is a reserved word of {LABELS[warehouse]}."


def _lateral(node: exp.Column, warehouse: Warehouse) -> Notes:
    if node.meta.get(LATERAL) and warehouse == "bigquery":
        yield (
            node,
            f"BigQuery cannot use the output column {shown(node.name)} in the same SELECT: use a CTE.",
        )


def _date_arithmetic(node: exp.Expr, warehouse: Warehouse) -> Notes:
    sides = (node.this, node.expression)
    if any(isinstance(side, exp.Interval) for side in sides):
        return
    kinds = [kind_of(side) for side in sides]
    if all(kind in _DATED for kind in kinds):
        if warehouse in ("bigquery", "databricks"):
            yield node, f"{LABELS[warehouse]} gives no number for the difference of dates: use dbt.datediff."
    elif "timestamp" in kinds or ("date" in kinds and warehouse == "bigquery"):
        yield node, f"{LABELS[warehouse]} does not add a number to a date this way: use dbt.dateadd."


def _division(node: exp.Div, warehouse: Warehouse) -> Notes:
    if warehouse == "redshift" and kind_of(node.this) == kind_of(node.expression) == "integer":
        yield node, "Redshift cuts the fraction of an integer division, so that 7 / 2 is 3: cast first."


def _aggregate(node: exp.Expr, warehouse: Warehouse) -> Notes:
    if kind_of(node.this) != "boolean":
        return
    if isinstance(node, exp.Sum | exp.Avg) and warehouse in _STRICT:
        yield node, f"{LABELS[warehouse]} has no {word_of(node)} of booleans: use sum(case when …)."
    elif isinstance(node, exp.Min | exp.Max) and warehouse == "redshift":
        yield node, f"Redshift has no {word_of(node)} of booleans: use dbt.bool_or."


def _comparison(node: exp.Expr, warehouse: Warehouse) -> Notes:
    if isinstance(node, exp.In):
        sides = [node.this, *node.expressions]
    elif isinstance(node, exp.Between):
        sides = [node.this, node.args["low"], node.args["high"]]
    else:
        sides = [node.this, node.expression]
    kinds = [kind_of(side) for side in sides]
    if set(kinds) & set(_DATED):  # a text in quotes beside a date is read as a date everywhere
        kinds = [kind for side, kind in zip(sides, kinds, strict=True) if not _is_text(side)]
    yield from _mixed(node, kinds, "compares", warehouse)


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _values(node: exp.Expr, warehouse: Warehouse) -> Notes:
    yield from _mixed(node, [kind_of(value) for value in values_of(node)], "mixes", warehouse)


def _union(node: exp.SetOperation, warehouse: Warehouse) -> Notes:
    left, right = node.this, node.expression
    if isinstance(left, exp.Select) and isinstance(right, exp.Select):
        for first, second in zip(left.expressions, right.expressions, strict=False):
            yield from _mixed(
                second, [kind_of(first.unalias()), kind_of(second.unalias())], "joins", warehouse
            )


def _mixed(node: exp.Expr, kinds: list[Kind], verb: str, warehouse: Warehouse) -> Notes:
    """Dates and timestamps meet everywhere but on BigQuery; other types where the warehouse converts them."""
    known = {kind for kind in kinds if kind is not None}
    strict = ("bigquery",) if known == set(_DATED) else _STRICT
    if not agree(kinds) and warehouse in strict:
        words = " and ".join(sorted(known))
        yield node, f"It {verb} {words}, which {LABELS[warehouse]} does not convert: cast one of them."


def _select(node: exp.Select, warehouse: Warehouse) -> Notes:
    in_union = isinstance(node.parent, exp.SetOperation)
    for item in node.expressions:
        if isinstance(item.unalias(), exp.Null) and not in_union:
            yield item, f"A column of nulls has no type that {LABELS[warehouse]} could store: cast the null."
        elif warehouse == "redshift" and _is_text(item.unalias()) and not in_union:
            yield item, "Redshift keeps a text without a type as “unknown”, and cannot compare it: cast it."
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on") is not None:
        yield node, f"{LABELS[warehouse]} has no `distinct on`: number the rows in a CTE."


def _join(node: exp.Join, warehouse: Warehouse) -> Notes:
    on = node.args.get("on")
    outer = str(node.side).lower() in ("left", "right", "full")
    if warehouse == "bigquery" and outer and on is not None and not has_equality(on):
        yield node, "BigQuery joins left only where a column of each table is equal."


def has_equality(condition: exp.Expr) -> bool:
    """Whether one of the conditions joined by `and` says that columns of two tables are equal."""
    parts = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
    for part in (inner.unnest() for inner in parts):
        if isinstance(part, exp.And) and has_equality(part):
            return True
        if isinstance(part, exp.EQ):
            left, right = (
                {c.table for c in side.find_all(exp.Column)} for side in (part.this, part.expression)
            )
            if left and right and not left & right:
                return True
    return False


def _window(node: exp.Window, warehouse: Warehouse) -> Notes:
    function = node.this
    unframed = node.args.get("order") is not None and node.args.get("spec") is None
    if warehouse == "redshift" and unframed and isinstance(function, _FRAMED):
        yield node, f"Redshift wants a frame for {word_of(function)} over an order: rows between … and …."


def _offset(node: exp.Expr, warehouse: Warehouse) -> Notes:
    if warehouse == "redshift" and node.args.get("default") is not None:
        yield node, f"Redshift's {word_of(node)} takes no third argument: use coalesce in the next CTE."


def _cast(node: exp.Cast, warehouse: Warehouse) -> Notes:
    source, target = kind_of(node.this), kind_of(node)
    if warehouse == "redshift" and source == "string" and target == "boolean":
        yield node, "Redshift does not cast a text to boolean: use case when."
    if source in ("boolean", "number") and target == "string":
        yield (
            node,
            f"A {source} made into text looks different on each warehouse: use case, or round it first.",
        )


def _filter(node: exp.Filter, warehouse: Warehouse) -> Notes:
    if warehouse != "databricks":
        yield node, f"{LABELS[warehouse]} has no `filter (where …)`: use sum(case when …)."


_Rule = Callable[..., Notes]
_RULES: tuple[tuple[type[exp.Expr] | tuple[type[exp.Expr], ...], _Rule], ...] = (
    (exp.Identifier, _name),
    (exp.Column, _lateral),
    ((exp.Add, exp.Sub), _date_arithmetic),
    (exp.Div, _division),
    ((exp.Sum, exp.Avg, exp.Min, exp.Max), _aggregate),
    ((*_COMPARISONS, exp.In, exp.Between), _comparison),
    ((exp.Case, exp.Coalesce, exp.Greatest, exp.Least), _values),
    (exp.SetOperation, _union),
    (exp.Select, _select),
    (exp.Join, _join),
    (exp.Window, _window),
    ((exp.Lag, exp.Lead), _offset),
    (exp.Cast, _cast),
    (exp.Filter, _filter),
)
