"""One file on one warehouse: everything that the report finds in it. Pure."""

from collections.abc import Mapping
from functools import lru_cache

from jinja2 import nodes
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError

from scenarios.plan.names import ColumnType, Warehouse
from scenarios.plan.portable.report.columns import Known, mark_columns
from scenarios.plan.portable.report.expand import Unreadable, expand
from scenarios.plan.portable.report.found import LABELS, Found
from scenarios.plan.portable.report.trees import check_tree
from scenarios.plan.portable.report.words import check_words

_INCREMENTAL = "is_incremental"

#: Relations with their columns and types, as something that can be remembered.
Relations = tuple[tuple[str, tuple[tuple[str, ColumnType], ...]], ...]


def check_file(
    text: str, warehouse: Warehouse, *, model: str, known: Known, macros: Mapping[str, nodes.Macro]
) -> list[Found]:
    """What `warehouse` refuses or does differently in the file `text`, by line; each sentence once.

    `known` are the columns of the relations that the file may name, `macros` the project's own. An incremental
    model is looked at both ways: the first run and every later one.
    """
    found: set[Found] = set()
    relations = _frozen(known)
    for incremental in (False, True) if _INCREMENTAL in text else (False,):
        try:
            expanded = expand(text, warehouse, macros=macros, model=model, incremental=incremental)
        except Unreadable as error:
            return [Found(error.line, error.why)]
        found |= {Found(expanded.line(line), why) for line, why in _check(expanded.sql, warehouse, relations)}
    return _once(found)


def _once(found: set[Found]) -> list[Found]:
    first: dict[str, Found] = {}
    for item in sorted(found):
        first.setdefault(item.why, item)
    return list(first.values())


def _frozen(known: Known) -> Relations:
    return tuple((name, tuple(columns.items())) for name, columns in known.items())


@lru_cache(maxsize=1024)
def _check(sql: str, warehouse: Warehouse, relations: Relations) -> tuple[tuple[int, str], ...]:
    """What is wrong with SQL; lines are its own. The same file of another revision is not looked at again."""
    dialect = Dialect.get_or_raise(warehouse)
    found: list[tuple[int, str]] = []
    try:
        tokens = dialect.tokenize(sql)
        found = [(token.line, why) for token, why in check_words(tokens, sql, warehouse)]
        trees = dialect.parser().parse(tokens, sql)
    except (SqlglotError, RecursionError) as error:
        return (*found, _words_of(error, warehouse))
    tree = trees[0]
    if len(trees) != 1 or tree is None:
        return (*found, (1, "It is not one statement."))
    mark_columns(tree, {name: dict(columns) for name, columns in relations})
    found += [(_line(node), why) for node, why in check_tree(tree, warehouse)]
    return tuple(found)


def _words_of(error: Exception, warehouse: Warehouse) -> tuple[int, str]:
    details = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
    line = details.get("line")
    why = str(details.get("description") or "a quote or a parenthesis is not closed").rstrip(".")
    return (line if isinstance(line, int) else 1), f"{LABELS[warehouse]} cannot read it: {why}."


def _line(node: exp.Expr) -> int:
    """The line that a node stands in: its own, that of something inside it, or that of what it stands in."""
    for inner in node.walk():
        if "line" in inner.meta:
            return int(inner.meta["line"])
    return _line(node.parent) if node.parent is not None else 1


__all__ = ["Found", "Known", "check_file"]
