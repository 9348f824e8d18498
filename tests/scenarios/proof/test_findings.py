"""Projects that run but are not sound: each fault is a finding in a plain sentence, with its place."""

import pytest

from scenarios.proof import IncrementalSpec, ProofReport, run_build, run_proof

FAULTY_MART = """
select
    customer_id,
    customer_name,
    signed_up_on,
    cast(null as integer) as score
from {{ ref('stg_shop__customers') }}
"""
FAULTY_YML = """
version: 2
models:
  - name: dim_scores
    description: Customers with a score that nobody filled.
    semantic_model: {enabled: true, name: scores}
    agg_time_dimension: signed_up_on
    columns:
      - {name: customer_id, description: Key., entity: {name: scored_customer, type: primary}}
      - name: signed_up_on
        description: Day.
        granularity: day
        dimension: {name: signed_up_on, type: time}
      - name: customer_name
        description: Name.
        data_tests:
          - accepted_values:
              name: dq_nobody_declared_this
              arguments: {values: [Ada Quay]}
              config: {severity: warn}
    metrics:
      - {name: total_score, label: Score, description: Sum., type: simple, agg: sum, expr: score}
"""


def sentences(report: ProofReport) -> str:
    return "\n".join(finding.sentence for finding in report.findings)


def quiet(sentence: str) -> None:
    """Progress nobody listens to."""


@pytest.fixture(scope="module")
def faulty(make_spec) -> ProofReport:
    """One run of a project with many independent faults."""
    spec = make_spec(
        {
            "models/marts/dim_scores.sql": FAULTY_MART,
            "models/marts/scores.yml": FAULTY_YML,
            "models/marts/fct_lapsed.sql": "select * from {{ ref('fct_orders') }} where order_id < 0",
        },
        expected={"dq_customers_have_an_email": 2, "dq_orders_are_loaded_once": 1, "dq_gone": 1,
                  "dq_orders_have_a_customer": 1, "not_null_fct_orders_order_id": 3},
        marts=["fct_orders", "dim_scores", "fct_lapsed", "fct_nowhere"],
        metrics=["revenue", "total_score", "margin"],
        incremental=IncrementalSpec("fct_orders", "order_status"),
    )  # fmt: skip
    return run_proof(spec, progress=quiet)


def test_it_did_not_pass(faulty):
    assert not faulty.passed
    assert len(faulty.findings) == 11, sentences(faulty)


@pytest.mark.parametrize(
    ("sentence", "place", "part"),
    [
        (
            "The test dq_customers_have_an_email should find 2 rows but found 1 row.",
            "stg_shop__customers.email",
            "staging",
        ),
        (
            "The test not_null_fct_orders_order_id should find 3 rows but found 0 rows.",
            "fct_orders.order_id",
            "marts",
        ),
        (
            "The test dq_nobody_declared_this on dim_scores.customer_name warned with 9 rows, "
            "which nobody declared.",
            "dim_scores.customer_name",
            "marts",
        ),
        ("The declared test dq_gone does not exist.", "dq_gone", "tests"),
        ("The mart fct_nowhere does not exist.", "fct_nowhere", "marts"),
        ("The mart fct_lapsed has no rows.", "models/marts/fct_lapsed.sql", "marts"),
        ("The column score of dim_scores is empty in every row.", "dim_scores.score", "marts"),
        ("The metric total_score has no value.", "total_score", "semantic_layer"),
        ("The metric margin does not exist.", "margin", "semantic_layer"),
        (
            "fct_orders should have the unique key order_status but has order_id.",
            "models/marts/fct_orders.sql",
            "marts",
        ),
        (
            "fct_orders.order_status is not unique after the first run: 6 rows too many.",
            "fct_orders.order_status",
            "marts",
        ),
    ],
)
def test_each_fault_is_one_finding(faulty, sentence, place, part):
    found = [finding for finding in faulty.findings if finding.sentence == sentence]
    assert [(finding.place, finding.part) for finding in found] == [(place, part)], sentences(faulty)


def test_what_can_be_shown_is_shown(faulty):
    assert faulty.metrics == {"revenue": pytest.approx(771.95), "total_score": None}
    assert faulty.previews["dim_scores"].rows[0] == [1, "Ada Quay", "2025-01-03", None]


def test_broken_sql_names_the_model_and_what_was_skipped(make_spec):
    broken = "select order_id, no_such_column from {{ ref('stg_shop__order_items') }}"
    report = run_proof(make_spec({"models/intermediate/int_order_lines_priced.sql": broken}), progress=quiet)
    assert not report.passed
    first, second = report.findings
    assert first.sentence.startswith("int_order_lines_priced could not be built: Binder Error")
    assert "no_such_column" in first.sentence
    assert (first.place, first.part) == ("models/intermediate/int_order_lines_priced.sql", "intermediate")
    assert first.node == "model.harbor_demo.int_order_lines_priced"
    assert "skipped because of an earlier error" in second.sentence
    assert "/tmp" not in sentences(report)


def test_a_second_run_that_adds_rows_is_found(make_spec, sample):
    path = "models/marts/fct_orders.sql"
    appending = sample[path].replace("unique_key='order_id'", "incremental_strategy='append'")
    report = run_proof(make_spec({path: appending}), progress=quiet)
    told = sentences(report)
    assert "fct_orders should have the unique key order_id but has none." in told
    assert "A second run changed fct_orders from 9 rows to 10 rows." in told
    assert "fct_orders.order_id is not unique after the second run: 1 row too many." in told
    assert "unique_fct_orders_order_id" in told


def test_a_project_that_does_not_parse(make_spec):
    report = run_proof(
        make_spec({"models/marts/dim_x.sql": "select * from {{ ref('no_such_model') }}"}), progress=quiet
    )
    assert len(report.findings) == 1
    assert report.findings[0].sentence.startswith("dbt cannot read the project:")
    assert "no_such_model" in report.findings[0].sentence
    assert (report.findings[0].place, report.findings[0].part) == ("models/marts/dim_x.sql", "marts")


def test_a_model_that_races_its_seed_and_a_warning_of_dbt(sample):
    path = "models/staging/stg_shop__orders.sql"
    racing = sample[path].replace("-- depends_on: {{ ref('orders') }}", "")
    settings = sample["dbt_project.yml"].replace(
        "marts:", "no_such_folder:\n      +materialized: view\n    marts:"
    )
    report = run_build({**sample, path: racing, "dbt_project.yml": settings}, progress=quiet)
    told = sentences(report)
    assert "stg_shop__orders reads the source shop.orders but does not wait for its seed orders" in told
    assert "dbt warns about the project" in told
    assert "no_such_folder" in told


def test_a_failing_test_is_a_finding_of_a_plain_build_but_a_warning_is_not(bare):
    files = bare({"models/a.sql": "select 1 as one", "tests/never_one.sql": "select * from {{ ref('a') }}"})
    report = run_build(files, progress=quiet)
    assert sentences(report) == "The test never_one failed with 1 row."
    warning = "{{ config(severity='warn') }} select * from {{ ref('a') }}"
    report = run_build({**files, "tests/never_one.sql": warning}, progress=quiet)
    assert (report.passed, report.tests_warned) == (True, 1)


def test_an_empty_project_does_not_pass(bare):
    report = run_build(bare({}), progress=quiet)
    assert not report.passed
