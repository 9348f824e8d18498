"""What dbt's adapters make of the macros that the printer uses. Facts only, and pure.

`tests/scenarios/plan/portable/adapters` compares them with the adapters' own macro files.
"""

from collections.abc import Mapping

from scenarios.plan.names import Warehouse
from scenarios.plan.portable.adapters.default import MACROS, Default, NoSuchMacro, expand_macro
from scenarios.plan.portable.adapters.warehouses import BigQuery, Databricks, Redshift, Snowflake

#: The macros of each warehouse's adapter.
ADAPTERS: Mapping[Warehouse, Default] = {
    "snowflake": Snowflake(),
    "bigquery": BigQuery(),
    "databricks": Databricks(),
    "redshift": Redshift(),
}

__all__ = ["ADAPTERS", "MACROS", "Default", "NoSuchMacro", "expand_macro"]
