"""Where builds go: the fields of a connection that are not secret. Pure: no Django, no secrets, no calls.

What is here is remembered per user, and frozen into a build when it starts: `Connections.model_dump(mode="json")`.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Adapter = Literal["snowflake", "bigquery", "databricks", "redshift"]
ADAPTERS: tuple[Adapter, ...] = ("snowflake", "bigquery", "databricks", "redshift")
ADAPTER_LABELS: dict[Adapter, str] = {
    "snowflake": "Snowflake",
    "bigquery": "BigQuery",
    "databricks": "Databricks",
    "redshift": "Redshift",
}
SnowflakeAuth = Literal["password", "keypair"]

PUBLIC_GITHUB = "https://api.github.com"
LARGEST_ID = 2**63 - 1  # dbt Cloud's ids have 64 bits

Url = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9_.:/~\[\]-]+$", max_length=300)]
Owner = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,37}[A-Za-z0-9])?$")]
Host = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$", min_length=1, max_length=253)
]
#: Names of databases, warehouses, roles, users: one line without control characters, at most 200.
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=200)]
OptionalName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=200)]
DbtId = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class _Fields(BaseModel):
    """Blanks around a value mean nothing; fields that are not known are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class GitHubFields(_Fields):
    """`api_url` of GitHub, a data residency host (`https://api.NAME.ghe.com`) or a server (`https://HOST/api/v3`)."""

    api_url: Url = PUBLIC_GITHUB
    owner: Owner

    @property
    def bound_to(self) -> str:
        """Where the token may be sent."""
        return self.api_url


class DbtCloudFields(_Fields):
    """`host` is the account's access URL, such as `https://ab123.us1.dbt.com`, without a path.

    `installation_id` is that of dbt's GitHub App at the owner; None: builds use a deploy key.
    """

    host: Url
    account_id: DbtId
    installation_id: DbtId | None = None

    @property
    def bound_to(self) -> str:
        """Where the tokens may be sent."""
        return self.host


class Snowflake(_Fields):
    """Secrets: `snowflake_password`, or `snowflake_private_key` with `snowflake_passphrase` if it has one."""

    type: Literal["snowflake"] = "snowflake"
    account: Host  # such as ORG-ACCOUNT or xy12345.eu-central-1
    database: Name
    warehouse: Name
    role: OptionalName = ""
    user: Name
    auth: SnowflakeAuth = "password"

    @property
    def adapter(self) -> Adapter:
        """The warehouse that it is."""
        return "snowflake"

    @property
    def bound_to(self) -> str:
        """Where the secrets may be sent."""
        return f"snowflake {self.account} {self.user}"


class BigQuery(_Fields):
    """Secret: `bigquery_keyfile`, the JSON text of a service account's key file. All key material is in it."""

    type: Literal["bigquery"] = "bigquery"
    project: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:-]{1,98}$")]
    location: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{0,40}$")] = ""  # such as EU
    timeout_seconds: Annotated[int, Field(ge=1, le=86400)] = 300

    @property
    def adapter(self) -> Adapter:
        """The warehouse that it is."""
        return "bigquery"

    @property
    def bound_to(self) -> str:
        """Where the secrets may be sent."""
        return f"bigquery {self.project}"


class Databricks(_Fields):
    """Secret: `databricks_token`."""

    type: Literal["databricks"] = "databricks"
    host: Annotated[
        str,
        StringConstraints(
            pattern=r"^(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]*databricks[A-Za-z0-9.-]*$", max_length=253
        ),
    ]  # dbt Cloud wants "databricks" in it
    http_path: Annotated[str, StringConstraints(pattern=r"^/?sql/[A-Za-z0-9_./-]+$", max_length=300)]
    catalog: OptionalName = ""

    @property
    def adapter(self) -> Adapter:
        """The warehouse that it is."""
        return "databricks"

    @property
    def bound_to(self) -> str:
        """Where the secrets may be sent."""
        return f"databricks {self.host}"


class Redshift(_Fields):
    """Secret: `redshift_password`."""

    type: Literal["redshift"] = "redshift"
    host: Host
    port: Annotated[int, Field(ge=1, le=65535)] = 5439
    database: Name
    user: Name

    @property
    def adapter(self) -> Adapter:
        """The warehouse that it is."""
        return "redshift"

    @property
    def bound_to(self) -> str:
        """Where the secrets may be sent."""
        return f"redshift {self.host}:{self.port} {self.user}"


class Existing(_Fields):
    """A connection that is in the dbt Cloud account already: nothing is created, and undo leaves it alone.

    What is left to say is what credentials need. Snowflake: `user`, `auth`, and `database`, `warehouse`, `role` where
    they are to differ from the connection's. Databricks: `catalog`. Redshift: `user`. BigQuery: nothing.
    Secrets: those of the adapter. BigQuery's key lies on the connection: without one here, a build goes without the
    Semantic Layer.
    """

    type: Literal["existing"] = "existing"
    connection_id: DbtId
    adapter: Adapter
    adapter_version: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{0,40}$")] = (
        ""  # such as bigquery_v1
    )
    name: OptionalName = ""  # dbt Cloud's, for people
    user: OptionalName = ""
    auth: SnowflakeAuth = "password"
    database: OptionalName = ""
    warehouse: OptionalName = ""
    role: OptionalName = ""
    catalog: OptionalName = ""

    @model_validator(mode="after")
    def _has_user(self) -> Self:
        if self.adapter in ("snowflake", "redshift") and not self.user:
            raise ValueError("credentials for this warehouse need a user")
        return self

    @property
    def bound_to(self) -> str:
        """Where the secrets may be sent."""
        return f"existing {self.adapter} {self.connection_id} {self.user}"


WarehouseFields = Annotated[
    Snowflake | BigQuery | Databricks | Redshift | Existing, Field(discriminator="type")
]


class Connections(_Fields):
    """Everything about where a build goes; None is what is not set up."""

    github: GitHubFields | None = None
    dbt_cloud: DbtCloudFields | None = None
    warehouse: WarehouseFields | None = None
