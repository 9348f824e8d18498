"""How long the audit trail is kept."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from demoforge.accounts import audit
from demoforge.accounts.models import AuditEntry

AT_ONCE = 1000  # lines removed in one transaction, so that nobody who writes waits long


def purge_audit(days: int, *, at_once: int = AT_ONCE) -> int:
    """Remove the lines that are older than so many days; 0 keeps all. Returns how many, which it also records."""
    if not days:
        return 0
    old = AuditEntry.objects.filter(at__lt=timezone.now() - timedelta(days=days)).order_by("at", "pk")
    removed = 0
    while some := list(old[:at_once]):
        with transaction.atomic():
            count, _ = AuditEntry.objects.filter(pk__in=[entry.pk for entry in some]).delete()
            if count:
                audit.record("audit.purged", _until(some[-1]), by=None, count=count, days=days)
        removed += count
    return removed


def _until(newest: AuditEntry) -> AuditEntry:
    """What was removed, for the line that says so: it repeats nothing of what the lines have said."""
    return AuditEntry(pk=newest.pk, action="lines until", subject=f"{newest.at:%Y-%m-%d}")
