"""Bodies for `POST /api/v3/accounts/A/connections/`. Pure.

The endpoint refuses unknown keys, and texts of length 0, so a field that is not set is not sent.
"""

from collections.abc import Mapping

from provisioning.connections.fields import Adapter, BigQuery, Databricks, Existing, Redshift, Snowflake
from provisioning.connections.payloads.body import Body, only_set, secret
from provisioning.connections.payloads.keyfile import service_account

NewWarehouse = Snowflake | BigQuery | Databricks | Redshift

#: The version of each adapter that we create connections with; see `_bigquery` for why not `bigquery_v1`.
ADAPTER_VERSIONS: Mapping[Adapter, str] = {
    "snowflake": "snowflake_v0",
    "bigquery": "bigquery_v0",
    "databricks": "databricks_v0",
    "redshift": "redshift_v0",
}


def connection_body(fields: NewWarehouse, secrets: Mapping[str, str], *, account_id: int, name: str) -> Body:
    """A new connection of the account. `secrets` by the vault's names; only BigQuery's key lies on a connection.

    Raises Unusable when the key file of BigQuery is missing or no key file. For an Existing nothing is created.
    """
    return {
        "account_id": account_id,
        "name": name,
        "adapter_version": ADAPTER_VERSIONS[fields.adapter],
        "config": _config(fields, secrets),
    }


def adapter_version(fields: NewWarehouse | Existing) -> str:
    """The version of the adapter that the connection has, or will have, such as `snowflake_v0`."""
    chosen = fields.adapter_version if isinstance(fields, Existing) else ""
    return chosen or ADAPTER_VERSIONS[fields.adapter]


def _config(fields: NewWarehouse, secrets: Mapping[str, str]) -> Body:
    match fields:
        case Snowflake():
            return only_set(
                account=fields.account,
                database=fields.database,
                warehouse=fields.warehouse,
                role=fields.role,
            )
        case BigQuery():
            return _bigquery(fields, secrets)
        case Databricks():
            return only_set(host=fields.host, http_path=fields.http_path, catalog=fields.catalog)
        case Redshift():
            # dbt Cloud's own default is 5439, other clients' is 5432: the port is always said.
            return only_set(hostname=fields.host, port=fields.port, dbname=fields.database)


def _bigquery(fields: BigQuery, secrets: Mapping[str, str]) -> Body:
    """Version 0, because a key file is all that we have, and version 0 is the one made for it.

    It demands all parts of the key when the connection is created, where version 1 would take a connection without
    them and fail in the first run; its credentials have a published shape (`type: bigquery`), those of version 1
    do not; and version 1 brings nothing but Workload Identity Federation. A connection that exists already may be
    of either version (see `credentials.py`); changing the version means to create the connection anew.
    """
    key = service_account(secret(secrets, "bigquery_keyfile", "The key file of BigQuery"))
    return only_set(
        project_id=fields.project, timeout_seconds=fields.timeout_seconds, location=fields.location, **key
    )
