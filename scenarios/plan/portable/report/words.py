"""Looks at the words of an expanded file: functions, types, texts, and where nulls go. Pure."""

from collections.abc import Callable, Iterator, Sequence

from sqlglot.tokens import Token, TokenType

from scenarios.plan.names import Warehouse
from scenarios.plan.portable.report.found import LABELS
from scenarios.plan.portable.report.vocabulary import (
    FUNCTIONS,
    NEED_A_SIZE,
    NO_FUNCTIONS,
    TYPES,
)
from scenarios.plan.portable.splitting import splits_alike

Notes = Iterator[tuple[Token, str]]
_CASTS = {"cast", "safe_cast", "try_cast"}
_ESCAPES = ("snowflake", "bigquery", "databricks")  # where a backslash in a text means something


def check_words(tokens: Sequence[Token], sql: str, warehouse: Warehouse) -> Notes:
    """What the words alone show, each with the token that it is about."""
    types = {id(token) for start, end in _casts(tokens) for token in tokens[start:end]}
    for start, end in _casts(tokens):
        yield from _type(tokens[start:end], warehouse)
    for i, token in enumerate(tokens):
        if _text(tokens, i + 1) == "(" and id(token) not in types:
            yield from _function(token, warehouse)
            yield from _pattern(tokens, i, warehouse)
        for rule in _RULES:
            yield from rule(tokens, i, sql, warehouse)


def _text(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].text.lower() if 0 <= i < len(tokens) else ""


def _function(token: Token, warehouse: Warehouse) -> Notes:
    name = token.text.lower()
    is_word = token.token_type not in (TokenType.STRING, TokenType.IDENTIFIER) and name.isidentifier()
    if is_word and name not in NO_FUNCTIONS and name not in FUNCTIONS[warehouse]:
        yield token, f"The function `{name}` is not among those known for {LABELS[warehouse]}."


def _casts(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """From and to of the type in every cast."""
    found: list[tuple[int, int]] = []
    for i, token in enumerate(tokens):
        if token.text.lower() in _CASTS and _text(tokens, i + 1) == "(":
            place, depth = i + 2, 1
            start = place
            while place < len(tokens) and depth:
                depth += {"(": 1, ")": -1}.get(tokens[place].text, 0)
                if depth == 1 and tokens[place].token_type == TokenType.ALIAS:
                    start = place + 1
                place += 1
            found.append((start, place - 1))
        elif token.token_type == TokenType.DCOLON:
            sized = _text(tokens, i + 2) == "("
            end = next((j for j in range(i, len(tokens)) if tokens[j].text == ")"), i + 1) if sized else i + 1
            found.append((i + 1, end + 1))
    return found


def _type(tokens: Sequence[Token], warehouse: Warehouse) -> Notes:
    if not tokens:
        return
    words = [token.text.lower() for token in tokens]
    sized = "(" in words
    name = "_".join(words[: words.index("(")] if sized else words)
    problem = type_problem(name, sized, warehouse)
    if problem:
        yield tokens[0], problem
    elif sized and warehouse == "bigquery":
        yield tokens[0], f"A size in a cast to `{name}` is doubtful on BigQuery: leave it out."


def type_problem(name: str, sized: bool, warehouse: Warehouse) -> str:
    """What is wrong with a type on a warehouse; empty when nothing is."""
    if name not in TYPES[warehouse]:
        return f"The type `{name}` is not among those known for {LABELS[warehouse]}."
    needs = NEED_A_SIZE[warehouse].get(name, "")
    return f"The type `{name}` is doubtful on {LABELS[warehouse]}: {needs}." if needs and not sized else ""


def _pattern(tokens: Sequence[Token], i: int, warehouse: Warehouse) -> Notes:
    """What dbt's own macros cannot do on Databricks."""
    name = _text(tokens, i)
    if warehouse != "databricks":
        return
    if name == "collect_list":
        yield tokens[i], "dbt's listagg leaves the order out on Databricks, so texts may come in any order."
    elif name == "regexp_extract" and tokens[i + 2].token_type == TokenType.STRING:
        delimiter = tokens[i + 2].text
        if not splits_alike(delimiter):
            yield tokens[i], f"Databricks takes the delimiter '{delimiter}' of split_part for a pattern."


def _colons(tokens: Sequence[Token], i: int, sql: str, warehouse: Warehouse) -> Notes:
    if tokens[i].token_type == TokenType.DCOLON and warehouse == "bigquery":
        yield tokens[i], "BigQuery does not know `::`: write cast(… as …)."


def _nulls(tokens: Sequence[Token], i: int, sql: str, warehouse: Warehouse) -> Notes:
    word = _text(tokens, i)
    if word == "desc" and _text(tokens, i + 1) != "nulls" and warehouse in ("snowflake", "redshift"):
        yield tokens[i], f"After `desc`, {LABELS[warehouse]} puts nulls first: write `desc nulls last`."
    if word == "nulls" and warehouse == "bigquery":
        after, before = _text(tokens, i + 1), _text(tokens, i - 1)
        if (after == "last") != (before == "desc"):
            yield tokens[i], f"BigQuery refuses `{before} nulls {after}` in windows and aggregates."


def _texts(tokens: Sequence[Token], i: int, sql: str, warehouse: Warehouse) -> Notes:
    token = tokens[i]
    if token.token_type != TokenType.STRING:
        return
    written = sql[token.start : token.end + 1]
    if written.startswith('"'):
        yield token, f"Double quotes are a text on {LABELS[warehouse]}, not a name."
    # dbt's own macros escape a quote, and say a single backslash
    elif warehouse in _ESCAPES and "\\" in written.replace("\\'", "") and written != "'\\\\'":
        yield token, f"A backslash in a text means something else on {LABELS[warehouse]}."


def _interval(tokens: Sequence[Token], i: int, sql: str, warehouse: Warehouse) -> Notes:
    if (
        warehouse == "bigquery"
        and _text(tokens, i) == "interval"
        and i + 1 < len(tokens)
        and tokens[i + 1].token_type == TokenType.STRING
    ):
        yield tokens[i], "BigQuery writes intervals differently: use dbt.dateadd."


def _set_operators(tokens: Sequence[Token], i: int, sql: str, warehouse: Warehouse) -> Notes:
    word = _text(tokens, i)
    bare = word in ("union", "intersect", "except") and _text(tokens, i + 1) not in ("all", "distinct")
    if bare and warehouse == "bigquery":
        yield tokens[i], f"BigQuery wants `{word} all` or `{word} distinct`."


_RULES: tuple[Callable[[Sequence[Token], int, str, Warehouse], Notes], ...] = (
    _colons,
    _nulls,
    _texts,
    _interval,
    _set_operators,
)
