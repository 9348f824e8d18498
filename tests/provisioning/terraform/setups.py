"""Set-ups of a demo for each warehouse."""

from provisioning.connections.fields import DbtCloudFields, Existing
from provisioning.terraform import Job, Setup
from tests.provisioning.connections.warehouses import BIGQUERY, DATABRICKS, REDSHIFT, SNOWFLAKE, SNOWFLAKE_KEY

WAREHOUSES = {
    "snowflake": SNOWFLAKE,
    "snowflake key": SNOWFLAKE_KEY,
    "bigquery": BIGQUERY,
    "databricks": DATABRICKS,
    "redshift": REDSHIFT,
    "existing snowflake": Existing(connection_id=99, adapter="snowflake", user="u", database="D"),
    "existing bigquery": Existing(connection_id=99, adapter="bigquery"),
    "existing databricks": Existing(connection_id=99, adapter="databricks"),
    "existing redshift": Existing(connection_id=99, adapter="redshift", user="u"),
}
JOBS = (Job("production", "Production build"), Job("red", "Data quality", "On demand"), Job("ci", "CI"))

#: All that can exist of a demo with a connection of its own.
EVERYTHING = {
    "cloud_project": 70403100000777,
    "cloud_connection": 70403100000555,
    "cloud_repository": 70403100000888,
    "link_repository": 70403100000888,
    "credentials": 70403100000666,
    "environment_development": 70403100000998,
    "environment_production": 70403100000999,
    "environment_variables": "DBT_DEMO_MARKER",
    "job_production": 70403100000111,
    "job_red": 70403100000112,
    "job_ci": 70403100000113,
    "semantic_layer": 70403100000221,
    "sl_credentials": 70403100000222,
}


def demo(name: str = "snowflake", **more) -> Setup:
    """A demo with everything, through the GitHub App."""
    ordinary = {
        "title": "Acme Demo",
        "dbt_cloud": DbtCloudFields(
            host="https://ab123.us1.dbt.com", account_id=70403100000001, installation_id=12345678
        ),
        "warehouse": WAREHOUSES[name],
        "project": "Acme Demo",
        "description": "Made by DemoForge",
        "connection": "Acme Demo (df-7f3c)",
        "remote_url": "git@github.com:acme-demos/acme-demo-7f3c.git",
        "schema": "acme_prod",
        "jobs": JOBS,
        "variables": {"DBT_DEMO_MARKER": {"project": "none", "Production": "df-7f3c", "My stage": "x"}},
        "semantic_layer": "Acme Demo metrics",
    }
    return Setup(**(ordinary | more))


def by_deploy_key(name: str = "snowflake", **more) -> Setup:
    """The same without the GitHub App."""
    fields = DbtCloudFields(host="https://ab123.us1.dbt.com", account_id=70403100000001)
    return demo(name, dbt_cloud=fields, **more)
