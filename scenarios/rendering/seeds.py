"""Seeds: the rows of each source table as CSV, and their column types. Pure."""

import csv
import io
from typing import Any

from scenarios.plan.faults import Rows, rows_by_table
from scenarios.plan.names import ColumnType
from scenarios.plan.outline import SourceTable
from scenarios.plan.parts import Plan
from scenarios.rendering.text import cell_text, paragraphs, sentence
from scenarios.rendering.yaml_file import Quoted, yaml_text

#: Types are given for every column: with ten rows, one empty cell or a code such as `00471` changes what an
#: engine infers, and the second day's rows could change it again. Texts of 256 bytes and more get more room.
_TEXT_BYTES = 256
_WHOLE = "{{ 'int64' if target.type == 'bigquery' else 'bigint' }}"
_NUMBER = "{{ 'numeric' if target.type == 'bigquery' else 'numeric(28,6)' }}"
_TEXT = "{{ 'string' if target.type in ('bigquery', 'databricks', 'spark') else 'varchar(%d)' }}"
_TYPES: dict[ColumnType, str] = {
    "integer": _WHOLE,
    "number": _NUMBER,
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}


def seed_path(table: str) -> str:
    """Where the seed of a source table lies in the project."""
    return f"seeds/{table}.csv"


def seed_files(plan: Plan) -> dict[str, str]:
    """One CSV file per source table, and `seeds/schema.yml` with descriptions and types."""
    rows = rows_by_table(plan)
    files = {
        seed_path(source.table): seed_csv(source, rows.get(source.table, []))
        for source in plan.outline.sources
    }
    seeds = [_seed(plan, source) for source in plan.outline.sources]
    return files | {"seeds/schema.yml": yaml_text({"version": 2, "seeds": seeds})}


def seed_csv(source: SourceTable, rows: Rows) -> str:
    """Rows of `source` as CSV with a header: null is empty, LF line ends, quotes only where needed."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([column.name for column in source.columns])
    writer.writerows([cell_text(cell) for cell in row] for row in rows)
    return target.getvalue()


def _seed(plan: Plan, source: SourceTable) -> dict[str, Any]:
    columns = [{"name": c.name, "description": paragraphs(c.description)} for c in source.columns]
    types = {c.name: _type(plan, source, c.name, c.type) for c in source.columns}
    return {
        "name": source.table,
        "description": paragraphs(
            sentence(source.description),
            f"Demo data, loaded in place of the {source.system} system.",
        ),
        "config": {"column_types": types},
        "columns": columns,
    }


def _type(plan: Plan, source: SourceTable, name: str, kind: ColumnType) -> str:
    if kind != "string":
        text = _TYPES[kind]
        return Quoted(text) if "{{" in text else text
    return Quoted(_TEXT % _room(plan, source, name))


def _room(plan: Plan, source: SourceTable, name: str) -> int:
    """Bytes that hold every value of a text column, day-2 rows included: 256, 512, 1024 …"""
    place = [column.name for column in source.columns].index(name)
    rows = plan.rows_of(source.table)
    late = [table for table in plan.day_two.tables if table.table == source.table]
    everything = [
        *(rows.rows if rows else []),
        *(row for table in late for row in [*table.new, *table.changed]),
    ]
    longest = max((len(cell_text(row[place]).encode()) for row in everything if place < len(row)), default=0)
    room = _TEXT_BYTES
    while room < longest:
        room *= 2
    return room
