"""The type of every expression, as far as it is known. Pure.

Six types, as in the plan; every decimal is a `number`. None means unknown, such as a bare null.
"""

from sqlglot import exp

from scenarios.plan.names import ColumnType
from scenarios.plan.portable.statement import KIND, Kind

#: Types that a cast may name → the plan's type.
TYPE_NAMES: dict[str, ColumnType] = {
    "TEXT": "string", "VARCHAR": "string", "CHAR": "string", "NVARCHAR": "string", "NCHAR": "string",
    "INT": "integer", "BIGINT": "integer", "SMALLINT": "integer", "TINYINT": "integer",
    "DECIMAL": "number", "BIGDECIMAL": "number", "DOUBLE": "number", "FLOAT": "number",
    "BOOLEAN": "boolean", "DATE": "date",
    "TIMESTAMP": "timestamp", "TIMESTAMPNTZ": "timestamp", "DATETIME": "timestamp",
}  # fmt: skip

_FIXED: dict[type[exp.Expr], Kind] = {
    **dict.fromkeys((exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), "boolean"),
    **dict.fromkeys((exp.Is, exp.In, exp.Between, exp.Like, exp.LogicalOr, exp.Boolean), "boolean"),
    **dict.fromkeys((exp.Lower, exp.Upper, exp.Trim, exp.Concat, exp.SplitPart, exp.Replace), "string"),
    **dict.fromkeys((exp.Left, exp.Right, exp.Substring, exp.GroupConcat, exp.MD5), "string"),
    **dict.fromkeys((exp.Length, exp.StrPosition, exp.Extract, exp.DateDiff, exp.Count), "integer"),
    **dict.fromkeys((exp.RowNumber, exp.Rank, exp.DenseRank), "integer"),
    **dict.fromkeys((exp.Div, exp.Avg), "number"),
    exp.LastDay: "date",
}
_AS_ITS_ARGUMENT = (
    exp.Neg, exp.Abs, exp.Floor, exp.Ceil, exp.Sum, exp.Min, exp.Max, exp.AnyValue, exp.FirstValue,
    exp.Window, exp.Nullif, exp.Distinct,
)  # fmt: skip
SMALL_UNITS = ("hour", "minute", "second")


def cast_kind(target: exp.Expr) -> ColumnType:
    """The plan's type for a type in a cast."""
    return TYPE_NAMES[target.this.name.upper()]


def data_type(kind: ColumnType) -> exp.DataType:
    """A type for a cast that the printer adds."""
    return exp.DataType.build({"string": "text", "integer": "int", "number": "decimal"}.get(kind, kind))


def kind_of(node: exp.Expr) -> Kind:
    """The type of a resolved expression; remembered, since every level asks for those below."""
    if KIND not in node.meta and not isinstance(node, exp.Column):
        node.meta[KIND] = _kind(node)
    return node.meta.get(KIND)


def _kind(node: exp.Expr) -> Kind:
    if type(node) in _FIXED:
        return _FIXED[type(node)]
    if isinstance(node, exp.Literal):
        return _literal(node)
    if isinstance(node, exp.Cast):
        return cast_kind(node.args["to"])
    if isinstance(node, _AS_ITS_ARGUMENT):
        return kind_of(node.this if not isinstance(node, exp.Distinct) else node.expressions[0])
    return _combined(node)


def _literal(node: exp.Expr) -> Kind:
    if node.is_string:
        return "string"
    return "integer" if node.name.isdigit() else "number"


def _combined(node: exp.Expr) -> Kind:
    if isinstance(node, exp.Round):
        return "integer" if kind_of(node.this) == "integer" else "number"
    if isinstance(node, exp.TimestampTrunc):
        return "timestamp" if node.args["unit"].name.lower() in SMALL_UNITS else "date"
    if isinstance(node, exp.DateAdd):
        small = node.args["unit"].name.lower() in SMALL_UNITS
        return "timestamp" if small or kind_of(node.this) == "timestamp" else "date"
    return common_kind([kind_of(value) for value in values_of(node)])


def values_of(node: exp.Expr) -> list[exp.Expr]:
    """The expressions whose types must agree because they meet in one value."""
    if isinstance(node, exp.Case):
        default = node.args.get("default")
        return [branch.args["true"] for branch in node.args["ifs"]] + (
            [default] if default is not None else []
        )
    if isinstance(node, exp.Coalesce | exp.Greatest | exp.Least):
        return [node.this, *node.expressions]
    if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Mod):
        return [node.this, node.expression]
    if isinstance(node, exp.Lag | exp.Lead):
        return [node.this]
    return []


def common_kind(kinds: list[Kind]) -> Kind:
    """The one type of several; integers among numbers are numbers; None when unknown or when they differ."""
    known = {kind for kind in kinds if kind is not None}
    if known == {"integer", "number"}:
        return "number"
    return known.pop() if len(known) == 1 else None


def agree(kinds: list[Kind]) -> bool:
    """Whether values of these types can meet without a cast, on every warehouse."""
    known = {kind for kind in kinds if kind is not None}
    return len(known) <= 1 or known == {"integer", "number"}
