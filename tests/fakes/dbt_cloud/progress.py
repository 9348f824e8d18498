"""How a run goes on: by polls or by seconds, one run of a job after another, and what makes it fail. Section 8."""

import time
from typing import TYPE_CHECKING, Any

from tests.fakes.dbt_cloud.results import failed, files_of_docs, log_of, nodes_of
from tests.fakes.dbt_cloud.things import Thing, now

if TYPE_CHECKING:
    from tests.fakes.dbt_cloud.server import DbtCloudServer

QUEUED, STARTING, RUNNING, SUCCESS, ERROR, CANCELLED = 1, 2, 3, 10, 20, 30
UNFINISHED = (QUEUED, STARTING, RUNNING)
WORDS = {1: "Queued", 2: "Starting", 3: "Running", 10: "Success", 20: "Error", 30: "Cancelled"}
SHARES = {STARTING: 0.2, RUNNING: 0.4, SUCCESS: 1.0}  # of `run_seconds`, when the run gets so far


def poll(server: "DbtCloudServer", run: Thing) -> None:
    """Somebody looks at this run: without `run_seconds` that is what makes it, or what it waits for, go on."""
    if server.run_seconds is not None:
        return tick(server)
    if run.status not in UNFINISHED:
        return None
    while (first := _waits_for(server, run)) is not None:
        run = first
    run.hidden["polls"] += 1
    if run.polls >= server.polls:
        run.hidden["polls"] = 0
        _go_on(server, run)
    return None


def tick(server: "DbtCloudServer") -> None:
    """With `run_seconds`: bring all runs to where they are by now."""
    if server.run_seconds is None:
        return
    for run in server.things.alive("run"):
        while run.status in UNFINISHED and _waits_for(server, run) is None:
            began = run.hidden.setdefault("began", time.monotonic())
            next_status = {QUEUED: STARTING, STARTING: RUNNING, RUNNING: SUCCESS}[run.status]
            if time.monotonic() - began < SHARES[next_status] * server.run_seconds:
                break
            _go_on(server, run)


def cancel(run: Thing) -> None:
    """Stop it where it is; a run that has ended stays as it is."""
    if run.status in UNFINISHED:
        steps = [step | {"status": CANCELLED} if step["status"] in UNFINISHED else step for step in run.steps]
        run.hidden["steps"] = [step for step in steps if step["logs"] or step["status"] != CANCELLED]
        _end(run, CANCELLED, "The run was cancelled.")


def _waits_for(server: "DbtCloudServer", run: Thing) -> Thing | None:
    """An earlier run of the same job, or any run while all slots of the account are taken."""
    if run.status != QUEUED:
        return None
    others = [
        other for other in server.things.alive("run") if other.status in UNFINISHED and other is not run
    ]
    earlier = [other for other in others if other.job_id == run.job_id and other.id < run.id]
    busy = [other for other in others if other.status != QUEUED]
    return earlier[0] if earlier else busy[0] if len(busy) >= server.run_slots else None


def _go_on(server: "DbtCloudServer", run: Thing) -> None:
    if run.status == QUEUED:
        run.change(status=STARTING, dequeued_at=now())
    elif run.status == STARTING:
        run.change(status=RUNNING, started_at=now())
        _begin(server, run)
    else:
        _finish(server, run)


def _obstacle(server: "DbtCloudServer", run: Thing) -> tuple[int, str] | None:
    """Why the run cannot even start dbt: the number of the step that fails, and its log."""
    find = server.things.find
    project = find("project", run.project_id)
    environment = find("environment", run.environment_id)
    repository = find("repository", project.repository_id) if project is not None else None
    if repository is None or project is None or repository.project_id != project.id:
        return 1, "No repository is linked to this project."
    run.hidden["remote_url"] = repository.remote_url
    by_key = repository.git_clone_strategy == "deploy_key"
    public_key = (repository.deploy_key or {}).get(
        "public_key", ""
    )  # an update may have changed the strategy
    if by_key and not server.key_on(repository.remote_url, public_key):
        return 1, "git@github.com: Permission denied (publickey). Could not read from remote repository."
    sha = server.code_at(repository.remote_url)
    if sha is None:
        return 1, "ERROR: Repository not found. Could not read from remote repository."
    run.change(git_sha=run.git_sha or sha)
    return _profile_obstacle(server, environment)


def _profile_obstacle(server: "DbtCloudServer", environment: Thing | None) -> tuple[int, str] | None:
    connection = server.things.find("connection", environment.connection_id) if environment else None
    credentials = server.things.find("credentials", environment.credentials_id) if environment else None
    if connection is None:
        return 2, "The environment has no connection."
    if credentials is None:
        return 2, "The environment has no credentials."
    by_key = connection.fields["config"].get("deployment_env_auth_type") == "service-account-json"
    if by_key and "private_key" not in connection.secrets:
        return 2, "The connection has no service account key."
    return None


def _begin(server: "DbtCloudServer", run: Thing) -> None:
    """Lay out the steps; the first command runs while the run does."""
    obstacle = _obstacle(server, run)
    run.hidden["obstacle"] = obstacle
    names = ["Clone git repository", "Create profile from connection", "Invoke dbt with `dbt deps`"]
    if obstacle is not None:
        place, log = obstacle
        run.hidden["steps"] = [
            _step(run, i, name, SUCCESS, "Done.") for i, name in enumerate(names[:place], 1)
        ]
        run.hidden["steps"][-1] |= {"status": RUNNING, "logs": log}
        return
    run.hidden["steps"] = [
        _step(run, index, name, SUCCESS, "Done.") for index, name in enumerate(names, start=1)
    ]
    if commands := _commands(run):
        run.hidden["command"] = commands[0]
        nodes = nodes_of(server.files_of(run))
        run.steps.append(
            _dbt_step(run, commands[0], RUNNING, log_of(commands[0], nodes, until=len(nodes) // 2))
        )


def _commands(run: Thing) -> list[str]:
    freshness = ["dbt source freshness"] if run.asked["run_generate_sources"] else []
    return [*freshness, *run.asked["execute_steps"]]


def _finish(server: "DbtCloudServer", run: Thing) -> None:
    if run.obstacle is not None:
        run.steps[-1]["status"] = ERROR
        return _end(run, ERROR, run.obstacle[1])
    del run.steps[3:]
    last: dict[str, Any] = {}
    for command in _commands(run):
        run.hidden["command"] = command
        last = server.files_of(run)
        nodes = nodes_of(last)
        bad = failed(nodes)
        run.steps.append(_dbt_step(run, command, ERROR if bad else SUCCESS, log_of(command, nodes)))
        run.files[len(run.steps)] = last
        if bad and command != "dbt source freshness":  # whose failure does not stop later steps
            return _end(run, ERROR, f"Invoke dbt with `{command}` failed.")
    if run.asked["generate_docs"]:
        run.steps.append(_dbt_step(run, "dbt docs generate", SUCCESS, "Catalog written."))
        run.files[len(run.steps)] = files_of_docs(last)
    return _end(run, SUCCESS, None)


def _end(run: Thing, status: int, message: str | None) -> None:
    run.change(status=status, status_message=message, finished_at=now())


def _dbt_step(run: Thing, command: str, status: int, log: str) -> dict[str, Any]:
    return _step(run, len(run.steps) + 1, f"Invoke dbt with `{command}`", status, log)


def _step(run: Thing, index: int, name: str, status: int, log: str) -> dict[str, Any]:
    return {
        "id": run.id * 100 + index,
        "run_id": run.id,
        "account_id": run.account_id,
        "index": index,
        "name": name,
        "status": status,
        "logs": log,
    }
