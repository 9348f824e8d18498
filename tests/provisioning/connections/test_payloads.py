"""Bodies for dbt Cloud, field by field: the expected side is written out as the API's reference shows it."""

import json

import pytest

from provisioning.connections.fields import Existing
from provisioning.connections.payloads import Unusable, connection_body, credentials_body
from tests.provisioning.connections import openapi
from tests.provisioning.connections.warehouses import (
    ACCOUNT,
    BIGQUERY,
    DATABRICKS,
    KEY_PARTS,
    PROJECT,
    REDSHIFT,
    SNOWFLAKE,
    SNOWFLAKE_KEY,
    key_file,
    private_key,
    secrets,
)

CONNECTIONS = {
    "snowflake": (
        SNOWFLAKE,
        "snowflake_v0",
        {"account": "xy12345.eu-central-1", "database": "DEMO", "warehouse": "DEMO_WH", "role": "DEMO_ROLE"},
    ),
    "bigquery": (
        BIGQUERY,
        "bigquery_v0",
        {"project_id": "acme-analytics", "timeout_seconds": 600, "location": "EU", **KEY_PARTS},
    ),
    "databricks": (
        DATABRICKS,
        "databricks_v0",
        {"host": "dbc-a1b2.cloud.databricks.com", "http_path": "/sql/1.0/warehouses/ab12", "catalog": "main"},
    ),
    "redshift": (
        REDSHIFT,
        "redshift_v0",
        {"hostname": "demo.abc.eu-west-1.redshift.amazonaws.com", "dbname": "dev", "port": 5439},
    ),
}
CONFIG_SCHEMAS = {
    "snowflake": "SnowflakeConnection",
    "bigquery": "BigqueryConnection",
    "databricks": "DatabricksConnection",
    "redshift": "RedshiftConnection",
}

COMMON = {
    "account_id": ACCOUNT,
    "project_id": PROJECT,
    "state": 1,
    "threads": 4,
    "target_name": "default",
}


def detail(label, value, *, field_type="text", encrypt=False, required=True, **more):
    metadata = {
        "label": label,
        "description": "",
        "field_type": field_type,
        "encrypt": encrypt,
        "overrideable": False,
        "validation": {"required": required},
    }
    return {"metadata": metadata | more, "value": value}


TOKEN_OPTION = [{"label": "Token", "value": "token"}]
DATABRICKS_DETAILS = {
    "auth_type": detail("Auth method", "token", field_type="select", options=TOKEN_OPTION),
    "token": detail("Token", "dapi-1", encrypt=True),
    "schema": detail("Schema", "acme_prod"),
    "target_name": detail("Target name", "default", required=False),
    "catalog": detail("Catalog", "main", required=False),
}
SNOWFLAKE_BY_PASSWORD = {
    "type": "snowflake",
    "schema": "acme_prod",
    "auth_type": "password",
    "user": "DBT_DEMO",
    "password": "sn0w",
}
SNOWFLAKE_BY_KEY = {
    "type": "snowflake",
    "schema": "acme_prod",
    "auth_type": "keypair",
    "user": "DBT_DEMO",
    "private_key_passphrase": "open sesame",
}
DATABRICKS_ADAPTER = {
    "type": "adapter",
    "adapter_version": "databricks_v0",
    "credential_details": {"field_order": [], "fields": DATABRICKS_DETAILS},
}
REDSHIFT_BY_PASSWORD = {
    "type": "redshift",
    "auth_type": "password",
    "username": "dbt_demo",
    "password": "r3d",
    "default_schema": "acme_prod",
}
BIGQUERY_V1 = {
    "type": "adapter",
    "adapter_version": "bigquery_v1",
    "credential_details": {
        "field_order": [],
        "fields": {
            "schema": detail("Dataset", "acme_prod"),
            "threads": detail("Threads", 4, field_type="number"),
        },
    },
}
CREDENTIALS = {
    "snowflake": (SNOWFLAKE, SNOWFLAKE_BY_PASSWORD),
    "snowflake key": (SNOWFLAKE_KEY, SNOWFLAKE_BY_KEY),
    "bigquery": (BIGQUERY, {"type": "bigquery", "schema": "acme_prod"}),
    "databricks": (DATABRICKS, DATABRICKS_ADAPTER),
    "redshift": (REDSHIFT, REDSHIFT_BY_PASSWORD),
    "existing snowflake": (
        Existing(connection_id=1, adapter="snowflake", user="DBT_DEMO", role="R", database="D"),
        SNOWFLAKE_BY_PASSWORD | {"role": "R", "database": "D"},
    ),
    "existing bigquery": (
        Existing(connection_id=1, adapter="bigquery"),
        {"type": "bigquery", "schema": "acme_prod"},
    ),
    "existing bigquery v1": (
        Existing(connection_id=1, adapter="bigquery", adapter_version="bigquery_v1"),
        BIGQUERY_V1,
    ),
    "existing databricks": (
        Existing(connection_id=1, adapter="databricks", catalog="main"),
        DATABRICKS_ADAPTER,
    ),
    "existing redshift": (
        Existing(connection_id=1, adapter="redshift", user="dbt_demo"),
        REDSHIFT_BY_PASSWORD,
    ),
}
CREDENTIAL_SCHEMAS = {
    "snowflake": "SnowflakeCredentialsRequest",
    "bigquery": "BigqueryCredentialsRequest",
    "adapter": "DbtAdapterCredentialsRequest",
    "redshift": "RedshiftCredentialsRequest",
}


def credentials(fields, given=None, **more):
    ids = {"account_id": ACCOUNT, "project_id": PROJECT, "schema": "acme_prod"}
    return credentials_body(fields, secrets() if given is None else given, **(ids | more))


def connection(fields, given=None):
    return connection_body(
        fields, secrets() if given is None else given, account_id=ACCOUNT, name="demo-warehouse"
    )


class TestConnections:
    @pytest.mark.parametrize("adapter", CONNECTIONS)
    def test_each_warehouse_field_by_field(self, adapter):
        fields, version, config = CONNECTIONS[adapter]
        expected = {**config, "private_key": private_key()} if adapter == "bigquery" else config
        assert connection(fields) == {
            "account_id": ACCOUNT,
            "name": "demo-warehouse",
            "adapter_version": version,
            "config": expected,
        }

    def test_what_is_not_set_is_not_sent(self):
        bare = SNOWFLAKE.model_copy(update={"role": ""})
        assert connection(bare)["config"].keys() == {"account", "database", "warehouse"}
        assert "location" not in connection(BIGQUERY.model_copy(update={"location": ""}))["config"]
        assert "catalog" not in connection(DATABRICKS.model_copy(update={"catalog": ""}))["config"]

    @pytest.mark.parametrize("fields", [SNOWFLAKE, DATABRICKS, REDSHIFT], ids=lambda fields: fields.type)
    def test_only_bigquery_puts_a_secret_on_the_connection(self, fields):
        assert connection(fields, {}) == connection(fields)
        text = json.dumps(connection(fields))
        assert not [name for name, value in secrets().items() if json.dumps(value)[1:-1] in text]

    @openapi.needed
    @pytest.mark.parametrize("adapter", CONNECTIONS)
    def test_the_published_specification_takes_them(self, adapter):
        body = connection(CONNECTIONS[adapter][0])
        schema = openapi.body_schema("v3", "/api/v3/accounts/{account_id}/connections/")
        assert openapi.faults("v3", schema, body) == []
        assert openapi.faults("v3", CONFIG_SCHEMAS[adapter], body["config"]) == []


class TestKeyFile:
    @pytest.mark.parametrize("part", [*KEY_PARTS, "private_key"])
    def test_a_part_that_is_missing_is_named_and_nothing_of_the_file_is_told(self, part):
        text = json.dumps({key: value for key, value in key_file().items() if key != part})
        with pytest.raises(Unusable) as refused:
            connection(BIGQUERY, {"bigquery_keyfile": text})
        assert part in refused.value.sentence
        assert refused.value.hint
        assert "gserviceaccount" not in refused.value.sentence
        assert refused.value.__cause__ is None

    @pytest.mark.parametrize("text", ["", "{", "[]", "[" * 10_000, '{"type": "authorized_user"}'])
    def test_what_is_no_key_file_is_refused(self, text):
        with pytest.raises(Unusable):
            connection(BIGQUERY, {"bigquery_keyfile": text})


class TestCredentials:
    @pytest.mark.parametrize("name", CREDENTIALS)
    def test_each_warehouse_field_by_field(self, name):
        fields, own = CREDENTIALS[name]
        expected = own | ({"private_key": private_key()} if name == "snowflake key" else {})
        assert credentials(fields) == COMMON | expected

    def test_a_key_without_passphrase_sends_none(self):
        body = credentials(SNOWFLAKE_KEY, {"snowflake_private_key": "PEM", "snowflake_passphrase": ""})
        assert "private_key_passphrase" not in body
        assert "password" not in body

    def test_no_catalog_no_field(self):
        body = credentials(DATABRICKS.model_copy(update={"catalog": ""}))
        assert body["credential_details"]["fields"].keys() == {"auth_type", "token", "schema", "target_name"}

    def test_threads_go_where_the_adapter_looks(self):
        body = credentials(
            Existing(connection_id=1, adapter="bigquery", adapter_version="bigquery_v1"), threads=8
        )
        assert body["threads"] == 8
        assert body["credential_details"]["fields"]["threads"]["value"] == 8

    @pytest.mark.parametrize("fields", [SNOWFLAKE, SNOWFLAKE_KEY, DATABRICKS, REDSHIFT], ids=str)
    @pytest.mark.parametrize("given", [{}, dict.fromkeys(secrets(), " ")], ids=["none", "blank"])
    def test_a_missing_secret_is_said(self, fields, given):
        with pytest.raises(Unusable, match="is missing"):
            credentials(fields, given)

    @openapi.needed
    @pytest.mark.parametrize("name", CREDENTIALS)
    def test_the_published_specification_takes_them(self, name):
        body = credentials(CREDENTIALS[name][0])
        assert openapi.faults("v3", CREDENTIAL_SCHEMAS[body["type"]], body) == []
