"""The fields of connections: what they take, what they refuse, and that they come back from JSON as they were."""

from typing import Any

import pytest
from pydantic import ValidationError

from demoforge import settings
from provisioning.connections.fields import (
    BigQuery,
    Connections,
    Databricks,
    DbtCloudFields,
    Existing,
    GitHubFields,
    Redshift,
    Snowflake,
)

SNOWFLAKE = {"account": "ORG-ACCOUNT", "database": "DEMO", "warehouse": "DEMO_WH", "user": "DBT"}
DATABRICKS = {"host": "dbc-a1.cloud.databricks.com", "http_path": "/sql/1.0/warehouses/abc"}
REDSHIFT = {"host": "demo.eu-central-1.redshift.amazonaws.com", "database": "dev", "user": "dbt"}
WAREHOUSES: list[dict[str, Any]] = [
    {"type": "snowflake", **SNOWFLAKE, "role": "LOADER", "auth": "keypair"},
    {"type": "bigquery", "project": "acme-demos", "location": "EU"},
    {"type": "databricks", **DATABRICKS, "catalog": "main"},
    {"type": "redshift", **REDSHIFT, "port": 5440},
    {"type": "existing", "connection_id": 2**62, "adapter": "redshift", "user": "dbt"},
]


@pytest.mark.parametrize("warehouse", WAREHOUSES, ids=lambda one: one["type"])
def test_connections_come_back_as_they_were(warehouse: dict[str, Any]) -> None:
    where = Connections.model_validate(
        {
            "github": {"owner": "acme-demos"},
            "dbt_cloud": {"host": "https://ab123.us1.dbt.com", "account_id": 70403100000001},
            "warehouse": warehouse,
        }
    )
    data = where.model_dump(mode="json")
    assert Connections.model_validate(data) == where
    assert data["warehouse"].items() >= warehouse.items()
    assert data["github"]["api_url"] == "https://api.github.com"


def test_nothing_is_set_up_at_first() -> None:
    assert Connections().model_dump() == {"github": None, "dbt_cloud": None, "warehouse": None}


@pytest.mark.parametrize(
    ("model", "values", "wrong"),
    [
        (GitHubFields, {"owner": "acme/demos"}, "owner"),
        (GitHubFields, {"owner": "a" * 40}, "owner"),
        (GitHubFields, {"owner": "acme", "api_url": "ftp://x"}, "api_url"),
        (GitHubFields, {"owner": "acme", "api_url": "https://user:secret@x"}, "api_url"),
        (GitHubFields, {"owner": "acme", "token": "x"}, "token"),
        (DbtCloudFields, {"host": "https://ab1.us1.dbt.com", "account_id": 0}, "account_id"),
        (DbtCloudFields, {"host": "https://ab1.us1.dbt.com", "account_id": 2**63}, "account_id"),
        (
            DbtCloudFields,
            {"host": "https://a.dbt.com", "account_id": 1, "installation_id": -1},
            "installation_id",
        ),
        (Snowflake, {**SNOWFLAKE, "account": "two words"}, "account"),
        (Snowflake, {**SNOWFLAKE, "user": ""}, "user"),
        (Snowflake, {**SNOWFLAKE, "database": "a\nb"}, "database"),
        (Snowflake, {**SNOWFLAKE, "auth": "sso"}, "auth"),
        (Snowflake, {**SNOWFLAKE, "password": "x"}, "password"),
        (BigQuery, {"project": "has blanks"}, "project"),
        (BigQuery, {"project": "acme", "timeout_seconds": 0}, "timeout_seconds"),
        (Databricks, {**DATABRICKS, "host": "warehouse.example.com"}, "host"),
        (Databricks, {**DATABRICKS, "http_path": "/api/1.0/x"}, "http_path"),
        (Redshift, {**REDSHIFT, "port": 0}, "port"),
        (Redshift, {**REDSHIFT, "host": "a/b"}, "host"),
        (Existing, {"connection_id": 1, "adapter": "postgres"}, "adapter"),
        (
            Existing,
            {"connection_id": 1, "adapter": "bigquery", "adapter_version": "big query"},
            "adapter_version",
        ),
    ],
)
def test_wrong_fields_are_refused_by_name(model: Any, values: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(values)
    assert [fault["loc"] for fault in refused.value.errors()] == [(wrong,)]


@pytest.mark.parametrize("adapter", ["snowflake", "redshift"])
def test_credentials_of_an_existing_connection_need_a_user_where_the_warehouse_does(adapter: str) -> None:
    with pytest.raises(ValidationError, match="need a user"):
        Existing.model_validate({"connection_id": 1, "adapter": adapter})
    assert Existing.model_validate({"connection_id": 1, "adapter": "bigquery"}).user == ""


def test_secrets_are_bound_to_where_they_may_go() -> None:
    """Another account, host or user is another place; another role or schema is not."""
    one = Snowflake.model_validate(SNOWFLAKE)
    assert one.bound_to == one.model_copy(update={"role": "OTHER", "database": "X"}).bound_to
    assert one.bound_to != one.model_copy(update={"account": "EVIL"}).bound_to
    assert one.bound_to != one.model_copy(update={"user": "OTHER"}).bound_to
    redshift = Redshift.model_validate(REDSHIFT)
    assert redshift.bound_to != redshift.model_copy(update={"port": 1}).bound_to
    github = GitHubFields(owner="acme")
    assert github.bound_to == "https://api.github.com"


def test_owner_and_account_are_checked_as_in_the_settings() -> None:
    pattern = GitHubFields.model_fields["owner"].metadata[0].pattern
    assert pattern == f"^{settings.GITHUB_OWNER_PATTERN}$"
