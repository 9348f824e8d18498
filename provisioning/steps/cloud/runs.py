"""The first run in dbt Cloud, told live, and what it left behind compared with the Proof."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from provisioning import names
from provisioning.clients.dbt_cloud import DbtCloudClient
from provisioning.clients.dbt_cloud.links import run_link
from provisioning.clients.dbt_cloud.runs import CANCELLED, ERROR, QUEUED, RUNNING, STARTING, SUCCESS, Run
from provisioning.clients.outcome import NotThere
from provisioning.connections.schemas import demo_schemas, drop_statements
from provisioning.models import Resource
from provisioning.steps.base import Done, Outcome, Step, StepContext, StepFailed, Wait
from provisioning.steps.cloud.project import project_of
from provisioning.steps.hands import cloud_client, warehouse_fields
from provisioning.steps.outside import make_once, outside, pause, removal
from scenarios.rendering.commands import BUILD

Start = Callable[[StepContext, DbtCloudClient], Run]  # starts a run, or adopts the one it has started before

SOONEST, LATEST = 1.0, 10.0  # seconds from one look at a run to the next
SHARE = 0.1  # of the time that it has taken so far
STEPS_KEPT, TAIL_LINES, TAIL_CHARACTERS = 20, 15, 1500  # of the log, for the page
TOLD_CHARACTERS = 600  # of a failed step's log, in the sentence that says so
_WORDS = {
    QUEUED: "queued", STARTING: "starting", RUNNING: "running", SUCCESS: "success", ERROR: "error",
    CANCELLED: "cancelled",
}  # fmt: skip


def first_run(context: StepContext) -> Outcome:
    """Start the production job once and follow its run to the end. After a failed run, Retry starts another."""
    return run_to_the_end(context, _start, called="first run")


def run_to_the_end(context: StepContext, start: Start, *, called: str) -> Outcome:
    """Start a run once and follow it; its steps are kept for the page. Failed: the next attempt starts another."""
    with cloud_client(context) as client:
        number = context.checkpoint.get("run_id")
        if number is None:
            run = start(context, client)
            context.remember(run_id=run.id, url=link_of(context, client, run), steps=[])
            return Wait(_next_look(context), f"Run {run.id} is queued")
        run = client.run(int(number))
    _follow(context, run)
    if not run.is_complete:
        return Wait(_next_look(context), _progress(run))
    if run.is_success:
        _made_schemas(context)
        facts = {"build_step": run.step_of(BUILD), "sha": run.sha}
        return Done(f"Run {run.id} is green", facts)
    context.remember(run_id=None, round=round_of(context) + 1)
    raise _failure(run, context.checkpoint["url"], called)


def _next_look(context: StepContext) -> float:
    """Seconds until the next look: the end of a short run is seen soon, and a long one is not asked too often."""
    begun = context.row.started_at or timezone.now()
    so_far = (timezone.now() - begun).total_seconds()
    return pause(min(max(SOONEST, SHARE * so_far), LATEST))


def _start(context: StepContext, client: DbtCloudClient) -> Run:
    """Start a run, or adopt the one whose start was not answered. Schemas may exist from here on."""
    job = int(context.fact("job_production", "job_id"))
    for schema, statement in _schemas(context).items():
        context.ledger.trying(context.ledger.intend(names.SCHEMA, schema, location=statement))
    number = round_of(context)
    resource = context.ledger.intend(names.RUN, "First run" if number == 1 else f"First run, try {number}")
    return make_once(
        context,
        resource,
        create=lambda: client.trigger_run(job, names.run_cause(resource.marker)),
        find=lambda: _orphan(context, client.latest_run(job), resource),
        location=lambda run: link_of(context, client, run),
    )


def round_of(context: StepContext) -> int:
    """Which try this is, from 1."""
    return int(context.checkpoint.get("round", 1))


def _orphan(context: StepContext, latest: Run | None, resource: Resource) -> Run | None:
    """The job's newest run, unless it is one of an earlier try: the job is ours, and nothing else starts it."""
    others = {other.external_id for other in context.ledger.remaining() if other.pk != resource.pk}
    return latest if latest and str(latest.id) not in others else None


def link_of(context: StepContext, client: DbtCloudClient, run: Run) -> str:
    """A run's page in dbt Cloud."""
    return run_link(client.host, client.account_id, project_of(context), run.id, href=run.href)


def _follow(context: StepContext, run: Run) -> None:
    """Keep what the run's steps say for the page, and for whoever looks later."""
    steps = [
        {
            "index": step.index,
            "name": step.name,
            "status": _WORDS.get(step.status, ""),
            "tail": _tail(step.logs),
        }
        for step in run.steps[-STEPS_KEPT:]
    ]
    if steps != context.checkpoint.get("steps") or run.status != context.checkpoint.get("status"):
        context.remember(status=run.status, steps=steps)


def _tail(logs: str, characters: int = TAIL_CHARACTERS) -> str:
    """The last lines of a log."""
    return "\n".join(logs.rstrip().splitlines()[-TAIL_LINES:])[-characters:]


def _progress(run: Run) -> str:
    at = next((step for step in run.steps if step.status in (STARTING, RUNNING)), None)
    state = _WORDS.get(run.status, run.status_text)
    return f"Run {run.id} is {state}" + (f": {at.name}" if at else "")


def _failure(run: Run, url: str, called: str) -> StepFailed:
    if run.status == CANCELLED:
        return StepFailed(
            f"Somebody cancelled the {called} in dbt Cloud.", "Press Retry: it starts another run."
        )
    failed = next((step for step in run.steps if step.status == ERROR), None)
    told = _tail(failed.logs, TOLD_CHARACTERS) if failed else run.message
    where = f" at {failed.name}" if failed else ""
    return StepFailed(
        f"The {called} failed{where}. {told}".strip(),
        f"Look at {url}, mend what it says, such as a permission in the warehouse, then press Retry: "
        "it starts another run.",
    )


# --- undo ---------------------------------------------------------------------------------------------------


def stop_run(context: StepContext) -> Outcome:
    """Cancel runs that are not complete, and list the schemas with the statements that drop them."""
    schemas = []
    for resource in context.ledger.remaining():
        if resource.kind == names.SCHEMA:
            schemas.append(resource)
            continue
        with cloud_client(context) as client:
            _cancel(context, client, resource)
        context.ledger.removed(resource)
    for resource in schemas:
        context.ledger.left(resource, location=resource.location)
    if not schemas:
        return Done("Nothing was run")
    listed = " ".join(resource.location for resource in reversed(schemas))
    return Done(f"Schemas that the run may have made stay in the warehouse. These drop them: {listed}")


def _cancel(context: StepContext, client: DbtCloudClient, resource: Resource) -> None:
    try:
        run = _of(context, client, resource)
        if run is not None and not run.is_complete:
            client.cancel_run(run.id)
    except NotThere:
        return


def _of(context: StepContext, client: DbtCloudClient, resource: Resource) -> Run | None:
    if resource.external_id:
        return client.run(int(resource.external_id))
    if resource.tried_at is None:
        return None
    job = int(context.fact("job_production", "job_id"))
    return _orphan(context, client.latest_run(job), resource)


def _schemas(context: StepContext) -> dict[str, str]:
    """The schemas of the run with the statement that drops each."""
    schemas = demo_schemas(names.schema_name(context.run.repository_name))
    return dict(zip(schemas, drop_statements(warehouse_fields(context.run), schemas), strict=True))


def _made_schemas(context: StepContext) -> None:
    for resource in context.ledger.remaining():
        if resource.kind == names.SCHEMA:
            context.ledger.created(resource, external_id=resource.name, location=resource.location)


def facts_of(context: StepContext) -> dict[str, Any]:
    """What the first run left in its checkpoint: run_id, url, build_step. Raises KeyError."""
    return {name: context.fact("first_run", name) for name in ("run_id", "url", "build_step")}


FIRST_RUN = Step(
    "first_run",
    "first_run",
    "First run",
    outside(first_run),
    after=(
        "job_production", "link_repository", names.DEPLOY_KEY, "main_commit", names.VARIABLE,
    ),
    undo=removal(stop_run),
    doing="Starting the production job",
)  # fmt: skip
