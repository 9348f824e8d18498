"""Writes scenarios/plan/portable/keywords.txt from sqlfluff's dialects.

python -m tests.scenarios.plan.portable.make_keywords > scenarios/plan/portable/keywords.txt
"""

import sys

from sqlfluff.core.dialects import dialect_selector

HEADER = """\
# Words that are no good as names, from sqlfluff's dialects. One word a line, then the dialects that refuse
# it as an identifier (`reserved`) and those where it is a keyword and so a poor alias (`keyword`, rule RF04).
# Regenerate: python -m tests.scenarios.plan.portable.make_keywords > scenarios/plan/portable/keywords.txt
"""
RESERVING = ("snowflake", "bigquery", "databricks", "redshift", "postgres", "duckdb")
ALIASING = ("snowflake", "bigquery", "databricks", "redshift")


def keywords_text() -> str:
    """The whole file."""
    reserved = {name: _words(name, "reserved_keywords") for name in RESERVING}
    keyword = {name: _words(name, "unreserved_keywords") for name in ALIASING}
    lines = []
    for word in sorted(set().union(*reserved.values(), *keyword.values())):
        refusing = ",".join(name for name in RESERVING if word in reserved[name])
        aliasing = ",".join(name for name in ALIASING if word in keyword[name])
        parts = [word, f"reserved={refusing}" if refusing else "", f"keyword={aliasing}" if aliasing else ""]
        lines.append(" ".join(part for part in parts if part))
    return HEADER + "\n".join(lines) + "\n"


def _words(dialect: str, label: str) -> set[str]:
    return {word.lower() for word in dialect_selector(dialect).sets(label)}


if __name__ == "__main__":
    sys.stdout.write(keywords_text())
