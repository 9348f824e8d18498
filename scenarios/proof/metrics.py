"""The metrics' values, by the SQL that MetricFlow writes. Importing this imports MetricFlow."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import cast

import duckdb
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlClient, SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from scenarios.proof.evidence import MetricLook

# A metric that compares periods has no value over all rows; it is asked by period, and the latest counts.
PERIODS = ("metric_time__month", "metric_time")
MAX_TEXT = 2000  # characters of an error


class RenderingClient:
    """As much of MetricFlow's SqlClient as planning needs. The SQL is run by us, on our locked connection."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


def metric_values(
    connection: duckdb.DuckDBPyConnection, semantic_manifest: Path, names: Sequence[str]
) -> dict[str, MetricLook]:
    """Each metric's value; metrics that the project does not have are left out."""
    text = semantic_manifest.read_text(encoding="utf-8")
    known = {metric["name"] for metric in json.loads(text).get("metrics", [])}
    lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(text))
    engine = MetricFlowEngine(
        semantic_manifest_lookup=lookup, sql_client=cast("SqlClient", RenderingClient())
    )
    return {name: _metric(connection, engine, name) for name in names if name in known}


def _metric(connection: duckdb.DuckDBPyConnection, engine: MetricFlowEngine, name: str) -> MetricLook:
    """Ask over all rows first, then by period. MetricFlow raises exceptions of many kinds."""
    look = MetricLook()
    for groups in ((), *((period,) for period in PERIODS)):
        try:
            value = _latest(connection, engine, name, groups)
        except Exception as error:
            look = look if look.error else MetricLook(error=str(error)[:MAX_TEXT])
            continue
        if value is not None:
            return MetricLook(value=value)
        look = MetricLook()
    return look


def _latest(
    connection: duckdb.DuckDBPyConnection, engine: MetricFlowEngine, name: str, groups: tuple[str, ...]
) -> float | None:
    request = MetricFlowQueryRequest.create(metric_names=[name], group_by_names=groups, order_by_names=groups)
    cursor = connection.execute(engine.explain(request).sql_statement.sql)
    at = [entry[0] for entry in cursor.description or []].index(name)
    numbers = [_number(row[at]) for row in cursor.fetchall()]
    return next((number for number in reversed(numbers) if number is not None), None)


def _number(value: object) -> float | None:
    """A finite number, or None for null, NaN and what is no number."""
    if not isinstance(value, int | float | Decimal):
        return None
    number = float(value)
    return number if number - number == 0 else None
