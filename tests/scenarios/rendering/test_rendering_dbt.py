"""The rendered projects, really run with dbt on DuckDB, and parsed by dbt's next engine."""

import csv
from pathlib import Path

import duckdb
import pytest

from scenarios.rendering import quality_tests
from scenarios.rendering.text import cell_text
from tests.scenarios.plan.example import example_plan
from tests.scenarios.rendering.projects import DUMMY_TARGETS, Dbt, rich_plan

#: Without it the next engine says that it leaves the semantic layer to others.
QUIET = {"DBT_ENGINE_NO_WARN_SEMANTIC_MANIFEST_VALIDATION": "true"}
NEXT = Path(__file__).parents[3] / ".venv-next" / "bin" / "dbt"


def _rows(project: Dbt, query: str) -> list[tuple]:
    with duckdb.connect(str(project.database), read_only=True) as database:
        return database.execute(query).fetchall()


def _change(project: Dbt, statement: str) -> None:
    with duckdb.connect(str(project.database)) as database:
        database.execute(statement)


@pytest.fixture(scope="session")
def built(example: Dbt) -> Dbt:
    """The example after a bare `dbt build` on an empty database."""
    answer = example("build")
    assert answer.returncode == 0, answer.stdout
    return example


def test_a_bare_build_warns_of_the_planted_defects_only(built: Dbt) -> None:
    unhappy = {
        name: (status, n)
        for name, (status, n) in built.results().items()
        if status not in ("success", "pass")
    }
    assert unhappy == {name: ("warn", failures) for name, failures in quality_tests(example_plan()).items()}
    nodes = built.artifact("manifest.json")["nodes"].values()
    assert not [node["name"] for node in nodes if node["resource_type"] == "seed" and node["docs"]["show"]]


def test_leading_zeros_and_empty_cells_survive(built: Dbt) -> None:
    assert _rows(built, "select sku from main.stg_shop__products where product_id = 2") == [("00472",)]
    assert _rows(built, "select count(*) from main.stg_shop__orders where delivered_on is null") == [(4,)]


def test_calendar_covers_all_facts_by_whole_months(built: Dbt) -> None:
    first, last, days = _rows(built, "select min(date_day), max(date_day), count(*) from main.dim_date")[0]
    assert (str(first), str(last)) == ("2024-03-01", "2026-03-31")
    assert days == (last - first).days + 1


def test_metrics_have_values(built: Dbt) -> None:
    target = built.folder / "metrics.csv"
    words = ["query", "--metrics", "revenue,orders_placed,average_order_value", "--csv", str(target)]
    answer = built(*words, program="mf")
    assert answer.returncode == 0, answer.stdout
    expected = _rows(built, "select sum(order_amount), count(*) from main.fct_orders")[0]
    values = next(csv.DictReader(target.open()))
    assert float(values["revenue"]) == pytest.approx(float(expected[0]))
    assert float(values["orders_placed"]) == expected[1]
    assert float(values["average_order_value"]) == pytest.approx(float(expected[0] / expected[1]))


def test_red_on_demand(built: Dbt) -> None:
    answer = built("test", "--select", "tag:data_quality", "--vars", "{data_quality_severity: error}")
    assert answer.returncode == 1
    assert built.results() == {name: ("fail", count) for name, count in quality_tests(example_plan()).items()}


@pytest.mark.long
def test_second_day(built: Dbt) -> None:
    """A second run changes nothing; then new, changed, undated and lost rows find their way into the mart."""
    before = _rows(built, "select * from main.fct_orders order by order_id")
    assert built("build").returncode == 0
    assert _rows(built, "select * from main.fct_orders order by order_id") == before

    plan = example_plan()
    seed = built.folder / "seeds" / "orders.csv"
    today = next(table for table in plan.day_two.tables if table.table == "orders")
    lines = [line for line in seed.read_text().splitlines() if not line.startswith("5010,")]
    lines += [",".join(cell_text(cell) for cell in row) for row in [*today.new, *today.changed]]
    lines += ["5013,104,INV-26-0013,,,placed,false"]  # nobody knows when
    seed.write_text("\n".join(lines) + "\n")
    _change(built, "update main.fct_orders set order_status = 'old' where order_id in (5001, 5010)")
    for _ in range(2):
        assert built("build", "--exclude", "resource_type:test").returncode == 0
        states = dict(_rows(built, "select order_id, order_status from main.fct_orders"))
        assert len(_rows(built, "select order_id from main.fct_orders")) == len(states) == 12
        assert (states[5010], states[5011]) == ("delivered", "placed")
        assert states[5001] == "old"  # outside the window: it is not computed again


@pytest.mark.long
def test_an_emptied_mart_fills_again(built: Dbt) -> None:
    _change(built, "delete from main.fct_orders")
    assert built("run", "--select", "fct_orders").returncode == 0
    assert _rows(built, "select count(*) from main.fct_orders")[0][0] >= 10


@pytest.mark.long
def test_every_kind_of_defect_is_caught(rich: Dbt) -> None:
    answer = rich("build")
    assert answer.returncode == 0, answer.stdout
    unhappy = {
        name: (status, n) for name, (status, n) in rich.results().items() if status not in ("success", "pass")
    }
    assert unhappy == {name: ("warn", failures) for name, failures in quality_tests(rich_plan()).items()}
    answer = rich("validate-configs", "--skip-dw", program="mf")
    assert answer.returncode == 0, answer.stdout
    assert "ERRORS: 0, FUTURE_ERRORS: 0, WARNINGS: 0" in answer.stdout


@pytest.mark.long
def test_metrics_of_all_types_can_be_asked_for(rich: Dbt) -> None:
    target = rich.folder / "metrics.csv"
    names = "revenue_growth,revenue_of_a_week,revenue_to_date,orders_and_customers"
    answer = rich(
        "query", "--metrics", names, "--group-by", "metric_time__month", "--csv", str(target), program="mf"
    )
    assert answer.returncode == 0, answer.stdout
    months = {row["metric_time__month"][:7]: row for row in csv.DictReader(target.open())}
    revenue = dict(
        _rows(rich, "select strftime(order_date, '%Y-%m'), sum(order_amount) from main.fct_orders group by 1")
    )
    growth = float((revenue["2026-02"] - revenue["2026-01"]) / revenue["2026-01"])
    assert float(months["2026-02"]["revenue_growth"]) == pytest.approx(growth, abs=0.001)


@pytest.mark.skipif(
    not NEXT.exists(), reason="dbt's next engine is not installed; `make setup-next` installs it"
)
@pytest.mark.parametrize("kind", sorted(DUMMY_TARGETS))
@pytest.mark.parametrize("name", ["example", "rich"])
def test_next_engine_parses_without_a_word(
    name: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    project: Dbt = request.getfixturevalue(name)
    files = {
        str(path.relative_to(project.folder)): path.read_text()
        for path in project.folder.rglob("*")
        if path.is_file() and path.relative_to(project.folder).parts[0] not in ("target", "logs")
    }
    answer = Dbt(files, tmp_path, program=NEXT, **QUIET)("parse", "--target", kind)
    said = (answer.stdout + answer.stderr).lower()
    assert answer.returncode == 0, said
    assert "finished 'parse' successfully" in said
    assert "warning" not in said
    assert "error" not in said
