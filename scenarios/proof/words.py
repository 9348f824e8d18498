"""Small pieces of sentences."""

import re
from collections.abc import Sequence

from scenarios.proof.report import Value
from scenarios.proof.spec import Limits

PHASES = {
    "parse": "Reading the project",
    "first_run": "The first run",
    "checks": "Looking at the result",
    "second_run": "The second run",
    "recheck": "Comparing the two runs",
    "red_run": "The red run",
    "fix_parse": "Reading the fix branch",
    "fix_run": "The run of the fix branch",
    "fix_look": "Comparing the fix branch",
    "day_two_parse": "Reading the day-2 branch",
    "day_two_run": "The second day's run",
    "refresh": "The full refresh",
    "day_two_look": "Comparing the two days",
}

# What the confinement's refusals look like in DuckDB's and Python's words, and what they mean to a person.
REFUSED = re.compile(
    r"Permission Error|external access|file system operations are disabled|configuration has been locked"
    r"|may not do this|Python models are not run|has been disabled",
    re.IGNORECASE,
)
NO_MEMORY = re.compile(
    r"Out of Memory|OutOfMemory|bad_alloc|MemoryError|failed to allocate|could not allocate", re.I
)
HEADER = re.compile(r"^(Runtime|Database|Compilation|Parsing|Validation|Dependency)?\s*Error( in .*)?$")


def rows(count: int | None) -> str:
    """`1 row`, `3 rows`, or words for a number that is not known."""
    if count is None:
        return "an unknown number of rows"
    return "1 row" if count == 1 else f"{count} rows"


def plain_error(message: str, limits: Limits) -> str:
    """The point of a dbt error message, without headers and compiled paths, at most 600 characters."""
    if NO_MEMORY.search(message):
        return f"it needs more than the {limits.query_memory_mb} MB of memory a query may use."
    lines = [line.strip() for line in message.splitlines()]
    kept = [
        line for line in lines if line and not HEADER.match(line) and not line.startswith("compiled code at")
    ]
    text = " ".join(kept or [line for line in lines if line])[:600]
    if REFUSED.search(message):
        return f"it tries to reach outside the project, which a demo may not do ({text})"
    return text or "dbt gave no reason."


def one_line(text: str) -> str:
    """The beginning of a message without line breaks, at most 400 characters."""
    return " ".join(text.split())[:400]


def key_text(value: Value) -> str:
    """A key as a person writes it: 7 for 7.0, a space between day and time."""
    if value is None:
        return "(empty)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"^(\d{4}-\d\d-\d\d)T(?=\d\d:)", r"\1 ", str(value))


def listed(names: Sequence[str]) -> str:
    """At most five names, and a sign that there are more."""
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
