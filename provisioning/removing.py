"""Ordering the removal of what a build has created: by a person who undoes it or takes it down, or by the system.

The order in which everybody locks is the demo, then its build.
"""

from django.db import transaction

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.celery import send_on_commit
from demoforge.errors import NotNow
from provisioning import orders
from provisioning.live.changes import refuse_undo_of_change
from provisioning.models import BuildRun
from provisioning.steps import steps_of
from scenarios.models import Demo

ADVANCE_BUILD = "provisioning.advance_build"  # provisioning/tasks.py


@transaction.atomic
def remove(run: BuildRun, action: str, *, by: User | None) -> BuildRun:
    """Remove what the build created, the newest first; `action` is the word for the audit trail. Raises NotNow."""
    run = locked(run)
    refuse_second(run)
    refuse_undo_of_change(run)
    orders.undo(run, steps_of(run))
    audit.record(action, run, by=by)
    send_on_commit(ADVANCE_BUILD, run.pk)
    return run


def locked(run: BuildRun) -> BuildRun:
    """The build as it is now, locked after its demo. Only inside a transaction."""
    Demo.objects.select_for_update().get(pk=run.demo_id)
    return (
        BuildRun.objects.select_for_update(no_key=True, of=("self",))
        .select_related("revision")
        .get(pk=run.pk)
    )


def refuse_second(run: BuildRun) -> None:
    """Raises NotNow while another build of the demo is not over."""
    if BuildRun.objects.busy().filter(demo_id=run.demo_id).exclude(pk=run.pk).exists():
        raise NotNow("Another build of this demo is running.", "Wait until it is over.")
