"""The Proof tab: answers with charts, the red run, the branches, the warehouses; and the readings behind it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from demoforge.accounts.models import User
from scenarios.models import Demo, Proof
from scenarios.plan.parts import Plan
from scenarios.proof.report import ProofReport
from scenarios.views.answers import shown_answers
from scenarios.views.branch_reading import read_day_two, read_fix, read_portability, red_tests
from tests.scenarios.plan.example import example_plan
from tests.scenarios.views.proven import proven_parts
from tests.scenarios.views.rows import demo_of, report, revision_of

ClientOf = Callable[[User], Client]


def _plan() -> Plan:
    data = example_plan().model_dump(mode="json")
    data["outline"]["metrics"][0]["unit"] = "EUR"
    data["day_two"]["arrivals"] = [{"key": 5011, "kind": "inserted", "what": "A new order of Jonas"}]
    return Plan.model_validate(data)


def _report(**changes: Any) -> ProofReport:
    return ProofReport.model_validate(report() | proven_parts() | changes)


@pytest.fixture
def demo(make_user: Any, db: None) -> Demo:
    made = demo_of(make_user("sam"))
    revision_of(made, plan=_plan())
    return made


def _page(client_of: ClientOf, demo: Demo) -> str:
    return client_of(demo.owner).get(f"/demos/{demo.pk}/?tab=proof").content.decode()


def test_the_answer_sheet_has_values_units_charts_and_tables(client_of: ClientOf, demo: Demo) -> None:
    page = _page(client_of, demo)
    for words in (
        "Metric answer sheet", "EUR 2,871.62", "Revenue by order status, in EUR", "Revenue by month, in EUR",
        '<svg class="chart"', "Highest: delivered, EUR 1,904.42.", "As a table", "March 2026", "EUR -59.90", "no value",
        'id="answer-revenue"', "Orders by day", "287.16",
    ):  # fmt: skip
        assert words in page, words
    assert "in orders" not in page  # the label has said it
    assert "Average order value by" not in page  # it has no dimension and no periods


def test_the_red_run_stands_beside_what_was_declared(client_of: ClientOf, demo: Demo) -> None:
    page = _page(client_of, demo)
    assert "Red on demand" in page
    assert "An order of a customer nobody knows" in page
    assert page.count("as declared</span></td>") == 2
    assert "not as declared" not in page


def test_a_red_run_that_is_not_as_declared_is_said_so() -> None:
    red = {"seconds": 1.0, "failed": {"orders_customer_exists": 3, "surprise": 1}, "passed": 1}
    tests = red_tests(_plan(), _report(red=red))
    assert [(test.name, test.declared, test.found, test.as_declared) for test in tests] == [
        ("orders_customer_exists", 1, 3, False),
        ("orders_status_is_known", 2, None, False),
        ("surprise", 0, 1, False),
    ]
    assert red_tests(_plan(), _report(red=None)) == []


def test_the_fix_says_what_changes_and_that_it_is_green(client_of: ClientOf, demo: Demo) -> None:
    page = _page(client_of, demo)
    for words in (
        "fix/data-quality",
        "all green",
        "33 tests passed, 0 warned",
        "EUR 2,342.62",
        "stg_shop__orders",
    ):
        assert words in page, words
    assert f"/demos/{demo.pk}/revisions/1/files/?branch=fix/data-quality" in page


def test_a_fix_that_is_not_green_is_said_so() -> None:
    warned = proven_parts()["fix"] | {"tests_warned": 1}
    failed = proven_parts()["fix"] | {"nodes": [{**proven_parts()["fix"]["nodes"][0], "status": "fail"}]}
    for fix, green in ((proven_parts()["fix"], True), (warned, False), (failed, False)):
        found = read_fix(_plan(), _report(fix=fix))
        assert found is not None
        assert found.is_green is green
    assert read_fix(_plan(), _report(fix=None)) is None


def test_the_second_day_shows_before_and_after(client_of: ClientOf, demo: Demo) -> None:
    page = _page(client_of, demo)
    for words in (
        "demo/day-2", "1 new", "1 changed", "1 late", "9 rows stayed as they were", "A new order of Jonas",
        "a full refresh gives the same table", '<del><span class="sr-only">before: </span>placed</del>',
    ):  # fmt: skip
        assert words in page, words
    day = read_day_two(_plan(), _report())
    assert day is not None
    assert [cell.changed for cell in day.arrivals[0].cells] == [False, False, True, True, False]
    assert [(one.kind, one.what) for one in day.arrivals] == [
        ("updated", ""), ("inserted", "A new order of Jonas"), ("late", ""),
    ]  # fmt: skip
    other = read_day_two(_plan(), _report(day_two=proven_parts()["day_two"] | {"refresh_equal": False}))
    assert other is not None
    assert not other.report.refresh_equal


def test_the_portability_matrix_says_how_it_knows(client_of: ClientOf, demo: Demo) -> None:
    page = _page(client_of, demo)
    for words in (
        "Portability", "1 to put right", "Redshift has no function called sideways.", "on Redshift, line 12",
        "executed: really run", "parsed: read, not run", ">DuckDB<", ">BigQuery<",
    ):  # fmt: skip
        assert words in page, words
    matrix = read_portability(_report().portability)
    assert matrix is not None
    assert matrix.warehouses == ["snowflake", "bigquery", "databricks", "redshift", "duckdb"]
    assert [[bool(cell) for cell in cells] for _, cells in matrix.rows] == [
        [True] * 4 + [False], [True] * 5, [False] * 3 + [True, False],
    ]  # fmt: skip
    assert read_portability([]) is None


def test_a_report_from_before_branches_were_proven_still_reads(client_of: ClientOf, demo: Demo) -> None:
    old = {key: value for key, value in report().items() if key not in proven_parts()}
    Proof.objects.update(report=old)
    page = _page(client_of, demo)
    assert "2,871.62" in page
    for words in ("Red on demand", "all green", "The second day", "Portability"):
        assert words not in page, words


def test_queries_are_few(client_of: ClientOf, demo: Demo, django_assert_max_num_queries: Any) -> None:
    client = client_of(demo.owner)
    with django_assert_max_num_queries(12):
        assert client.get(f"/demos/{demo.pk}/?tab=proof").status_code == 200


def test_shares_are_drawn_and_said_as_percentages() -> None:
    data = _plan().model_dump(mode="json")
    data["outline"]["metrics"][2]["unit"] = "%"
    answer = {"metric": "average_order_value", "value": 0.4, "dimension": "order_status", "grain": "month",
              "groups": [["a", 0.4], ["b", 0.1]], "periods": [["2026-01-01", 0.4]]}  # fmt: skip
    parts = _report(answers={"average_order_value": answer}, metrics={"average_order_value": 0.4})
    shown = shown_answers(Plan.model_validate(data), parts)
    assert [one.value for one in shown] == ["40 %"]
    by, over_time = shown[0].slices
    assert by.rows == [("a", "40 %"), ("b", "10 %")]
    assert ">40 %</text>" in by.picture
    assert ">40</text>" in over_time.picture
    assert over_time.rows == [("January 2026", "40 %")]


def test_without_a_value_there_is_a_dash_and_a_sentence() -> None:
    answer = {"metric": "revenue", "value": None, "dimension": "order_status", "groups": [["a", None]]}
    shown = shown_answers(_plan(), _report(answers={"revenue": answer}, metrics={"revenue": None}))
    assert shown[0].value == "–"
    assert "There is no value to show." in shown[0].slices[0].picture
