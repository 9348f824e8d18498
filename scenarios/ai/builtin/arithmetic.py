"""Sums over the cells of a row, such as `quantity * sku.list_price`: numbers, names, `+ - * /`, brackets, lookups."""

import ast
import operator
from collections.abc import Callable

from scenarios.ai.builtin.lexicon import BlueprintError

_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}

Value = Callable[[str, str | None], float | None]  # (column, field of the row it refers to) → number


def names_in(formula: str) -> set[str]:
    """Columns of the row that the formula reads."""
    return {node.id for node in ast.walk(_parsed(formula)) if isinstance(node, ast.Name)}


def evaluate(formula: str, value: Value) -> float | None:
    """The result, or None when a value is missing or something is divided by zero. Raises BlueprintError."""
    return _of(_parsed(formula), formula, value)


def _parsed(formula: str) -> ast.expr:
    try:
        return ast.parse(formula, mode="eval").body
    except SyntaxError as error:
        raise BlueprintError(f"`calc: {formula}` cannot be read.") from error


def _of(node: ast.expr, formula: str, value: Value) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return value(name, None)
        case ast.Attribute(value=ast.Name(id=name), attr=field):
            return value(name, field)
        case ast.BinOp(left=left, op=sign, right=right):
            return _joined(_of(left, formula, value), sign, _of(right, formula, value), formula)
    raise BlueprintError(f"`calc: {formula}` has something other than numbers, columns and + - * /.")


def _joined(left: float | None, sign: ast.operator, right: float | None, formula: str) -> float | None:
    if left is None or right is None:
        return None
    if isinstance(sign, ast.Div):
        return left / right if right else None
    if type(sign) not in _OPERATIONS:
        raise BlueprintError(f"`calc: {formula}` has something other than numbers, columns and + - * /.")
    return _OPERATIONS[type(sign)](left, right)
