"""Celery tasks of builds. Messages hold ids only; the database says what is to be done."""

from celery import shared_task

from demoforge.celery import send
from provisioning import engine, expiry
from provisioning.models import BuildRun, BuildStep


@shared_task(name="provisioning.advance_build")
def advance_build(run_id: int) -> None:
    """Run one step of a build and come back for the next; what could run beside it gets its own message.

    If that message cannot be sent, the step is run all the same: its neighbour only waits for it.
    """

    def spread(_row: BuildStep, more: bool) -> None:
        if more:
            send(advance_build.name, run_id)

    delay = engine.advance(run_id, on_claim=spread)
    if delay is not None:
        advance_build.apply_async([run_id], countdown=delay)


@shared_task(name="provisioning.nudge_builds")
def nudge_builds() -> None:
    """Send every busy build: what a lost message or a killed worker left. One in good hands ignores it."""
    for pk in BuildRun.objects.busy().values_list("pk", flat=True):
        advance_build.delay(pk)


@shared_task(name="provisioning.watch_expiry")
def watch_expiry() -> None:
    """Warn the owners of live demos that are about to expire; take down what the policy says is to go."""
    expiry.watch_expiry()
