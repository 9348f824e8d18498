"""The forms of the page “Connections” for warehouses: one for each way to log in to one."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile

from provisioning.connections.fields import (
    ADAPTER_LABELS,
    Adapter,
    BigQuery,
    Databricks,
    Existing,
    Redshift,
    Snowflake,
    SnowflakeAuth,
)
from provisioning.connections.keyfiles import (
    LONGEST,
    KeyRefused,
    project_of,
    tidy_keyfile,
    tidy_private_key,
)
from provisioning.views.connection_forms import ConnectionForm, Kept, secret_field, text_field

TYPES: tuple[tuple[str, str], ...] = (*ADAPTER_LABELS.items(), ("existing", "A connection in dbt Cloud"))
AUTHS: tuple[tuple[SnowflakeAuth, str], ...] = (("password", "Password"), ("keypair", "Key pair"))


def _file_field(label: str) -> Any:
    return forms.FileField(
        label=label,
        required=False,
        max_length=200,
        allow_empty_file=True,  # told with the other faults of a key
        widget=forms.FileInput(attrs={"class": "input h-auto py-2"}),
    )


class WarehouseForm(ConnectionForm):
    """A warehouse; `adapter` is which one."""

    kind = "warehouse"
    adapter: ClassVar[Adapter]

    def _uploaded(self, name: str) -> str:
        """The secret `name`, typed or in the file `name_file`. Raises Django's ValidationError."""
        upload = self.cleaned_data.get(f"{name}_file")
        typed = str(self.cleaned_data.get(name) or "")
        if not isinstance(upload, UploadedFile):
            return typed
        if typed:
            raise forms.ValidationError("Choose a file or type it, not both.")
        try:
            return upload.read(LONGEST * 4).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError("The file is no text.") from None


class SnowflakeLogin(WarehouseForm):
    """What both ways to log in to Snowflake need."""

    adapter = "snowflake"
    auth: ClassVar[SnowflakeAuth] = "password"
    faults: ClassVar = {
        "account": "Type the account's identifier, such as ORG-ACCOUNT, without “.snowflakecomputing.com”.",
        "user": "Type the name of the user.",
    }

    account = text_field(
        "Account", example="ORG-ACCOUNT", help_text="Snowflake: your name, Account, View details."
    )
    database = text_field("Database", example="DEMO")
    warehouse = text_field("Virtual warehouse", example="DEMO_WH")
    role = text_field(
        "Role", required=False, example="TRANSFORMER", help_text="Empty: the user's default role."
    )
    user = text_field("User", example="DBT_DEMO")

    def clean_account(self) -> str:
        """The identifier, also out of a pasted address."""
        account = str(self.cleaned_data["account"]).removeprefix("https://").split("/")[0]
        return account.removesuffix(".snowflakecomputing.com")

    def model(self, values: dict[str, Any]) -> Snowflake:
        """The fields of Snowflake."""
        names = ("account", "database", "warehouse", "role", "user")
        return Snowflake(auth=self.auth, **{name: values[name] for name in names})


class SnowflakePasswordForm(SnowflakeLogin):
    """Snowflake with a password."""

    needed: ClassVar = {"snowflake_password": "Type the password: none is kept for this account and user."}
    snowflake_password = secret_field("Password", is_password=True)


class KeyPairMixin(WarehouseForm):
    """The private key of a Snowflake user, typed or as a file, with its passphrase."""

    needed: ClassVar = {
        "snowflake_private_key": "Choose or type the private key: none is kept for this account and user."
    }
    snowflake_private_key_file = _file_field("Private key file")
    snowflake_private_key = secret_field(
        "Private key",
        validated=False,
        help_text="The text of the PEM file, if you do not choose the file itself.",
    )
    snowflake_passphrase = secret_field(
        "Passphrase", is_password=True, help_text="Only if the private key is encrypted."
    )

    def clean(self) -> dict[str, Any]:
        """Put the key into the form that Snowflake reads, with the passphrase that opens it."""
        if not self.errors:
            try:
                key, passphrase = (
                    self._uploaded("snowflake_private_key"),
                    self.cleaned_data["snowflake_passphrase"],
                )
                self.cleaned_data["snowflake_private_key"] = tidy_private_key(key, passphrase) if key else ""
            except (KeyRefused, forms.ValidationError) as error:
                self.add_error("snowflake_private_key", _words(error))
            else:
                if passphrase and not key:
                    self.add_error(
                        "snowflake_private_key", "Give the private key together with its passphrase."
                    )
        return super().clean()


class SnowflakeKeyForm(KeyPairMixin, SnowflakeLogin):
    """Snowflake with a key pair."""

    auth = "keypair"


class KeyFileMixin(WarehouseForm):
    """A service account's key file, typed or chosen."""

    bigquery_keyfile_file = _file_field("Key file")
    bigquery_keyfile = secret_field(
        "Key file's text", validated=False, help_text="The JSON text, if you do not choose the file itself."
    )

    def clean(self) -> dict[str, Any]:
        """Put the key file into one form, and take the project from it if none is typed."""
        if not self.errors:
            try:
                text = self._uploaded("bigquery_keyfile")
                text = tidy_keyfile(text) if text else ""
            except (KeyRefused, forms.ValidationError) as error:
                self.add_error("bigquery_keyfile", _words(error))
            else:
                self.cleaned_data["bigquery_keyfile"] = text
                self.cleaned_data["project"] = self.cleaned_data.get("project") or project_of(text)
        return super().clean()


class BigQueryForm(KeyFileMixin):
    """BigQuery with a service account's key file."""

    adapter = "bigquery"
    faults: ClassVar = {
        "project": "Type the project's ID, such as acme-demos-123, or choose the key file.",
        "location": "Type a location, such as EU or europe-west4.",
    }
    needed: ClassVar = {"bigquery_keyfile": "Choose or type the key file: none is kept for this project."}

    project = text_field(
        "Project", required=False, example="acme-demos-123", help_text="Empty: the key file's project."
    )
    location = text_field("Location", required=False, example="EU", help_text="Where data sets are made.")

    def model(self, values: dict[str, Any]) -> BigQuery:
        """The fields of BigQuery."""
        return BigQuery(project=values["project"], location=values["location"])


class DatabricksForm(WarehouseForm):
    """Databricks with an access token."""

    adapter = "databricks"
    faults: ClassVar = {
        "host": "Type the workspace's host, such as dbc-a1b2345c-d6e7.cloud.databricks.com.",
        "http_path": "Type the SQL warehouse's HTTP path: it begins with /sql/.",
    }
    needed: ClassVar = {"databricks_token": "Type a token: none is kept for this host."}

    host = text_field("Host", example="dbc-a1b2345c-d6e7.cloud.databricks.com")
    http_path = text_field(
        "HTTP path",
        example="/sql/1.0/warehouses/abc123",
        help_text="Databricks: SQL warehouse, Connection details.",
    )
    catalog = text_field(
        "Catalogue", required=False, example="main", help_text="Empty: the workspace's default."
    )
    databricks_token = secret_field("Token")

    def clean_host(self) -> str:
        """The host, also out of a pasted address."""
        return str(self.cleaned_data["host"]).removeprefix("https://").split("/")[0]

    def model(self, values: dict[str, Any]) -> Databricks:
        """The fields of Databricks."""
        return Databricks(host=values["host"], http_path=values["http_path"], catalog=values["catalog"])


class RedshiftForm(WarehouseForm):
    """Redshift with a password."""

    adapter = "redshift"
    faults: ClassVar = {
        "host": "Type the endpoint's host, without port and database.",
        "user": "Type the user's name.",
    }
    needed: ClassVar = {"redshift_password": "Type the password: none is kept for this host and user."}

    host = text_field("Host", example="demo.abc123.eu-central-1.redshift.amazonaws.com")
    port = forms.IntegerField(
        label="Port",
        initial=5439,
        min_value=1,
        max_value=65535,
        widget=forms.NumberInput(attrs={"class": "input name"}),
    )
    database = text_field("Database", example="dev")
    user = text_field("User", example="dbt_demo")
    redshift_password = secret_field("Password", is_password=True)

    def model(self, values: dict[str, Any]) -> Redshift:
        """The fields of Redshift."""
        names = ("host", "port", "database", "user")
        return Redshift(**{name: values[name] for name in names})


class ExistingForm(WarehouseForm):
    """A connection that dbt Cloud has already: which one, and what its credentials need."""

    optional: ClassVar = ("database", "warehouse", "role", "catalog")
    auth: ClassVar[SnowflakeAuth] = "password"
    faults: ClassVar = {
        "connection_id": "Choose a connection from the list.",
        "user": "Type the name of the user.",
    }

    connection_id = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def model(self, values: dict[str, Any]) -> Existing:
        """The fields of a connection; its name is added when dbt Cloud has been asked."""
        own = {name: values[name] for name in ("user", *self.optional) if name in values}
        return Existing(connection_id=values["connection_id"], adapter=self.adapter, auth=self.auth, **own)


class ExistingSnowflakePasswordForm(ExistingForm):
    """Credentials for Snowflake, with a password."""

    adapter = "snowflake"
    needed: ClassVar = {"snowflake_password": "Type the password: none is kept for this connection and user."}
    user = text_field("User", example="DBT_DEMO")
    role = text_field("Role", required=False, help_text="Empty: the connection's.")
    database = text_field("Database", required=False, help_text="Empty: the connection's.")
    warehouse = text_field("Virtual warehouse", required=False, help_text="Empty: the connection's.")
    snowflake_password = secret_field("Password", is_password=True)


class ExistingSnowflakeKeyForm(KeyPairMixin, ExistingForm):
    """Credentials for Snowflake, with a key pair."""

    adapter = "snowflake"
    auth = "keypair"
    field_order = ("connection_id", "user", "role", "database", "warehouse")
    user = text_field("User", example="DBT_DEMO")
    role = text_field("Role", required=False, help_text="Empty: the connection's.")
    database = text_field("Database", required=False, help_text="Empty: the connection's.")
    warehouse = text_field("Virtual warehouse", required=False, help_text="Empty: the connection's.")


class ExistingBigQueryForm(KeyFileMixin, ExistingForm):
    """The connection, whose key dbt Cloud has already; another one only for the Semantic Layer."""

    adapter = "bigquery"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = "Only for demos with the Semantic Layer: dbt Cloud has the key, but not for that."
        self.fields["bigquery_keyfile_file"].help_text = words


class ExistingDatabricksForm(ExistingForm):
    """Credentials for Databricks."""

    adapter = "databricks"
    needed: ClassVar = {"databricks_token": "Type a token: none is kept for this connection."}
    catalog = text_field("Catalogue", required=False, help_text="Empty: the connection's.")
    databricks_token = secret_field("Token")


class ExistingRedshiftForm(ExistingForm):
    """Credentials for Redshift."""

    adapter = "redshift"
    needed: ClassVar = {"redshift_password": "Type the password: none is kept for this connection and user."}
    user = text_field("User", example="dbt_demo")
    redshift_password = secret_field("Password", is_password=True)


_NEW: dict[tuple[str, str], type[WarehouseForm]] = {
    ("snowflake", "password"): SnowflakePasswordForm,
    ("snowflake", "keypair"): SnowflakeKeyForm,
    ("bigquery", ""): BigQueryForm,
    ("databricks", ""): DatabricksForm,
    ("redshift", ""): RedshiftForm,
}
_EXISTING: dict[tuple[str, str], type[WarehouseForm]] = {
    ("snowflake", "password"): ExistingSnowflakePasswordForm,
    ("snowflake", "keypair"): ExistingSnowflakeKeyForm,
    ("bigquery", ""): ExistingBigQueryForm,
    ("databricks", ""): ExistingDatabricksForm,
    ("redshift", ""): ExistingRedshiftForm,
}


def warehouse_form(
    adapter: Adapter, auth: SnowflakeAuth, *, existing: bool, kept: Kept, **kwargs: Any
) -> WarehouseForm:
    """The form for a warehouse; `auth` counts for Snowflake only."""
    forms_of = _EXISTING if existing else _NEW
    return forms_of[adapter, auth if adapter == "snowflake" else ""](kept=kept, **kwargs)


def _words(error: KeyRefused | forms.ValidationError) -> str:
    return error.messages[0] if isinstance(error, forms.ValidationError) else str(error)
