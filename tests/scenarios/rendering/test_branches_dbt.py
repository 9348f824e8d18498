"""The branches, really run with dbt on DuckDB: the fix is green, the second day brings what was promised."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scenarios.plan.fixes import fixes_of
from scenarios.plan.outline import SourceTable
from scenarios.plan.parts import Plan
from scenarios.plan.repaired import repaired
from scenarios.rendering import (
    DAY_TWO,
    FIX,
    MAIN,
    arrivals,
    base_project,
    branch_changes,
    expected_tests,
    render_branches,
)
from tests.projects.best_practice import violations
from tests.sampling import few
from tests.scenarios.plan.example import example_plan
from tests.scenarios.rendering.projects import Dbt, rich_plan, soft_plan, write

PLANS: dict[str, Callable[[], Plan]] = {"example": example_plan, "rich": rich_plan, "soft": soft_plan}


def _rows(project: Dbt, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(project.database), read_only=True) as database:
        return database.execute(query).fetchall()


def _warned(project: Dbt) -> dict[str, int | None]:
    results = project.results()
    assert {status for status, _ in results.values()} <= {"success", "pass", "warn"}
    return {name: failures for name, (status, failures) in results.items() if status == "warn"}


@pytest.fixture(scope="module", params=few(PLANS, "example"))
def case(request: pytest.FixtureRequest) -> Plan:
    return PLANS[request.param]()


def _staged(project: Dbt, source: SourceTable) -> list[list[Any]]:
    names = ", ".join(column.staged_name for column in source.columns)
    query = f"select {names} from main.{source.staging_model} order by {names}"
    return [[_cell(value) for value in row] for row in _rows(project, query)]


def _cell(value: Any) -> Any:
    """A value of DuckDB as a plan says it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.long
def test_fix_is_green_and_does_what_was_computed(case: Plan, tmp_path: Path) -> None:
    project = Dbt(render_branches(case, template=base_project())[FIX], tmp_path)
    answer = project("build")
    assert answer.returncode == 0, answer.stdout
    assert _warned(project) == {} == expected_tests(case, FIX)
    found = violations(project.artifact("manifest.json"))
    assert [
        words for words in found if "dim_date" not in words
    ] == []  # the calendar reads two marts, on main too
    after = repaired(case)
    assert any(after.removed.values())
    for source in case.outline.sources:
        assert _staged(project, source) == sorted(after.rows[source.table], key=lambda row: row[0])


def test_every_strategy_and_every_kind_is_run() -> None:
    fixes = [fix for make in PLANS.values() for fix in fixes_of(make())]
    assert {fix.strategy for fix in fixes} == {
        "keep_first", "known_parent", "empty_key", "placeholder", "hold_back", "map_codes", "empty_value",
        "redeliver",
    }  # fmt: skip
    assert {fix.scenario.kind for fix in fixes} == {
        "null", "duplicate", "orphan", "out_of_range", "inconsistent_code", "impossible_dates", "stale",
    }  # fmt: skip


@pytest.mark.long  # the Proofs of tests/projects and tests/scenarios/proof count the same by value
def test_second_day_brings_the_arrivals(case: Plan, tmp_path: Path) -> None:
    branches = render_branches(case, template=base_project())
    project = Dbt(branches[MAIN], tmp_path)
    assert project("build").returncode == 0
    assert _warned(project) == expected_tests(case, MAIN)
    before = {row[0]: row for row in _rows(project, "select * from main.fct_orders")}
    seeds = branch_changes(branches, DAY_TWO)
    assert {Path(path).parts[0] for path in seeds} == {"seeds"}
    write({path: text for path, text in seeds.items() if text}, project.folder)
    answer = project("build")
    assert answer.returncode == 0, answer.stdout
    assert _warned(project) == expected_tests(case, DAY_TWO)
    found = _rows(project, "select * from main.fct_orders")
    after = {row[0]: row for row in found}
    assert len(after) == len(found)
    assert {key for key in after if before.get(key) != after[key]} == {key for key, _ in arrivals(case)}
    assert {key for key, kind in arrivals(case) if kind == "updated"} == {
        key for key in before if before[key] != after.get(key)
    }
    assert project("build", "--full-refresh", "--select", "fct_orders").returncode == 0
    assert sorted(map(str, _rows(project, "select * from main.fct_orders"))) == sorted(map(str, found))
