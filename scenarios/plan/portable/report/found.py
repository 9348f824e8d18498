"""What the report finds in a file. Pure data."""

from dataclasses import dataclass

from scenarios.plan.names import Warehouse

LABELS: dict[Warehouse, str] = {
    "snowflake": "Snowflake",
    "bigquery": "BigQuery",
    "databricks": "Databricks",
    "redshift": "Redshift",
}


@dataclass(frozen=True, order=True)
class Found:
    """Something that a warehouse refuses or does differently; `line` is a line of the file, from 1."""

    line: int
    why: str
