"""Reads a statement in the dialects that a model may have thought of, and writes trees as text. Pure."""

from collections.abc import Iterator, Sequence

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from scenarios.plan.names import Warehouse
from scenarios.plan.portable.screen import MAX_NESTING, MAX_NOTS, MAX_TOKENS, READING_DIALECT

DIALECTS = ("snowflake", "bigquery", "postgres", "databricks", "duckdb", "tsql")

_OPENING = (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE)
_CLOSING = (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END)
_MORE = 5  # levels that other dialects need beyond the portable ones


class CannotMend(Exception):
    """This reading of the statement leads nowhere."""


def readings(sql: str, warehouse: Warehouse) -> Iterator[tuple[str, exp.Expr]]:
    """(dialect, tree) for every dialect that can read the text: the portable one first, then the warehouse's.

    Portable SQL was asked for, and its words are Snowflake's; where it does not fit, the next one may.
    """
    for dialect in dict.fromkeys((READING_DIALECT, warehouse, *DIALECTS)):
        tree = _read(sql, dialect)
        if tree is not None:
            yield dialect, tree


def _read(sql: str, dialect: str) -> exp.Expr | None:
    reader = Dialect.get_or_raise(dialect)
    try:
        tokens = reader.tokenize(sql)
        trees = reader.parser().parse(tokens, sql) if _is_flat(tokens) else []
    except (SqlglotError, ValueError, TypeError, AttributeError, IndexError, KeyError):  # its own slips
        return None
    trees = [tree for tree in trees if tree is not None]
    tree = trees[0] if len(trees) == 1 else None
    while isinstance(tree, exp.Subquery) and not tree.alias:
        tree = tree.this
    return tree if isinstance(tree, exp.Select | exp.SetOperation) else None


def _is_flat(tokens: Sequence[Token]) -> bool:
    """Whether the text is small and flat enough for the parser, which recurses."""
    depth = deepest = nots = 0
    for token in tokens:
        if token.token_type in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif token.token_type in _CLOSING:
            depth -= 1
        nots += token.token_type == TokenType.NOT
    return deepest <= MAX_NESTING + _MORE and nots <= MAX_NOTS and len(tokens) <= MAX_TOKENS


def written(tree: exp.Expr) -> str:
    """The statement as portable text in lower case, without comments."""
    return in_lower_case(
        tree.sql(dialect=READING_DIALECT, comments=False, pretty=True, normalize_functions="lower")
    )


def in_lower_case(sql: str) -> str:
    """SQL in lower case, but for what stands in quotes."""
    pieces, end = [], 0
    for token in Dialect.get_or_raise(READING_DIALECT).tokenize(sql):
        if token.token_type == TokenType.STRING:
            pieces += [sql[end : token.start].lower(), sql[token.start : token.end + 1]]
            end = token.end + 1
    return "".join([*pieces, sql[end:].lower()])
