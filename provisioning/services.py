"""What people do with builds. Each change and its audit line are one transaction; work is sent on commit."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.celery import send_on_commit
from demoforge.errors import Explained
from provisioning import orders
from provisioning.estimates import expected_seconds
from provisioning.models import BuildRun, Target
from provisioning.steps import CATALOGUE
from provisioning.tasks import advance_build
from scenarios.models import Demo, PlanRevision, RevisionStatus
from scenarios.plan.names import slug
from scenarios.services import retry_drafting

BUILDABLE = (RevisionStatus.READY, RevisionStatus.RENDERED)


class BuildRefused(Explained):
    """This revision cannot be built, or not on this target."""


@transaction.atomic
def start_build(revision: PlanRevision, *, target: str, by: User) -> BuildRun:
    """Start a build of a revision. A busy build of the demo is returned instead: two clicks, one build.

    Raises BuildRefused.
    """
    demo = Demo.objects.select_for_update().get(pk=revision.demo_id)
    if busy := BuildRun.objects.busy().filter(demo=demo).first():
        return busy
    revision = PlanRevision.objects.get(pk=revision.pk)
    _check(revision, target)
    run = BuildRun.objects.create(
        demo=demo,
        revision=revision,
        target=target,
        code_digest=revision.code_digest,
        project_digest=revision.project_digest,
        repository_name=_free_name(demo.company),
        started_by=by,
    )
    proven = revision.status == RevisionStatus.READY
    orders.enrol(run, CATALOGUE[target], expected=expected_seconds(target, proven=proven))
    audit.record("build.started", run, by=by, demo=demo.pk, revision=revision.number, target=str(target))
    send_on_commit(advance_build, run.pk)
    return run


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
    """Go on from the step that failed, or after a cancel. Raises orders.NotNow.

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
    """Stop after the running step. Raises orders.NotNow."""
    run = _locked(run)
    orders.cancel(run)
    audit.record("build.cancelled", run, by=by)
    send_on_commit(advance_build, run.pk)
    return run


@transaction.atomic
def undo_build(run: BuildRun, *, by: User) -> BuildRun:
    """Remove what the build created, the newest first. Raises orders.NotNow."""
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
        raise orders.NotNow("Another build of this demo is running.", "Wait until it is over.")
