"""A project that passes, and what its report says."""

from importlib.metadata import version
from pathlib import Path

import pytest

from scenarios.proof import ProofReport, dbt_version, run_build, run_proof
from scenarios.proof.run import read_folder

WARM_PROJECT = Path(__file__).parents[3] / "scenarios" / "proof" / "warm_project"


@pytest.fixture(scope="module")
def heard() -> list[str]:
    return []


@pytest.fixture(scope="module")
def report(make_spec, heard) -> ProofReport:
    return run_proof(make_spec(), progress=heard.append)


def test_a_sound_project_passes(report):
    assert report.findings == []
    assert report.passed


def test_every_node_is_reported(report):
    kinds = [node.resource_type for node in report.nodes]
    assert (kinds.count("seed"), kinds.count("model"), kinds.count("test")) == (4, 8, 21)
    fact = next(node for node in report.nodes if node.name == "fct_orders")
    assert (fact.layer, fact.path, fact.status) == ("marts", "models/marts/fct_orders.sql", "success")
    assert fact.seconds > 0


def test_tests_are_counted_and_planted_defects_show_their_rows(report):
    assert (report.tests_passed, report.tests_warned) == (18, 3)
    warned = {node.name: node.failures for node in report.nodes if node.status == "warn"}
    assert warned == {
        "dq_customers_have_an_email": 1,
        "dq_orders_are_loaded_once": 1,
        "dq_orders_have_a_customer": 1,
    }


def test_rows_are_counted_after_both_runs(report):
    assert report.row_counts["orders"] == (10, 10)
    assert report.row_counts["stg_shop__orders"] == (10, 10)
    assert report.row_counts["fct_orders"] == (9, 9)  # the duplicate is gone


def test_metrics_have_values(report):
    assert report.metrics == {
        "revenue": pytest.approx(771.95),
        "orders": 9.0,
        "average_order_value": pytest.approx(771.95 / 9),
        "customers": 10.0,
        "revenue_growth": pytest.approx((389.55 - 382.40) / 382.40),  # April against March: the latest month
    }
    assert report.metric_periods == {"revenue_growth": ("2025-04-01", "month")}


def test_previews_show_the_marts(report):
    assert set(report.previews) == {"fct_orders", "dim_customers"}
    orders = report.previews["fct_orders"]
    assert [column.name for column in orders.columns][:3] == ["order_id", "customer_id", "order_date"]
    assert orders.columns[2].type == "DATE"
    assert orders.rows[0] == [5001, 1, "2025-03-01", "completed", 2, 164]
    assert len(orders.rows) == 9


def test_phases_and_progress_are_told(report, heard):
    assert [phase.name for phase in report.phases] == [
        "parse",
        "first_run",
        "checks",
        "second_run",
        "recheck",
    ]
    assert "The first run: model fct_orders" in heard
    assert "The second run: seed orders" in heard


def test_the_report_survives_json(report):
    assert ProofReport.model_validate_json(report.model_dump_json()) == report


def test_versions_are_those_installed(report):
    assert report.dbt_version == dbt_version() == version("dbt-core")
    assert report.adapter == f"duckdb {version('duckdb')}"


def test_one_plain_build_of_a_folder(sample, tmp_path):
    for name, text in sample.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    report = run_build(tmp_path, progress=lambda sentence: None)
    assert report.findings == []
    assert (report.passed, report.tests_passed, report.tests_warned) == (True, 18, 3)
    assert [phase.name for phase in report.phases] == ["parse", "first_run"]


def test_a_folder_is_read_without_hidden_files_and_links(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.sql").write_text("select 1 as one\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0\0")
    (tmp_path / "link.sql").symlink_to("/etc/passwd")
    assert read_folder(tmp_path) == {"models/a.sql": "select 1 as one\n"}


def test_the_project_the_runner_warms_up_with_is_sound():
    report = run_build(read_folder(WARM_PROJECT), progress=lambda sentence: None)
    assert report.findings == []
    assert {node.resource_type for node in report.nodes} == {"seed", "model", "test"}
