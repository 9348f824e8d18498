"""A realistic small project, and the Proof it should pass. All tests of a process share one warm process."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.proof import IncrementalSpec, ProofSpec
from scenarios.proof.run import read_folder

SAMPLE = Path(__file__).parent / "sample_project"
EXPECTED = {"dq_customers_have_an_email": 1, "dq_orders_are_loaded_once": 1, "dq_orders_have_a_customer": 1}

# Set before the warm process starts, so that the tests can see that it is not handed on.
os.environ["SECRET_OF_THE_WORKER"] = "a-secret-of-the-worker"

MakeSpec = Callable[..., ProofSpec]


@pytest.fixture(scope="session")
def sample() -> dict[str, str]:
    """The sample project's files."""
    return read_folder(SAMPLE)


@pytest.fixture(scope="session")
def make_spec(sample: dict[str, str]) -> MakeSpec:
    """A function that makes the sample's spec, with changed files and fields."""

    def make(files: dict[str, str | None] | None = None, **changes: object) -> ProofSpec:
        merged = {path: text for path, text in {**sample, **(files or {})}.items() if text is not None}
        fields: dict[str, object] = {
            "expected": EXPECTED,
            "incremental": IncrementalSpec("fct_orders", "order_id"),
            "marts": ["fct_orders", "dim_customers"],
            "metrics": ["revenue", "orders", "average_order_value", "customers", "revenue_growth"],
            **changes,
        }
        return ProofSpec(files=merged, **fields)

    return make


@pytest.fixture(scope="session")
def bare() -> Callable[[dict[str, str]], dict[str, str]]:
    """A function that makes a project of a few models only."""

    def make(files: dict[str, str]) -> dict[str, str]:
        return {
            "dbt_project.yml": "name: bare\nversion: '1.0.0'\nconfig-version: 2\nprofile: bare\n",
            **files,
        }

    return make
