"""Staging: one view per source table that renames and casts, the sources, and their tests. Pure."""

from typing import Any

from scenarios.plan.outline import SourceColumn, SourceTable
from scenarios.plan.parts import Plan
from scenarios.plan.portable import is_keyword, type_sql
from scenarios.rendering.data_tests import staging_tests
from scenarios.rendering.features import described, source_features
from scenarios.rendering.project_file import RAW_SCHEMA
from scenarios.rendering.sql_file import Cte, SqlFile, columns_list, import_cte
from scenarios.rendering.text import paragraphs, sentence
from scenarios.rendering.yaml_file import Quoted, yaml_text

SETTLED = "Names and types are settled here, once; every later model builds on them."


def staging_path(source: SourceTable) -> str:
    """Where the staging model of a source table lies in the project."""
    return f"models/staging/{source.staging_model}.sql"


def staging_files(plan: Plan) -> dict[str, str]:
    """One model per source table, and `models/staging/schema.yml`."""
    files = {staging_path(source): staging_sql(source) for source in plan.outline.sources}
    properties = {
        "version": 2,
        "sources": _sources(plan),
        "models": [_model(plan, source) for source in plan.outline.sources],
    }
    return files | {"models/staging/schema.yml": yaml_text(properties)}


def staging_sql(source: SourceTable) -> str:
    """The staging model of one source table."""
    return SqlFile(
        comments=[sentence(source.staging_purpose), SETTLED],
        # The edge from the seed: a bare dbt build on an empty warehouse loads it before this view is made.
        depends_on=source.table,
        ctes=settling_ctes(source),
    ).text()


def settling_ctes(source: SourceTable) -> list[Cte]:
    """The steps that give a source table its names and types; the last one is called `renamed`."""
    names = [column.name for column in source.columns]
    columns = [_settled(column) for column in source.columns]
    return [
        import_cte("source", f"source('{source.system}', '{source.table}')", names),
        Cte("renamed", columns_list(columns) + "\nfrom source"),
    ]


def _settled(column: SourceColumn) -> str:
    """The column with its type and name.

    A keyword such as `region` is no good as an alias, so it is passed on: the seed has given it its type.
    """
    if column.staged_name == column.name and is_keyword(column.name):
        return column.name
    return f"cast({column.name} as {type_sql(column.type)}) as {column.staged_name}"


def _sources(plan: Plan) -> list[dict[str, Any]]:
    sources = plan.outline.sources
    systems = list(dict.fromkeys(source.system for source in sources))
    return [_system(plan, system, [s for s in sources if s.system == system]) for system in systems]


def _system(plan: Plan, system: str, tables: list[SourceTable]) -> dict[str, Any]:
    labels = ", ".join(table.label for table in tables)
    return {
        "name": system,
        "description": paragraphs(f"Raw tables of the {system} system, as they arrive: {labels}."),
        "schema": Quoted("{{ target.schema }}_" + RAW_SCHEMA),
        "tables": [
            {
                "name": table.table,
                "description": paragraphs(sentence(table.description)),
                **source_features(plan, table),
                "columns": [
                    {"name": column.name, "description": paragraphs(column.description)}
                    for column in table.columns
                ],
            }
            for table in tables
        ],
    }


def _model(plan: Plan, source: SourceTable) -> dict[str, Any]:
    return {
        "name": source.staging_model,
        "description": paragraphs(sentence(source.staging_purpose)),
        "columns": [
            {
                "name": column.staged_name,
                "description": described(plan, source.staging_model, column.staged_name, column.description),
            }
            | ({"data_tests": tests} if (tests := staging_tests(plan, source, column)) else {})
            for column in source.columns
        ],
    }
