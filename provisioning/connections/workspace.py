"""The workspace's connections: what the operator has put into the environment, with its secrets."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.conf import settings
from pydantic import BaseModel, ValidationError

from demoforge.accounts.vault import SecretName
from demoforge.errors import Explained
from provisioning.connections.fields import (
    ADAPTERS,
    Adapter,
    BigQuery,
    Connections,
    Databricks,
    DbtCloudFields,
    Existing,
    GitHubFields,
    Redshift,
    Snowflake,
    WarehouseFields,
)
from provisioning.connections.keyfiles import project_of

F = TypeVar("F", bound=BaseModel)


class WorkspaceWrong(Explained):
    """The operator's settings of a connection do not fit together."""


def workspace_connections(warehouse: Adapter | None = None) -> Connections:
    """The workspace's connections; None for what is not set up. Raises WorkspaceWrong.

    `warehouse` is the one that a build needs; without it, the default one if it is there, else the first that is.
    """
    return Connections(
        github=_github(), dbt_cloud=_dbt_cloud(), warehouse=_existing(warehouse) or _warehouse(warehouse)
    )


def workspace_secret(name: SecretName) -> str:
    """A secret of the workspace; empty when there is none."""
    return _SECRETS[name]() if name in _SECRETS else ""


def _github() -> GitHubFields | None:
    owner = settings.GITHUB_OWNER or settings.DEFAULT_GITHUB_ORG
    if not (owner and settings.GITHUB_TOKEN):
        return None
    return _checked(GitHubFields, "GITHUB", api_url=settings.GITHUB_API_URL, owner=owner)


def _dbt_cloud() -> DbtCloudFields | None:
    account = settings.DBT_CLOUD_ACCOUNT_ID or settings.DEFAULT_DBT_ACCOUNT_ID
    if not (settings.DBT_CLOUD_URL and account and settings.DBT_CLOUD_TOKEN):
        return None
    installation = settings.DBT_CLOUD_GITHUB_INSTALLATION_ID or None
    return _checked(
        DbtCloudFields,
        "DBT_CLOUD",
        host=settings.DBT_CLOUD_URL,
        account_id=account,
        installation_id=installation,
    )


def _existing(warehouse: Adapter | None) -> Existing | None:
    if not settings.DBT_CLOUD_CONNECTION_ID:
        return None
    adapter = warehouse or _default()
    of_adapter: dict[str, Any] = {
        "snowflake": {
            "user": settings.SNOWFLAKE_USER,
            "auth": _snowflake_auth(),
            "database": settings.SNOWFLAKE_DATABASE,
            "warehouse": settings.SNOWFLAKE_WAREHOUSE,
            "role": settings.SNOWFLAKE_ROLE,
        },
        "databricks": {"catalog": settings.DATABRICKS_CATALOG},
        "redshift": {"user": settings.REDSHIFT_USER},
        "bigquery": {},
    }[adapter]
    number = settings.DBT_CLOUD_CONNECTION_ID
    return _checked(Existing, "DBT_CLOUD_CONNECTION_ID", connection_id=number, adapter=adapter, **of_adapter)


def _warehouse(wanted: Adapter | None) -> WarehouseFields | None:
    if wanted:
        return _WAREHOUSES[wanted]()
    default = _default()
    ordered = [default, *(adapter for adapter in ADAPTERS if adapter != default)]
    return next((found for adapter in ordered if (found := _WAREHOUSES[adapter]())), None)


def _default() -> Adapter:
    return cast(Adapter, settings.DEFAULT_WAREHOUSE_TYPE)  # the settings allow these four only


def _snowflake() -> Snowflake | None:
    if not settings.SNOWFLAKE_ACCOUNT:
        return None
    return _checked(
        Snowflake,
        "SNOWFLAKE",
        account=settings.SNOWFLAKE_ACCOUNT,
        database=settings.SNOWFLAKE_DATABASE,
        warehouse=settings.SNOWFLAKE_WAREHOUSE,
        role=settings.SNOWFLAKE_ROLE,
        user=settings.SNOWFLAKE_USER,
        auth=_snowflake_auth(),
    )


def _snowflake_auth() -> str:
    return "keypair" if settings.SNOWFLAKE_PRIVATE_KEY else "password"


def _bigquery() -> BigQuery | None:
    project = settings.BIGQUERY_PROJECT or project_of(settings.BIGQUERY_KEYFILE)
    if not project:
        return None
    return _checked(BigQuery, "BIGQUERY", project=project, location=settings.BIGQUERY_LOCATION)


def _databricks() -> Databricks | None:
    if not settings.DATABRICKS_HOST:
        return None
    return _checked(
        Databricks,
        "DATABRICKS",
        host=settings.DATABRICKS_HOST,
        http_path=settings.DATABRICKS_HTTP_PATH,
        catalog=settings.DATABRICKS_CATALOG,
    )


def _redshift() -> Redshift | None:
    if not settings.REDSHIFT_HOST:
        return None
    return _checked(
        Redshift,
        "REDSHIFT",
        host=settings.REDSHIFT_HOST,
        port=settings.REDSHIFT_PORT,
        database=settings.REDSHIFT_DATABASE,
        user=settings.REDSHIFT_USER,
    )


def _checked(model: type[F], prefix: str, **values: Any) -> F:
    """The fields, or a sentence that names the variables that are missing or wrong. Raises WorkspaceWrong."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        names = sorted({str(fault["loc"][0]) if fault["loc"] else "user" for fault in error.errors()})
        raise WorkspaceWrong(
            f"The workspace's settings {prefix}… are not complete: {', '.join(names)} is missing or wrong.",
            "The operator finds what each takes in docs/configuration.md.",
        ) from None


_WAREHOUSES: dict[Adapter, Callable[[], WarehouseFields | None]] = {
    "snowflake": _snowflake,
    "bigquery": _bigquery,
    "databricks": _databricks,
    "redshift": _redshift,
}
_SECRETS: dict[SecretName, Callable[[], str]] = {
    "github_token": lambda: settings.GITHUB_TOKEN,
    "dbt_cloud_token": lambda: settings.DBT_CLOUD_TOKEN,
    "dbt_cloud_user_token": lambda: settings.DBT_CLOUD_USER_TOKEN,
    "snowflake_password": lambda: settings.SNOWFLAKE_PASSWORD,
    "snowflake_private_key": lambda: settings.SNOWFLAKE_PRIVATE_KEY,
    "snowflake_passphrase": lambda: settings.SNOWFLAKE_PRIVATE_KEY_PASSPHRASE,
    "bigquery_keyfile": lambda: settings.BIGQUERY_KEYFILE,
    "databricks_token": lambda: settings.DATABRICKS_TOKEN,
    "redshift_password": lambda: settings.REDSHIFT_PASSWORD,
}
