"""One Proof of a project with everything: red run, fix branch, second day and answer sheet, all promises kept."""

import pytest

from scenarios.proof import ProofReport, TableChange, run_proof
from tests.scenarios.proof.branches import with_branches


@pytest.fixture(scope="module")
def heard() -> list[str]:
    return []


@pytest.fixture(scope="module")
def report(make_spec, heard) -> ProofReport:
    return run_proof(with_branches(make_spec()), progress=heard.append)


def changes(found: list[TableChange]) -> dict[str, tuple[int, int, int]]:
    return {change.model: (change.added, change.removed, change.changed) for change in found}


def test_it_passes(report):
    assert [finding.sentence for finding in report.findings] == []
    assert report.passed


def test_the_planted_defects_turn_red_and_nothing_else(report):
    assert report.red is not None
    assert report.red.failed == {
        "dq_customers_have_an_email": 1,
        "dq_orders_are_loaded_once": 1,
        "dq_orders_have_a_customer": 1,
    }
    assert report.red.passed == 0
    assert report.red.seconds > 0


def test_on_main_they_still_only_warn(report):
    assert (report.tests_passed, report.tests_warned) == (18, 3)


def test_the_fix_is_green_and_changes_only_what_it_fixes(report):
    assert report.fix is not None
    assert report.fix.branch == "fix/data-quality"
    assert (report.fix.tests_passed, report.fix.tests_warned) == (21, 0)
    assert changes(report.fix.changes) == {
        "stg_shop__customers": (0, 0, 1),
        "stg_shop__orders": (0, 1, 1),  # the one that came twice is there once, the unknown buyer is empty
        "fct_orders": (0, 0, 1),
        "dim_customers": (0, 0, 1),
    }
    orders = next(change for change in report.fix.changes if change.model == "stg_shop__orders")
    assert (orders.rows_before, orders.rows_after) == (10, 9)
    assert report.fix.metrics == report.metrics


def test_the_second_day_brings_exactly_its_rows(report):
    day = report.day_two
    assert day is not None
    assert day.branch == "demo/day-2"
    arrived = {row.key: row for row in day.arrivals}
    assert {key: row.kind for key, row in arrived.items()} == {
        5009: "updated",
        5010: "inserted",
        5011: "late",
    }
    assert [column.name for column in day.columns][:4] == [
        "order_id",
        "customer_id",
        "order_date",
        "order_status",
    ]
    assert arrived[5009].before == [5009, 10, "2025-04-21", "shipped", 1, 63]
    assert arrived[5009].after == [5009, 10, "2025-04-21", "completed", 1, 63]
    assert arrived[5010].before is None
    assert arrived[5010].after == [5010, 1, "2025-04-23", "shipped", 1, 79.5]
    assert day.untouched == 8
    assert day.refresh_equal


def test_the_second_day_changes_the_tables_around_it(report):
    assert report.day_two is not None
    assert (report.day_two.tests_passed, report.day_two.tests_warned) == (18, 3)
    assert changes(report.day_two.changes)["orders"] == (
        2,
        0,
        1,
    )  # a seed has no tests; its rows are matched too
    assert changes(report.day_two.changes)["fct_orders"] == (2, 0, 1)
    assert "products" not in changes(report.day_two.changes)
    assert report.day_two.metrics["orders"] == report.metrics["orders"] + 2


def test_main_keeps_what_its_first_run_made(report):
    assert report.row_counts["fct_orders"] == (9, 9)
    assert len(report.previews["fct_orders"].rows) == 9


def test_each_metric_is_answered_by_its_dimension_and_over_time(report):
    revenue = report.answers["revenue"]
    assert revenue.value == report.metrics["revenue"]
    assert dict(revenue.groups) == {
        "completed": pytest.approx(589.05),
        "returned": pytest.approx(54.9),
        "shipped": pytest.approx(128.0),
    }
    assert sum(value for _, value in revenue.groups) == pytest.approx(revenue.value)
    assert [period for period, _ in revenue.periods] == ["2025-03-01", "2025-04-01"]
    assert sum(value for _, value in revenue.periods) == pytest.approx(revenue.value)
    assert report.answers["orders"].periods[0] == ("2025-02-24", 1.0)  # weeks
    assert report.answers["customers"].grain == "day"


def test_a_comparison_has_no_first_value_and_no_empty_end(report):
    growth = report.answers["revenue_growth"]
    assert growth.periods == [
        ("2025-03-01", None),
        ("2025-04-01", pytest.approx(report.metrics["revenue_growth"])),
    ]
    groups = dict(growth.groups)
    march, april = 164.0 + 79.5 + 84.0, 144.0 + 54.75 + 62.8  # completed orders
    assert groups["completed"] == pytest.approx((april - march) / march)
    assert groups["shipped"] is None  # nothing was shipped the month before


def test_phases_stand_in_order_however_they_ended(report):
    assert [phase.name for phase in report.phases] == [
        "parse",
        "first_run",
        "checks",
        "second_run",
        "recheck",
        "red_run",
        "fix_parse",
        "fix_run",
        "fix_look",
        "day_two_run",  # and no day_two_parse: only seeds differ there
        "refresh",
        "day_two_look",
    ]


def test_progress_says_which_run_it_is(heard):
    assert "The run of the fix branch: model stg_shop__orders" in heard
    assert "The second day's run: seed orders" in heard
    assert "The full refresh: model fct_orders" in heard
    assert "The red run ..." in heard


def test_the_report_survives_json(report):
    assert ProofReport.model_validate_json(report.model_dump_json()) == report
