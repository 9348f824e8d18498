"""Periods of time as people write them. Pure."""

from datetime import date

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def period_text(start: str, grain: str) -> str:
    """A period by its first day (ISO): "March 2026", "week of 2 March 2026", "2 March 2026"; else the text itself."""
    try:
        day = date.fromisoformat(start[:10])
    except ValueError:
        return start
    month = f"{_MONTHS[day.month - 1]} {day.year}"
    return month if grain == "month" else f"{'week of ' if grain == 'week' else ''}{day.day} {month}"


def in_period(start: str, grain: str) -> str:
    """The same as when something is true: "in March 2026", "in the week of 2 March 2026", "on 2 March 2026"."""
    before = {"month": "in", "week": "in the"}.get(grain, "on")
    return f"{before} {period_text(start, grain)}"


def period_mark(start: str, grain: str) -> str:
    """The same for the axis of a chart: "Mar 26", or "2 Mar"; else the text itself."""
    try:
        day = date.fromisoformat(start[:10])
    except ValueError:
        return start
    month = _MONTHS[day.month - 1][:3]
    return f"{month} {day.year % 100:02}" if grain == "month" else f"{day.day} {month}"
