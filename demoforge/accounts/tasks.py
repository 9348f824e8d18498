"""Celery tasks of notices and of the audit trail. Messages hold ids only; the database says what is to be done."""

from celery import shared_task
from django.conf import settings

from demoforge.accounts import carrying, retention, sessions
from demoforge.accounts.notices import SEND_NOTICE


@shared_task(name=SEND_NOTICE)
def send_notice(notice_id: int) -> None:
    """Carry one notice to whom it is for. A second message for it does nothing."""
    carrying.carry(notice_id)


@shared_task(name="accounts.carry_notices")
def carry_notices() -> None:
    """Try once more what did not go out: a mail server was down, a message was lost."""
    for pk in carrying.waiting():
        carrying.carry(pk)


@shared_task(name="accounts.purge_audit")
def purge_audit() -> None:
    """Remove old lines of the audit trail."""
    retention.purge_audit(settings.AUDIT_DAYS)


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Remove sessions whose time is over."""
    sessions.clear_expired()
