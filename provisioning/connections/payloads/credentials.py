"""Bodies for `POST /api/v3/accounts/A/projects/P/credentials/`, one path for all warehouses. Pure.

They are what deployment environments run with. Development credentials belong to people, who enter them themselves.
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
from provisioning.connections.payloads.body import ACTIVE, TARGET, Body, only_set, secret
from provisioning.connections.payloads.connection import adapter_version

THREADS = 4

_BY_TOKEN = {"label": "Token", "value": "token"}


def credentials_body(
    fields: WarehouseFields,
    secrets: Mapping[str, str],
    *,
    account_id: int,
    project_id: int,
    schema: str,
    threads: int = THREADS,
) -> Body:
    """Credentials that write to `schema` (BigQuery: the dataset). `secrets` by the vault's names.

    Raises Unusable when a secret is missing.
    """
    common: Body = {
        "account_id": account_id,
        "project_id": project_id,
        "state": ACTIVE,
        "threads": threads,
        "target_name": TARGET,
    }
    return common | _own(fields, secrets, schema, threads)


def snowflake_login(fields: Snowflake | Existing, secrets: Mapping[str, str]) -> Body:
    """`auth_type`, `user` and either the password or the key pair. Raises Unusable when the secret is missing."""
    login = {"auth_type": fields.auth, "user": fields.user}
    if fields.auth == "password":
        return login | {"password": secret(secrets, "snowflake_password", "The Snowflake password")}
    return login | only_set(
        private_key=secret(secrets, "snowflake_private_key", "The Snowflake private key"),
        private_key_passphrase=secrets.get("snowflake_passphrase"),
    )


def redshift_login(fields: Redshift | Existing, secrets: Mapping[str, str]) -> Body:
    """`username` and `password`. Raises Unusable when the secret is missing."""
    return {
        "username": fields.user,
        "password": secret(secrets, "redshift_password", "The Redshift password"),
    }


def databricks_token(secrets: Mapping[str, str]) -> str:
    """The access token. Raises Unusable when it is missing."""
    return secret(secrets, "databricks_token", "The Databricks token")


def _own(fields: WarehouseFields, secrets: Mapping[str, str], schema: str, threads: int) -> Body:
    match fields:
        case Snowflake() | Existing(adapter="snowflake"):
            return {"type": "snowflake", "schema": schema} | snowflake_login(fields, secrets) | _other(fields)
        case Existing(adapter="bigquery", adapter_version="bigquery_v1"):
            return _bigquery_v1(schema, threads)
        case BigQuery() | Existing(adapter="bigquery"):
            return {"type": "bigquery", "schema": schema}
        case Databricks() | Existing(adapter="databricks"):
            return _databricks(fields, secrets, schema)
        case Redshift() | Existing():
            return _redshift(fields, secrets, schema)


def _other(fields: Snowflake | Existing) -> Body:
    """Where Snowflake credentials are to differ from an existing connection; a new one says the same already."""
    if isinstance(fields, Snowflake):
        return {}
    return only_set(role=fields.role, database=fields.database, warehouse=fields.warehouse)


def _redshift(fields: Redshift | Existing, secrets: Mapping[str, str], schema: str) -> Body:
    login = redshift_login(fields, secrets)
    return {"type": "redshift", "auth_type": "password", "default_schema": schema} | login


def _databricks(fields: Databricks | Existing, secrets: Mapping[str, str], schema: str) -> Body:
    details = {
        "auth_type": _detail("Auth method", "token", field_type="select", options=[_BY_TOKEN]),
        "token": _detail("Token", databricks_token(secrets), encrypt=True),
        "schema": _detail("Schema", schema),
        "target_name": _detail("Target name", TARGET, required=False),
    }
    if fields.catalog:
        details["catalog"] = _detail("Catalog", fields.catalog, required=False)
    return _adapter(adapter_version(fields), details)


def _bigquery_v1(schema: str, threads: int) -> Body:
    details = {
        "schema": _detail("Dataset", schema),
        "threads": _detail("Threads", threads, field_type="number"),
    }
    return _adapter("bigquery_v1", details)


def _adapter(version: str, details: Body) -> Body:
    return {
        "type": "adapter",
        "adapter_version": version,
        "credential_details": {"field_order": [], "fields": details},
    }


def _detail(
    label: str,
    value: str | int,
    *,
    field_type: str = "text",
    encrypt: bool = False,
    required: bool = True,
    options: list[dict[str, str]] | None = None,
) -> Body:
    """One value with its whole description: whether dbt Cloud takes a value without it is not known."""
    metadata: Body = {
        "label": label,
        "description": "",
        "field_type": field_type,
        "encrypt": encrypt,
        "overrideable": False,
        "validation": {"required": required},
    }
    if options is not None:
        metadata["options"] = options
    return {"metadata": metadata, "value": value}
