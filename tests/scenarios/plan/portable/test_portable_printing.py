"""Printed statements: exact text, the rows that were meant, readable again, nothing for sqlfluff to find."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlfluff.core import FluffConfig, Linter

from scenarios.plan.portable import PrintedSelect, check_select, print_select
from tests.sampling import few
from tests.scenarios.plan.portable.macros_for_tests import DUCKDB, LINTED, SURFACE, model_text, rendered
from tests.scenarios.plan.portable.rows_on_duckdb import loaded, rows
from tests.scenarios.plan.portable.samples import GOOD, IMPORT_NAMES, INPUTS

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(GOOD)


def printed(sql: str) -> PrintedSelect:
    return print_select(sql, inputs=INPUTS, import_names=IMPORT_NAMES)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = loaded()
    yield connection
    connection.close()


@pytest.mark.parametrize("name", NAMES)
def test_statement_is_printed_exactly_as_agreed(name: str) -> None:
    """To agree on a new text: write `model_text(print_select(…))` to golden/<name>.sql and read it."""
    assert model_text(printed(GOOD[name])) == (GOLDEN / f"{name}.sql").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_printed_statement_gives_the_rows_of_the_original(
    name: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    original = sqlglot.transpile(GOOD[name].rstrip(";"), read="snowflake", write="duckdb")[0]
    expected = rows(warehouse, original.replace("{{ x }}", "{ { x } }"))
    assert rows(warehouse, rendered(model_text(printed(GOOD[name])), DUCKDB)) == expected


@pytest.mark.parametrize("name", NAMES)
def test_printed_statement_reads_back_as_itself(name: str) -> None:
    first = printed(GOOD[name])
    again = rendered(model_text(first), SURFACE)
    assert model_text(printed(again)) == model_text(first)
    assert check_select(again, inputs=INPUTS, part="x").columns.keys() == set(first.columns)


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_short_and_columns_are_told(name: str) -> None:
    result = printed(GOOD[name])
    assert max(len(line) for line in model_text(result).splitlines()) <= 110
    assert set(result.columns) == set(check_select(GOOD[name], inputs=INPUTS, part="x").columns)


#: Linting is slow: all statements in one dialect, the richest in the others.
RICHEST = ["conditions", "dates", "joins_and_groups", "texts", "windows"]


@pytest.mark.parametrize("dialect", few(sorted(LINTED), "snowflake"))
def test_sqlfluff_finds_nothing(dialect: str, tmp_path: Path) -> None:
    library = tmp_path / f"{dialect}_library"  # a package: its names become the Jinja context
    library.mkdir()
    module = "from tests.scenarios.plan.portable.macros_for_tests import LINTED\n\n"
    (library / "__init__.py").write_text(
        f"{module}dbt = LINTED['{dialect}']\n\n\ndef ref(model):\n    return model\n"
    )
    settings = {
        "dialect": dialect,
        "templater": "jinja",
        "max_line_length": 120,
        "library_path": str(library),
    }
    linter = Linter(config=FluffConfig(overrides=settings))
    found = [
        f"{name} {violation.rule_code()} line {violation.line_no}: {violation.desc()}"
        for name in (NAMES if dialect == "snowflake" else RICHEST)
        for violation in linter.lint_string(model_text(printed(GOOD[name]))).get_violations()
    ]
    assert found == []
