"""Bodies for the Semantic Layer: configuration, credentials, service token and what joins the two. Pure.

dbt Cloud does not publish these endpoints any more, except that for service tokens; its Terraform provider uses them.
A successful run in the environment has to exist before the configuration is created, and the configuration does
nothing before it is set in the project.
"""

from collections.abc import Mapping

from provisioning.connections.fields import (
    BigQuery,
    Databricks,
    Existing,
    Redshift,
    Snowflake,
    WarehouseFields,
)
from provisioning.connections.payloads.body import ACTIVE, Body, only_set, secret
from provisioning.connections.payloads.connection import adapter_version
from provisioning.connections.payloads.credentials import databricks_token, redshift_login, snowflake_login
from provisioning.connections.payloads.keyfile import service_account

#: What a token of the Semantic Layer may do, each for one project.
PERMISSIONS = ("semantic_layer_only", "metadata_only")


def semantic_layer_configuration_body(*, account_id: int, project_id: int, environment_id: int) -> Body:
    """Which environment's runs say what the metrics are."""
    return {
        "account_id": account_id,
        "project_id": project_id,
        "environment_id": environment_id,
        "state": ACTIVE,
    }


def semantic_layer_credentials_body(
    fields: WarehouseFields, secrets: Mapping[str, str], *, account_id: int, project_id: int, name: str
) -> Body:
    """What metrics are queried with. `secrets` by the vault's names.

    Raises Unusable when one is missing: BigQuery needs its key file here, for an existing connection too.
    """
    return {
        "account_id": account_id,
        "project_id": project_id,
        "name": name,
        "adapter_version": adapter_version(fields),
        "schema_type": "semantic_layer_credentials",
        "values": _values(fields, secrets),
    }


def service_token_body(*, name: str, project_id: int) -> Body:
    """A token for the tools that query metrics. What it may do cannot be changed later."""
    grants = [{"permission_set": permission, "project_id": project_id} for permission in PERMISSIONS]
    return {"name": name, "permission_grants": grants}


def semantic_layer_mapping_body(
    *, account_id: int, project_id: int, credentials_id: int, service_token_id: int
) -> Body:
    """Which credentials the queries made with a service token use."""
    return {
        "account_id": account_id,
        "project_id": project_id,
        "semantic_layer_credentials_id": credentials_id,
        "service_token_id": service_token_id,
        "state": ACTIVE,
    }


def _values(fields: WarehouseFields, secrets: Mapping[str, str]) -> Body:
    match fields:
        case Snowflake() | Existing(adapter="snowflake"):
            return snowflake_login(fields, secrets) | only_set(role=fields.role, warehouse=fields.warehouse)
        case BigQuery() | Existing(adapter="bigquery"):
            return dict(service_account(secret(secrets, "bigquery_keyfile", "The key file of BigQuery")))
        case Databricks() | Existing(adapter="databricks"):
            return only_set(token=databricks_token(secrets), catalog=fields.catalog)
        case Redshift() | Existing():
            return redshift_login(fields, secrets)
