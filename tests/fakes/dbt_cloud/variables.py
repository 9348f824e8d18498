"""Environment variables of a project, in bulk. Reference, section 6: failures are told inside a 200."""

from typing import Any

from tests.fakes.dbt_cloud.calls import IN_PROJECT, Call, Refused, envelope, route
from tests.fakes.dbt_cloud.fields import MISSING
from tests.fakes.dbt_cloud.things import Thing
from tests.fakes.outside_server import Answer

PATH = IN_PROJECT + "/environment-variables"
BULK = PATH + "/bulk/"
PREFIX, SECRET_PREFIX = "DBT_", "DBT_ENV_SECRET"


@route("POST", BULK, "write environment")
def create(call: Call) -> Answer:
    """`{"env_var": {"new_name": "DBT_X", "project": "default", "Production": "there"}}`, or a list of these."""
    project = call.project
    sent = call.body.get("env_var") if isinstance(call.body, dict) else None
    if not isinstance(sent, dict | list):
        raise Refused(400, {"env_var": MISSING})
    variables = sent if isinstance(sent, list) else [sent]
    return envelope(
        200, [row for variable in variables for row in _set_all(call, project, variable, new=True)]
    )


@route("PUT", BULK, "write environment")
def update(call: Call) -> Answer:
    """`{"env_vars": {"name": "DBT_X", "new_name": …, "Production": "there", "70403100001234": null}}`."""
    project = call.project
    sent = call.body.get("env_vars") if isinstance(call.body, dict) else None
    if not isinstance(sent, dict) or not isinstance(sent.get("name"), str):
        raise Refused(400, {"env_vars": MISSING})
    named = _named(call, project, sent["name"])
    if not named:
        raise Refused(404)
    for variable in named:
        variable.change(name=sent.get("new_name") or sent["name"])
    values = {name: value for name, value in sent.items() if name not in ("name", "new_name")}
    values["new_name"] = sent.get("new_name") or sent["name"]
    return envelope(200, _set_all(call, project, values, new=False))


@route("DELETE", BULK, "write environment")
def delete(call: Call) -> Answer:
    """`{"name": "DBT_X"}` in the body."""
    project = call.project
    named = _named(call, project, (call.body or {}).get("name"))
    if not named:
        raise Refused(404)
    for variable in named:
        variable.delete()
    return envelope(200, {"name": named[0].name, "state": 2})


@route("GET", PATH + "/environment/", "read environment")
def by_environment(call: Call) -> Answer:
    """All names and values, "project" being the default of all environments."""
    project = call.project
    things = call.server.things
    rows: dict[str, dict[str, Any]] = {}
    for variable in things.alive("variable", project_id=project.id):
        value = "*****" if variable.name.startswith(SECRET_PREFIX) else variable.value
        rows.setdefault(variable.name, {})[variable.scope] = {"id": variable.id, "value": value}
    names = [environment.name for environment in things.alive("environment", project_id=project.id)]
    return envelope(200, {"environments": ["project", *names], "variables": rows}, extra={}, error_code=None)


def _named(call: Call, project: Thing, name: Any) -> list[Thing]:
    return call.server.things.alive("variable", project_id=project.id, name=name)


def _set_all(call: Call, project: Thing, sent: Any, *, new: bool) -> list[dict[str, Any]]:
    if not isinstance(sent, dict) or not isinstance(sent.get("new_name"), str):
        raise Refused(400, {"env_var": {"new_name": MISSING}})
    name = sent["new_name"]
    return [_set(call, project, name, scope, sent[scope], new=new) for scope in sent if scope != "new_name"]


def _set(call: Call, project: Thing, name: str, scope: str, value: Any, *, new: bool) -> dict[str, Any]:
    """Make or change one value, and say how it went."""
    things = call.server.things
    there = next((v for v in _named(call, project, name) if scope in (v.scope, str(v.id))), None)
    environments = things.alive("environment", project_id=project.id, name=scope)
    if not name.startswith(PREFIX):
        return _failed(scope, f"environment variable names start with {PREFIX}")
    if not (isinstance(value, str) and value) and (new or not (value is None or value == "")):
        return _failed(scope, "the value is not a text")
    if new and there is not None:
        return _failed(scope, f"{name} exists already for {scope}")
    if there is None and scope != "project" and not environments:
        return _failed(scope, f"there is no environment {scope}")
    if there is None:
        there = things.add("variable", project_id=project.id, name=name, scope=scope, value=value)
    elif value:
        there.change(value=value)
    else:
        there.delete()
    return {
        "status": "success",
        "status_code": 200,
        "key_name": scope,
        "data": {"new_name": name, "id": there.id},
    }


def _failed(scope: str, reason: str) -> dict[str, Any]:
    return {"status": "failed", "status_code": 400, "key_name": scope, "reason": reason}
