"""What surrounds a statement: fences, prose, Jinja, a closing semicolon. Pure, on text alone."""

import re

from scenarios.ai.mending.said import Said

LONGEST = 30_000  # characters that are looked at

_BEGINS = re.compile(
    r"\s*(?:[a-zA-Z]+\s*\n\s*)?((?:with|select|create|insert)\b.*)", re.DOTALL | re.IGNORECASE
)
_PROSE = re.compile(
    r"\A\s*+(?!with\b|select\b|create\b|insert\b|--|/\*|\(|\{).{0,2000}?\n(?=\s{0,40}(?:with|select)\b)",
    re.DOTALL | re.IGNORECASE,
)
_REF = re.compile(
    r"\{\{-?\s*ref\(\s*(?:(['\"])\w+\1\s*,\s*)?(['\"])(\w+)\2\s*(?:,[^)]*)?\)\s*-?\}\}", re.IGNORECASE
)
_SOURCE = re.compile(r"\{\{-?\s*source\(\s*(['\"])(\w+)\1\s*,\s*(['\"])(\w+)\3\s*\)\s*-?\}\}", re.IGNORECASE)
_NEWER_ROWS = re.compile(
    r"\{%-?\s*if\s+is_incremental\(\).{0,5000}?\{%-?\s*endif\s*-?%\}", re.DOTALL | re.IGNORECASE
)
_JINJA = re.compile(r"\{\{.{0,1000}?\}\}|\{%.{0,1000}?%\}|\{#.{0,1000}?#\}", re.DOTALL)
_CREATE = re.compile(
    r"^\s*(?:create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:table|view)|insert\s+into)\s+[\w.\"`\[\]]+"
    r"(?:\s+as)?\s*(?=\(|with\b|select\b)",
    re.IGNORECASE,
)
_CURLY = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "\u200b": None, "\ufeff": None}
)


def plain_sql(text: str, said: Said) -> str:
    """The statement alone, without what a model writes around it."""
    sql = text[:LONGEST].translate(_CURLY)
    sql = _step(sql, _without_fences(sql), said, "what stands around the SQL is taken away.")
    sql = _step(sql, _without_jinja(sql), said, "Jinja is taken out of the SQL; models are named plainly.")
    sql = _step(
        sql, _CREATE.sub("", sql), said, "a model is a plain SELECT: what creates a table is left out."
    )
    sql = sql.strip()
    return _step(sql, _first_statement(sql), said, "only its first statement is used.")


def _step(before: str, after: str, said: Said, sentence: str) -> str:
    if before != after:
        said.add(sentence)
    return after


def _without_fences(sql: str) -> str:
    """What stands between fences and begins like a statement; prose before it is left out."""
    if "```" not in sql:
        return _PROSE.sub("", sql, count=1)
    pieces = (_BEGINS.match(piece) for piece in sql.split("```"))
    return next((found.group(1).strip() for found in pieces if found), sql.replace("```", " "))


def _without_jinja(sql: str) -> str:
    if "{" not in sql:
        return sql
    named = _REF.sub(lambda found: found.group(3), sql)
    named = _SOURCE.sub(lambda found: f"stg_{found.group(2)}__{found.group(4)}", named)
    return _JINJA.sub(" ", _NEWER_ROWS.sub(" ", named)).strip()


def _first_statement(sql: str) -> str:
    """What stands before a semicolon with more SQL behind it; a closing one is the gate's business."""
    inside = False
    for at, sign in enumerate(sql):
        if sign == "'":
            inside = not inside
        elif sign == ";" and not inside and sql[at + 1 :].strip(" ;\n\t"):
            return sql[:at]
    return sql
