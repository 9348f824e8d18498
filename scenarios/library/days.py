"""Moves dates by a number of days. Pure."""

import re
from datetime import date, timedelta

#: How far from the demo's today a date belongs to its story. What is farther is an anchor or a sentinel.
NEAR_IN_DATA, NEAR_IN_SQL = 100, 5  # years

_DAY = re.compile(r"(?<![\d-])(\d{4}-\d{2}-\d{2})(?![\d-])")


class Shift:
    """Moves every date of a text from one today to another one."""

    def __init__(self, before: date, after: date) -> None:
        self.before = before
        self.by = after - before

    def text(self, text: str, *, near: int = NEAR_IN_DATA) -> str:
        """The text with its ISO dates moved; those that are `near` years or more from the old today stay."""
        return _DAY.sub(lambda found: self._moved(found[0], near), text) if self.by else text

    def _moved(self, text: str, near: int) -> str:
        try:
            day = date.fromisoformat(text)
            moved = day + self.by
        except (ValueError, OverflowError):
            return text
        return text if abs(day - self.before) >= timedelta(days=365 * near) else moved.isoformat()
