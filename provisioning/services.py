"""What people do with builds. Each change and its audit line are one transaction; work is sent on commit."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.celery import send_on_commit
from demoforge.errors import Explained
from provisioning import names, orders
from provisioning.connections.fields import Connections
from provisioning.estimates import expected_seconds
from provisioning.live.changes import (
    order_reset,
    order_update,
    refuse_change_of_what_is_gone,
)
from provisioning.models import BuildRun, BuildStep, RunKind, RunStatus, StepStatus, Target
from provisioning.preflight import NEEDED, Preflight, called, preflight
from provisioning.removing import locked, refuse_second, remove
from provisioning.standing import require_live, standing_revision
from provisioning.steps import CATALOGUE
from provisioning.tasks import advance_build
from scenarios.approving import refuse_unapproved
from scenarios.leaks import refuse_leaks
from scenarios.lifecycle import touch
from scenarios.models import Demo, PlanRevision, RevisionStatus
from scenarios.services import retry_drafting

BUILDABLE = (RevisionStatus.READY, RevisionStatus.RENDERED)
UNDER_WAY = (RunStatus.QUEUED, RunStatus.RUNNING)


class BuildRefused(Explained):
    """This revision cannot be built, or not on this target."""


@transaction.atomic
def start_build(
    revision: PlanRevision,
    *,
    target: str,
    connections: Connections | None = None,
    workspace: bool = False,
    moment: datetime | None = None,
    as_given: bool = False,
    by: User,
) -> BuildRun:
    """Start a build of a revision. Two clicks, one build: one that is under way to the same end is returned.

    `connections` say where it goes; the owner and the account that the demo names come before theirs, unless they
    are to be used `as_given`. They are frozen into the build. `workspace`: it uses the workspace's credentials, not
    those of `by`. `moment`: the one that its names carry, as a pre-flight has shown them; now, if it is left out.
    Raises BuildRefused, also while any other build of the demo is not over, NotApproved and Leaking.
    """
    demo = Demo.objects.select_for_update().get(pk=revision.demo_id)
    if busy := BuildRun.objects.busy().filter(demo=demo).first():
        return _same(busy, revision, target)
    revision = PlanRevision.objects.get(pk=revision.pk)
    _check(revision, target)
    refuse_unapproved(revision, by=by)
    where = used_by(target, connections) if as_given else places_of(demo, target, connections)
    _require_places(target, where)
    frozen = {"connections": where.model_dump(mode="json"), "workspace": workspace, "started_by": by}
    run = _create(demo, revision, target, frozen, moment)
    refuse_leaks(revision, names=names.published(demo.public_name, run.repository_name))
    proven = revision.status == RevisionStatus.READY
    orders.enrol(run, CATALOGUE[target], expected=expected_seconds(target, proven=proven))
    touch(demo)
    audit.record("build.started", run, by=by, demo=demo.pk, revision=revision.number, target=str(target))
    send_on_commit(advance_build, run.pk)
    return run


def _same(busy: BuildRun, revision: PlanRevision, target: str) -> BuildRun:
    """The busy build, if it is what was asked for. Raises BuildRefused."""
    if busy.status in UNDER_WAY and (busy.revision_id, busy.target) == (revision.pk, target):
        return busy
    raise _not_over(busy)


def _not_over(busy: BuildRun) -> BuildRefused:
    return BuildRefused(
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


def places_of(demo: Demo, target: str, connections: Connections | None) -> Connections:
    """The connections that a target uses, with the demo's own owner and account; None is what is not set up."""
    where = used_by(target, connections)
    github, cloud = where.github, where.dbt_cloud
    if github and demo.github_owner:
        github = github.model_copy(update={"owner": demo.github_owner})
    if cloud and demo.dbt_account_id:
        cloud = cloud.model_copy(update={"account_id": int(demo.dbt_account_id)})
    return Connections(github=github, dbt_cloud=cloud, warehouse=where.warehouse)


def used_by(target: str, connections: Connections | None) -> Connections:
    """Of these connections those that a target uses."""
    given = connections or Connections()
    github = given.github if target in (Target.GITHUB, Target.DBT_CLOUD) else None
    cloud, warehouse = (given.dbt_cloud, given.warehouse) if target == Target.DBT_CLOUD else (None, None)
    return Connections(github=github, dbt_cloud=cloud, warehouse=warehouse)


def _require_places(target: str, where: Connections) -> None:
    """Raises BuildRefused when a connection is not there that the target needs."""
    for place in NEEDED.get(target, ()):
        if getattr(where, place) is None:
            raise BuildRefused(
                f"There is no {called(place)} connection, and {Target(target).label} needs one.",
                "Set it up on the Connections page, then confirm again.",
            )


def _create(
    demo: Demo, revision: PlanRevision, target: str, frozen: Mapping[str, Any], moment: datetime | None
) -> BuildRun:
    """A new build under a free name; the next one if another demo's build takes that name at the same time."""
    while True:
        name = _free_name(demo.public_name, moment)
        try:
            with transaction.atomic():
                return BuildRun.objects.create(
                    demo=demo,
                    revision=revision,
                    target=target,
                    code_digest=revision.code_digest,
                    project_digest=revision.project_digest,
                    repository_name=name,
                    **frozen,
                )
        except IntegrityError:
            if not BuildRun.objects.filter(repository_name=name).exists():
                raise


def _free_name(company: str, moment: datetime | None) -> str:
    """The name for this moment (None: now), or for the next second that no other build has taken."""
    moment = (moment or timezone.now()).astimezone(UTC)
    while BuildRun.objects.filter(repository_name=names.repository_name(company, moment)).exists():
        moment += timedelta(seconds=1)
    return names.repository_name(company, moment)


def check_build(
    revision: PlanRevision,
    *,
    target: str,
    connections: Connections | None = None,
    workspace: bool = False,
    moment: datetime | None = None,
    as_given: bool = False,
    ask: bool = True,
    by: User,
) -> Preflight:
    """The pre-flight of the build that `start_build` would start: what stands against it, and what it would create.

    Nothing is changed. Without `ask` nobody outside is called. Raises BuildRefused when there is no such target.
    """
    if target not in CATALOGUE:
        _check(revision, target)
    demo = revision.demo
    where = used_by(target, connections) if as_given else places_of(demo, target, connections)
    run = BuildRun(
        demo=demo,
        revision=revision,
        target=target,
        connections=where.model_dump(mode="json"),
        workspace=workspace,
        started_by=by,
        code_digest=revision.code_digest,
        project_digest=revision.project_digest,
        repository_name=_free_name(demo.public_name, moment),
    )
    return preflight(run, objections=list(_objections(run)), ask=ask)


def _objections(run: BuildRun) -> Iterator[Explained]:
    """What `start_build` would refuse here; missing connections are told beside what their sides say."""
    if busy := BuildRun.objects.busy().filter(demo_id=run.demo_id).first():
        yield _not_over(busy)
    published = names.published(run.demo.public_name, run.repository_name)
    for demand in (
        lambda: _check(run.revision, run.target),
        lambda: refuse_unapproved(run.revision, by=run.started_by),
        lambda: refuse_leaks(run.revision, names=published),
    ):
        try:
            demand()
        except Explained as refusal:
            yield refusal


@transaction.atomic
def retry_build(run: BuildRun, *, by: User) -> BuildRun:
    """Go on from the step that failed, or after a cancel. Raises NotNow.

    A Proof that could not be run is queued again, so that the step does not find the old answer.
    """
    run = locked(run)
    refuse_second(run)
    refuse_change_of_what_is_gone(run)
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
    run = locked(run)
    orders.cancel(run)
    audit.record("build.cancelled", run, by=by)
    send_on_commit(advance_build, run.pk)
    return run


def undo_build(run: BuildRun, *, by: User) -> BuildRun:
    """Remove what the build created, the newest first. Raises NotNow."""
    return remove(run, "build.undone", by=by)


# --- live demos ---------------------------------------------------------------------------------------------


@transaction.atomic
def update_live(run: BuildRun, revision: PlanRevision, *, by: User) -> BuildRun:
    """Let a live demo show a newer proven revision: commits, pull requests, a run. Returns the update.

    Raises NotNow, ChangeRefused, NotApproved, Leaking.
    """
    live = locked(run)
    change, is_new = order_update(live, revision, by=by)
    return _begin(change, is_new, "build.update_started", by)


@transaction.atomic
def reset_live(run: BuildRun, *, confirmed: Mapping[str, str] | None = None, by: User) -> BuildRun:
    """Bring a live demo back to its proven state: branches, pull requests, data. Returns the reset.

    `confirmed`: branch -> the commit at its end that `by` has seen and agreed to discard; without it nothing of
    others is discarded. Raises NotNow.
    """
    live = locked(run)
    change, is_new = order_reset(live, confirmed=confirmed or {}, by=by)
    return _begin(change, is_new, "build.reset_started", by)


def take_down(run: BuildRun, *, by: User) -> BuildRun:
    """Remove a live demo: everything that its build created. Raises NotNow."""
    require_live(run)
    return remove(run, "build.taken_down", by=by)


def provision_again(
    run: BuildRun, connections: Connections, *, target: str = "", workspace: bool = False, by: User
) -> BuildRun:
    """Build the files of a past build once more, under new names and where `connections` say. Returns the new build.

    Raises BuildRefused, also when the build was never bound to a proven project, and NotApproved.
    """
    revision = standing_revision(run)
    if run.kind != RunKind.BUILD or not run.project_digest:
        raise BuildRefused(
            f"Build {run.pk} did not come to a proven project.",
            "Confirm the plan on the review page instead.",
        )
    return start_build(
        revision,
        target=target or run.target,
        connections=connections,
        workspace=workspace,
        as_given=True,
        by=by,
    )


def _begin(change: BuildRun, is_new: bool, action: str, by: User) -> BuildRun:
    if is_new:
        touch(change.demo)
        audit.record(action, change, by=by, live=change.live_id, revision=change.revision.number)
        send_on_commit(advance_build, change.pk)
    return change


# --- in common ----------------------------------------------------------------------------------------------


def wake_builds(user: User) -> int:
    """Let the builds that this person started, and that wait for credentials, try again now. Returns how many."""
    waiting = BuildStep.objects.filter(
        run__in=BuildRun.objects.busy().filter(started_by=user),
        status__in=[StepStatus.PENDING, StepStatus.TO_UNDO],
    ).exclude(needs="")
    woken = sorted(set(waiting.values_list("run_id", flat=True)))
    waiting.update(not_before=None)
    for pk in woken:
        send_on_commit(advance_build, pk)
    return len(woken)
