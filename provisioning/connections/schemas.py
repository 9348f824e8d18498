"""The schemas that a demo makes in the warehouse, and the statements that drop them. Pure.

dbt makes the target schema, and `<target>_raw` for the source tables that come from seeds. What a job of a pull
request makes is dropped by dbt Cloud itself when the pull request is closed.
"""

import re
from collections.abc import Iterable
from typing import assert_never

from provisioning.connections.fields import (
    Adapter,
    BigQuery,
    Databricks,
    Redshift,
    Snowflake,
    WarehouseFields,
)
from scenarios.rendering.project_file import RAW_SCHEMA

#: What dbt for Databricks writes to when no catalog is named.
NO_CATALOG = "hive_metastore"

_SCHEMA = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,126}")  # valid in all four; Redshift's length is the shortest
_PLAIN = re.compile(
    r"[A-Za-z_][A-Za-z0-9_$]*"
)  # what Snowflake takes without quotes, and then writes in capitals


def demo_schemas(target: str) -> tuple[str, ...]:
    """All schemas of a demo whose target schema is `target`. Raises ValueError for a name that is not valid."""
    return (_valid(target), _valid(f"{target}_{RAW_SCHEMA}"))


def drop_statements(fields: WarehouseFields, schemas: Iterable[str]) -> list[str]:
    """One statement for each schema (BigQuery: dataset) in the dialect of the warehouse, with a semicolon.

    For an existing connection only what its credentials override is known; what is not known is left out, so the
    statement has to be run in the connection's own database, project or catalog.
    Raises ValueError for a schema whose name is not letters, digits and underscores, or is too long.
    """
    around = _around(fields)
    return [_drop(fields.adapter, [*around, _valid(schema)]) for schema in schemas]


def _valid(schema: str) -> str:
    if not _SCHEMA.fullmatch(schema):
        raise ValueError("A schema's name is letters, digits and underscores, at most 127.")
    return schema


def _around(fields: WarehouseFields) -> list[str]:
    match fields:
        case Snowflake():
            return [fields.database]
        case BigQuery():
            return [fields.project]
        case Databricks():
            return [fields.catalog or NO_CATALOG]
        case Redshift():
            return []  # it drops schemas of the current database only
        case _ if fields.adapter in {"snowflake", "databricks"}:
            known = fields.database if fields.adapter == "snowflake" else fields.catalog
            return [known] if known else []
        case _:
            return []


def _drop(adapter: Adapter, names: list[str]) -> str:
    return f"DROP SCHEMA IF EXISTS {'.'.join(_quoted(adapter, name) for name in names)} CASCADE;"


def _quoted(adapter: Adapter, name: str) -> str:
    match adapter:
        case "snowflake":
            # dbt names things there without quotes, so they are stored in capitals.
            stored = name.upper() if _PLAIN.fullmatch(name) else name
            return '"' + stored.replace('"', '""') + '"'
        case "redshift":
            return f'"{name}"'
        case "bigquery" | "databricks":
            return "`" + name.replace("`", "``") + "`"
        case _:
            assert_never(adapter)
