"""The features, really run with dbt on DuckDB, and parsed by dbt's next engine."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from scenarios.rendering import base_project, quality_tests, render_code
from tests.scenarios.plan.example_features import showcase_plan
from tests.scenarios.rendering.projects import DUMMY_TARGETS, Dbt
from tests.scenarios.rendering.test_rendering_dbt import NEXT, QUIET

Showcase = Callable[[str], Dbt]


def _files(mart: str) -> dict[str, str]:
    """With the contract on `mart`: `fct_orders` is incremental and has metrics, `fct_order_items` has a version."""
    return render_code(showcase_plan(contract={"model": mart}), template=base_project())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """The showcase after a bare `dbt build` on an empty database."""
    project = Dbt(_files("fct_order_items"), tmp_path_factory.mktemp("showcase"))
    answer = project("build")
    assert answer.returncode == 0, answer.stdout
    return project


def _statuses(project: Dbt) -> dict[str, str]:
    return {
        result["unique_id"]: result["status"] for result in project.artifact("run_results.json")["results"]
    }


def test_a_bare_build_runs_the_unit_test_and_warns_as_declared(built: Dbt) -> None:
    statuses = _statuses(built)
    (unit_test,) = [status for key, status in statuses.items() if key.startswith("unit_test.")]
    assert unit_test == "pass"
    (exposure,) = [status for key, status in statuses.items() if key.startswith("exposure.")]
    assert exposure == "no-op"
    warned = {key.split(".")[2] for key, status in statuses.items() if status == "warn"}
    assert warned == set(quality_tests(showcase_plan()))
    assert set(statuses.values()) == {"success", "pass", "warn", "no-op"}


def test_what_dbt_understood(built: Dbt) -> None:
    manifest = built.artifact("manifest.json")
    project = manifest["metadata"]["project_name"]
    mart = manifest["nodes"][f"model.{project}.fct_order_items.v1"]
    assert (mart["version"], mart["latest_version"], mart["alias"]) == (1, 1, "fct_order_items")
    assert (mart["access"], mart["group"], mart["contract"]["enforced"]) == ("public", "finance", True)
    inner = manifest["nodes"][f"model.{project}.int_orders_totalled"]
    assert (inner["access"], inner["group"]) == ("private", "finance")
    customers = manifest["nodes"][f"model.{project}.dim_customers"]
    assert customers["columns"]["customer_id"]["description"] == "Number of the account."
    assert customers["meta"]["business_term"] == "buyer"
    (exposure,) = manifest["exposures"].values()
    assert f"metric.{project}.revenue" in exposure["depends_on"]["nodes"]
    assert len(manifest["metrics"]) == 4


def test_the_relation_keeps_its_name_and_has_the_promised_types(built: Dbt) -> None:
    with duckdb.connect(str(built.database), read_only=True) as database:
        found = database.execute("describe main.fct_order_items").fetchall()
    types = {row[0]: row[1] for row in found}
    assert types["quantity"] == "INTEGER"
    assert types["line_amount"] == types["line_margin"] == "DECIMAL(28,6)"


@pytest.mark.long
def test_the_macro_gives_what_stood_there_before(built: Dbt, tmp_path: Path) -> None:
    plain = Dbt(render_code(showcase_plan(macro=None), template=base_project()), tmp_path)
    assert plain("build", "--exclude", "resource_type:test").returncode == 0
    for query in (
        "select order_item_id, line_margin from main.fct_order_items order by 1",
        "select order_id, order_margin from main.fct_orders order by 1",
        "select customer_id, lifetime_value from main.dim_customers order by 1",
    ):
        with duckdb.connect(str(built.database), read_only=True) as database:
            rows = database.execute(query).fetchall()
        with duckdb.connect(str(plain.database), read_only=True) as database:
            assert database.execute(query).fetchall() == rows
    assert any(value is None for _, value in rows)  # a customer without an order: nothing to divide by


@pytest.mark.long
def test_freshness_warns_and_never_fails(built: Dbt) -> None:
    answer = built("source", "freshness")
    assert answer.returncode == 0, answer.stdout
    (result,) = built.artifact("sources.json")["results"]
    assert result["status"] == "warn"  # the demo's own today is long past
    assert result["criteria"]["error_after"] == {"count": None, "period": None}


@pytest.mark.long
def test_the_tag_builds_what_the_report_needs(built: Dbt) -> None:
    answer = built("ls", "--select", "+tag:board", "--resource-type", "model", "--output", "name", "--quiet")
    names = set(answer.stdout.split())
    assert {"fct_orders", "dim_customers", "int_orders_totalled"} <= names
    assert not any(name.startswith("fct_order_items") for name in names)


@pytest.mark.long
def test_a_second_build_changes_nothing(built: Dbt) -> None:
    assert built("build").returncode == 0
    with duckdb.connect(str(built.database), read_only=True) as database:
        assert database.execute("select count(*) from main.fct_orders").fetchall() == [(10,)]


@pytest.mark.long
def test_a_contract_on_the_incremental_mart_holds_on_both_runs(tmp_path: Path) -> None:
    project = Dbt(_files("fct_orders"), tmp_path)
    for _ in range(2):
        answer = project("build")
        assert answer.returncode == 0, answer.stdout
    assert len(project.artifact("manifest.json")["metrics"]) == 4


def _changed(files: dict[str, str], path: str, old: str, new: str) -> None:
    assert old in files[path]
    files[path] = files[path].replace(old, new, 1)


def test_dbt_stops_what_breaks_a_promise(tmp_path: Path) -> None:
    files = _files("fct_order_items")
    _changed(files, "models/intermediate/schema.yml", 'loyalty_tier: "guest"', 'loyalty_tier: "member"')
    cast = "cast(quantity as {{ dbt.type_%s() }}) as quantity"
    _changed(files, "models/marts/fct_order_items.sql", cast % "int", cast % "string")
    answer = Dbt(files, tmp_path)("build")
    assert answer.returncode != 0
    assert "unit_test customers_profiled_as_agreed" in answer.stdout
    assert "enforced contract that failed" in answer.stdout


def test_dbt_stops_who_reads_what_belongs_to_others(tmp_path: Path) -> None:
    files = _files("fct_order_items")
    _changed(files, "models/marts/fct_orders.sql", "config(", "config(group=none,")
    answer = Dbt(files, tmp_path)("parse")
    assert answer.returncode != 0
    assert "which is not allowed" in answer.stdout


@pytest.mark.skipif(
    not NEXT.exists(), reason="dbt's next engine is not installed; `make setup-next` installs it"
)
@pytest.mark.parametrize("kind", sorted(DUMMY_TARGETS))
@pytest.mark.parametrize("mart", ["fct_orders", "fct_order_items"])
def test_next_engine_parses_without_a_word(mart: str, kind: str, tmp_path: Path) -> None:
    answer = Dbt(_files(mart), tmp_path, program=NEXT, **QUIET)("parse", "--target", kind)
    said = (answer.stdout + answer.stderr).lower()
    assert answer.returncode == 0, said
    assert "finished 'parse' successfully" in said
    assert "warning" not in said
    assert "error" not in said
