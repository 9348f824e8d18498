"""Write the audit trail. Call it inside the transaction of the change it records."""

from typing import Any

import structlog
from django.db import models

from demoforge.accounts.models import AuditEntry, User
from demoforge.accounts.origin import origin_now

log = structlog.get_logger(__name__)


def record(action: str, subject: models.Model, *, by: User | None, **detail: Any) -> AuditEntry:
    """Record that `by` (None: the system) did `action` to `subject`. Detail holds ids, numbers and labels only."""
    entry = AuditEntry.objects.create(
        actor=by,
        actor_name=by.username if by else "system",
        action=action,
        subject_type=subject._meta.model_name or "",
        subject_id=str(subject.pk or ""),
        subject=str(subject)[:200],
        detail=detail,
        origin=origin_now(),
    )
    log.info("audit", action=action, subject_type=entry.subject_type, subject_id=entry.subject_id, **detail)
    return entry
