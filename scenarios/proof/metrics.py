"""The metrics' values, by the SQL that MetricFlow writes. Importing this imports MetricFlow."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import duckdb
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlClient, SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from metricflow_semantics.model.semantics.metric_lookup import MetricLookup

from scenarios.proof.evidence import MetricLook

# A metric that compares periods has no value over all rows; it is asked by period, and the latest counts.
PERIODS = {"metric_time__month": "month", "metric_time": "day"}
MAX_TEXT = 2000  # characters of an error
MAX_ROWS = 5000  # of one answer


class RenderingClient:
    """As much of MetricFlow's SqlClient as planning needs. The SQL is run by us, on our locked connection."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


class MetricReader:
    """Asks metrics of one database. MetricFlow plans a query in some 10 ms once it has been made."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, semantic_manifest: Path, complete_before: str = ""
    ) -> None:
        text = semantic_manifest.read_text(encoding="utf-8")
        self._connection = connection
        self._complete_before = complete_before
        manifest: Any = parse_manifest_from_dbt_generated_manifest(text)
        self._models = {model.name: model for model in manifest.semantic_models}
        self._metrics = {metric.name: metric for metric in manifest.metrics}
        self._engine = MetricFlowEngine(
            semantic_manifest_lookup=SemanticManifestLookup(manifest),
            sql_client=cast("SqlClient", RenderingClient()),
        )

    @property
    def names(self) -> set[str]:
        """The metrics that the project has."""
        return set(self._metrics)

    def marts(self, metric: str) -> list[str]:
        """The tables that a metric is computed from, those of its first input first."""
        found = self._metrics.get(metric)
        if found is None:
            return []
        aggregated = found.type_params.metric_aggregation_params
        if aggregated is not None:
            return [self._models[aggregated.semantic_model].node_relation.alias]
        inputs = MetricLookup.metric_inputs(found, include_conversion_metric_input=True)
        return list(dict.fromkeys(mart for each in inputs for mart in self.marts(each.name)))

    def address(self, mart: str, column: str) -> str:
        """What MetricFlow calls the dimension on this column; empty when there is none."""
        for model in self._models.values():
            entities = [entity.name for entity in model.entities if entity.type.value == "primary"]
            entity = model.primary_entity or next(iter(entities), "")
            for dimension in model.dimensions if model.node_relation.alias == mart and entity else ():
                if (dimension.expr or dimension.name) == column:
                    return f"{entity}__{dimension.name}"
        return ""

    def ask(self, metric: str, groups: Sequence[str] = ()) -> list[tuple[tuple[Any, ...], float | None]]:
        """(groups' values, metric's value) for each group, in their order.

        Raises duckdb.Error, and exceptions of many kinds from MetricFlow.
        """
        request = MetricFlowQueryRequest.create(
            metric_names=[metric], group_by_names=list(groups), order_by_names=list(groups)
        )
        cursor = self._connection.execute(self._engine.explain(request).sql_statement.sql)
        at = [entry[0] for entry in cursor.description or []].index(metric)
        return [(row[:at], number(row[at])) for row in cursor.fetchmany(MAX_ROWS)]

    def value(self, metric: str) -> MetricLook:
        """The value over all rows, or of the last complete period that has one, or why there is none."""
        look = MetricLook()
        for groups in ((), *((period,) for period in PERIODS)):
            try:
                rows = self.ask(metric, groups)
            except Exception as error:
                look = look if look.error else MetricLook(error=str(error)[:MAX_TEXT])
                continue
            said = [(group, value) for group, value in rows if value is not None]
            if said and groups:
                latest = self.last_complete(group[0] for group, _ in said)
                value = next(value for group, value in said if group[0] == latest)
                return MetricLook(value=value, period=str(latest)[:10], grain=PERIODS[groups[0]])
            if said:
                return MetricLook(value=said[-1][1])
            look = MetricLook()
        return look

    def last_complete(self, periods: Iterable[Any]) -> Any:
        """The last of the periods that is over; the last of all when none is, and None when there is none."""
        return last_complete(periods, self._complete_before)

    def values(self, metrics: Sequence[str]) -> dict[str, MetricLook]:
        """Each metric's value; metrics that the project does not have are left out."""
        return {name: self.value(name) for name in metrics if name in self._metrics}


def last_complete(periods: Iterable[Any], before: str) -> Any:
    """The last period that begins before an ISO date, by its first moment; the last of all without such a date.

    When none begins before it, the last of all; None when there is none.
    """
    known = sorted(periods)
    over = [period for period in known if not before or str(period)[:10] < before]
    return (over or known or [None])[-1]


def number(value: object) -> float | None:
    """A finite number, or None for null, NaN and what is no number."""
    if not isinstance(value, int | float | Decimal):
        return None
    found = float(value)
    return found if found - found == 0 else None
