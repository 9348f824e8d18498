"""What people do with builds. Each change and its audit line are one transaction; work is sent on commit."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.celery import send_on_commit
from demoforge.errors import Explained, NotNow
from provisioning import orders
from provisioning.estimates import expected_seconds
from provisioning.models import BuildRun, RunStatus, Target
from provisioning.steps import CATALOGUE
from provisioning.tasks import advance_build
from scenarios.leaks import refuse_leaks
from scenarios.models import Demo, PlanRevision, RevisionStatus
from scenarios.plan.names import slug
from scenarios.services import retry_drafting

BUILDABLE = (RevisionStatus.READY, RevisionStatus.RENDERED)
UNDER_WAY = (RunStatus.QUEUED, RunStatus.RUNNING)


class BuildRefused(Explained):
    """This revision cannot be built, or not on this target."""


@transaction.atomic
def start_build(revision: PlanRevision, *, target: str, by: User) -> BuildRun:
    """Start a build of a revision. Two clicks, one build: one that is under way to the same end is returned.

    Raises BuildRefused, also while any other build of the demo is not over, and Leaking.
    """
    demo = Demo.objects.select_for_update().get(pk=revision.demo_id)
    if busy := BuildRun.objects.busy().filter(demo=demo).first():
        return _same(busy, revision, target)
    revision = PlanRevision.objects.get(pk=revision.pk)
    _check(revision, target)
    run = _create(demo, revision, target, by)
    refuse_leaks(revision, names={"repository name": run.repository_name})
    proven = revision.status == RevisionStatus.READY
    orders.enrol(run, CATALOGUE[target], expected=expected_seconds(target, proven=proven))
    audit.record("build.started", run, by=by, demo=demo.pk, revision=revision.number, target=str(target))
    send_on_commit(advance_build, run.pk)
    return run


def _same(busy: BuildRun, revision: PlanRevision, target: str) -> BuildRun:
    """The busy build, if it is what was asked for. Raises BuildRefused."""
    if busy.status in UNDER_WAY and (busy.revision_id, busy.target) == (revision.pk, target):
        return busy
    raise BuildRefused(
        f"Build {busy.pk} of revision {busy.revision.number} is not over yet.",
        "Wait for it or cancel it, then confirm again.",
    )


def _check(revision: PlanRevision, target: str) -> None:
    if target not in CATALOGUE:
        raise BuildRefused("There is no such target.", "Choose one of the targets on the review page.")
    if target == Target.LOCAL and not settings.LOCAL_MODE:
        raise BuildRefused(
            "Local repositories exist only when DemoForge runs on your own machine.", "Choose another target."
        )
    if revision.status in BUILDABLE:
        return
    if revision.is_busy:
        raise BuildRefused(
            "This plan is still being drafted.", "Wait until it is on the page, then confirm it."
        )
    raise BuildRefused(
        "This revision cannot be built: it did not come to a proven project.",
        "Look at what is wrong on the review page, then regenerate the plan or restore an earlier revision.",
    )


def _create(demo: Demo, revision: PlanRevision, target: str, by: User) -> BuildRun:
    """A new build under a free name; the next one if another demo's build takes that name at the same time."""
    while True:
        name = _free_name(demo.public_name)
        try:
            with transaction.atomic():
                return BuildRun.objects.create(
                    demo=demo,
                    revision=revision,
                    target=target,
                    code_digest=revision.code_digest,
                    project_digest=revision.project_digest,
                    repository_name=name,
                    started_by=by,
                )
        except IntegrityError:
            if not BuildRun.objects.filter(repository_name=name).exists():
                raise


def _free_name(company: str) -> str:
    """`{company}-dbt-demo-{timestamp}`, with the next second that no other build has taken."""
    words = slug(company, fallback="prospect").replace("_", "-")
    moment = timezone.now().astimezone(UTC)
    while BuildRun.objects.filter(repository_name=_name(words, moment)).exists():
        moment += timedelta(seconds=1)
    return _name(words, moment)


def _name(words: str, moment: datetime) -> str:
    return f"{words}-dbt-demo-{moment:%Y%m%d-%H%M%S}"


@transaction.atomic
def retry_build(run: BuildRun, *, by: User) -> BuildRun:
    """Go on from the step that failed, or after a cancel. Raises NotNow.

    A Proof that could not be run is queued again, so that the step does not find the old answer.
    """
    run = _locked(run)
    _refuse_second(run)
    orders.retry(run)
    revision = run.revision
    if revision.status == RevisionStatus.BROKEN:
        retry_drafting(revision, by=by)
    audit.record("build.retried", run, by=by)
    send_on_commit(advance_build, run.pk)
    return run


@transaction.atomic
def cancel_build(run: BuildRun, *, by: User) -> BuildRun:
    """Stop after the running step. Raises NotNow."""
    run = _locked(run)
    orders.cancel(run)
    audit.record("build.cancelled", run, by=by)
    send_on_commit(advance_build, run.pk)
    return run


@transaction.atomic
def undo_build(run: BuildRun, *, by: User) -> BuildRun:
    """Remove what the build created, the newest first. Raises NotNow."""
    run = _locked(run)
    _refuse_second(run)
    orders.undo(run, CATALOGUE[run.target])
    audit.record("build.undone", run, by=by)
    send_on_commit(advance_build, run.pk)
    return run


def _locked(run: BuildRun) -> BuildRun:
    """The build as it is now, locked after its demo: the order in which everybody locks."""
    Demo.objects.select_for_update().get(pk=run.demo_id)
    return (
        BuildRun.objects.select_for_update(no_key=True, of=("self",))
        .select_related("revision")
        .get(pk=run.pk)
    )


def _refuse_second(run: BuildRun) -> None:
    if BuildRun.objects.busy().filter(demo_id=run.demo_id).exclude(pk=run.pk).exists():
        raise NotNow("Another build of this demo is running.", "Wait until it is over.")
