"""The branches of a demo: the story, the fix of its data quality, and the second day's rows. Pure."""

from collections.abc import Mapping

from scenarios.plan.arrivals import ArrivalKind
from scenarios.plan.counting import count_failures
from scenarios.plan.faults import rows_by_table
from scenarios.plan.names import DAY_TWO, FIX, MAIN, Cell
from scenarios.plan.parts import Plan
from scenarios.plan.second_day import rows_after
from scenarios.rendering.code import render_code
from scenarios.rendering.data_tests import quality_tests
from scenarios.rendering.fixes import fix_files
from scenarios.rendering.seeds import seed_csv, seed_path
from scenarios.rendering.text import cell_value

__all__ = [
    "DAY_TWO",
    "FIX",
    "MAIN",
    "arrivals",
    "branch_changes",
    "branch_names",
    "expected_tests",
    "render_branches",
]

Branches = Mapping[str, Mapping[str, str]]


def branch_names(plan: Plan) -> list[str]:
    """The plan's branches, `main` first; the fix only where there is something to fix."""
    return [MAIN, *([FIX] if plan.quality.scenarios else []), DAY_TWO]


def render_branches(plan: Plan, *, template: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The code files of every branch: branch → path → text, sorted by path.

    `template` and what is raised are as for `render_code`.
    """
    main = render_code(plan, template=template)
    changes = {MAIN: {}, FIX: fix_files(plan), DAY_TWO: _second_day_seeds(plan)}
    return {name: dict(sorted((main | changes[name]).items())) for name in branch_names(plan)}


def branch_changes(branches: Branches, name: str) -> dict[str, str | None]:
    """What differs from `main` on a branch: path → text there, None where it has no such file.

    Raises KeyError for a branch that is not in `branches`.
    """
    main, there = branches[MAIN], branches[name]
    return {path: there.get(path) for path in sorted({*main, *there}) if main.get(path) != there.get(path)}


def expected_tests(plan: Plan, branch: str) -> dict[str, int]:
    """The tests that must warn on a branch, by name, with dbt's count of failures: none on the fix.

    Raises KeyError for a branch that the plan does not have.
    """
    if branch not in branch_names(plan):
        raise KeyError(branch)
    if branch == FIX:
        return {}
    if branch == MAIN:
        return quality_tests(plan)
    rows = rows_after(plan.outline, plan.day_two, rows_by_table(plan))
    counted = {s.test_name: count_failures(plan.outline, rows, s) for s in plan.quality.scenarios}
    return {name: failures for name, failures in counted.items() if failures}


def arrivals(plan: Plan) -> list[tuple[Cell, ArrivalKind]]:
    """(unique key, kind) of the rows that the second day brings to the incremental mart.

    Keys are as they are in the warehouse: a text passed the same gate as in the seeds.
    """
    return [(cell_value(arrival.key), arrival.kind) for arrival in plan.day_two.arrivals]


def _second_day_seeds(plan: Plan) -> dict[str, str]:
    """The seeds of the tables with new or changed rows."""
    rows = rows_after(plan.outline, plan.day_two, rows_by_table(plan))
    late = {table.table for table in plan.day_two.tables}
    return {
        seed_path(source.table): seed_csv(source, rows[source.table])
        for source in plan.outline.sources
        if source.table in late and source.table in rows
    }
