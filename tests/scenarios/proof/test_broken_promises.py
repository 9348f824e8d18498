"""Branches, red runs and answer sheets that do not do what they say: each broken promise is a finding."""

from dataclasses import replace

import pytest

from scenarios.proof import ArrivalSpec, BranchSpec, Finding, ProofReport, Question, RedSpec, run_proof
from tests.scenarios.proof.branches import (
    ARRIVALS,
    CUSTOMERS,
    FIXED_ORDERS,
    INCREMENTAL,
    ITEMS_CSV,
    NEXT_DAY,
    ORDERS,
    RED,
    day_two_of,
    fix_of,
    with_branches,
)

STAGING_YML = "models/staging/schema.yml"
MARTS_YML = "models/marts/schema.yml"
FACT = "models/marts/fct_orders.sql"
SEVERITY = "{severity: \"{{ var('data_quality_severity', 'warn') }}\", tags: [data_quality]}"

GHOST = """
      - name: no_such_column
        description: A column that the model does not have.
        dimension: {name: no_such_column, type: categorical}"""


def quiet(sentence: str) -> None:
    """Progress nobody listens to."""


def sentences(report: ProofReport) -> list[str]:
    return [finding.sentence for finding in report.findings]


def the(report: ProofReport, sentence: str) -> Finding:
    found = [finding for finding in report.findings if finding.sentence == sentence]
    assert len(found) == 1, "\n".join(sentences(report))
    return found[0]


@pytest.fixture(scope="module")
def broken(make_spec, sample) -> ProofReport:
    """One run in which each branch breaks several promises."""
    # The e-mail's test only ever warns, the duplicates' test has another tag, and one fails only when it is red.
    staging = sample[STAGING_YML].replace(SEVERITY, "{severity: warn, tags: [data_quality]}", 1)
    staging = staging.replace(SEVERITY, SEVERITY.replace("data_quality]", "other]"), 1)
    variable = "{{ var('data_quality_severity', 'warn') }}"
    jealous = "{{ config(tags=['data_quality']) }} select 1 as one where '" + variable + "' = 'error'"
    marts = sample[MARTS_YML].replace(
        "        description: Orders so far.", "        description: Orders so far." + GHOST
    )
    spec = make_spec({STAGING_YML: staging, MARTS_YML: marts, "tests/jealous.sql": jealous})
    fix = fix_of(spec)
    late = "5012,3,2025-04-10,shipped"
    return run_proof(
        replace(
            spec,
            incremental=INCREMENTAL,
            red=RED,
            fix=BranchSpec({CUSTOMERS: fix.changed[CUSTOMERS]}, name="fix/data-quality"),
            day_two=replace(
                day_two_of(spec, *NEXT_DAY, late, "5001,1,2025-03-01,returned"),
                expected={**spec.expected, "dq_orders_have_a_customer": 2},
            ),
            arrivals=[
                ARRIVALS[0],
                ArrivalSpec(5011, "inserted"),
                ArrivalSpec(5012, "late"),
                ArrivalSpec(5001, "updated"),
                ArrivalSpec(5099, "inserted"),
            ],
            questions=[Question("revenue", "region"), Question("orders", grain="day"), Question("margin")],
            dimensions={
                "dim_customers": ["region", "no_such_column", "email"],
                "time_spine_daily": ["date_day"],
            },
        ),
        progress=quiet,
    )


@pytest.mark.parametrize(
    ("sentence", "place", "part"),
    [
        (
            "The test dq_customers_have_an_email does not turn red: it only warns, whatever "
            "data_quality_severity says.",
            "stg_shop__customers.email",
            "quality",
        ),
        (
            "The red run leaves out the test dq_orders_are_loaded_once: it does not have the tag data_quality.",
            "stg_shop__orders.order_id",
            "quality",
        ),
        (
            "The test jealous turns red with 1 row, which nobody declared.",
            "tests/jealous.sql",
            "quality",
        ),
        (
            "On fix/data-quality the test dq_orders_are_loaded_once still finds 1 row: the fix does not fix it.",
            "stg_shop__orders.order_id",
            "quality",
        ),
        (
            "On demo/day-2: The test dq_orders_have_a_customer should find 2 rows but found 1 row.",
            "stg_shop__orders.customer_id",
            "day_two",
        ),
        (
            "On demo/day-2 the row 5011 of fct_orders should be inserted but is brought late "
            "(the newest order_date known before is 2025-04-21).",
            "models/marts/fct_orders.sql",
            "day_two",
        ),
        (
            "On demo/day-2 the row 5012 of fct_orders should be brought late but is not: it lies outside the "
            "lookback: its order_date is 2025-04-10, more than 3 days before the newest known one, 2025-04-21.",
            "models/marts/fct_orders.sql",
            "day_two",
        ),
        (
            "On demo/day-2 the row 5001 of fct_orders should be updated but is not: it lies outside the "
            "lookback: its order_date is 2025-03-01, more than 3 days before the newest known one, 2025-04-21.",
            "models/marts/fct_orders.sql",
            "day_two",
        ),
        (
            "On demo/day-2 the row 5099 of fct_orders should be inserted but is not, and a full refresh does "
            "not bring it either.",
            "models/marts/fct_orders.sql",
            "day_two",
        ),
        (
            "On demo/day-2 the run has updated 1 row of fct_orders that nobody declared: 5009.",
            "models/marts/fct_orders.sql",
            "day_two",
        ),
        ("The metric margin does not exist.", "margin", "semantic_layer"),
    ],
)
def test_each_broken_promise_is_one_finding(broken, sentence, place, part):
    found = the(broken, sentence)
    assert (found.place, found.part) == (place, part)


def test_dimensions_that_do_not_work_are_named(broken):
    told = {finding.place: finding for finding in broken.findings if "dimension" in finding.sentence}
    assert set(told) == {
        "revenue",  # region is not a dimension of its mart
        "dim_customers.no_such_column",
        "dim_customers.email",
        "time_spine_daily.date_day",
    }
    assert {finding.part for finding in told.values()} == {"semantic_layer"}
    assert told["dim_customers.no_such_column"].sentence.startswith(
        "No metric of dim_customers can be grouped by its dimension no_such_column:"
    )
    assert told["dim_customers.email"].sentence.endswith("the semantic layer has no such dimension")
    assert told["revenue"].sentence.startswith("The metric revenue cannot be grouped by region:")


def test_what_was_seen_is_reported_all_the_same(broken):
    assert not broken.passed
    assert broken.red is not None
    assert set(broken.red.failed) >= {"dq_orders_have_a_customer"}
    assert broken.day_two is not None
    assert not broken.day_two.refresh_equal
    assert {row.key for row in broken.day_two.arrivals} == {5009, 5010, 5011}
    assert broken.answers["orders"].periods
    assert broken.answers["revenue"].groups == []


def test_an_incremental_model_that_a_full_refresh_contradicts(make_spec, sample):
    """The amount is another one when the model runs incrementally; the day-2 branch brings the model, too."""
    drifting = sample[FACT].replace(
        "    amounts.order_amount",
        "    amounts.order_amount{% if is_incremental() %} + 1{% endif %} as order_amount",
    )
    spec = with_branches(make_spec())
    assert spec.day_two is not None
    day_two = replace(spec.day_two, changed={**spec.day_two.changed, FACT: drifting})
    report = run_proof(replace(spec, day_two=day_two, fix=None, red=None), progress=quiet)
    found = the(
        report,
        "On demo/day-2 a full refresh of fct_orders gives another table, which has other values: 5009, 5010, 5011.",
    )
    assert (found.place, found.part) == (FACT, "marts")
    assert sentences(report) == [found.sentence]
    assert "day_two_parse" in [phase.name for phase in report.phases]  # more than seeds differ


@pytest.mark.long
def test_a_fix_that_does_not_build_or_drops_the_test(make_spec, sample):
    spec = with_branches(make_spec())
    without = sample[STAGING_YML].replace("dq_customers_have_an_email", "not_null_email")
    broken = FIXED_ORDERS.replace("left join customers", "left join buyers")
    fix = BranchSpec({STAGING_YML: without, ORDERS: broken}, name="fix/data-quality")
    report = run_proof(replace(spec, fix=fix, day_two=None, arrivals=[]), progress=quiet)
    the(
        report,
        "On fix/data-quality the test dq_customers_have_an_email is gone; "
        "a fix must keep the test that shows it works.",
    )
    told = "\n".join(sentences(report))
    assert "On fix/data-quality: stg_shop__orders could not be built:" in told
    assert {finding.part for finding in report.findings} == {"quality"}
    assert report.fix is not None
    assert report.fix.changes == []


@pytest.mark.long
def test_branches_that_cannot_be_read(make_spec):
    spec = with_branches(make_spec())
    gone = {"models/intermediate/int_order_lines_priced.sql": None}
    report = run_proof(
        replace(spec, fix=BranchSpec(gone, name="fix/data-quality"), day_two=BranchSpec(gone), red=None),
        progress=quiet,
    )
    fix, day_two = report.findings
    assert fix.sentence.startswith("On fix/data-quality dbt cannot read the project:")
    assert day_two.sentence.startswith("On the second day dbt cannot read the project:")
    assert (fix.part, day_two.part) == ("quality", "day_two")


def test_while_main_does_not_build_the_branches_are_not_judged(make_spec):
    broken = {"models/intermediate/int_order_lines_priced.sql": "select no_such_column"}
    report = run_proof(with_branches(make_spec(broken)), progress=quiet)
    assert not [told for told in sentences(report) if "fix/" in told or "demo/" in told]
    assert report.findings[0].part == "intermediate"


@pytest.mark.long
def test_a_second_day_that_loses_rows(make_spec, sample):
    """The key that the model is told is not its key: rows replace each other."""
    spec = with_branches(make_spec())
    assert spec.day_two is not None
    losing = sample[FACT].replace("unique_key='order_id'", "unique_key='line_count'")
    day_two = replace(spec.day_two, changed={**spec.day_two.changed, FACT: losing})
    report = run_proof(replace(spec, day_two=day_two, fix=None, red=None), progress=quiet)
    lost = "5002, 5003, 5004, 5005, 5006, ..."
    assert sentences(report) == [
        f"On demo/day-2 the run takes 7 rows out of fct_orders: {lost}.",
        f"On demo/day-2 a full refresh of fct_orders gives another table, which has more rows: {lost}.",
    ]


@pytest.mark.long
def test_a_second_day_on_which_the_key_comes_twice(make_spec, sample):
    spec = with_branches(make_spec())
    assert spec.day_two is not None
    appending = sample[FACT].replace("unique_key='order_id'", "incremental_strategy='append'")
    day_two = replace(spec.day_two, changed={**spec.day_two.changed, FACT: appending})
    report = run_proof(replace(spec, day_two=day_two, fix=None, red=None), progress=quiet)
    first = report.findings[0]
    assert first.sentence.startswith(
        "On demo/day-2: The test unique_fct_orders_order_id on fct_orders.order_id failed"
    )
    assert first.part == "day_two"


def test_a_branch_with_a_file_that_may_not_run_is_refused(make_spec):
    spec = with_branches(make_spec())
    report = run_proof(
        replace(spec, fix=BranchSpec({"models/x.py": "print()"}, name="fix/data-quality")), progress=quiet
    )
    assert sentences(report) == [
        "On fix/data-quality: models/x.py is a Python file; a demo's models are SQL only."
    ]


@pytest.mark.long
def test_a_branch_is_confined_like_main(make_spec):
    spec = with_branches(make_spec())
    thief = "select * from read_csv('/etc/passwd', header = false)"
    fix = BranchSpec({"models/marts/thief.sql": thief}, name="fix/data-quality")
    report = run_proof(replace(spec, fix=fix, day_two=None, red=None, arrivals=[]), progress=quiet)
    (told,) = [told for told in sentences(report) if "thief" in told]
    assert told.startswith(
        "On fix/data-quality: thief could not be built: it tries to reach outside the project"
    )


def test_a_variable_that_means_nothing(make_spec):
    spec = replace(make_spec(), red=RedSpec(tag="data_quality", variable="loudness"))
    report = run_proof(spec, progress=quiet)
    assert len(report.findings) == 3
    assert all("does not turn red" in told for told in sentences(report))


@pytest.mark.long
def test_items_are_part_of_the_second_day(make_spec):
    """A new order without items has no amount: the branch is really built, not computed from its seeds."""
    spec = with_branches(make_spec())
    assert spec.day_two is not None
    changed = {path: text for path, text in spec.day_two.changed.items() if path != ITEMS_CSV}
    report = run_proof(
        replace(spec, day_two=replace(spec.day_two, changed=changed), fix=None, red=None), progress=quiet
    )
    assert report.passed
    assert report.day_two is not None
    assert {row.key: row.after[-1] for row in report.day_two.arrivals} == {5009: 63, 5010: None, 5011: None}
