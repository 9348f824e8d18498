"""Fourth gate: what names and nodes alone do not show: types, aggregates, windows, literals. Pure."""

import re
from datetime import date, datetime

from sqlglot import exp

from scenarios.plan.portable.kinds import SMALL_UNITS, agree, kind_of
from scenarios.plan.portable.problems import Problems, shown, word_of
from scenarios.plan.portable.splitting import splits_alike
from scenarios.plan.portable.statement import RELATION, Core, Kind, Query, Statement
from scenarios.plan.portable.typerules import check_types
from scenarios.plan.portable.windows import AGGREGATES, check_windows

_NUMBER = re.compile(r"^\d{1,28}(\.\d{0,9})?$")
_UNITS: dict[type[exp.Expr], tuple[str, ...]] = {
    exp.TimestampTrunc: ("day", "month", "quarter", "year", "hour"),
    exp.DateDiff: ("day", "month", "quarter", "year", *SMALL_UNITS),
    exp.DateAdd: ("day", "week", "month", "quarter", "year", *SMALL_UNITS),
    exp.LastDay: ("month", "quarter", "year"),
    exp.Extract: ("year", "quarter", "month", "day"),
}
_WEEK_HINT = "Weeks begin on different days in different warehouses: use day or month."


def check_rules(statement: Statement, problems: Problems) -> None:
    """Check every query of a resolved statement."""
    for query in statement.queries:
        for core in query.cores:
            _check_core(core, problems)
        _check_union(query, problems)


def _check_core(core: Core, problems: Problems) -> None:
    for expression in core.expressions():
        for node in expression.walk():
            _check_node(node, problems)
            check_types(node, problems)
    for output in core.outputs:
        if isinstance(output.expression, exp.Null):
            problems.add(
                f"The column {shown(output.name)} is a null without a type.", "Write cast(null as date)."
            )
    for condition, word in _conditions(core):
        if kind_of(condition) not in ("boolean", None):
            problems.add(
                f"The condition after {shown(word)} is not true or false.", "Compare with something."
            )
    _check_joins(core, problems)
    check_windows(core, problems)
    _check_grouping(core, problems)


def _conditions(core: Core) -> list[tuple[exp.Expr, str]]:
    found = [(relation.on, "on") for relation in core.relations if relation.on is not None]
    found += [(core.where, "where")] if core.where is not None else []
    return found + ([(core.having, "having")] if core.having is not None else [])


def _check_union(query: Query, problems: Problems) -> None:
    for i, output in enumerate(query.cores[0].outputs):
        kinds: list[Kind] = [core.outputs[i].kind for core in query.cores]
        if not agree(kinds):
            found = " and ".join(sorted({str(kind) for kind in kinds if kind}))
            problems.add(
                f"`union all` joins {found} in the column {shown(output.name)}.",
                "Cast one of them, so that both agree.",
            )


def _check_node(node: exp.Expr, problems: Problems) -> None:
    if isinstance(node, exp.Literal):
        if not node.is_string and not _NUMBER.match(node.name):
            problems.add(f"The number {shown(node.name)} is not portable.", "Write digits, such as 12.5.")
    elif type(node) in _UNITS:
        _check_unit(node, problems)
    elif isinstance(node, exp.Cast):
        _check_date_literal(node, problems)
    elif isinstance(node, exp.Is) and not isinstance(node.expression, exp.Null):
        problems.add("`is true` and `is false` are not allowed.", "Write coalesce(x, false).")
    elif isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        problems.add("`*` stands where a column is needed.", "Name the column.")
    elif isinstance(node, exp.Distinct) and not (
        isinstance(node.parent, exp.Count) and len(node.expressions) == 1
    ):
        problems.add(
            "`distinct` is allowed in count(distinct column) only.", "Take distinct rows in a CTE first."
        )
    elif isinstance(node, exp.Order) and isinstance(node.parent, exp.GroupConcat) and node.this is None:
        problems.add("listagg has no value.", "Write listagg(x, ', ') within group (order by x).")
    else:
        _check_constants(node, problems)


def _check_unit(node: exp.Expr, problems: Problems) -> None:
    unit = node.this if isinstance(node, exp.Extract) else node.args.get("unit")
    word = unit.name.lower() if unit is not None else "month" if isinstance(node, exp.LastDay) else ""
    if word not in _UNITS[type(node)]:
        hint = (
            _WEEK_HINT
            if "week" in word
            else f"Use one of: {', '.join(_UNITS[type(node)])}; the unit stands first."
        )
        problems.add(f"The unit {shown(word)} is not portable in {shown(word_of(node))}.", hint)


def _check_date_literal(node: exp.Cast, problems: Problems) -> None:
    """A text that is cast to a date is one, on every warehouse."""
    kind = kind_of(node)
    if not (isinstance(node.this, exp.Literal) and node.this.is_string and kind in ("date", "timestamp")):
        return
    text = node.this.name
    try:
        good = date.fromisoformat(text).isoformat() == text if kind == "date" else _is_timestamp(text)
    except ValueError:
        good = False
    if not good:
        form = "2026-01-31" if kind == "date" else "2026-01-31 09:30:00"
        problems.add(f"{shown(text)} is not a {kind}.", f"Write it as '{form}'.")


def _is_timestamp(text: str) -> bool:
    formats = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
    return any(datetime.strptime(text, form) for form in formats if len(text) == (19 if "H" in form else 10))  # noqa: DTZ007


def _check_constants(node: exp.Expr, problems: Problems) -> None:
    """Arguments that must be plain constants, since warehouses differ in all else."""
    if isinstance(node, exp.SplitPart):
        part, delimiter = node.args.get("part_index"), node.args.get("delimiter")
        if not (isinstance(part, exp.Literal) and part.name.isdigit() and int(part.name) > 0):
            problems.add("split_part needs the number of the part, from 1.", "Write split_part(x, '-', 1).")
        if not (isinstance(delimiter, exp.Literal) and delimiter.is_string and delimiter.name):
            problems.add("split_part needs its delimiter as a text.", "Write split_part(x, '-', 1).")
        elif not splits_alike(delimiter.name):
            problems.add(
                f"split_part at {shown(delimiter.name)} differs between warehouses.",
                "Split at one sign, such as '-', or at a sign and a space.",
            )
    elif isinstance(node, exp.Round) and (places := node.args.get("decimals")) is not None:
        if not (isinstance(places, exp.Literal) and places.name.isdigit() and int(places.name) <= 9):
            problems.add("round needs its number of decimals as a digit.", "Write round(x, 2).")
    elif isinstance(node, exp.Substring | exp.Left | exp.Right):
        _check_positions(node, problems)
    elif isinstance(node, exp.GroupConcat):
        _check_listagg(node, problems)
    elif isinstance(node, exp.Like) and not isinstance(node.expression, exp.Literal):
        problems.add("`like` needs a text in quotes on its right.", "Write x like 'A%'.")
    elif isinstance(node, exp.In) and any(isinstance(item, exp.Null) for item in node.expressions):
        problems.add("`in` with a null finds nothing.", "Write x is null.")


def _check_positions(node: exp.Expr, problems: Problems) -> None:
    lowest = {"start": 1, "length": 0, "expression": 0}
    for name, least in lowest.items():
        value = node.args.get(name)
        bad = isinstance(value, exp.Neg) or (isinstance(value, exp.Literal) and not value.name.isdigit())
        if bad or (isinstance(value, exp.Literal) and int(value.name) < least):
            problems.add(
                f"{shown(word_of(node))} counts from 1 and never backwards.", "Use whole numbers from 1."
            )


def _check_listagg(node: exp.Expr, problems: Problems) -> None:
    separator = node.args.get("separator")
    if not isinstance(node.this, exp.Order):
        problems.add(
            "listagg without an order gives another text every time.",
            "Write listagg(x, ', ') within group (order by x).",
        )
    if not (isinstance(separator, exp.Literal) and separator.is_string):
        problems.add(
            "listagg needs its separator as a text.", "Write listagg(x, ', ') within group (order by x)."
        )


def _check_joins(core: Core, problems: Problems) -> None:
    """Every joined table takes part in its condition and, unless it filters, in the result."""
    for relation in core.relations:
        if relation.on is not None and relation.alias not in _used(relation.on):
            problems.add(
                f"The condition that joins {shown(relation.alias)} does not name it.",
                f"Compare a column of {relation.alias} with a column of a table before it.",
            )
        if (
            relation.join == "left"
            and relation.on is not None
            and not _has_equality(relation.on, relation.alias)
        ):
            problems.add(
                f"The left join of {shown(relation.alias)} has no columns that are equal.",
                "Compare a column of each table with =; BigQuery joins left in no other way.",
            )
        if relation.join == "left" and not any(
            relation.alias in _used(part) for part in core.expressions() if part is not relation.on
        ):
            problems.add(
                f"The left join of {shown(relation.alias)} is not used.",
                "Use one of its columns, or leave it out.",
            )


def _has_equality(condition: exp.Expr, alias: str) -> bool:
    """Whether one of the conditions joined by `and` compares the table with those before it by =."""
    if isinstance(condition, exp.And):
        return _has_equality(condition.this, alias) or _has_equality(condition.expression, alias)
    if not isinstance(condition, exp.EQ):
        return False
    left, right = _used(condition.this), _used(condition.expression)
    return bool(left and right) and {alias} in (left, right) and not left & right


def _used(expression: exp.Expr) -> set[str]:
    return {column.meta.get(RELATION, "") for column in expression.find_all(exp.Column)}


def _check_grouping(core: Core, problems: Problems) -> None:
    aggregated = any(has_aggregate(output.expression) for output in core.outputs) or core.having is not None
    if core.distinct and (core.group or aggregated):
        problems.add(
            "`distinct` and `group by` in one SELECT do the same work twice.", "Leave `distinct` out."
        )
    for part in (core.where, *core.group, *(relation.on for relation in core.relations)):
        if part is not None and has_aggregate(part):
            problems.add(
                "An aggregate stands in where, on or group by.", "Use `having`, or calculate it in a CTE."
            )
    if core.group or aggregated:
        for output in core.outputs:
            _check_covered(output.expression, output.name, core.group, problems)
        if core.having is not None:
            _check_covered(core.having, "having", core.group, problems)


def has_aggregate(tree: exp.Expr) -> bool:
    """Whether an aggregate (not over a window) is in the expression."""
    return any(isinstance(n, AGGREGATES) and not isinstance(n.parent, exp.Window) for n in tree.walk())


def _check_covered(tree: exp.Expr, name: str, group: list[exp.Expr], problems: Problems) -> None:
    """Every column outside an aggregate belongs to something grouped."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if node in group or (isinstance(node, AGGREGATES) and not isinstance(node.parent, exp.Window)):
            continue
        if isinstance(node, exp.Column):
            problems.add(
                f"The column {shown(node.name)} (in {shown(name)}) is neither grouped nor aggregated.",
                "Add it to `group by`, or take its min or max.",
            )
        stack.extend(node.iter_expressions())
