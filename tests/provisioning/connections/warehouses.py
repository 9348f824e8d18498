"""The four warehouses as people fill them in, with secrets that are made for the tests."""

import json
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from provisioning.connections.fields import BigQuery, Databricks, Redshift, Snowflake

ACCOUNT, PROJECT = 70403100000001, 70403100000777

SNOWFLAKE = Snowflake(
    account="xy12345.eu-central-1",
    database="DEMO",
    warehouse="DEMO_WH",
    role="DEMO_ROLE",
    user="DBT_DEMO",
)
SNOWFLAKE_KEY = SNOWFLAKE.model_copy(update={"auth": "keypair"})
BIGQUERY = BigQuery(project="acme-analytics", location="EU", timeout_seconds=600)
DATABRICKS = Databricks(
    host="dbc-a1b2.cloud.databricks.com", http_path="/sql/1.0/warehouses/ab12", catalog="main"
)
REDSHIFT = Redshift(host="demo.abc.eu-west-1.redshift.amazonaws.com", database="dev", user="dbt_demo")


#: The parts of the key file that dbt Cloud takes, but for `private_key`: that one is made anew for each run.
KEY_PARTS = {
    "private_key_id": "0a1b2c3d",
    "client_email": "dbt-demo@acme-analytics.iam.gserviceaccount.com",
    "client_id": "1029384756",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "token_uri": "https://oauth2.googleapis.com/token",
    "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
    "client_x509_cert_url": "https://www.googleapis.com/robot/v1/metadata/x509/dbt-demo",
}


@cache
def private_key() -> str:
    """A PKCS #8 key in PEM form."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


def key_file() -> dict[str, str]:
    """A service account's key file, as Google gives it."""
    return {
        "type": "service_account",
        "project_id": "acme-analytics",
        "private_key": private_key(),
        **KEY_PARTS,
        "universe_domain": "googleapis.com",
    }


def secrets() -> dict[str, str]:
    """Every secret of a warehouse, by the vault's names."""
    return {
        "snowflake_password": "sn0w",
        "snowflake_private_key": private_key(),
        "snowflake_passphrase": "open sesame",
        "bigquery_keyfile": json.dumps(key_file()),
        "databricks_token": "dapi-1",
        "redshift_password": "r3d",
    }
