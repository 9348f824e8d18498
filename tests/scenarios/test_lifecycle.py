"""How long a demo lasts: from its last use, never past its call, and anew with each use."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts.models import AuditEntry, User
from demoforge.accounts.roles import Role
from scenarios import services
from scenarios.lifecycle import Term, expires_on, extend, term_now, touch
from scenarios.models import Demo
from scenarios.policy import change_policy
from tests.scenarios.views import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam() -> User:
    return rows.person()


@pytest.fixture
def demo(sam: User) -> Demo:
    return rows.demo_of(sam)


def used(demo: Demo, *, days_ago: float, warned: bool = True) -> Demo:
    """As if it was last used then, and its owner warned now."""
    now = timezone.now()
    demo.used_at = now - timedelta(days=days_ago)
    demo.expiry_warned_at = now if warned else None
    demo.save(update_fields=["used_at", "expiry_warned_at"])
    return demo


def ago(demo: Demo) -> int:
    """Whole days since the last use, as the database has it."""
    demo.refresh_from_db()
    return (timezone.now() - demo.used_at).days


def test_thirty_days_after_the_last_use(demo: Demo) -> None:
    assert expires_on(used(demo, days_ago=0)) == timezone.localdate() + timedelta(days=30)
    assert expires_on(used(demo, days_ago=40)) == timezone.localdate() - timedelta(days=10)


def test_the_policy_says_how_many_days(demo: Demo) -> None:
    change_policy(reviews="never", expiry="take_down", expiry_days=7, by=rows.person("ada", Role.ADMIN))
    term = term_now()
    assert (term.days, term.take_down, term.warning.days) == (7, True, 2)
    assert expires_on(used(demo, days_ago=0)) == timezone.localdate() + timedelta(days=7)


def test_never_before_the_day_after_the_call(demo: Demo) -> None:
    demo.call_on = timezone.localdate() + timedelta(days=3)
    assert expires_on(used(demo, days_ago=99)) == demo.call_on + timedelta(days=1)
    demo.call_on = timezone.localdate() - timedelta(days=60)
    assert expires_on(used(demo, days_ago=1)) == timezone.localdate() + timedelta(days=29)


@pytest.mark.parametrize(("days", "warning"), [(1, 1), (3, 1), (7, 2), (14, 4), (30, 5), (365, 5)])
def test_owners_have_some_days_to_answer(days: int, warning: int) -> None:
    assert Term(days, take_down=False, since=None, today=date(2026, 6, 1)).warning == timedelta(days=warning)


@pytest.mark.parametrize("call_in", [None, -50, -1, 0, 1, 4, 5, 6])
@pytest.mark.parametrize("days_ago", [0, 24, 25, 26, 29, 30, 31])
def test_the_database_and_the_page_say_the_same(demo: Demo, days_ago: int, call_in: int | None) -> None:
    term = term_now()
    demo = used(demo, days_ago=days_ago)
    demo.call_on = None if call_in is None else term.today + timedelta(days=call_in)
    demo.save(update_fields=["call_on"])
    day = term.expires_on(demo)
    assert Demo.objects.filter(term.expired()).exists() == (day <= term.today)
    assert Demo.objects.filter(term.ending()).exists() == (day <= term.today + term.warning)


def test_a_use_begins_the_time_anew_and_voids_the_warning(demo: Demo) -> None:
    touch(used(demo, days_ago=29))
    assert ago(demo) == 0
    assert demo.expiry_warned_at is None


def test_the_same_use_is_written_once(demo: Demo, django_assert_num_queries: Any) -> None:
    used(demo, days_ago=0, warned=False)
    with django_assert_num_queries(0):
        touch(demo)


def test_a_use_changes_nothing_else(demo: Demo) -> None:
    before = Demo.objects.values().get()
    touch(used(demo, days_ago=29))
    after = Demo.objects.values().get()
    assert {name for name in before if before[name] != after[name]} == {"used_at"}


def test_to_extend_is_recorded(demo: Demo, sam: User) -> None:
    day = extend(used(demo, days_ago=35), by=sam)
    assert day == timezone.localdate() + timedelta(days=30)
    assert ago(demo) == 0
    entry = AuditEntry.objects.get(action="demo.extended")
    assert (entry.actor, entry.detail) == (sam, {"expires_on": day.isoformat()})


def test_to_change_the_plan_is_to_use_the_demo(demo: Demo, sam: User) -> None:
    rows.revision_of(demo)
    first = rows.revision_of(demo)
    used(demo, days_ago=20)
    services.restore_revision(first, by=sam)
    assert ago(demo) == 0


def test_to_rehearse_is_to_use_the_demo(demo: Demo, sam: User, client_of: Any) -> None:
    revision = rows.revision_of(demo)
    used(demo, days_ago=20)
    client = client_of(sam)
    client.get(reverse("demo_detail", args=[demo.pk]))
    assert ago(demo) == 20, "to look at it is not"
    client.get(reverse("rehearse", args=[demo.pk, revision.number]))
    assert ago(demo) == 0
