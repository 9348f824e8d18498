"""The Semantic Layer of a project. Reference, section 9: not published, still there, after a successful run only."""

from typing import Any

from tests.fakes.dbt_cloud.calls import IN_PROJECT, V3, Call, Refused, route, said
from tests.fakes.dbt_cloud.fields import OWNED, Check, checked, integer, mapping, one_of, referred, text
from tests.fakes.dbt_cloud.lists import listed, serve_deletion, serve_reads
from tests.fakes.dbt_cloud.progress import SUCCESS
from tests.fakes.dbt_cloud.things import Thing
from tests.fakes.outside_server import Answer

CONFIGURATIONS = IN_PROJECT + "/semantic-layer-configurations"
CREDENTIALS = V3 + "/semantic-layer-credentials"
MAPPINGS = V3 + "/semantic-layer-credential-to-service-token-mapping"
# adapter -> what `values` needs; one of several where there is a choice
VALUES: dict[str, tuple[tuple[str, ...], ...]] = {
    "snowflake_v0": (("auth_type",), ("user",), ("password", "private_key"), ("role",), ("warehouse",)),
    "bigquery_v0": (("private_key_id",), ("private_key",), ("client_email",), ("client_id",)),
    "bigquery_v1": (("private_key_id",), ("private_key",), ("client_email",), ("client_id",)),
    "databricks_v0": (("token",),),
    "redshift_v0": (("username",), ("password",)),
}
SECRETS = {"password", "private_key", "private_key_passphrase", "token"}


@route("POST", CONFIGURATIONS + "/", "write semantic_layer")
def configure(call: Call) -> Answer:
    project = call.project
    required: dict[str, Check] = OWNED | {"project_id": integer, "environment_id": integer}
    fields = checked(call, required, {"semantic_layer_credentials_id": integer})
    environment = referred(call, "environment", "environment_id", fields, project_id=project.id)
    if environment.type != "deployment":
        raise Refused(400, {"environment_id": "not a deployment environment"})
    if not call.server.things.alive("run", environment_id=environment.id, status=SUCCESS):
        raise Refused(400, {"environment_id": "there is no successful run in this environment"})
    return said("sl_configuration", 201, call.server.things.add("sl_configuration", **fields).fields)


serve_reads(CONFIGURATIONS, "sl_configuration", "semantic_layer")
serve_deletion(CONFIGURATIONS, "sl_configuration", "semantic_layer")


def show(call: Call, credentials: Thing) -> dict[str, Any]:
    """Credentials without secrets, with the tokens that use them."""
    used = call.server.things.alive("sl_mapping", semantic_layer_credentials_id=credentials.id)
    tokens = [call.server.things.find("service_token", mapping.service_token_id) for mapping in used]
    return {
        **credentials.fields,
        "service_tokens": [{"id": t.id, "name": t.name} for t in tokens if t is not None],
    }


@route("POST", CREDENTIALS + "/", "write semantic_layer")
def create_credentials(call: Call) -> Answer:
    required: dict[str, Check] = {
        "account_id": integer,
        "project_id": integer,
        "name": text,
        "adapter_version": one_of(*VALUES),
        "schema_type": one_of("semantic_layer_credentials"),
        "values": mapping,
    }
    fields = checked(call, required, {})
    call.project_of(fields["project_id"])
    values = fields.pop("values")
    missing = [
        names for names in VALUES[fields["adapter_version"]] if not any(values.get(name) for name in names)
    ]
    if missing:
        raise Refused(400, {"values": {" or ".join(names): "required key not provided" for names in missing}})
    credentials = call.server.things.add("sl_credentials", **fields)
    credentials.secrets |= {name: value for name, value in values.items() if name in SECRETS}
    credentials.change(values={name: value for name, value in values.items() if name not in SECRETS})
    return said("sl_credentials", 201, show(call, credentials))


@route("GET", CREDENTIALS + "/", "read semantic_layer")
def list_credentials(call: Call) -> Answer:
    return listed(call, call.server.things.of("sl_credentials"), "project_id", show=show)


@route("GET", CREDENTIALS + "/{id}/", "read semantic_layer")
def read_credentials(call: Call) -> Answer:
    return said("sl_credentials", 200, show(call, call.thing("sl_credentials")))


serve_deletion(CREDENTIALS, "sl_credentials", "semantic_layer")


@route("POST", MAPPINGS + "/", "write semantic_layer")
def map_token(call: Call) -> Answer:
    required: dict[str, Check] = OWNED | {
        "project_id": integer,
        "semantic_layer_credentials_id": integer,
        "service_token_id": integer,
    }
    fields = checked(call, required, {})
    call.project_of(fields["project_id"])
    referred(call, "sl_credentials", "semantic_layer_credentials_id", fields, project_id=fields["project_id"])
    referred(call, "service_token", "service_token_id", fields)
    return said("sl_mapping", 201, call.server.things.add("sl_mapping", **fields).fields)


@route("GET", MAPPINGS + "/", "read semantic_layer")
def list_mappings(call: Call) -> Answer:
    filters = ("project_id", "service_token_id", "semantic_layer_credentials_id")
    return listed(call, call.server.things.of("sl_mapping"), *filters)


serve_deletion(MAPPINGS, "sl_mapping", "semantic_layer")
