"""Environments, the profiles that come with them, and extended attributes. Reference, section 6."""

import json
from typing import Any

from tests.fakes.dbt_cloud.calls import IN_PROJECT, V3, Call, Refused, route, said
from tests.fakes.dbt_cloud.fields import (
    OWNED,
    Check,
    boolean,
    checked,
    integer,
    mapping,
    one_of,
    referred,
    text,
)
from tests.fakes.dbt_cloud.lists import listed, serve_deletion, serve_reads
from tests.fakes.dbt_cloud.things import Kind, Thing
from tests.fakes.outside_server import Answer

PATH = IN_PROJECT + "/environments"
ATTRIBUTES = IN_PROJECT + "/extended-attributes"
VERSIONS = (
    "latest",
    "versionless",
    "compatible",
    "extended",
    "fallback",
    "latest-fusion",
    "fusion-stable",
    "fusion-extended",
    "fusion-nightly",
    "fusion-fallback",
)
REQUIRED: dict[str, Check] = OWNED | {
    "project_id": integer,
    "name": text,
    "type": one_of("development", "deployment"),
    "dbt_version": one_of(*VERSIONS),
    "use_custom_branch": boolean,
    "supports_docs": boolean,
}
OPTIONAL: dict[str, Check] = {
    "deployment_type": one_of("production", "staging"),
    "custom_branch": text,
    "connection_id": integer,
    "credentials_id": integer,
    "extended_attributes_id": integer,
    "enable_model_query_history": boolean,
    "enable_dbt_state": boolean,
    "primary_profile_id": integer,
}
LINKS = ("connection_id", "credentials_id", "extended_attributes_id")
FILTERS = ("name", "name__icontains", "type", "deployment_type", "credentials_id", "id__gt")


@route("POST", PATH + "/", "write environment")
def create(call: Call) -> Answer:
    project, fields = call.project, _fields(call)
    if (
        fields["type"] == "deployment"
        and fields["credentials_id"] is None
        and fields["primary_profile_id"] is None
    ):
        raise Refused(500)
    _only_one(call, project, fields)
    environment = call.server.things.add("environment", **fields)
    _give_profile(call, environment)
    return said("environment", 201, environment.fields)


@route("POST", PATH + "/{id}/", "write environment")
def update(call: Call) -> Answer:
    """Replace: connection and credentials that are not sent again become null."""
    environment, fields = call.thing("environment"), _fields(call)
    call.write_in(environment.fields)
    if fields["type"] != environment.type:
        raise Refused(400, {"type": "cannot be changed"})
    _only_one(call, call.project, fields, besides=environment)
    environment.change(**fields)
    _give_profile(call, environment)
    return said("environment", 200, environment.fields)


def _fields(call: Call) -> dict[str, Any]:
    fields = checked(call, REQUIRED, OPTIONAL)
    call.write_in(fields)
    if fields["use_custom_branch"] is not (fields["custom_branch"] is not None):
        raise Refused(400, {"custom_branch": "goes together with use_custom_branch"})
    if fields["dbt_version"] == "extended" and not call.server.plan.startswith("enterprise"):
        raise Refused(400, {"dbt_version": "not part of the plan of this account"})
    if fields["dbt_version"] == "versionless":
        fields["dbt_version"] = "latest"
    if fields["extended_attributes_id"] == 0:
        raise Refused(500)  # a foreign key to nothing
    _links(call, fields)
    return fields | {name: bool(fields[name]) for name in ("enable_model_query_history", "enable_dbt_state")}


def _links(call: Call, fields: dict[str, Any]) -> None:
    """Look at the ids of connection, credentials and attributes; a profile stands for all three."""
    if fields["primary_profile_id"] is not None:
        if any(fields[name] is not None for name in LINKS):
            raise Refused(400, {"primary_profile_id": "does not go together with the ids that it stands for"})
        profile = referred(call, "profile", "primary_profile_id", fields, project_id=fields["project_id"])
        fields |= {name: profile.fields[name] for name in LINKS}
    if fields["connection_id"] is not None:
        referred(call, "connection", "connection_id", fields)
    kinds: tuple[Kind, ...] = ("credentials", "extended_attributes")
    for kind in kinds:
        if fields[f"{kind}_id"] is not None:
            referred(call, kind, f"{kind}_id", fields, project_id=fields["project_id"])
    if fields["type"] == "development" and fields["credentials_id"] is not None:
        raise Refused(400, {"credentials_id": "development credentials belong to users"})


def _only_one(call: Call, project: Thing, fields: dict[str, Any], besides: Thing | None = None) -> None:
    """One development, one production and one staging environment a project."""
    others = [e for e in call.server.things.alive("environment", project_id=project.id) if e is not besides]
    if fields["type"] == "development" and any(other.type == "development" for other in others):
        raise Refused(400, {"type": "the project has a development environment already"})
    kind = fields["deployment_type"]
    if kind is not None and fields["type"] == "development":
        raise Refused(400, {"deployment_type": "a development environment has none"})
    if kind is not None and any(other.deployment_type == kind for other in others):
        raise Refused(400, {"deployment_type": f"the project has a {kind} environment already"})


def _give_profile(call: Call, environment: Thing) -> None:
    """Make the profile that stands for connection and credentials of a deployment environment, or change it."""
    links = {name: environment.fields[name] for name in LINKS}
    own = environment.hidden.get("profile")
    if environment.primary_profile_id is not None or environment.type == "development":
        return
    if links["connection_id"] is None or links["credentials_id"] is None:
        return
    if own is None:
        own = call.server.things.add(
            "profile",
            account_id=environment.account_id,
            project_id=environment.project_id,
            key=environment.name,
        )
        environment.hidden["profile"] = own
    own.change(**links)
    environment.fields["primary_profile_id"] = own.id


def _with_jobs(call: Call, environment: Thing) -> None:
    """What an environment takes with it: its jobs and the profile that was made for it."""
    call.write_in(environment.fields)
    for job in call.server.things.alive("job", environment_id=environment.id):
        job.delete()
    if (profile := environment.hidden.get("profile")) is not None:
        profile.delete()


serve_reads(PATH, "environment", "environment", *FILTERS)
serve_deletion(PATH, "environment", "environment", _with_jobs)
serve_reads(IN_PROJECT + "/profiles", "profile", "environment")
serve_deletion(IN_PROJECT + "/profiles", "profile", "environment")


@route("GET", V3 + "/environments/", "read environment")
def list_of_account(call: Call) -> Answer:
    """Not published, but there."""
    return listed(call, call.server.things.of("environment"), "project_id", *FILTERS)


@route("POST", ATTRIBUTES + "/", "write environment")
def create_attributes(call: Call) -> Answer:
    project, fields = call.project, _attributes(call)
    things = call.server.things
    attributes = things.add(
        "extended_attributes", **fields, project_id=project.id, account_id=call.server.account_id
    )
    return said("extended_attributes", 201, attributes.fields)


@route("PATCH", ATTRIBUTES + "/{id}/", "write environment")
def update_attributes(call: Call) -> Answer:
    attributes = call.thing("extended_attributes")
    attributes.change(**_attributes(call))
    return said("extended_attributes", 200, attributes.fields)


def _attributes(call: Call) -> dict[str, Any]:
    owned = OWNED | {"project_id": integer}
    sent = checked(call, {"extended_attributes": mapping}, owned)["extended_attributes"]
    if len(json.dumps(sent).encode()) > 4096:
        raise Refused(400, {"extended_attributes": "larger than 4096 bytes"})
    return {"extended_attributes": sent}


@route("GET", ATTRIBUTES + "/{id}/", "read environment")
def read_attributes(call: Call) -> Answer:
    return said("extended_attributes", 200, call.thing("extended_attributes").fields)


serve_deletion(ATTRIBUTES, "extended_attributes", "environment")
