"""The queue. The database is the truth and a message is a nudge: losing one, or getting it twice, changes nothing.

Messages hold ids only. Every worker runs the periodic nudge by a timer of its own, so there is no scheduler
process to look after, and it goes on as long as one worker lives.
"""

import os
import warnings
from functools import partial
from typing import Any

import structlog
from celery import Celery, Task, bootsteps
from celery.exceptions import CeleryError
from celery.platforms import SecurityWarning
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from demoforge.locks import hold_worker_lock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demoforge.settings")

log = structlog.get_logger(__name__)
HOUR = 3600.0  # seconds
BROKER_ERRORS = (CeleryError, KombuError, RedisError, OSError)

# It warns about pickled messages sent to a worker that runs as root; ours take JSON only.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("demoforge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def send_on_commit(task: Task | str, *ids: int) -> None:
    """Send a task (or its name) with these ids when the transaction commits; at once outside a transaction.

    Never fails and never waits long: without a queue the row stays as it is, and the nudge finds it.
    """
    name = task if isinstance(task, str) else task.name
    transaction.on_commit(partial(send, name, *ids))


def send(name: str, *ids: int, expires: float | None = None) -> bool:
    """Send a task by name now. False when there is no queue, or it cannot be reached."""
    if settings.INLINE_WORK or not settings.CELERY_BROKER_URL:
        return False
    try:
        app.send_task(name, args=list(ids), expires=expires, retry=False)
    except BROKER_ERRORS as error:
        log.warning("task_not_sent", task=name, ids=ids, error=type(error).__name__)
        return False
    return True


def nudge() -> None:
    """Ask the workers to look for rows that nobody works on, and once an hour to tidy up.

    One worker does it per interval, whoever is first.
    """
    if not _first("nudge", settings.NUDGE_SECONDS * 0.8):
        return
    for name in settings.NUDGE_TASKS:
        send(name, expires=settings.NUDGE_SECONDS)
    if _first("hourly", HOUR):
        for name in settings.HOURLY_TASKS:
            send(name, expires=HOUR)


def _first(key: str, seconds: float) -> bool:
    """Whether nobody else was here within so many seconds; False as well when nobody can tell."""
    try:
        return cache.add(key, 1, timeout=seconds)
    except BROKER_ERRORS:
        return False


class NudgeTimer(bootsteps.StartStopStep):
    """The worker's timer; also marks the worker as alive for as long as it and its children run."""

    requires = {"celery.worker.components:Timer"}

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.entry: Any = None
        hold_worker_lock()

    def start(self, parent: Any) -> None:
        """Begin to nudge."""
        self.entry = parent.timer.call_repeatedly(settings.NUDGE_SECONDS, nudge)

    def stop(self, parent: Any) -> None:
        """End it."""
        if self.entry:
            self.entry.cancel()


app.steps["worker"].add(NudgeTimer)
app.steps["worker"].add(DjangoStructLogInitStep)
