"""Second gate: the allow-list of tree nodes, and of the arguments each may carry. Pure.

Whatever is not listed is refused, so a construct nobody thought of cannot pass.
"""

from collections.abc import Iterator

from sqlglot import exp

from scenarios.plan.portable.kinds import TYPE_NAMES
from scenarios.plan.portable.problems import Problems, shown, word_of
from scenarios.plan.portable.words import CLAUSE_HINTS, FUNCTION_HINTS, GENERAL_HINT

MAX_DEPTH = 150  # levels of the tree; a chain of 100 `and` is 100 levels
MAX_NODES = 6_000

_STRUCTURE = {
    exp.Select: "with_ expressions distinct from_ joins where group having order",
    exp.Union: "with_ this expression order",
    exp.With: "expressions",
    exp.CTE: "this alias",
    exp.Subquery: "this alias",
    exp.TableAlias: "this",
    exp.From: "this",
    exp.Join: "this on kind side",
    exp.Table: "this alias",
    exp.Where: "this",
    exp.Having: "this",
    exp.Group: "expressions",
    exp.Order: "this expressions",
    exp.Ordered: "this",
    exp.Distinct: "expressions",
    exp.Alias: "this alias",
}
_VALUES = {
    exp.Identifier: "this",
    exp.Column: "this table",
    exp.Star: "",
    exp.Literal: "this",
    exp.Boolean: "this",
    exp.Null: "",
    exp.Var: "this",
    exp.DataType: "this expressions",
    exp.DataTypeParam: "this",
}
_BINARY = (
    exp.And, exp.Or, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.Like, exp.ILike,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.DPipe, exp.Nullif,
)  # fmt: skip
_UNARY = (
    exp.Paren, exp.Not, exp.Neg, exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.Floor, exp.Ceil, exp.Abs,
    exp.Year, exp.Month, exp.Day, exp.DayOfMonth, exp.Quarter, exp.TsOrDsToDate, exp.MD5,
    exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.LogicalOr, exp.AnyValue, exp.FirstValue,
)  # fmt: skip
_EXPRESSIONS = {
    exp.In: "this expressions",
    exp.Between: "this low high",
    exp.Case: "this ifs default",
    exp.If: "this true false",
    exp.Coalesce: "this expressions",
    exp.Concat: "expressions",
    exp.Cast: "this to",
    exp.Round: "this decimals",
    exp.Greatest: "this expressions",
    exp.Least: "this expressions",
    exp.Extract: "this expression",
    exp.TimestampTrunc: "this unit",
    exp.DateTrunc: "this unit",
    exp.DateDiff: "this expression unit",
    exp.DateAdd: "this expression unit",
    exp.LastDay: "this unit",
    exp.SplitPart: "this delimiter part_index",
    exp.StrPosition: "this substr",
    exp.Replace: "this expression replacement",
    exp.Left: "this expression",
    exp.Right: "this expression",
    exp.Substring: "this start length",
    exp.GroupConcat: "this separator",
    exp.RowNumber: "",
    exp.Rank: "",
    exp.DenseRank: "",
    exp.Lag: "this offset",
    exp.Lead: "this offset",
    exp.Window: "this partition_by order spec over",
    exp.WindowSpec: "kind start start_side end end_side",
}

ALLOWED: dict[type[exp.Expr], frozenset[str]] = {
    **{node: frozenset(args.split()) for node, args in (_STRUCTURE | _VALUES | _EXPRESSIONS).items()},
    **{node: frozenset({"this", "expression"}) for node in _BINARY},
    **{node: frozenset({"this"}) for node in _UNARY},
}

# Arguments that the parser does not insist on. `this` is needed by all but a few.
_NEEDED: dict[type[exp.Expr], tuple[str, ...]] = {
    **dict.fromkeys(_BINARY, ("expression",)),
    exp.Select: ("expressions", "from_"),
    exp.Left: ("expression",),
    exp.Right: ("expression",),
    exp.Substring: ("start",),
    exp.StrPosition: ("substr",),
    exp.SplitPart: ("delimiter", "part_index"),
    exp.Replace: ("expression", "replacement"),
    exp.DateDiff: ("expression", "unit"),
    exp.DateAdd: ("expression", "unit"),
    exp.TimestampTrunc: ("unit",),
}
_WITHOUT_THIS = (exp.Case, exp.Order)

# Where the parts of a statement may stand; a SELECT anywhere else would be a subquery in an expression.
_PLACES: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    **dict.fromkeys((exp.Select, exp.Union), (exp.CTE, exp.Subquery, exp.Union)),
    exp.Subquery: (exp.From, exp.Join, exp.Union, exp.CTE, exp.Subquery),
    exp.Table: (exp.From, exp.Join),
    **dict.fromkeys((exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Alias), (exp.Select,)),
    exp.With: (exp.Select, exp.Union),
    exp.CTE: (exp.With,),
    exp.TableAlias: (exp.CTE, exp.Table, exp.Subquery),
    exp.Order: (exp.Select, exp.Union, exp.Window, exp.GroupConcat),
    exp.Ordered: (exp.Order,),
    exp.WindowSpec: (exp.Window,),
}

# Marks the parser leaves about the reading dialect; they say nothing about what was written.
_MARKS = frozenset(
    {
        *("safe", "big_int", "quoted", "is_string", "nulls_first", "desc", "typed", "zero_start", "coalesce"),
        *("clamp_position", "requires_string", "ignore_nulls", "binary", "input_type_preserved", "nested"),
        *("date_part_boundary", "part_index_zero_as_one", "empty_delimiter_returns_whole"),
        *("negative_length_returns_empty", "casts_non_integer_decimals"),
    }
)


def check_grammar(tree: exp.Expr, problems: Problems) -> None:
    """Refuse everything in `tree` that is not on the allow-list. Iterative: any tree is safe to hand in."""
    for count, (node, depth) in enumerate(_walk(tree)):
        if depth > MAX_DEPTH or count > MAX_NODES:
            problems.add(
                "The SQL is too long or nested too deeply.", "Use CTEs, or split the model into two."
            )
            return
        if type(node) not in ALLOWED or not _is_in_place(node):
            _refuse(node, problems)
        else:
            _check_arguments(node, problems)


def _walk(tree: exp.Expr) -> Iterator[tuple[exp.Expr, int]]:
    """Every node with its depth; below a refused node nothing is looked at."""
    stack = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        yield node, depth
        if type(node) in ALLOWED and _is_in_place(node):
            stack.extend((child, depth + 1) for child in node.iter_expressions(reverse=True))


def _is_in_place(node: exp.Expr) -> bool:
    places = _PLACES.get(type(node))
    return places is None or node.parent is None or isinstance(node.parent, places)


def _refuse(node: exp.Expr, problems: Problems) -> None:
    word = _word(node)
    hint = FUNCTION_HINTS.get(word.lower(), GENERAL_HINT)
    kind = "The function" if isinstance(node, exp.Func) else "The word"
    problems.add(f"{kind} {shown(word)} is not part of the portable SQL.", hint)


def _word(node: exp.Expr) -> str:
    """What the author wrote, as nearly as the tree still knows it."""
    if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc):
        return str(node.this).lower()
    if isinstance(node, exp.Func):
        return word_of(node)
    return CLAUSE_HINTS.get(node.key, (node.key, ""))[0]


def _check_arguments(node: exp.Expr, problems: Problems) -> None:
    allowed = ALLOWED[type(node)]
    for name, value in node.args.items():
        if value is None or value is False or value == [] or name in allowed:
            continue
        if not (value is True and name in _MARKS):
            _refuse_argument(node, name, problems)
    needed = _NEEDED.get(type(node), ())
    if "this" in allowed and not isinstance(node, _WITHOUT_THIS):
        needed = ("this", *needed)
    if any(node.args.get(name) in (None, []) for name in needed):
        problems.add(f"{shown(word_of(node))} is not complete.", "Give it all its arguments.")
    if isinstance(node, exp.DataType):
        _check_type(node, problems)
    elif isinstance(node, exp.Union) and node.args.get("distinct"):
        problems.add(
            "`union` without `all` is not allowed.", "Write `union all`, and `select distinct` where needed."
        )
    elif isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
        word = _word(node.this) if isinstance(node.this, exp.Func) else str(node.this.name)
        problems.add(
            f"{shown(word)} is not a table of this plan.", "Read only models that are inputs of this model."
        )


def _refuse_argument(node: exp.Expr, name: str, problems: Problems) -> None:
    word, hint = CLAUSE_HINTS.get(f"{node.key}.{name}", CLAUSE_HINTS.get(name, ("", "")))
    if word:
        problems.add(f"{word} is not part of the portable SQL.", hint or GENERAL_HINT)
    else:
        subject = word_of(node)
        problems.add(
            f"{shown(subject)} is written with {shown(name.strip('_'))}, which is not portable.", GENERAL_HINT
        )


def _check_type(node: exp.DataType, problems: Problems) -> None:
    name = node.this.name if isinstance(node.this, exp.DType) else str(node.this)
    if name.upper() not in TYPE_NAMES:
        problems.add(
            f"The type {shown(name.lower())} is not portable.",
            "Cast to string, integer, numeric, boolean, date or timestamp.",
        )
