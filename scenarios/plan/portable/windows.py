"""Rules for window functions and nested aggregates. Pure."""

from sqlglot import exp

from scenarios.plan.portable.problems import Problems, shown, word_of
from scenarios.plan.portable.statement import Core

AGGREGATES = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.LogicalOr, exp.AnyValue, exp.GroupConcat)
RANKING = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead)
_FRAMED = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.FirstValue)
_FRAME_HINT = "Write `rows between unbounded preceding and current row` after the order."


def check_windows(core: Core, problems: Problems) -> None:
    """Windows stand in outputs only, say their order and frame, and are not nested."""
    for output in core.outputs:
        for node in output.expression.walk():
            if isinstance(node, exp.Window):
                _check_window(node, problems)
            elif isinstance(node, (*RANKING, exp.FirstValue)) and not isinstance(node.parent, exp.Window):
                problems.add(f"{shown(word_of(node))} has no `over (…)`.", "Write it as a window function.")
            elif isinstance(node, AGGREGATES):
                _check_nesting(node, problems)
    others = [core.where, core.having, *core.group, *(relation.on for relation in core.relations)]
    if any(part is not None and part.find(exp.Window, *RANKING, exp.FirstValue) for part in others):
        problems.add(
            "A window function stands outside the select list.",
            "Calculate it in a CTE and filter in the next one.",
        )


def _check_nesting(node: exp.Expr, problems: Problems) -> None:
    inside = (inner for child in node.iter_expressions() for inner in child.walk())
    if any(isinstance(inner, (*AGGREGATES, exp.Window)) for inner in inside):
        problems.add(f"{shown(word_of(node))} aggregates an aggregate.", "Calculate the inner one in a CTE.")


def _check_window(node: exp.Expr, problems: Problems) -> None:
    function, order, frame = node.this, node.args.get("order"), node.args.get("spec")
    name = word_of(function)
    if not isinstance(function, (*RANKING, *_FRAMED)):
        problems.add(f"{shown(name)} is not allowed as a window function.", "Aggregate in a CTE and join it.")
    if isinstance(function, exp.Count) and isinstance(function.this, exp.Distinct):
        problems.add(
            "count(distinct …) is not allowed as a window function.", "Aggregate in a CTE and join it."
        )
    if isinstance(function, (*RANKING, exp.FirstValue)) and order is None:
        problems.add(f"{shown(name)} has no order.", "Write `order by` inside `over (…)`.")
    if isinstance(function, RANKING):
        if frame is not None:
            problems.add(f"{shown(name)} takes no frame.", "Leave `rows between …` out.")
    elif (order is None) != (frame is None):
        problems.add(f"{shown(name)} over an order needs its frame.", _FRAME_HINT)
    if frame is not None and not _portable_frame(frame):
        problems.add("The window's frame is not portable.", _FRAME_HINT)
    for part in (*node.args.get("partition_by", []), *([order] if order is not None else [])):
        if part.find(exp.Window):
            problems.add("A window function stands inside another.", "Calculate the inner one in a CTE.")


def _portable_frame(frame: exp.Expr) -> bool:
    fine = all(_portable_bound(frame, name) for name in ("start", "end"))
    return fine and str(frame.args.get("kind")).upper() == "ROWS"


def _portable_bound(frame: exp.Expr, name: str) -> bool:
    bound, side = frame.args.get(name), str(frame.args.get(f"{name}_side")).upper()
    if bound == "CURRENT ROW":
        return True
    counted = isinstance(bound, exp.Literal) and bound.name.isdigit()
    return (bound == "UNBOUNDED" or counted) and side in ("PRECEDING", "FOLLOWING")
