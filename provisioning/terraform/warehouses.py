"""Connection and credentials of each warehouse, and the secrets they take, as Terraform has them. Pure.

Arguments as in the documentation of the `dbtcloud` provider, version 1.12: `dbtcloud_global_connection` has one
object per warehouse; `dbtcloud_snowflake_credential` and its siblings belong to a project. A BigQuery connection
without `use_latest_adapter` is of version 0, as ours are; `connection_id` of `dbtcloud_bigquery_credential` finds
the version of an existing one. `adapter_type` of Databricks is marked as deprecated, and demanded all the same.
"""

from dataclasses import dataclass
from typing import Any

from provisioning.connections.fields import BigQuery, Databricks, Existing, Redshift, Snowflake
from provisioning.connections.keyfiles import KEYFILE_FIELDS
from provisioning.connections.payloads import adapter_version
from provisioning.terraform.hcl import Expression, block
from provisioning.terraform.setup import Setup

Arguments = dict[str, Any]

NEW_CONNECTION = "dbtcloud_global_connection.demo"
PROJECT_ID = Expression("dbtcloud_project.demo.id")


@dataclass(frozen=True)
class SecretVariable:
    """A secret of the configuration; an optional one may stay away."""

    name: str
    meaning: str
    optional: bool = False


def secret_variables(setup: Setup) -> list[SecretVariable]:
    """The warehouse's secrets that the configuration asks for, by the names of the Connections page."""
    match setup.warehouse:
        case Snowflake(auth="password") | Existing(adapter="snowflake", auth="password"):
            return [SecretVariable("snowflake_password", "Password of the Snowflake user.")]
        case Snowflake() | Existing(adapter="snowflake"):
            return [
                SecretVariable(
                    "snowflake_private_key", "Private key of the Snowflake user, PKCS #8 in PEM form."
                ),
                SecretVariable("snowflake_passphrase", "Passphrase of the private key, if it has one.", True),
            ]
        case BigQuery():
            return [_KEYFILE]
        case Existing(adapter="bigquery"):
            return [_KEYFILE] if setup.semantic_layer else []
        case Databricks() | Existing(adapter="databricks"):
            return [SecretVariable("databricks_token", "Access token of Databricks.")]
        case Redshift() | Existing():
            return [SecretVariable("redshift_password", "Password of the Redshift user.")]


_KEYFILE = SecretVariable("bigquery_keyfile", "The service account's key file, its whole JSON text.")


def key_of_bigquery(setup: Setup) -> str:
    """The key file, taken apart once for all that use it; "" when nothing does."""
    if _KEYFILE not in secret_variables(setup):
        return ""
    return block("locals", body={"bigquery_key": Expression("jsondecode(var.bigquery_keyfile)")})


def connection_id(setup: Setup) -> Expression:
    """The id of the connection that the environments use."""
    return Expression(f"{NEW_CONNECTION}.id" if setup.is_new_connection else "var.connection_id")


def connection(setup: Setup) -> str:
    """The connection; "" for an existing one."""
    match setup.warehouse:
        case Snowflake() as own:
            config = only(account=own.account, database=own.database, warehouse=own.warehouse, role=own.role)
        case BigQuery() as own:
            place = only(
                gcp_project_id=own.project, location=own.location, timeout_seconds=own.timeout_seconds
            )
            config = place | service_account()
        case Databricks() as own:
            config = only(host=own.host, http_path=own.http_path, catalog=own.catalog)
        case Redshift() as own:
            config = only(hostname=own.host, port=own.port, dbname=own.database)
        case Existing():
            return ""
    body = {"name": setup.connection or setup.project, setup.warehouse.adapter: config}
    return block("resource", *NEW_CONNECTION.split("."), body=body)


def credential_address(setup: Setup) -> str:
    """Such as `dbtcloud_snowflake_credential.production`."""
    return f"dbtcloud_{setup.warehouse.adapter}_credential.production"


def credential(setup: Setup) -> str:
    """What the production environment runs with."""
    threads: Arguments = {"num_threads": setup.threads}
    match setup.warehouse:
        case Snowflake() | Existing(adapter="snowflake") as own:
            other = only(database=own.database, warehouse=own.warehouse, role=own.role)
            body = snowflake_login(own) | {"schema": setup.schema} | threads
            body |= other if isinstance(own, Existing) else {}
        case BigQuery() | Existing(adapter="bigquery"):
            body = {"dataset": setup.schema} | threads
            body |= {} if setup.is_new_connection else {"connection_id": connection_id(setup)}
        case Databricks() | Existing(adapter="databricks") as own:
            body = {"adapter_type": "databricks", "schema": setup.schema} | databricks_login(own)
        case Redshift() | Existing() as own:
            body = redshift_login(own) | {"default_schema": setup.schema} | threads
    return block("resource", *credential_address(setup).split("."), body={"project_id": PROJECT_ID} | body)


def semantic_layer_address(setup: Setup) -> str:
    """Such as `dbtcloud_snowflake_semantic_layer_credential.demo`."""
    return f"dbtcloud_{setup.warehouse.adapter}_semantic_layer_credential.demo"


def semantic_layer_credential(setup: Setup, *, count: Expression) -> str:
    """What metrics are queried with. The provider wants `schema` or `dataset` too, but does not send them."""
    threads: Arguments = {"num_threads": setup.threads}
    more: Arguments = {}
    match setup.warehouse:
        case Snowflake() | Existing(adapter="snowflake") as own:
            own_fields = snowflake_login(own) | only(role=own.role, warehouse=own.warehouse) | threads
            own_fields["semantic_layer_credential"] = True
        case BigQuery() | Existing(adapter="bigquery"):
            own_fields = {"dataset": setup.schema} | threads
            more = service_account()
        case Databricks() | Existing(adapter="databricks") as own:
            own_fields = databricks_login(own) | {"semantic_layer_credential": True}
        case Redshift() | Existing() as own:
            own_fields = redshift_login(own) | {"default_schema": setup.schema} | threads
    configuration = {
        "project_id": PROJECT_ID,
        "name": setup.semantic_layer,
        "adapter_version": adapter_version(setup.warehouse),
    }
    body = {"count": count, "configuration": configuration}
    body |= {"credential": {"project_id": PROJECT_ID} | own_fields} | more
    return block("resource", *semantic_layer_address(setup).split("."), body=body)


def only(**values: Any) -> Arguments:
    """The values that are not empty."""
    return {key: value for key, value in values.items() if value != ""}


def service_account() -> Arguments:
    """The parts of the key file, each from the variable that holds it."""
    return {name: Expression(f"local.bigquery_key.{name}") for name in KEYFILE_FIELDS}


def snowflake_login(fields: Snowflake | Existing) -> Arguments:
    """Type of log-in, user, and the variables of the secrets."""
    login: Arguments = {"auth_type": fields.auth, "user": fields.user}
    if fields.auth == "password":
        return login | {"password": Expression("var.snowflake_password")}
    return login | {
        "private_key": Expression("var.snowflake_private_key"),
        "private_key_passphrase": Expression("var.snowflake_passphrase"),
    }


def databricks_login(fields: Databricks | Existing) -> Arguments:
    """The variable of the token, and the catalog if there is one."""
    return {"token": Expression("var.databricks_token")} | only(catalog=fields.catalog)


def redshift_login(fields: Redshift | Existing) -> Arguments:
    """User, and the variable of the password."""
    return {"username": fields.user, "password": Expression("var.redshift_password")}
