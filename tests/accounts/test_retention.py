"""The audit trail is kept for as long as the setting says, and what goes is recorded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from demoforge.accounts import audit, retention, tasks
from demoforge.accounts.models import AuditEntry, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(make_user: Callable[..., User]) -> list[AuditEntry]:
    """Lines that are 0, 1, 2 … 9 hundred days and an hour old."""
    alice = make_user("alice")
    made = [audit.record("login", alice, by=alice) for _ in range(10)]
    for number, line in enumerate(made):
        at = timezone.now() - timedelta(days=100 * number, hours=1)
        AuditEntry.objects.filter(pk=line.pk).update(at=at)
    return made


def kept() -> int:
    return AuditEntry.objects.filter(action="login").count()


def test_what_is_older_goes_and_a_line_says_so(lines: list[AuditEntry]) -> None:
    assert retention.purge_audit(300) == 7
    assert kept() == 3
    said = AuditEntry.objects.get(action="audit.purged")
    assert (said.actor_name, said.detail) == ("system", {"count": 7, "days": 300})
    assert said.subject.startswith("lines until 20")
    assert "alice" not in said.subject


def test_it_goes_in_batches(lines: list[AuditEntry]) -> None:
    assert retention.purge_audit(300, at_once=3) == 7
    counts = (
        AuditEntry.objects.filter(action="audit.purged")
        .order_by("pk")
        .values_list("detail__count", flat=True)
    )
    assert list(counts) == [3, 3, 1]


def test_nothing_is_said_when_nothing_goes(lines: list[AuditEntry]) -> None:
    assert retention.purge_audit(5000) == 0
    assert AuditEntry.objects.count() == 10


@pytest.mark.parametrize(("days", "left"), [(0, 10), (730, 8)])
def test_the_hourly_task_keeps_to_the_setting(
    lines: list[AuditEntry], settings: Any, days: int, left: int
) -> None:
    settings.AUDIT_DAYS = days
    tasks.purge_audit()
    assert kept() == left


def test_the_task_is_an_hourly_one(settings: Any) -> None:
    assert settings.AUDIT_DAYS == 730
    hourly = {task.name for task in (tasks.purge_audit, tasks.carry_notices, tasks.clear_sessions)}
    assert hourly <= set(settings.HOURLY_TASKS)


def test_sessions_that_are_over_are_removed_and_no_others() -> None:
    now = timezone.now()
    for key, hours in (("over", -1), ("running", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(hours=hours))
    tasks.clear_sessions()
    assert [row.session_key for row in Session.objects.all()] == ["running"]
