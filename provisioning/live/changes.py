"""Ordering a change of a live demo: what is refused, and the rows with which it begins.

Everything here runs inside the caller's transaction, under the lock of the demo's row.
"""

from collections.abc import Mapping

from demoforge.accounts.models import User
from demoforge.errors import Explained, NotNow
from provisioning import names, orders
from provisioning.estimates import expected_seconds
from provisioning.models import BuildRun, RunKind, RunStatus
from provisioning.standing import is_live, require_live, standing_revision
from provisioning.steps import steps_of
from scenarios.approving import refuse_unapproved
from scenarios.leaks import refuse_leaks
from scenarios.models import PlanRevision, RevisionStatus

UNDER_WAY = (RunStatus.QUEUED, RunStatus.RUNNING)


class ChangeRefused(Explained):
    """A live demo that cannot be changed like this."""

    status = 409


def newer_revisions(live: BuildRun) -> list[PlanRevision]:
    """The proven revisions to which a live demo can be updated, the newest first."""
    standing = standing_revision(live)
    newer = PlanRevision.objects.filter(
        demo_id=live.demo_id, status=RevisionStatus.READY, number__gt=standing.number
    )
    return list(newer.only("number", "origin", "subject", "created_at", "demo").order_by("-number"))


def order_update(live: BuildRun, revision: PlanRevision, *, by: User) -> tuple[BuildRun, bool]:
    """An update to a newer proven revision, and whether it is a new one: two clicks are one update.

    Raises NotNow, ChangeRefused, NotApproved, Leaking.
    """
    require_live(live)
    if same := _same(live, RunKind.UPDATE, revision):
        return same, False
    if revision.pk not in {one.pk for one in newer_revisions(live)}:
        raise ChangeRefused(
            f"The demo cannot be updated to revision {revision.number}.",
            "It takes a newer revision of the same demo that has passed its Proof.",
        )
    refuse_unapproved(revision, by=by)
    refuse_leaks(revision, names=names.published(live.demo.public_name, live.repository_name))
    return _create(live, revision, RunKind.UPDATE, by), True


def order_reset(live: BuildRun, *, confirmed: Mapping[str, str], by: User) -> tuple[BuildRun, bool]:
    """A reset to the revision that stands, and whether it is a new one.

    `confirmed`: branch -> the commit at its end that the person has seen and agreed to discard. Raises NotNow.
    """
    require_live(live)
    revision = standing_revision(live)
    if same := _same(live, RunKind.RESET, revision):
        return same, False
    run = _create(live, revision, RunKind.RESET, by)
    run.steps.filter(key="look").update(checkpoint={"confirmed": dict(confirmed)})
    return run, True


def _same(live: BuildRun, kind: RunKind, revision: PlanRevision) -> BuildRun | None:
    """The change that is under way, if it is the one that is asked for. Raises NotNow when it is another."""
    busy = BuildRun.objects.busy().filter(demo_id=live.demo_id).first()
    if busy is None:
        return None
    if busy.status in UNDER_WAY and (busy.live_id, busy.kind, busy.revision_id) == (
        live.pk,
        kind,
        revision.pk,
    ):
        return busy
    raise NotNow("Another build of this demo is running.", "Wait until it is over.")


def _create(live: BuildRun, revision: PlanRevision, kind: RunKind, by: User) -> BuildRun:
    """The change with its steps. It goes where the build went, with the same kind of credentials."""
    run = BuildRun.objects.create(
        demo_id=live.demo_id,
        revision=revision,
        target=live.target,
        kind=kind,
        live=live,
        connections=live.connections,
        workspace=live.workspace,
        code_digest=revision.code_digest,
        project_digest=revision.project_digest,
        repository_name=live.repository_name,
        started_by=by,
    )
    orders.enrol(run, steps_of(run), expected=expected_seconds(run.target, proven=True))
    return run


def refuse_change_of_what_is_gone(run: BuildRun) -> None:
    """A change whose demo was taken down is not taken up again. Raises NotNow."""
    if run.live is not None and not is_live(run.live):
        raise NotNow("The demo was taken down meanwhile.", "Provision it again from the list of its builds.")


def refuse_undo_of_change(run: BuildRun) -> None:
    """Only what a build has created can be undone. Raises NotNow."""
    if run.kind != RunKind.BUILD:
        raise NotNow(
            "Updates and resets are not undone.",
            "Reset the demo, update it to another revision, or take it down.",
        )
