"""First gate: is the text small, flat and plain enough to be parsed at all? Pure.

Everything here is linear in the length of the text, and runs before the parser, which recurses.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from scenarios.plan.portable.problems import Problems, shown

MAX_CHARACTERS = 12_000
MAX_TOKENS = 3_000
MAX_NESTING = 20  # parentheses and case … end together
MAX_NOTS = 40  # every `not` is a level of recursion for the parser

READING_DIALECT = "snowflake"

_PLAIN_HINT = "Write plain SQL: no Jinja, no parameters, no arrays, no JSON paths."
_REFUSED_TOKENS: dict[TokenType, str] = {
    TokenType.BLOCK_START: _PLAIN_HINT,
    TokenType.BLOCK_END: _PLAIN_HINT,
    TokenType.L_BRACE: _PLAIN_HINT,
    TokenType.R_BRACE: _PLAIN_HINT,
    TokenType.L_BRACKET: _PLAIN_HINT,
    TokenType.R_BRACKET: _PLAIN_HINT,
    TokenType.COLON: _PLAIN_HINT,
    TokenType.PARAMETER: _PLAIN_HINT,
    TokenType.PLACEHOLDER: _PLAIN_HINT,
    TokenType.SESSION_PARAMETER: _PLAIN_HINT,
    TokenType.ARROW: _PLAIN_HINT,
    TokenType.UNKNOWN: _PLAIN_HINT,
    TokenType.IDENTIFIER: "Names are lower snake case without quotes.",
    TokenType.HEREDOC_STRING: "Write text in single quotes.",
    TokenType.RAW_STRING: "Write text in single quotes.",
    TokenType.NATIONAL_STRING: "Write text in single quotes.",
    TokenType.HEX_STRING: "Write text in single quotes.",
    TokenType.BIT_STRING: "Write text in single quotes.",
    TokenType.BYTE_STRING: "Write text in single quotes.",
    TokenType.UNICODE_STRING: "Write text in single quotes.",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufeff\ud800-\udfff]")
_STRINGS_AND_COMMENTS = re.compile(r"'[^']*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_SLASHES = re.compile(r"//")
_ALIASES = {"date_diff": "datediff", "date_add": "dateadd", "len": "length"}


def screen(sql: str, problems: Problems) -> list[Token] | None:
    """Tokens of `sql`, without a closing semicolon, ready for the parser; None when something is wrong."""
    if not _screen_text(sql, problems):
        return None
    try:
        tokens = Dialect.get_or_raise(READING_DIALECT).tokenize(sql)
    except (SqlglotError, RecursionError):
        problems.add("The SQL cannot be read: a quote or a comment is not closed.", "Close every ' and /*.")
        return None
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    _screen_start(tokens, problems)
    _screen_tokens(sql, tokens, problems)
    _screen_nesting(tokens, problems)
    _screen_null_order(tokens, problems)
    return None if problems else _without_synonyms(tokens)


def _screen_text(sql: str, problems: Problems) -> bool:
    if len(sql) > MAX_CHARACTERS:
        problems.add(
            f"The SQL has {len(sql):,} characters; {MAX_CHARACTERS:,} are the limit.",
            "Split the model into two.",
        )
    elif found := _CONTROL.search(sql):
        problems.add(
            f"The SQL holds an invisible character (U+{ord(found.group()):04X}).",
            "Type it again as plain text.",
        )
    elif _SLASHES.search(_STRINGS_AND_COMMENTS.sub(" ", sql)):
        problems.add("The SQL holds `//`.", "Divide with one `/`; comments start with `--`.")
    elif "\\" in sql:
        problems.add(
            "The SQL holds a backslash, which each warehouse reads differently.",
            "Leave it out, also inside text in quotes.",
        )
    return not problems


def _screen_start(tokens: list[Token], problems: Problems) -> None:
    if not tokens:
        problems.add("There is no SQL.", "Write one SELECT.")
    elif tokens[0].token_type not in (TokenType.SELECT, TokenType.WITH):
        problems.add(
            f"The statement starts with {shown(tokens[0].text)}.",
            "A model is one SELECT (it may start with WITH).",
        )


def _screen_tokens(sql: str, tokens: list[Token], problems: Problems) -> None:
    if len(tokens) > MAX_TOKENS:
        problems.add(
            f"The SQL has {len(tokens):,} words and signs; {MAX_TOKENS:,} are the limit.",
            "Split the model into two.",
        )
    for token in tokens:
        text = sql[token.start : token.end + 1]
        if token.token_type == TokenType.SEMICOLON:
            problems.add("There are several statements, parted by `;`.", "A model is one SELECT.")
        elif token.token_type in _REFUSED_TOKENS:
            problems.add(f"{shown(text)} is not allowed.", _REFUSED_TOKENS[token.token_type])
        elif token.token_type == TokenType.STRING:
            _screen_string(token.text, problems)
        elif not text.isascii():
            problems.add(
                f"{shown(text)} is not a legal name.", "Names are lower snake case: a to z, digits and _."
            )


def _screen_string(text: str, problems: Problems) -> None:
    if "\n" in text or "\r" in text or "\t" in text:
        problems.add(
            f"The text {shown(text)} goes over several lines or holds a tab.", "Keep a text in one line."
        )


def _screen_nesting(tokens: Iterable[Token], problems: Problems) -> None:
    depth = deepest = nots = 0
    for token in tokens:
        if token.token_type in (TokenType.L_PAREN, TokenType.CASE):
            depth += 1
            deepest = max(deepest, depth)
        elif token.token_type in (TokenType.R_PAREN, TokenType.END):
            depth -= 1
        elif token.token_type == TokenType.NOT:
            nots += 1
    if deepest > MAX_NESTING or nots > MAX_NOTS:
        problems.add(
            "The SQL is nested too deeply.",
            f"Use CTEs; at most {MAX_NESTING} levels of parentheses and case.",
        )


def _screen_null_order(tokens: list[Token], problems: Problems) -> None:
    """The parser forgets whether `nulls first` was written after `desc`, so it is looked for here."""
    words = " ".join(token.text.lower() for token in tokens if token.token_type != TokenType.STRING)
    if "desc nulls first" in words:
        problems.add(
            "`desc nulls first` is not portable.", "Write `desc` (nulls come last) or `asc nulls first`."
        )


def _without_synonyms(tokens: list[Token]) -> list[Token]:
    """Spell functions that other warehouses write differently, but with the same arguments, in one way."""
    for token, following in pairwise(tokens):
        name = token.text.lower()
        if (
            following.token_type == TokenType.L_PAREN
            and token.token_type != TokenType.STRING
            and name in _ALIASES
        ):
            token.text = _ALIASES[name]
    return tokens
