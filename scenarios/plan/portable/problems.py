"""Collects what is wrong with one statement, as violations of the plan. Pure."""

import re

from sqlglot import exp

from scenarios.plan.violations import Violation

MAX_PROBLEMS = 12  # more than this helps nobody


class Problems:
    """A list of violations of one part; the same sentence is kept once."""

    def __init__(self, part: str) -> None:
        self._part = part
        self.violations: list[Violation] = []

    def __bool__(self) -> bool:
        return bool(self.violations)

    def add(self, sentence: str, hint: str = "") -> None:
        """Add one broken rule: what is wrong, and what to do."""
        violation = Violation(part=self._part, place=place_of(self._part), sentence=sentence, hint=hint)
        if violation not in self.violations and len(self.violations) < MAX_PROBLEMS:
            self.violations.append(violation)


def place_of(part: str) -> str:
    """Where the statement stands, in words: `sql:fct_orders` is "model fct_orders"."""
    kind, _, name = part.partition(":")
    return f"model {name}" if kind == "sql" and name else part


def shown(text: str, limit: int = 40) -> str:
    """`text` as it can be quoted in a sentence: one short line of printable characters."""
    clean = re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()
    return f"`{clean if len(clean) <= limit else clean[: limit - 1] + '…'}`"


def word_of(node: exp.Expr) -> str:
    """A function's name as an author writes it, or the kind of a node that is no function."""
    return node.sql_names()[0].lower() if isinstance(node, exp.Func) else str(node.key)
