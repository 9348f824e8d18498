"""Jobs. Reference, section 7: version 2 of the API, all booleans, a schedule even for jobs that have none."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.dbt_cloud.calls import V2, Call, Refused, route, said
from tests.fakes.dbt_cloud.fields import (
    MISSING,
    OWNED,
    Check,
    boolean,
    checked,
    complaints,
    integer,
    integers,
    mapping,
    one_of,
    referred,
    text,
    texts,
)
from tests.fakes.dbt_cloud.lists import listed, serve_deletion
from tests.fakes.dbt_cloud.things import Thing
from tests.fakes.outside_server import Answer

PATH = V2 + "/jobs"
TYPES = ("ci", "merge", "scheduled", "other", "adaptive", "hybrid", "exposure_sync")
REQUIRED: dict[str, Check] = OWNED | {
    "project_id": integer,
    "environment_id": integer,
    "name": text,
    "generate_docs": boolean,
    "run_generate_sources": boolean,
    "run_lint": boolean,
    "errors_on_lint_failure": boolean,
    "run_compare_changes": boolean,
    "execution": mapping,
    "settings": mapping,
    "triggers": mapping,
    "schedule": mapping,
}
OPTIONAL: dict[str, Check] = {
    "lifecycle_webhooks": boolean,
    "execute_steps": texts,
    "description": text,
    "dbt_version": text,
    "deferring_environment_id": integer,
    "deferring_job_definition_id": integer,
    "compare_changes_flags": text,
    "triggers_on_draft_pr": boolean,
    "cost_optimization_features": texts,
    "job_completion_trigger_condition": mapping,
    "job_type": one_of(*TYPES),
    "generate_sources": boolean,
}
TRIGGERS = ("github_webhook", "git_provider_webhook", "schedule", "on_merge")
FILTERS = ("project_id", "environment_id", "name__icontains", "project_id__in")


@route("GET", PATH + "/", "read job")
def list_(call: Call) -> Answer:
    return listed(call, call.server.things.of("job"), *FILTERS)


@route("GET", PATH + "/{id}/", "read job")
def read(call: Call) -> Answer:
    return said("job", 200, call.thing("job").fields)


@route("POST", PATH + "/", "write job")
def create(call: Call) -> Answer:
    return said("job", 201, call.server.things.add("job", **_fields(call)).fields)


@route("POST", PATH + "/{id}/", "write job")
def update(call: Call) -> Answer:
    """Replace."""
    job, fields = call.thing("job"), _fields(call)
    job.change(**fields)
    return said("job", 200, job.fields)


def _fields(call: Call) -> dict[str, Any]:
    _look_at_triggers(call)
    fields = checked(call, REQUIRED, OPTIONAL)
    project = call.project_of(fields["project_id"])
    environment = referred(call, "environment", "environment_id", fields, project_id=project.id)
    call.write_in(environment.fields)
    if environment.type == "development":
        raise Refused(400, {"environment_id": "a job belongs to a deployment environment"})
    _look_inside(fields)
    _look_at_schedule(fields["schedule"])
    fields["job_type"] = _type(fields)
    if fields["job_type"] in ("ci", "merge"):
        _is_integrated(call, project)
        if fields["cost_optimization_features"]:
            raise Refused(405)
    return fields | {
        "execute_steps": fields["execute_steps"] or [],
        "is_deferrable": False,
        "run_failure_count": 0,
    }


def _look_at_triggers(call: Call) -> None:
    triggers = call.body.get("triggers") if isinstance(call.body, dict) else None
    if not isinstance(triggers, dict):
        return  # said with all other missing fields
    if unknown := sorted(triggers.keys() - set(TRIGGERS)):
        names = ", ".join(f"'{name}'" for name in unknown)
        verb = "was" if len(unknown) == 1 else "were"
        raise Refused(400, {"triggers": f"Additional properties are not allowed ({names} {verb} unexpected)"})
    needed: dict[str, Check] = {"github_webhook": boolean, "schedule": boolean}
    wrong = complaints(triggers, needed, dict.fromkeys(TRIGGERS, boolean))
    others = [name for name in TRIGGERS if name != "on_merge" and triggers.get(name)]
    if triggers.get("on_merge") and others:
        wrong["on_merge"] = f"does not go together with {', '.join(others)}"
    if wrong:
        raise Refused(400, {"triggers": wrong})


def _look_inside(fields: Mapping[str, Any]) -> None:
    wrong = {
        "execution": complaints(fields["execution"], {"timeout_seconds": integer}, {}),
        "settings": complaints(fields["settings"], {"threads": integer, "target_name": text}, {}),
    }
    if found := {name: complaint for name, complaint in wrong.items() if complaint}:
        raise Refused(400, found)


def _look_at_schedule(schedule: Mapping[str, Any]) -> None:
    date, time = schedule.get("date"), schedule.get("time")
    wrong: dict[str, Any] = {}
    if complaint := _date(date):
        wrong["date"] = complaint
    if complaint := _time(time):
        wrong["time"] = complaint
    if wrong:
        raise Refused(400, {"schedule": wrong})


def _date(date: Any) -> Any:
    types = one_of("every_day", "days_of_week", "custom_cron", "interval_cron")
    wrong = complaints(date, {"type": types}, {"days": integers, "cron": text})
    if wrong:
        return wrong
    needs = {"days_of_week": "days", "custom_cron": "cron", "interval_cron": "cron"}.get(date["type"])
    if needs and not date.get(needs):
        return {needs: MISSING}
    outside = [day for day in date.get("days") or [] if not 0 <= day <= 6]
    return {"days": "not between 0 and 6"} if outside else None


def _time(time: Any) -> Any:
    wrong = complaints(
        time, {"type": one_of("every_hour", "at_exact_hours")}, {"interval": integer, "hours": integers}
    )
    if wrong:
        return wrong
    needs, excludes = ("interval", "hours") if time["type"] == "every_hour" else ("hours", "interval")
    if time.get(needs) is None:
        return {needs: MISSING}
    return {excludes: f"does not go together with {time['type']}"} if time.get(excludes) is not None else None


def _type(fields: Mapping[str, Any]) -> str:
    """What the service makes of it: "scheduled" and "other" follow from the triggers."""
    triggers = fields["triggers"]
    if triggers.get("on_merge") or fields["job_type"] == "merge":
        return "merge"
    if triggers["github_webhook"] or triggers.get("git_provider_webhook") or fields["job_type"] == "ci":
        return "ci"
    if fields["job_type"] in ("adaptive", "hybrid", "exposure_sync"):
        return fields["job_type"]
    return "scheduled" if triggers["schedule"] else "other"


def _is_integrated(call: Call, project: Thing) -> None:
    repository = call.server.things.find("repository", project.repository_id)
    if repository is None or repository.git_clone_strategy != "github_app":
        raise Refused(
            400, {"triggers": "runs for pull requests need a native integration with the git provider"}
        )


def _may_write(call: Call, job: Thing) -> None:
    environment = call.server.things.find("environment", job.environment_id)
    if environment is not None:
        call.write_in(environment.fields)


serve_deletion(PATH, "job", "job", _may_write)
