"""The branches as files: what differs from main, which tests must warn, and what is said about them."""

import pytest

from scenarios.plan.parts import Plan
from scenarios.plan.rules import check_plan
from scenarios.rendering import (
    DAY_TWO,
    FIX,
    MAIN,
    arrivals,
    base_project,
    branch_changes,
    branch_names,
    commit_message,
    expected_tests,
    pull_request,
    quality_tests,
    render_branches,
    render_code,
)
from tests.sampling import few
from tests.scenarios.plan.changing import changed as with_changes
from tests.scenarios.plan.example import example_plan
from tests.scenarios.rendering.lint import DIALECTS, lint_project
from tests.scenarios.rendering.projects import FACTS, changed, rich_plan, soft_plan

STALE = {"name": "no_orders", "kind": "stale", "table": "orders", "column": "order_ts"}


def _stale_orders() -> Plan:
    """The example two days after its last order: the second day brings one that is a day old."""
    more = {"row_numbers": [10], "test_name": "orders_arrive", "failing_rows": 1, "max_age_days": 1,
            "cost": "C", "fix": "F", "talking_points": ["T"]}  # fmt: skip
    return with_changes(
        {
            "outline/as_of": "2026-04-01",
            "outline/quality/2": {**STALE, "title": "T", "story": "S"},
            "quality/scenarios/2": {**STALE, **more},
        }
    )


def _without_defects() -> Plan:
    return changed(example_plan(), quality__scenarios=[], outline__quality=[])


def test_main_is_the_code() -> None:
    branches = render_branches(example_plan(), template=base_project())
    assert list(branches) == [MAIN, FIX, DAY_TWO] == ["main", "fix/data-quality", "demo/day-2"]
    assert branches[MAIN] == render_code(example_plan(), template=base_project())
    assert branch_changes(branches, MAIN) == {}
    for files in branches.values():
        assert list(files) == sorted(files)


def test_fix_changes_staging_only() -> None:
    changes = branch_changes(render_branches(example_plan(), template=base_project()), FIX)
    assert list(changes) == [
        "models/staging/base/base_shop__customers.sql",
        "models/staging/base/base_shop__orders.sql",
        "models/staging/base/schema.yml",
        "models/staging/stg_shop__customers.sql",
        "models/staging/stg_shop__orders.sql",
    ]


def test_stale_data_changes_one_cell_of_a_seed() -> None:
    branches = render_branches(rich_plan(), template=base_project())
    before, after = (branches[name]["seeds/customers.csv"].splitlines() for name in (MAIN, FIX))
    different = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [(old[-10:], new[-10:]) for old, new in different] == [("2026-01-08", "2026-03-31")]


def test_second_day_replaces_in_place_and_appends() -> None:
    branches = render_branches(example_plan(), template=base_project())
    assert list(branch_changes(branches, DAY_TWO)) == ["seeds/order_items.csv", "seeds/orders.csv"]
    before, after = (branches[name]["seeds/orders.csv"].splitlines() for name in (MAIN, DAY_TWO))
    assert after[:10] == before[:10]
    assert after[10] == "5010,103,INV-26-0010,2026-03-30 09:26:40,2026-03-31,delivered,false"
    assert [line[:5] for line in after[11:]] == ["5011,", "5012,"]


def test_what_a_branch_does_not_have_is_none() -> None:
    branches = {MAIN: {"a": "1", "b": "2"}, "other": {"b": "3", "c": "4"}}
    assert branch_changes(branches, "other") == {"a": None, "b": "3", "c": "4"}
    with pytest.raises(KeyError):
        branch_changes(branches, FIX)


def test_expected_tests_of_each_branch() -> None:
    plan = _stale_orders()
    assert check_plan(plan) == []
    declared = {"orders_customer_exists": 1, "orders_status_is_known": 2, "orders_arrive": 1}
    assert expected_tests(plan, MAIN) == quality_tests(plan) == declared
    assert expected_tests(plan, FIX) == {}
    assert expected_tests(plan, DAY_TWO) == {name: declared[name] for name in list(declared)[:2]}


def test_without_defects_there_is_no_fix() -> None:
    plan = _without_defects()
    assert branch_names(plan) == list(render_branches(plan, template=base_project())) == [MAIN, DAY_TWO]
    for ask in (
        lambda: expected_tests(plan, FIX), lambda: pull_request(plan, FACTS, FIX),
        lambda: commit_message(plan, FIX), lambda: pull_request(plan, FACTS, MAIN),
    ):  # fmt: skip
        with pytest.raises(KeyError):
            ask()


def test_keys_of_arrivals_are_those_of_the_seeds() -> None:
    plan = with_changes({"day_two/arrivals/0/key": "{{ x }}"})
    assert arrivals(plan) == [("{ { x } }", "inserted"), (5012, "late"), (5010, "updated")]


@pytest.mark.parametrize("dialect", few(DIALECTS, "redshift"))
def test_linter_finds_nothing_in_any_fix(dialect: str) -> None:
    for plan in (example_plan(), rich_plan(), soft_plan()):
        changes = branch_changes(render_branches(plan, template=base_project()), FIX)
        assert lint_project({path: text or "" for path, text in changes.items()}, dialect) == []


def test_pull_request_of_the_fix_quotes_the_proof() -> None:
    request = pull_request(example_plan(), FACTS, FIX)
    assert request.title == "Fix what the data tests caught in orders"
    assert "(`orders_status_is_known`, 2 results): Staging writes one code for one meaning" in request.body
    assert "all 58 tests passed, and none warned" in request.body
    assert "| `fct_orders` | 10 | 9 | 0 | 1 | 2 |" in request.body
    assert "| Orders | 10 orders | 9 orders |" in request.body
    assert "| Revenue |" not in request.body  # the fix does not change it


def test_pull_request_of_the_second_day_quotes_the_proof() -> None:
    body = pull_request(example_plan(), FACTS, DAY_TWO).body
    assert "`seeds/orders.csv` (2 new and 1 changed) and `seeds/order_items.csv` (2 new)" in body
    assert "exactly these 3 rows changed, 9 stayed as they were" in body
    assert "order_status: placed → delivered; days_to_deliver: empty → 1 |" in body


def test_nothing_is_said_that_was_not_proven() -> None:
    bare = type(FACTS)(dbt_version="1.12.0", adapter="duckdb", nodes=1, tests_passed=1, tests_warned=0)
    for branch in (FIX, DAY_TWO):
        assert "really run" not in pull_request(example_plan(), bare, branch).body


def test_commit_messages_say_what_is_done() -> None:
    subject, blank, *lines = commit_message(example_plan(), FIX).splitlines()
    assert (subject, blank) == ("Fix what the data tests caught in orders", "")
    assert lines[0] == "- Staging keeps only orders whose customer_id is known in customers."
    assert "- late: A weekend order that the shop sent a day late" in commit_message(example_plan(), DAY_TWO)
    assert "Fjell & Field Outfitters" in commit_message(example_plan(), MAIN).splitlines()[0]
