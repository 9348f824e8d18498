"""Results of a run in dbt Cloud beside those of the Proof: what is the same, and how a difference is told."""

import pytest

from provisioning.steps.cloud.artifacts import differences, short_name


@pytest.mark.parametrize(
    ("unique_id", "name"),
    [
        ("model.acme_demo.fct_orders", "model fct_orders"),
        ("seed.acme_demo.orders", "seed orders"),
        ("test.acme_demo.unique_orders_id.0123456789", "test unique_orders_id"),
        ("unit_test.acme_demo.fct_orders.adds_up", "unit_test fct_orders.adds_up"),
        ("seed.orders", "seed orders"),
        ("", ""),
    ],
)
def test_names_are_the_same_in_every_project_and_for_every_digest(unique_id, name):
    assert short_name(unique_id) == name


def test_the_same_results_have_no_difference():
    results = {"model a": "success", "test b": "warn"}
    assert differences(results, dict(results)) == []


def test_each_difference_is_a_sentence():
    proven = {"model a": "success", "test b": "warn", "seed c": "success"}
    assert differences(proven, {"model a": "success", "test b": "pass", "model d": "success"}) == [
        "model d was not in the Proof",
        "seed c did not run",
        "test b: pass, proven with warn",
    ]
