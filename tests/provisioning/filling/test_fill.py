"""`manage.py fill`: what it makes, that it makes it once, and when it refuses."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from demoforge.accounts.models import AuditEntry, Notice, Team, User
from provisioning.insights import period_of, read_insights
from provisioning.models import BUSY_RUNS, BuildRun, BuildStep
from scenarios.library.searching import Wanted, find
from scenarios.models import BUSY, Demo, ModelCall, PlanRevision, Review
from tests.provisioning.scenery import bare_demo

pytestmark = pytest.mark.django_db


def filled(**options: Any) -> str:
    said = StringIO()
    call_command("fill", stdout=said, stderr=StringIO(), **options)
    return said.getvalue()


def test_it_makes_a_team_at_work_once() -> None:
    assert "60 demos of 20 people, 60 of them made now" in filled(demos=60, users=20)
    assert (Demo.objects.count(), User.objects.count()) == (60, 20)
    assert not Demo.objects.filter(current=None).exists()
    assert not PlanRevision.objects.filter(status__in=BUSY).exists(), "a worker would take these up"
    assert not BuildRun.objects.filter(status__in=BUSY_RUNS).exists()
    assert not Notice.objects.filter(sent_at=None).exists(), "these would be sent by e-mail"
    for kind in (Team, ModelCall, Review, BuildRun, BuildStep, AuditEntry):
        assert kind.objects.exists(), kind
    assert all(not user.has_usable_password() for user in User.objects.all())
    approved = Demo.objects.approved().select_related("current")[0]
    assert approved.current is not None
    assert approved.current.read_plan().outline.company == approved.company

    total = read_insights(period_of("all"), cut="team").total
    assert total.demos == 60
    assert total.rated
    assert total.cost > 0
    assert 0 < total.working < 60
    assert total.whole.p50 is not None
    assert total.whole.p90 is not None
    assert total.whole.p90 > total.whole.p50 > 0
    assert Demo.objects.filter(created_at__lt=timezone.now() - timedelta(days=90)).exists()
    manager = User.objects.filter(role="manager")[0]
    assert find(Demo.objects.all(), Wanted(text="revenue"), by=manager).exists()

    assert "60 demos of 20 people, 0 of them made now" in filled(demos=60, users=20)
    assert "70 demos of 20 people, 10 of them made now" in filled(demos=70, users=20)


def test_it_refuses_beside_demos_of_people() -> None:
    bare_demo()
    with pytest.raises(CommandError, match="1 demos that people have made"):
        filled(demos=5, users=2)
    assert Demo.objects.count() == 1
    filled(demos=0, users=2, yes=True)
    assert User.objects.filter(username__startswith="fill-").count() == 2


def test_it_refuses_outside_local_mode(settings: Any) -> None:
    settings.LOCAL_MODE = False
    with pytest.raises(CommandError, match="local mode"):
        filled(demos=5, users=2, yes=True)
    assert not User.objects.exists()


def test_it_refuses_numbers_that_make_no_sense() -> None:
    for numbers in ({"demos": -1, "users": 2}, {"demos": 1, "users": 0}):
        with pytest.raises(CommandError, match="at least one user"):
            filled(**numbers)
