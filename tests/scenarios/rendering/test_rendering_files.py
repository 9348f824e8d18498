"""The files of the example: exactly the golden ones, always the same bytes, in the shape that dbt wants."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scenarios.plan.outline import Outline
from scenarios.plan.parts import Quality
from scenarios.rendering import (
    base_project,
    code_digest,
    project_digest,
    quality_tests,
    render_code,
    render_documents,
)
from tests.sampling import few
from tests.scenarios.plan.example import example_plan
from tests.scenarios.rendering.lint import DIALECTS, lint_project
from tests.scenarios.rendering.projects import FACTS, changed, example_files, golden_files, rich_plan


def test_example_is_golden(golden: Path) -> None:
    expected = {
        str(path.relative_to(golden)): path.read_bytes().decode()
        for path in golden.rglob("*")
        if path.is_file()
    }
    files = golden_files()
    assert sorted(files) == sorted(expected)
    for path, text in files.items():
        assert text == expected[path], path


def test_same_bytes_in_another_process() -> None:
    script = (
        "from scenarios.rendering import base_project, code_digest, render_code\n"
        "from tests.scenarios.plan.example import example_plan\n"
        "print(code_digest(render_code(example_plan(), template=base_project())))"
    )
    root = Path(__file__).parents[3]
    for seed in ("1", "2"):  # of Python's hashes: no order may depend on a set
        environment = {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", script]
        answer = subprocess.run(
            command, env=environment, cwd=root, capture_output=True, text=True, check=True
        )
        assert answer.stdout.strip() == code_digest(example_files())


def test_files_are_sorted_and_end_with_one_line_feed() -> None:
    files = example_files()
    assert list(files) == sorted(files)
    for path, text in files.items():
        assert "\r" not in text
        assert path.endswith(".gitkeep") or (text.endswith("\n") and not text.endswith("\n\n")), path


def test_seeds_hold_exactly_the_rows() -> None:
    plan, files = example_plan(), example_files()
    for source in plan.outline.sources:
        rows = list(csv.reader(io.StringIO(files[f"seeds/{source.table}.csv"])))
        assert rows[0] == [column.name for column in source.columns]
        assert len(rows) == 11
    assert "2,00472," in files["seeds/products.csv"]
    assert ",,cancelled,false\n" in files["seeds/orders.csv"]


def test_every_model_and_column_is_described() -> None:
    for plan in (example_plan(), rich_plan()):
        files = render_code(plan, template=base_project())
        described: dict[str, dict] = {}
        for path, text in files.items():
            if path.endswith("schema.yml"):
                document = yaml.safe_load(text)
                for entry in [*document.get("models", []), *document.get("seeds", [])]:
                    assert entry["description"], entry
                    assert all(column["description"] for column in entry["columns"]), entry
                    described[entry["name"]] = {column["name"] for column in entry["columns"]}
                for source in document.get("sources", []):
                    assert source["description"]
                    assert all(table["description"] for table in source["tables"])
        models = {Path(path).stem for path in files if path.startswith("models/") and path.endswith(".sql")}
        seeds = {Path(path).stem for path in files if path.endswith(".csv")}
        assert set(described) == models | seeds
        for model in plan.outline.models:
            assert described[model.name] == {column.name for column in model.columns}


def test_planned_tests_stand_where_they_belong() -> None:
    plan = example_plan()
    staging = yaml.safe_load(example_files()["models/staging/schema.yml"])
    orders = next(model for model in staging["models"] if model["name"] == "stg_shop__orders")
    tests = {column["name"]: column.get("data_tests", []) for column in orders["columns"]}
    assert tests["order_id"] == ["unique", "not_null"]
    relationship = next(test["relationships"] for test in tests["customer_id"] if "relationships" in test)
    assert relationship["name"] == "orders_customer_exists"
    assert relationship["arguments"] == {"to": "ref('stg_shop__customers')", "field": "customer_id"}
    assert relationship["config"]["tags"] == ["data_quality"]
    # the named test takes the plain one's place: a defect is reported once
    assert len([test for test in tests["order_status"] if "accepted_values" in test]) == 1
    assert quality_tests(plan) == {"orders_customer_exists": 1, "orders_status_is_known": 2}


@pytest.mark.parametrize("dialect", few(DIALECTS, "bigquery"))
def test_sqlfluff_finds_nothing(dialect: str) -> None:
    rich = render_code(rich_plan(), template=base_project())
    more = {path: text for path, text in rich.items() if path not in example_files()}
    assert len(more) == 3  # a file for each defect that needs SQL of its own
    assert lint_project(example_files() | more, dialect) == []


def test_sqlfluff_would_find_something() -> None:
    assert lint_project({"models/marts/bad.sql": "SELECT a,b from x join y using(a)\n"}, "snowflake")


def test_a_project_without_semantic_layer_and_defects() -> None:
    plan = example_plan()
    outline = plan.outline.model_copy(update={"semantic_layer": False, "metrics": [], "quality": []})
    without = {
        "outline": Outline.model_validate(outline.model_dump()),
        "semantic": None,
        "quality": Quality(),
    }
    plain = plan.model_copy(update=without)
    files = render_code(plain, template=base_project())
    assert "models/marts/dim_date.sql" not in files
    assert "semantic_model" not in files["models/marts/schema.yml"]
    assert "vars" not in yaml.safe_load(files["dbt_project.yml"])
    documents = render_documents(plain, FACTS)
    assert sorted(documents) == ["README.md", "run_of_show.md", "talk_track.md"]
    assert "## Metrics" not in documents["README.md"]


def test_digests_see_every_change() -> None:
    files = example_files()
    other = files | {"seeds/orders.csv": files["seeds/orders.csv"].replace("5001", "5002", 1)}
    assert code_digest(files).startswith("sha256:")
    assert code_digest(dict(reversed(files.items()))) == code_digest(files)
    assert code_digest(other) != code_digest(files)
    # what moves from a path into its content, or from one file to the next, is a change too
    assert (
        len({code_digest(x) for x in ({"a": "bc"}, {"ab": "c"}, {"a": "b", "c": ""}, {"a": "", "b": "c"})})
        == 4
    )
    branches = {"main": files, "day-2": other}
    assert project_digest(branches) == project_digest(dict(reversed(branches.items())))
    assert len({project_digest(x) for x in (branches, {"main": files}, {"main": other, "day-2": files})}) == 3


def test_calendar_gives_way_to_a_model_of_the_plan() -> None:
    plan = changed(example_plan(), outline__company="Ace")
    models = [
        m.model_copy(update={"name": "dim_date"}) if m.name == "dim_customers" else m
        for m in plan.outline.models
    ]
    statements = [
        s.model_copy(update={"model": "dim_date"}) if s.model == "dim_customers" else s
        for s in plan.statements
    ]
    outline = plan.outline.model_copy(update={"models": models})
    files = render_code(
        plan.model_copy(update={"outline": outline, "statements": statements}), template=base_project()
    )
    assert "models/marts/dim_calendar_day.sql" in files
    assert "signed_up_on" in files["models/marts/dim_date.sql"]
