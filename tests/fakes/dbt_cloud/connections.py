"""Warehouse connections of the account, strict bodies. Reference, section 3."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.dbt_cloud.calls import V3, Call, Refused, route, said
from tests.fakes.dbt_cloud.fields import (
    Check,
    any_text,
    between,
    boolean,
    checked,
    complaints,
    fits,
    integer,
    mapping,
    one_of,
    text,
    texts,
)
from tests.fakes.dbt_cloud.lists import listed, serve_deletion
from tests.fakes.dbt_cloud.things import Thing
from tests.fakes.outside_server import Answer

PATH = V3 + "/connections"
Fields = dict[str, Check]

KEY_FILE: Fields = dict.fromkeys(
    (
        "private_key_id",
        "private_key",
        "client_email",
        "client_id",
        "auth_uri",
        "token_uri",
        "auth_provider_x509_cert_url",
        "client_x509_cert_url",
    ),
    text,
)
BIGQUERY: Fields = {
    "priority": one_of("interactive", "batch"),
    "location": text,
    "retries": between(0, 60),
    "scopes": texts,
    "maximum_bytes_billed": integer,
    "execution_project": text,
    "impersonate_service_account": text,
    "job_retry_deadline_seconds": integer,
    "job_creation_timeout_seconds": integer,
    "application_id": text,
    "application_secret": text,
    "gcs_bucket": text,
    "dataproc_region": text,
    "dataproc_cluster_name": text,
    "api_endpoint": text,
}
# adapter -> (required, optional) fields of `config`
ADAPTERS: dict[str, tuple[Fields, Fields]] = {
    "snowflake_v0": (
        {"account": text, "database": text, "warehouse": text},
        {
            "role": text,
            "client_session_keep_alive": boolean,
            "allow_sso": boolean,
            "oauth_client_id": text,
            "oauth_client_secret": text,
        },
    ),
    "bigquery_v0": ({"project_id": text, "timeout_seconds": between(1, 86400), **KEY_FILE}, BIGQUERY),
    "bigquery_v1": (
        {"project_id": text},
        {
            "deployment_env_auth_type": one_of("service-account-json", "external-oauth-wif"),
            "job_execution_timeout_seconds": between(1, 86400),
            **KEY_FILE,
            **BIGQUERY,
        },
    ),
    "databricks_v0": (
        {"host": fits("databricks"), "http_path": fits(r"^/?sql/")},
        {"catalog": any_text, "client_id": text, "client_secret": text, "scopes": texts},
    ),
    "redshift_v0": (
        {"hostname": text, "dbname": text},
        {"port": between(1, 65535), "retries": between(0, 10)},
    ),
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "snowflake_v0": {"client_session_keep_alive": False, "allow_sso": False},
    "bigquery_v0": {"retries": 1},
    "bigquery_v1": {"deployment_env_auth_type": "service-account-json"},
    "databricks_v0": {"catalog": ""},
    "redshift_v0": {"port": 5439},
}
WRITE_ONLY = {"private_key", "application_id", "application_secret", "oauth_client_id", "oauth_client_secret"}
OPTIONAL: Fields = {
    "private_link_endpoint_id": text,
    "is_ssh_tunnel_enabled": boolean,
    "oauth_configuration_id": integer,
}


def uses(call: Call, connection: Thing) -> int:
    """How many environments use it."""
    return len(call.server.things.alive("environment", connection_id=connection.id))


def brief(call: Call, connection: Thing) -> dict[str, Any]:
    """As in lists: without configuration, with the number of environments."""
    return {**connection.fields, "config": None, "environment__count": uses(call, connection)}


@route("GET", PATH + "/", "read connection")
def list_(call: Call) -> Answer:
    things = call.server.things.of("connection")
    return listed(call, things, "name__icontains", "adapter_version", show=brief, kind="connection")


@route("GET", PATH + "/{id}/", "read connection")
def read(call: Call) -> Answer:
    return said("connection", 200, call.thing("connection").fields)


@route("POST", PATH + "/", "write connection")
def create(call: Call) -> Answer:
    required: Fields = {
        "account_id": integer,
        "name": text,
        "adapter_version": one_of(*ADAPTERS),
        "config": mapping,
    }
    fields = checked(call, required, OPTIONAL, strict=True)
    adapter = fields["adapter_version"]
    needed, allowed = ADAPTERS[adapter]
    if wrong := complaints(fields["config"], needed, allowed, strict=True):
        raise Refused(400, {"config": wrong})
    fields["is_ssh_tunnel_enabled"] = bool(fields["is_ssh_tunnel_enabled"])
    sent = {**DEFAULTS[adapter], **fields.pop("config")}
    connection = call.server.things.add("connection", **fields, config={})
    _configure(connection, sent)
    return said("connection", 201, connection.fields)


@route("PATCH", PATH + "/{id}/", "write connection")
def update(call: Call) -> Answer:
    connection = call.thing("connection")
    fields = checked(
        call, {}, {"account_id": integer, "name": text, "config": mapping, **OPTIONAL}, strict=True
    )
    needed, allowed = ADAPTERS[connection.adapter_version]
    if wrong := complaints(fields["config"] or {}, {}, {**needed, **allowed}, strict=True):
        raise Refused(400, {"config": wrong})
    _configure(connection, fields.pop("config") or {})
    connection.change(**{name: value for name, value in fields.items() if name in call.body})
    return said("connection", 200, connection.fields)


def _configure(connection: Thing, sent: Mapping[str, Any]) -> None:
    secret = WRITE_ONLY
    if connection.adapter_version == "databricks_v0":  # BigQuery's client_id is no secret, this one is
        secret = WRITE_ONLY | {"client_id", "client_secret"}
    connection.secrets |= {name: value for name, value in sent.items() if name in secret}
    open_ = {name: value for name, value in sent.items() if name not in secret}
    connection.change(config={**connection.config, **open_})


def _unused(call: Call, connection: Thing) -> None:
    if uses(call, connection):
        raise Refused(400, {"connection": f"it is used by {uses(call, connection)} environment(s)"})


serve_deletion(PATH, "connection", "connection", _unused)
