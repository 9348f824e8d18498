"""The jobs of the production environment: the build, the red data-quality job, and CI. None is scheduled."""

from provisioning import names
from provisioning.clients.dbt_cloud.links import job_link
from provisioning.clients.dbt_cloud.shapes import Job
from provisioning.connections.payloads import JobKind, job_body
from provisioning.connections.payloads.jobs import JOBS
from provisioning.models import BuildRun, Resource
from provisioning.steps.base import Act, Done, Outcome, SkipReason, Step, StepContext, never
from provisioning.steps.cloud.project import project_of
from provisioning.steps.cloud.warehouse import PRODUCTION
from provisioning.steps.hands import cloud_client, cloud_fields
from provisioning.steps.outside import first_id, make_once, outside, removal, remove_all

JOB_NAMES: dict[JobKind, str] = {
    "production": names.JOB_PRODUCTION,
    "red": names.JOB_RED,
    "ci": names.JOB_CI,
}
ABOUT: dict[JobKind, str] = {
    "production": "Builds everything and makes the documentation.",
    "red": "Shows the planted defects as errors. Run it when the story needs a red build.",
    "ci": "Builds what a pull request changes.",
}


def create_job(kind: JobKind) -> Act:
    """The step that creates a job of this kind."""
    name = JOB_NAMES[kind]

    def act(context: StepContext) -> Outcome:
        project = project_of(context)
        resource = context.ledger.intend(names.JOB, name)
        with cloud_client(context) as client:
            body = job_body(
                kind,
                account_id=client.account_id,
                project_id=project,
                environment_id=int(context.fact(PRODUCTION, "environment_id")),
                name=name,
                description=ABOUT[kind],
            )
            made = make_once(
                context,
                resource,
                create=lambda: client.create_job(body),
                find=lambda: _named(client.jobs(project), name),
                location=lambda made: job_link(client.host, client.account_id, project, made.id),
            )
        return Done(", ".join(JOBS[kind].steps), {"job_id": made.id, "url": resource.location})

    return act


def _named(jobs: list[Job], name: str) -> Job | None:
    return next((job for job in jobs if job.name == name), None)


def remove_job(context: StepContext) -> Outcome:
    """Delete the job."""
    project = project_of(context)
    with cloud_client(context) as client:

        def find(resource: Resource) -> int | None:
            return first_id(_named(client.jobs(project), resource.name))

        remove_all(context, delete=client.delete_job, find=find)
    return Done("The job was removed")


def _without_app(run: BuildRun) -> str:
    return "" if cloud_fields(run).installation_id else "it needs dbt's GitHub App"


def _without_tests(run: BuildRun) -> str:
    """The red job shows planted defects; a plan may have none."""
    plan = run.revision.read_plan() if run.revision.plan else None
    return "" if plan is None or plan.quality.scenarios else "the plan has no planted defects"


def _step(kind: JobKind, skip: SkipReason = never, *, after: tuple[str, ...] = (PRODUCTION,)) -> Step:
    return Step(
        f"job_{kind}",
        "first_run",
        f"Job: {JOB_NAMES[kind]}",
        outside(create_job(kind)),
        after=after,
        undo=removal(remove_job),
        skip=skip,
        doing="Creating the job",
    )


JOB_STEPS = (
    _step("production"),
    _step("red", _without_tests),
    # dbt Cloud takes a CI job only for a project that uses a repository by the app.
    _step("ci", _without_app, after=(PRODUCTION, "link_repository")),
)
