"""The run after a change: the production job with a full refresh, so that no row of before is left in the tables."""

from provisioning import names
from provisioning.clients.dbt_cloud import DbtCloudClient
from provisioning.clients.dbt_cloud.runs import Run
from provisioning.steps.base import Outcome, StepContext
from provisioning.steps.changes.look import live_of
from provisioning.steps.cloud.runs import link_of, round_of, run_to_the_end
from provisioning.steps.outside import make_once
from scenarios.rendering.commands import BUILD

FULL_REFRESH = f"{BUILD} --full-refresh"


def run_again(context: StepContext) -> Outcome:
    """Start the production job with a full refresh and follow it to the end."""
    live_of(context.run)
    return run_to_the_end(context, _start, called="run")


def _start(context: StepContext, client: DbtCloudClient) -> Run:
    """Start a run, or adopt the one whose start was not answered: the newest one, if it was not there before."""
    job, number = int(context.fact("job_production", "job_id")), round_of(context)
    before = context.checkpoint.get("before", {})
    if before.get("round") != number:
        latest = client.latest_run(job)
        before = {"round": number, "run": latest.id if latest else None}
        context.remember(before=before)
    why = str(context.run.get_kind_display())
    resource = context.ledger.intend(names.RUN, why if number == 1 else f"{why}, try {number}")

    def newest() -> Run | None:
        latest = client.latest_run(job)
        return latest if latest and latest.id != before["run"] else None

    return make_once(
        context,
        resource,
        create=lambda: client.trigger_run(job, names.run_cause(resource.marker, why), steps=[FULL_REFRESH]),
        find=newest,
        location=lambda run: link_of(context, client, run),
    )
