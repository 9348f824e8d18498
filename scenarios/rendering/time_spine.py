"""The calendar that metrics over time need: one row per day of every month with facts. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from scenarios.plan.names import Cell
from scenarios.plan.parts import Plan
from scenarios.rendering.sql_file import Cte, SqlFile, columns_list, import_cte

_NAMES = ("dim_date", "dim_calendar_day", "dim_metric_day")
_YEAR = re.compile(r"(\d{4})-\d{2}-\d{2}")
_YEARS_BACK, _YEARS_AHEAD = 60, 10
_DESCRIPTION = "One row per day, for metrics over time: every day of every month in which something happened."


def time_spine_name(plan: Plan) -> str | None:
    """Name of the calendar model, one that the plan does not use; None without a semantic layer."""
    taken = {model.name for model in plan.outline.models}
    return next(name for name in _NAMES if name not in taken) if plan.semantic else None


def time_spine_files(plan: Plan) -> dict[str, str]:
    """The calendar model; empty without a semantic layer."""
    name = time_spine_name(plan)
    return {f"models/marts/{name}.sql": _sql(plan)} if name else {}


def time_spine_properties(plan: Plan) -> list[dict[str, Any]]:
    """Its entry in `models/marts/schema.yml`."""
    name = time_spine_name(plan)
    day = {
        "name": "date_day",
        "description": "The day.",
        "granularity": "day",
        "data_tests": ["unique", "not_null"],
    }
    spine = {"standard_granularity_column": "date_day"}
    return (
        [{"name": name, "description": _DESCRIPTION, "time_spine": spine, "columns": [day]}] if name else []
    )


def _sql(plan: Plan) -> str:
    semantics = plan.semantic.models if plan.semantic else []
    facts = {semantic.model: semantic.time_dimension for semantic in semantics}
    first, last = _years(plan)
    return SqlFile(
        comments=[
            "The calendar behind every metric over time.",
            "Whole months, from the first to the last fact: a comparison with last month finds its days.",
        ],
        ctes=[
            *(import_cte(model, f"ref('{model}')", [day]) for model, day in facts.items()),
            Cte("fact_days", "\nunion all\n".join(_days(model, column) for model, column in facts.items())),
            Cte(
                "bounds",
                "select\n    min(fact_day) as first_day,\n    max(fact_day) as last_day\nfrom fact_days",
            ),
            Cte("calendar", _calendar(first, last)),
            Cte("final", _FINAL),
        ],
    ).text()


def _days(model: str, column: str) -> str:
    return f"select cast({column} as date) as fact_day\nfrom {model}"


def _calendar(first: int, last: int) -> str:
    start, end = f"cast('{first}-01-01' as date)", f"cast('{last}-01-01' as date)"
    return f'{{{{ dbt.date_spine(datepart="day", start_date="{start}", end_date="{end}") }}}}'


_FINAL = (
    columns_list(["cast(calendar.date_day as date) as date_day"])
    + """
from calendar
cross join bounds
where
    cast(calendar.date_day as date) >= cast({{ dbt.date_trunc('month', 'bounds.first_day') }} as date)
    and cast(calendar.date_day as date) <= cast({{ dbt.last_day('bounds.last_day', 'month') }} as date)"""
)


def _years(plan: Plan) -> tuple[int, int]:
    """The year before the first date in the plan's rows, and the second after the last."""
    today = plan.outline.as_of.year
    years = [int(found[1]) for cell in _cells(plan) if isinstance(cell, str) and (found := _YEAR.match(cell))]
    # A planted date of the year 2999 must not make a calendar of a thousand years.
    near = [year for year in years if today - _YEARS_BACK <= year <= today + _YEARS_AHEAD] + [today]
    return min(near) - 1, max(near) + 2


def _cells(plan: Plan) -> Iterator[Cell]:
    late = [row for table in plan.day_two.tables for row in [*table.new, *table.changed]]
    for row in [*(row for rows in plan.rows for row in rows.rows), *late]:
        yield from row
