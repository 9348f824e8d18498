"""The log of calls: every call of GitHub and dbt Cloud becomes a row that the build's page shows."""

import re
from datetime import timedelta

import structlog
from django.db import DatabaseError
from django.utils import timezone

from provisioning.clients.outcome import CallRecord, Record
from provisioning.models import ApiCall, BuildRun, BuildStep

log = structlog.get_logger(__name__)

LONGEST_PATH, LONGEST_ID, LONGEST_OUTCOME = 300, 100, 60  # characters, those of the row
_UNSEEN = re.compile(r"[^\x21-\x7e]+")


def recorder(run: BuildRun, row: BuildStep) -> Record:
    """Writes each call of a step into the log of its build.

    A call whose row cannot be written is logged as lost and goes on: what it did outside counts more.
    """

    def record(call: CallRecord) -> None:
        try:
            ApiCall.objects.create(
                run_id=run.pk,
                step_id=row.pk,
                at=timezone.now() - timedelta(seconds=call.seconds),
                system=call.system,
                method=call.method,
                path=clean_path(call.path),
                status=call.status,
                seconds=call.seconds,
                request_id=_UNSEEN.sub("", call.request_id)[:LONGEST_ID],
                attempt=row.attempt,
                outcome=call.outcome[:LONGEST_OUTCOME],
            )
        except DatabaseError:
            log.exception("call_not_recorded", run=run.pk, step=row.key, method=call.method)

    return record


def clean_path(path: str) -> str:
    """A path to show: no host, no query, nothing unprintable, the middle left out when it is too long."""
    without_host = re.sub(r"^[a-z]+://[^/]*", "", path)
    plain = _UNSEEN.sub("_", re.split(r"[?#]", without_host, maxsplit=1)[0]) or "/"
    if len(plain) <= LONGEST_PATH:
        return plain
    half = (LONGEST_PATH - 1) // 2
    return f"{plain[:half]}…{plain[-half:]}"
