"""The portability report over the files of a whole demo: what it looks at, and that each part of it can say no."""

from dataclasses import asdict
from typing import Any

import pytest

from scenarios.plan.names import WAREHOUSES
from scenarios.proof.report import Portability
from scenarios.rendering import base_project, render_code
from scenarios.rendering.portability import Verdict, portability
from tests.scenarios.plan.example import example_plan

PLAN = example_plan()
FILES = render_code(PLAN, template=base_project())
MART = "models/marts/fct_orders.sql"
STAGING = "models/staging/stg_shop__orders.sql"


def refused(changed: dict[str, str]) -> list[Verdict]:
    return [verdict for verdict in portability(FILES | changed, PLAN) if not verdict.fine]


def replaced(path: str, old: str, new: str) -> dict[str, str]:
    assert old in FILES[path]
    return {path: FILES[path].replace(old, new, 1)}


def test_example_is_fine_everywhere_and_only_read() -> None:
    verdicts = portability(FILES, PLAN)
    assert {verdict.how for verdict in verdicts} == {"parsed"}
    assert [verdict for verdict in verdicts if not verdict.fine] == []
    stems = {path.rsplit("/", 1)[1].rsplit(".", 1)[0] for path in FILES if path.endswith((".sql", ".csv"))}
    assert {(verdict.model, verdict.warehouse) for verdict in verdicts} >= {
        (stem, warehouse) for stem in stems for warehouse in WAREHOUSES if f"macros/{stem}.sql" not in FILES
    }


def test_verdicts_are_what_a_proof_stores() -> None:
    stored = [Portability(**asdict(verdict)) for verdict in portability(FILES, PLAN)]
    assert len({(entry.model, entry.warehouse) for entry in stored}) == len(stored)


def test_same_files_same_report() -> None:
    assert portability(FILES, PLAN) == portability(dict(reversed(FILES.items())), PLAN)


@pytest.mark.parametrize(
    ("changed", "warehouses", "word"),
    [
        ({MART: "select order_id || 1::text as order_id from {{ ref('stg_shop__orders') }}"}, {"bigquery"}, "`::`"),
        ({"tests/late.sql": "select now() as z from {{ ref('fct_orders') }}"}, set(WAREHOUSES), "`now`"),
        (replaced("seeds/schema.yml", "('bigquery', ", "("), {"bigquery"}, "seeds/schema.yml: The type `varchar`"),
    ],
)  # fmt: skip
def test_part_of_the_report_says_no(changed: dict[str, str], warehouses: set[str], word: str) -> None:
    found = [verdict for verdict in refused(changed) if word in verdict.why]
    assert {verdict.warehouse for verdict in found} == warehouses
    assert all(verdict.line for verdict in found)


def seed_with(text: str) -> dict[str, str]:
    """A seed in which the first row has another text."""
    source = next(s for s in PLAN.outline.sources if any(c.type == "string" for c in s.columns))
    place = next(i for i, column in enumerate(source.columns) if column.type == "string")
    header, first, *others = FILES[f"seeds/{source.table}.csv"].splitlines()
    cells: list[Any] = first.split(",")
    cells[place] = text
    return {f"seeds/{source.table}.csv": "\n".join([header, ",".join(cells), *others]) + "\n"}


def test_texts_of_seeds_that_do_not_arrive() -> None:
    assert {(verdict.warehouse, verdict.line) for verdict in refused(seed_with("Null"))} == {
        (warehouse, 2) for warehouse in WAREHOUSES
    }
    assert {(verdict.warehouse, verdict.line) for verdict in refused(seed_with("é" * 129))} == {
        ("redshift", 2)
    }
    assert refused(seed_with("é" * 128)) == []


def test_contract_types() -> None:
    contract = (
        "models:\n  - name: fct_orders\n    config: {{contract: {{enforced: true}}}}\n"
        "    columns:\n      - name: order_id\n        data_type: {}\n"
    )
    path = "models/marts/public.yml"
    assert {v.warehouse for v in refused({path: contract.format("string")})} == {"redshift"}
    portable = "\"{{ 'varchar' if target.type == 'redshift' else 'string' }}\""
    assert refused({path: contract.format(portable)}) == []
    (problem,) = refused({path: contract.format("string").replace("order_id", "user")})
    assert (problem.line, problem.model, "And 1 more" in problem.why) == (6, "fct_orders", True)
    assert refused({path: contract.format("string").replace("true", "false")}) == []
