"""Builds with their steps and what they left outside, as rows."""

from collections.abc import Sequence
from datetime import timedelta

from provisioning import names
from provisioning.filling.clocks import times_as_given
from provisioning.filling.stories import Story, Work
from provisioning.models import BuildRun, BuildStep, Resource, RunStatus, StepStatus, Target
from provisioning.steps import CATALOGUE
from provisioning.steps.base import Step
from scenarios.models import Demo, PlanRevision

ROWS = 500  # in a statement
_CLOUD = ("cloud_project", "connect_repository", "warehouse")  # phases
_ELSEWHERE: dict[str, tuple[str, ...]] = {
    Target.LOCAL: _CLOUD,
    Target.GITHUB: (*_CLOUD, "first_run"),
    Target.DBT_CLOUD: (),
}
_STATUS = {
    RunStatus.SUCCEEDED: Resource.Status.CREATED,
    RunStatus.UNDONE: Resource.Status.REMOVED,
}


def fill_builds(stories: Sequence[Story], demos: Sequence[Demo]) -> int:
    """The builds of the stories; how many there are."""
    wanted = [(demo, one.work) for demo, one in zip(demos, stories, strict=True) if one.work]
    revisions = _revisions(demos)
    rows = [_run(demo, work, *revisions[demo.pk]) for demo, work in wanted]
    with times_as_given(BuildRun, Resource):
        runs = BuildRun.objects.bulk_create(rows, batch_size=ROWS)
        steps = [row for run, (_, work) in zip(runs, wanted, strict=True) for row in _steps(run, work)]
        made = BuildStep.objects.bulk_create(steps, batch_size=ROWS)
        last = {step.run_id: step for step in made if step.status == StepStatus.SUCCEEDED}
        Resource.objects.bulk_create(
            [
                row
                for run, (_, work) in zip(runs, wanted, strict=True)
                for row in _left(run, work, last.get(run.pk))
            ],
            batch_size=ROWS,
        )
    return len(runs)


def _revisions(demos: Sequence[Demo]) -> dict[int, tuple[int, str, str]]:
    """Demo -> its current revision and both digests."""
    rows = PlanRevision.objects.filter(demo__pk__gte=demos[0].pk, demo__pk__lte=demos[-1].pk).order_by(
        "number"
    )
    found = rows.values_list("demo_id", "pk", "code_digest", "project_digest")
    return {demo: (pk, code, project) for demo, pk, code, project in found}


def _run(demo: Demo, work: Work, revision: int, code_digest: str, project_digest: str) -> BuildRun:
    return BuildRun(
        demo=demo, revision_id=revision, target=work.target, status=work.status, code_digest=code_digest,
        project_digest=project_digest, started_by_id=demo.owner_id, created_at=work.created, started_at=work.created,
        finished_at=work.finished, succeeded_at=work.worked,
        repository_name=f"{names.repository_name(demo.company, work.created)}-{demo.pk}",
    )  # fmt: skip


def _steps(run: BuildRun, work: Work) -> list[BuildStep]:
    """All steps of the target; a build that stopped did so half way."""
    steps = CATALOGUE[work.target]
    stop = len(steps) // 2 if work.worked is None else len(steps)
    each = ((work.worked or work.finished) - work.created) / len(steps)
    return [_step(run, work, step, number, each, stop) for number, step in enumerate(steps)]


def _step(run: BuildRun, work: Work, step: Step, number: int, each: timedelta, stop: int) -> BuildStep:
    skipped = step.phase in _ELSEWHERE[work.target]
    status = StepStatus.SUCCEEDED if number < stop else StepStatus.PENDING
    if number == stop:
        status = StepStatus.FAILED if work.status == RunStatus.FAILED else StepStatus.CANCELLED
    began = number <= stop and not skipped
    return BuildStep(
        run=run, key=step.key, phase=step.phase, position=number + 1, title=step.title, attempt=int(began),
        status=StepStatus.SKIPPED if skipped else status, note="not part of this target" if skipped else "",
        started_at=work.created + each * number if began else None,
        finished_at=work.created + each * (number + 1) if began else None,
        error="The far side did not answer." if status == StepStatus.FAILED else "",
    )  # fmt: skip


def _left(run: BuildRun, work: Work, step: BuildStep | None) -> list[Resource]:
    """The repository, and on dbt Cloud the project."""
    if step is None or work.status not in _STATUS:
        return []
    kinds = [names.REPOSITORY, names.PROJECT] if work.target == Target.DBT_CLOUD else [names.REPOSITORY]
    return [
        Resource(
            run=run, step=step, kind=kind, name=run.repository_name, marker=f"fill-{run.pk}-{kind}",
            location=f"https://example.com/{kind}/{run.pk}", external_id=str(run.pk), status=_STATUS[work.status],
            created_at=work.created, updated_at=work.finished,
        )
        for kind in kinds
    ]  # fmt: skip
