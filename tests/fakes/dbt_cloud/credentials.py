"""Credentials of deployment environments, one shape a warehouse. Reference, section 5: secrets never come back."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.dbt_cloud.calls import IN_PROJECT, Call, Refused, route, said
from tests.fakes.dbt_cloud.fields import (
    MISSING,
    OWNED,
    Check,
    any_text,
    boolean,
    checked,
    complaints,
    integer,
    mapping,
    one_of,
    text,
)
from tests.fakes.dbt_cloud.lists import serve_deletion, serve_reads
from tests.fakes.dbt_cloud.things import Thing
from tests.fakes.outside_server import Answer

PATH = IN_PROJECT + "/credentials"
Fields = dict[str, Check]
COMMON: tuple[Fields, Fields] = (
    OWNED | {"type": text, "threads": integer},
    {"project_id": integer, "target_name": text, "adapter_version": text},
)
# type -> (required, optional)
TYPES: dict[str, tuple[Fields, Fields]] = {
    "snowflake": (
        {"auth_type": one_of("password", "keypair", "sso", "external_oauth"), "schema": text},
        dict.fromkeys(
            ("user", "password", "private_key", "private_key_passphrase", "role", "database", "warehouse"),
            text,
        ),
    ),
    "bigquery": ({"schema": text}, {}),
    "redshift": (
        {"default_schema": text},
        {"auth_type": one_of("password", "external_oauth"), "username": text, "password": text},
    ),
    "adapter": (
        {"adapter_version": one_of("databricks_v0", "bigquery_v1"), "credential_details": mapping},
        {},
    ),
}
# (type, auth_type) -> what must be there to log in
LOG_IN = {
    ("snowflake", "password"): ("user", "password"),
    ("snowflake", "keypair"): ("user", "private_key"),
    ("redshift", "password"): ("username", "password"),
}
ADAPTER_NEEDS = {"databricks_v0": ("auth_type", "token", "schema"), "bigquery_v1": ("schema",)}
SECRETS = ("password", "private_key", "private_key_passphrase")
METADATA: Fields = {
    "label": text,
    "description": any_text,
    "field_type": text,
    "encrypt": boolean,
    "overrideable": boolean,
    "validation": mapping,
}


@route("POST", PATH + "/", "write credentials")
def create(call: Call) -> Answer:
    project, fields = call.project, _fields(call)
    _can_log_in(fields)
    credentials = call.server.things.add("credentials", project_id=project.id, type=fields["type"])
    _keep(credentials, fields)
    return said("credentials", 201, credentials.fields)


@route("POST", PATH + "/{id}/", "write credentials")
def replace(call: Call) -> Answer:
    """Replace everything but the type; secrets that are not sent stay, since nobody can read them to send them."""
    credentials, fields = call.thing("credentials"), _fields(call)
    if fields["type"] != credentials.type:
        raise Refused(400, {"type": "cannot be changed"})
    _can_log_in(
        {**credentials.secrets, **{name: value for name, value in fields.items() if value is not None}}
    )
    _keep(credentials, fields)
    return said("credentials", 200, credentials.fields)


@route("PATCH", PATH + "/{id}/", "write credentials")
def update(call: Call) -> Answer:
    """Change what was sent."""
    credentials = call.thing("credentials")
    everything = {
        name: value for name, value in credentials.fields.items() if name in _known(credentials.type)
    }
    details = {"credential_details": credentials.hidden["details"]} if credentials.type == "adapter" else {}
    return replace(Call(**{**call.__dict__, "body": {**everything, **details, **(call.body or {})}}))


def _known(type_: str) -> set[str]:
    return {name for part in (*COMMON, *TYPES[type_]) for name in part}


def _fields(call: Call) -> dict[str, Any]:
    type_ = call.body.get("type") if isinstance(call.body, dict) else None
    if type_ not in TYPES:
        raise Refused(400, {"type": MISSING if type_ is None else f"not one of {tuple(TYPES)}"})
    required, optional = TYPES[type_]
    fields = checked(call, COMMON[0] | required, COMMON[1] | optional)
    if type_ == "adapter":
        _look_at_details(fields["adapter_version"], fields["credential_details"])
    return fields


def _can_log_in(fields: Mapping[str, Any]) -> None:
    needs = LOG_IN.get((fields["type"], fields.get("auth_type") or ""), ())
    if wrong := {name: MISSING for name in needs if fields.get(name) is None}:
        raise Refused(400, wrong)


def _look_at_details(adapter: str, details: Mapping[str, Any]) -> None:
    """`{"field_order": [], "fields": {name: {"metadata": {…}, "value": …}}}`, with all that a log-in needs."""
    fields = details.get("fields")
    if not isinstance(fields, dict):
        raise Refused(400, {"credential_details": {"fields": MISSING}})
    wrong: dict[str, Any] = {name: MISSING for name in ADAPTER_NEEDS[adapter] if name not in fields}
    for name, field in fields.items():
        if not isinstance(field, dict) or "value" not in field:
            wrong[name] = {"value": MISSING}
        elif complaint := complaints(field.get("metadata"), METADATA, {}):
            wrong[name] = {"metadata": complaint}
        elif field["metadata"]["validation"].get("required") and not field["value"]:
            wrong[name] = {"value": MISSING}
    if wrong:
        raise Refused(400, {"credential_details": wrong})


def _keep(credentials: Thing, fields: dict[str, Any]) -> None:
    details = fields.pop("credential_details", None)
    credentials.secrets |= {name: fields[name] for name in SECRETS if fields.get(name) is not None}
    shown = {name: value for name, value in fields.items() if name not in (*SECRETS, "project_id")}
    if details is not None:
        values = details["fields"].items()
        credentials.hidden["details"] = details
        credentials.secrets |= {name: f["value"] for name, f in values if f["metadata"]["encrypt"]}
        shown["unencrypted_credential_details"] = {
            name: field["value"] for name, field in values if not field["metadata"]["encrypt"]
        }
    credentials.change(**shown)


serve_reads(PATH, "credentials", "credentials")
serve_deletion(PATH, "credentials", "credentials")
