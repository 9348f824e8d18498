"""The unit test of an intermediate model, in dbt's YAML. Pure."""

from collections.abc import Sequence
from typing import Any

from scenarios.plan.names import Cell
from scenarios.plan.parts import Plan
from scenarios.rendering.text import paragraphs, sentence, string_value
from scenarios.rendering.yaml_file import Quoted

Yaml = dict[str, Any]


def unit_test_entries(plan: Plan) -> list[Yaml]:
    """The entries of `unit_tests:`; dbt runs them before it builds the model."""
    test = plan.features.unit_test
    if test is None:
        return []
    given = [{"input": f"ref('{rows.input}')", "rows": _rows(rows.columns, rows.rows)} for rows in test.given]
    return [
        {
            "name": test.name,
            "model": test.model,
            "description": paragraphs(sentence(test.description)),
            "given": given,
            "expect": {"rows": _rows(test.columns, test.rows)},
        }
    ]


def _rows(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[Yaml]:
    return [{name: _cell(cell) for name, cell in zip(columns, row, strict=True)} for row in rows]


def _cell(cell: Cell) -> Cell:
    """A value as dbt casts it to its column's type; texts stay texts, whatever they look like."""
    return Quoted(string_value(cell)) if isinstance(cell, str) else cell
