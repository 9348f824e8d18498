"""Projects. Reference, section 2: names are not unique, an update replaces everything."""

from typing import Any

from tests.fakes.dbt_cloud.calls import V3, Call, Refused, route, said
from tests.fakes.dbt_cloud.fields import OWNED, Check, checked, fits, integer, one_of, text
from tests.fakes.dbt_cloud.lists import serve_deletion, serve_reads
from tests.fakes.dbt_cloud.things import DELETED, Kind, Thing
from tests.fakes.outside_server import Answer

PATH = V3 + "/projects"
REQUIRED = OWNED | {"name": text, "type": one_of(0, 1)}
OPTIONAL: dict[str, Check] = {
    "description": text,
    "dbt_project_subdirectory": fits(r"^(?!/)(?!.*/$)(?!(.*/)?\.{1,2}(/|$))"),
    "connection_id": integer,
    "repository_id": integer,
    "semantic_layer_config_id": integer,
    "docs_job_id": integer,
    "freshness_job_id": integer,
}


def show(call: Call, project: Thing) -> dict[str, Any]:
    """The project; with its repository or connection if the call asks for these."""
    fields = {**project.fields}
    kinds: tuple[Kind, ...] = ("repository", "connection")
    for kind in kinds:
        if kind in call.related():
            related = call.server.things.find(kind, project.fields[f"{kind}_id"])
            fields[kind] = dict(related.fields) if related else None
    if "id" in call.ids:
        fields["default_version"] = "latest"
    return fields


@route("POST", PATH + "/", "write new_project")
def create(call: Call) -> Answer:
    fields = checked(call, REQUIRED, OPTIONAL)
    limit = call.server.project_limit
    if limit is not None and len(call.server.things.alive("project")) >= limit:
        raise Refused(403, message=f"The plan of this account allows {limit} project(s).")
    if fields["repository_id"] or fields["semantic_layer_config_id"]:
        raise Refused(404)  # they belong to a project, and this one is new
    return said("project", 201, show(call, call.server.things.add("project", **fields)))


@route("POST", PATH + "/{id}/", "write project")
def update(call: Call) -> Answer:
    """Replace all fields; what is left out becomes null. Only the connection stays, and when it is sent, each
    environment of the project gets it.
    """
    project = call.thing("project")
    fields = checked(call, REQUIRED, OPTIONAL)
    _belongs(call, project, "repository", fields["repository_id"])
    _belongs(call, project, "sl_configuration", fields["semantic_layer_config_id"])
    if call.body.get("connection_id") is None:
        del fields["connection_id"]
    else:
        if call.server.things.find("connection", fields["connection_id"]) is None:
            raise Refused(404)
        for environment in call.server.things.alive("environment", project_id=project.id):
            environment.change(connection_id=fields["connection_id"])
    project.change(**fields)
    if project.state == DELETED:
        project.delete()
    return said("project", 200, show(call, project))


def _belongs(call: Call, project: Thing, kind: Kind, id: int | None) -> None:
    thing = call.server.things.find(kind, id)
    if id is not None and (thing is None or thing.project_id != project.id):
        raise Refused(404)


serve_reads(PATH, "project", "project", "name__icontains", "id__gt", show=show)
serve_deletion(PATH, "project", "project")  # leaves everything else as it is
