"""Celery tasks of drafting and proving. Messages hold ids only; the database says what is to be done."""

import threading
from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from celery.signals import worker_process_init
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from scenarios import drafting, nightly
from scenarios.models import BUSY, PlanRevision, RevisionStatus
from scenarios.proof import ProofUnavailable, warm_up
from scenarios.recording import purge_texts

log = structlog.get_logger(__name__)


@worker_process_init.connect
def warm_up_process(**_: Any) -> None:
    """Start the worker process' runner of dbt beside it, so that the first Proof does not wait for imports."""
    threading.Thread(target=_warm_up, daemon=True, name="warm-up").start()


def _warm_up() -> None:
    try:
        warm_up()
    except ProofUnavailable as error:
        log.warning("warm_up_failed", error=str(error))


@shared_task(name="scenarios.advance_revision")
def advance_revision(revision_id: int) -> None:
    """Bring a revision as far as possible; come back later when it has to wait."""
    delay = drafting.advance_revision(revision_id)
    while delay == 0:
        delay = drafting.advance_revision(revision_id)
    if delay is not None and _is_mine_to_wait(revision_id, delay):
        advance_revision.apply_async([revision_id], countdown=delay)


def _is_mine_to_wait(revision_id: int, delay: float) -> bool:
    """Whether this message is the one that comes back: of all that wait for the same Proof, only one goes on."""
    now = timezone.now()
    due = Q(not_before=None) | Q(not_before__lte=now)
    waiting = PlanRevision.objects.filter(due, pk=revision_id, status=RevisionStatus.RENDERED)
    return bool(waiting.update(not_before=now + timedelta(seconds=delay)))


@shared_task(name="scenarios.nudge_revisions")
def nudge_revisions() -> None:
    """Send every revision that is due and held by nobody: what a lost message or a killed worker left."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = Q(not_before=None) | Q(not_before__lte=now)
    for pk in PlanRevision.objects.filter(free, due, status__in=BUSY).values_list("pk", flat=True):
        advance_revision.delay(pk)


@shared_task(name="scenarios.purge_call_texts")
def purge_call_texts() -> None:
    """Take the texts of old calls of models out of the database."""
    purge_texts(settings.AI_TEXT_DAYS)


@shared_task(name="scenarios.check_templates")
def check_templates() -> None:
    """Prove the next approved plan again if it is night, and send the message for the one after it."""
    delay = nightly.check_next()
    if delay is not None:
        check_templates.apply_async(countdown=delay)
