"""The operator's environment, as the settings hold it, for tests of the workspace's connections."""

from typing import Any

from tests.provisioning.connections.keys import keyfile, pem

GITHUB = {"GITHUB_TOKEN": "ghp_canary_workspace", "GITHUB_OWNER": "acme-demos"}
DBT_CLOUD = {
    "DBT_CLOUD_URL": "https://ab123.us1.dbt.com",
    "DBT_CLOUD_ACCOUNT_ID": "70403100000001",
    "DBT_CLOUD_TOKEN": "dbtc_canary_workspace",
    "DBT_CLOUD_USER_TOKEN": "dbtu_canary_workspace",
}
SNOWFLAKE = {
    "SNOWFLAKE_ACCOUNT": "ORG-ACCOUNT",
    "SNOWFLAKE_DATABASE": "DEMO",
    "SNOWFLAKE_WAREHOUSE": "DEMO_WH",
    "SNOWFLAKE_USER": "DBT",
    "SNOWFLAKE_PASSWORD": "canary snowflake",
}
KEYPAIR = {
    "SNOWFLAKE_PRIVATE_KEY": pem(passphrase="canary phrase"),
    "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": "canary phrase",
}
BIGQUERY = {"BIGQUERY_KEYFILE": keyfile(), "BIGQUERY_LOCATION": "EU"}
DATABRICKS = {
    "DATABRICKS_HOST": "dbc-a1.cloud.databricks.com",
    "DATABRICKS_HTTP_PATH": "/sql/1.0/warehouses/abc",
    "DATABRICKS_CATALOG": "main",
    "DATABRICKS_TOKEN": "dapi_canary",
}
REDSHIFT = {
    "REDSHIFT_HOST": "demo.redshift.amazonaws.com",
    "REDSHIFT_DATABASE": "dev",
    "REDSHIFT_USER": "dbt",
    "REDSHIFT_PASSWORD": "canary redshift",
}


def set_up(settings: Any, *groups: dict[str, str], **more: str) -> None:
    """Put groups of variables into the settings."""
    for name, value in {name: value for group in groups for name, value in group.items()}.items():
        setattr(settings, name, value)
    for name, value in more.items():
        setattr(settings, name, value)
