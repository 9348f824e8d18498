"""Claim, lease and fence: how a piece of durable work is done once, whatever dies.

The database is the truth; a message is a nudge. Whoever wants to work on a row *claims* it by a filtered
update: no row changed means that someone else has it. A claim holds a lease, kept alive by a heartbeat. When
its holder dies, the lease runs out and the next nudge claims the row again. `attempt` is a fencing token: a
worker that overslept its lease settles nothing. `failures` is the retry limit's counter: taking over from a
holder that died adds one, waiting adds none.
"""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, models
from django.db.models import F, Q
from django.utils import timezone

log = structlog.get_logger(__name__)

MAX_FAILURES = 3  # tries that may fail or be cut off before a person has to look


class Claimed(models.Model):
    """Base of rows that are worked on under a claim. The subclass has a `status` field."""

    attempt = models.PositiveIntegerField(default=0, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    not_before = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class LeaseLost(Exception):
    """Someone else holds the row now: stop working on it."""


@dataclass(frozen=True)
class Claim:
    """The right to work on one row, until it is settled or the lease runs out."""

    model: type[models.Model]
    pk: int
    running: str
    attempt: int
    failures: int  # so far, the holder that died before us included

    @property
    def worn_out(self) -> bool:
        """Whether holders before us died so often that another try would end like theirs."""
        return self.failures > MAX_FAILURES

    def _mine(self) -> "models.QuerySet[Any]":
        return self.model._default_manager.filter(pk=self.pk, status=self.running, attempt=self.attempt)

    def save(self, **fields: Any) -> None:
        """Write progress on the row while holding it. Raises LeaseLost."""
        if not self._mine().update(**fields):
            raise LeaseLost(f"{self.model.__name__} {self.pk}")

    def settle(self, *, status: str, **fields: Any) -> bool:
        """End the claim with a new status. False when the fence says that it is no longer ours."""
        return bool(self._mine().update(status=status, lease_until=None, **fields))

    def put_back(self, *, status: str, seconds: float, **fields: Any) -> bool:
        """Count a failure and let the row be claimed again in `seconds`. False when that was the last try.

        Then nothing is written: the caller settles the row as failed.
        """
        if self.failures + 1 >= MAX_FAILURES:
            return False
        wait = timezone.now() + timedelta(seconds=seconds)
        self.settle(status=status, failures=self.failures + 1, not_before=wait, **fields)
        return True

    def renew(self) -> bool:
        """Extend the lease by its full length. False when it is lost."""
        return bool(self._mine().update(lease_until=_lease_end()))

    @contextmanager
    def heartbeat(self) -> Iterator[None]:
        """Renew the lease from a thread of its own for as long as the block runs."""
        stop = threading.Event()
        thread = threading.Thread(target=self._beat, args=(stop,), daemon=True, name="heartbeat")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _beat(self, stop: threading.Event) -> None:
        held = True
        while held and not stop.wait(settings.LEASE_SECONDS / 3):
            held = self._renew_or_try_later()
        connection.close()

    def _renew_or_try_later(self) -> bool:
        """Renew; a beat that failed is missed, and the next one uses a fresh connection."""
        try:
            return self.renew()
        except DatabaseError:
            log.exception("heartbeat_failed", model=self.model.__name__, pk=self.pk)
            connection.close()
            return True


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)


def claimable(ready: Collection[str], running: str) -> Q:
    """The condition under which a row may be claimed now: ready, or running with a lease that has run out."""
    now = timezone.now()
    free = Q(status__in=ready) | Q(status=running, lease_until__lt=now)
    return free & (Q(not_before=None) | Q(not_before__lte=now))


def claim(model: type[models.Model], pk: int, *, ready: Collection[str], running: str) -> Claim | None:
    """Take the row, or None when it is taken, not ready, or must wait."""
    rows = model._default_manager.filter(claimable(ready, running), pk=pk)
    found = rows.values_list("status", "attempt", "failures").first()
    if found is None:
        return None
    status, attempt, failures = found
    died = 1 if status == running else 0
    taken = rows.filter(status=status, attempt=attempt).update(
        status=running,
        attempt=attempt + 1,
        failures=F("failures") + died,
        lease_until=_lease_end(),
        not_before=None,
    )
    return Claim(model, pk, running, attempt + 1, failures + died) if taken else None


def release_leases(model: type[models.Model]) -> int:
    """End every lease at once. Only for a start at which no worker can be alive."""
    return model._default_manager.filter(lease_until__isnull=False).update(lease_until=timezone.now())
