"""Runs: triggering, polling, cancelling, retrying, and their artifacts. Reference, section 8."""

import json
from datetime import datetime
from typing import Any

from tests.fakes.dbt_cloud.calls import V2, Call, Refused, envelope, route, said
from tests.fakes.dbt_cloud.fields import Check, boolean, checked, integer, text, texts
from tests.fakes.dbt_cloud.lists import listed
from tests.fakes.dbt_cloud.progress import CANCELLED, ERROR, SUCCESS, UNFINISHED, WORDS, cancel, poll, tick
from tests.fakes.dbt_cloud.things import Thing, now
from tests.fakes.outside_server import Answer

PATH = V2 + "/runs"
JOBS = V2 + "/jobs/{id}"
OVERRIDES: dict[str, Check] = {
    "git_sha": text,
    "git_branch": text,
    "schema_override": text,
    "steps_override": texts,
    "dbt_version_override": text,
    "threads_override": integer,
    "target_name_override": text,
    "generate_docs_override": boolean,
    "timeout_seconds_override": integer,
    "github_pull_request_id": integer,
    "gitlab_merge_request_id": integer,
    "azure_pull_request_id": integer,
    "non_native_pull_request_id": integer,
}
FILTERS = (
    "job_definition_id",
    "project_id",
    "environment_id",
    "status",
    "status__in",
    "id__gt",
    "project_id__in",
)


def show(call: Call, run: Thing) -> dict[str, Any]:
    """The run, with its steps or job if the call asks for these."""
    status, related = run.status, call.related()
    fields = {
        **run.fields,
        "status_humanized": WORDS[status],
        "in_progress": status in UNFINISHED,
        "is_running": status == 3,
        "is_complete": status not in UNFINISHED,
        "is_success": status == SUCCESS,
        "is_error": status == ERROR,
        "is_cancelled": status == CANCELLED,
        "duration_humanized": f"{_seconds(run)} seconds",
        "can_retry": _can_retry(call, run),
        "run_steps": [],
        "trigger": run.trigger if "trigger" in related else None,
    }
    if "run_steps" in related:
        fields["run_steps"] = [_show_step(step, whole="debug_logs" in related) for step in run.steps]
    if "job" in related:
        job = call.server.things.find("job", run.job_id)
        fields["job"] = dict(job.fields) if job else None
    return fields


def _seconds(run: Thing) -> int:
    """From the trigger to the end, or until now."""
    end = datetime.fromisoformat(run.finished_at or now())
    return round((end - datetime.fromisoformat(run.created_at)).total_seconds())


def _show_step(step: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """Debug logs are cut to their last 1,000 lines unless they were asked for."""
    debug = "\n".join(["debug"] * 1200) + "\n" + step["logs"]
    cut = debug if whole else "\n".join(debug.splitlines()[-1000:])
    return {**step, "status_humanized": WORDS[step["status"]], "debug_logs": cut}


def _can_retry(call: Call, run: Thing) -> bool:
    later = [other for other in call.server.things.alive("run", job_id=run.job_id) if other.id > run.id]
    return run.status == ERROR and not later


@route("POST", JOBS + "/run/", "write run")
def trigger(call: Call) -> Answer:
    fields = checked(call, {"cause": text}, OVERRIDES)
    return envelope(200, show(call, _start(call, call.thing("job"), fields)))


def _start(call: Call, job: Thing, trigger: dict[str, Any]) -> Thing:
    server = call.server
    environment = server.things.find("environment", job.environment_id)
    if environment is None:
        raise Refused(404)
    call.write_in(environment.fields)
    docs, steps = trigger.get("generate_docs_override"), trigger.get("steps_override")
    run = server.things.add(
        "run",
        trigger_id=server.things.next_id(),
        account_id=server.account_id,
        project_id=job.project_id,
        environment_id=environment.id,
        job_definition_id=job.id,
        job_id=job.id,
        status=UNFINISHED[0],
        status_message=None,
        dbt_version=trigger.get("dbt_version_override") or job.dbt_version or environment.dbt_version,
        git_branch=trigger.get("git_branch") or environment.custom_branch,
        git_sha=trigger.get("git_sha"),
        dequeued_at=None,
        started_at=None,
        finished_at=None,
    )
    run.fields["href"] = f"{server.url}/deploy/{server.account_id}/projects/{job.project_id}/runs/{run.id}/"
    asked = {
        "execute_steps": steps if steps is not None else job.execute_steps,
        "generate_docs": docs if docs is not None else job.generate_docs,
        "run_generate_sources": job.run_generate_sources,
    }
    run.hidden |= {"trigger": trigger, "job": job, "asked": asked, "polls": 0, "steps": [], "files": {}}
    tick(server)
    return run


@route("GET", PATH + "/", "read run")
def list_(call: Call) -> Answer:
    tick(call.server)
    return listed(call, call.server.things.of("run"), *FILTERS, show=show, state="all")


@route("GET", PATH + "/{id}/", "read run")
def read(call: Call) -> Answer:
    run = call.thing("run")
    poll(call.server, run)
    return said("run", 200, show(call, run))


@route("POST", PATH + "/{id}/cancel/", "write run")
def cancel_run(call: Call) -> Answer:
    run = call.thing("run")
    tick(call.server)
    cancel(run)
    return said("run", 200, show(call, run))


@route("POST", PATH + "/{id}/retry/", "write run")
def retry(call: Call) -> Answer:
    run = call.thing("run")
    if not _can_retry(call, run):
        reason = "RETRY_NOT_FAILED_RUN" if run.status != ERROR else "RETRY_NOT_LATEST_RUN"
        raise Refused(400, {"retry_not_supported_reason": reason})
    again = _start(call, run.job, {**run.trigger, "cause": f"Retry of run {run.id}"})
    again.fields["retrying_run_id"] = run.id
    return said("run", 200, show(call, again))


@route("POST", JOBS + "/rerun/", "write run")
def rerun(call: Call) -> Answer:
    """Run the job again as it was run last."""
    job = call.thing("job")
    runs = call.server.things.alive("run", job_id=job.id)
    before = runs[-1].trigger if runs else {}
    return said("run", 200, show(call, _start(call, job, {**before, "cause": "Rerun"})))


@route("GET", PATH + "/{id}/artifacts/", "read run")
def list_artifacts(call: Call) -> Answer:
    """Paths, or null for a run without any."""
    run = call.thing("run")
    paths = sorted({name for files in run.files.values() for name in files})
    return envelope(200, paths or None)


@route("GET", PATH + "/{id}/artifacts/{file}", "read run")
def read_artifact(call: Call) -> Answer:
    """The file as it is: no envelope. Of the last step that has files, or of `step`."""
    return _file(call, call.thing("run"))


@route("GET", JOBS + "/artifacts/{file}", "read run")
def read_latest_artifact(call: Call) -> Answer:
    runs = [run for run in call.server.things.alive("run", job_id=call.thing("job").id) if run.files]
    if not runs:
        raise Refused(404)
    return _file(call, runs[-1])


def _file(call: Call, run: Thing) -> Answer:
    step = call.query.get("step")
    if step is not None and not step.isdigit():
        raise Refused(400, {"step": "expected int"})
    number = int(step) if step is not None else max(run.files, default=0)
    content = run.files.get(number, {}).get(call.file)
    if content is None:
        raise Refused(404)
    if isinstance(content, bytes | str):
        return Answer(200, content.encode() if isinstance(content, str) else content)
    return Answer(200, json.dumps(content).encode())
