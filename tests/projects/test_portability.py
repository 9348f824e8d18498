"""Every demo runs on all four warehouses, as far as can be told without them; on PostgreSQL it really runs.

PostgreSQL is the nearest thing to Redshift. One brief by default, because each takes half a minute; all of them with
`ALL_BRIEFS=1` in the environment, as `make bench-demos` does in its own way.
"""

import os
from pathlib import Path

import pytest

from scenarios.expectations import marts_of
from scenarios.plan.names import DAY_TWO, MAIN, WAREHOUSES
from scenarios.plan.parts import Plan
from scenarios.rendering import (
    arrivals,
    expected_tests,
    quality_tests,
)
from scenarios.rendering.portability import portability
from tests.projects.conftest import NAMES, RenderedProject
from tests.projects.postgres import (
    MISSING,
    Figures,
    Step,
    has_postgres_adapter,
    run_on_duckdb,
    run_on_postgres,
    start_server,
)
from tests.sampling import every

#: Timestamps, an incremental mart by timestamp, and defects.
ONE = ["energy"]
RUN = NAMES if os.environ.get("ALL_BRIEFS") else ONE

needs_postgres = pytest.mark.skipif(not has_postgres_adapter(), reason=MISSING)


@pytest.mark.parametrize("name", every(3, NAMES))
def test_report_finds_nothing_on_any_branch(projects: dict[str, RenderedProject], name: str) -> None:
    plan, branches = projects[name].plan, projects[name].branches
    for files in branches.values():
        verdicts = portability(files, plan)
        assert [verdict for verdict in verdicts if not verdict.fine] == []
    seen = {(verdict.model, verdict.warehouse) for verdict in portability(branches[MAIN], plan)}
    files = [
        Path(path).stem for path in branches[MAIN] if path.endswith((".sql", ".csv")) and "macros" not in path
    ]
    assert seen == {(stem, warehouse) for stem in files for warehouse in WAREHOUSES}


@pytest.fixture(scope="session")
def address() -> str:
    """A PostgreSQL server that ends with the tests."""
    return start_server()


@pytest.fixture(scope="module", params=[pytest.param(name, marks=pytest.mark.long) for name in RUN])
def both(
    request: pytest.FixtureRequest,
    projects: dict[str, RenderedProject],
    tmp_path_factory: pytest.TempPathFactory,
    address: str,
) -> tuple[Plan, Figures, Figures]:
    """The plan of a brief, and what PostgreSQL and DuckDB make of its branches."""
    plan, branches = projects[request.param].plan, projects[request.param].branches
    folder = tmp_path_factory.mktemp("both")
    marts = marts_of(plan)
    postgres = run_on_postgres(branches, marts=marts, address=address, folder=folder / f"p_{request.param}")
    return plan, postgres, run_on_duckdb(branches, marts=marts, folder=folder / f"d_{request.param}")


def clean(step: Step) -> None:
    """Nothing failed, and nothing was left out."""
    assert (step.error, step.messages) == ("", {})
    assert {status for status, _ in step.nodes.values()} <= {"success", "pass", "warn", "no-op"}


@needs_postgres
@pytest.mark.slow
def test_postgres_does_what_was_promised_and_what_duckdb_does(both: tuple[Plan, Figures, Figures]) -> None:
    plan, postgres, duckdb = both
    for name in ("first", "second"):
        clean(postgres.steps[name])
        assert postgres.steps[name].having("warn") == quality_tests(plan)
    if plan.quality.scenarios:
        assert postgres.steps["red"].having("fail") == quality_tests(plan)
        clean(postgres.steps["fix"])
        assert postgres.steps["fix"].having("warn") == {}
    for name in ("day_two", "refresh"):
        clean(postgres.steps[name])
        assert postgres.steps[name].having("warn") == expected_tests(plan, DAY_TWO)
    for name, like in {
        **{step: step for step in duckdb.steps},
        "second": "first",
        "refresh": "day_two",
    }.items():
        assert postgres.steps[name].nodes == duckdb.steps[like].nodes, name
        assert set(postgres.steps[name].marts) == set(marts_of(plan))
        for mart, table in postgres.steps[name].marts.items():
            assert table == duckdb.steps[like].marts[mart], (name, mart)


@needs_postgres
@pytest.mark.slow
def test_second_day_on_postgres_changes_exactly_the_declared_rows(
    both: tuple[Plan, Figures, Figures],
) -> None:
    plan, postgres, _ = both
    incremental = plan.outline.incremental
    before, after, refreshed = (
        postgres.steps[name].marts[incremental.model] for name in ("second", "day_two", "refresh")
    )
    assert after == refreshed
    key = before["columns"].index(incremental.unique_key)
    old, new = ({row[key]: row for row in table["rows"]} for table in (before, after))
    assert len(new) == len(after["rows"])
    changed = {value for value, row in new.items() if old.get(value) != row}
    assert changed == {float(value) if isinstance(value, int) else value for value, _ in arrivals(plan)}
    assert old.keys() <= new.keys()
