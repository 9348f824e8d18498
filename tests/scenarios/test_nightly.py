"""Approved plans are proven again at night: when, which, by whom, and what is told of them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis
from django.test import Client
from django.utils import timezone

from demoforge.accounts.models import AuditEntry, Notice, User
from scenarios import nightly
from scenarios.models import (
    Night,
    NightStatus,
    PlanRevision,
    ProjectFile,
    Proof,
    ProofStatus,
    Review,
    ReviewStatus,
    TemplateCheck,
)
from scenarios.nightly import check_next, due_plans, newest_checks, night_of
from scenarios.proof import dbt_version
from scenarios.tasks import check_templates
from tests.sampling import few
from tests.scenarios.views.rows import demo_of, person, revision_of

ROOT = Path(__file__).resolve().parents[2]
ALWAYS = "00:00-00:00"
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
CHECK_NEXT = "import django; django.setup(); from scenarios.nightly import check_next; print(check_next())"
SEND_NEXT = "import django; django.setup(); from scenarios.tasks import check_templates; check_templates()"


def approved(owner: User, *, proven: datetime = LONG_AGO, **fields: Any) -> PlanRevision:
    """The current revision of a new demo, approved, with a Proof of that time."""
    revision = revision_of(demo_of(owner, **fields))
    digest = f"sha256:{revision.pk:064x}"
    proof = Proof.objects.create(
        code_digest=digest, dbt_version="1.11.0", status=ProofStatus.PASSED, finished_at=proven
    )
    review = Review.objects.create(
        revision=revision, status=ReviewStatus.APPROVED, project_digest=digest, asked_by=owner
    )
    PlanRevision.objects.filter(pk=revision.pk).update(proof=proof, project_digest=digest, approval=review)
    revision.refresh_from_db()
    return revision


def check(revision: PlanRevision, *, passed: bool, days_ago: int, sentence: str = "") -> TemplateCheck:
    made = TemplateCheck.objects.create(
        revision=revision, dbt_version="1.11.9", passed=passed, sentence=sentence
    )
    TemplateCheck.objects.filter(pk=made.pk).update(at=timezone.now() - timedelta(days=days_ago))
    return made


@pytest.fixture
def sam(db: None) -> User:
    return person("sam")


# --- when ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "clock", "began"),
    [
        ("01:00-05:00", "00:59", None),
        ("01:00-05:00", "01:00", "2026-06-10 01:00"),
        ("01:00-05:00", "04:59", "2026-06-10 01:00"),
        ("01:00-05:00", "05:00", None),
        ("22:30-02:00", "23:00", "2026-06-10 22:30"),
        ("22:30-02:00", "01:59", "2026-06-09 22:30"),
        ("22:30-02:00", "12:00", None),
        ("06:00-06:00", "05:59", "2026-06-09 06:00"),
        ("off", "02:00", None),
    ],
)
def test_the_night_is_a_window_of_the_servers_clock(
    settings: Any, window: str, clock: str, began: str | None
) -> None:
    settings.NIGHT, settings.TIME_ZONE = window, "Europe/Oslo"
    now = datetime.fromisoformat(f"2026-06-10 {clock}").replace(tzinfo=ZoneInfo("Europe/Oslo"))
    found = night_of(now.astimezone(UTC))
    assert (found and f"{found:%Y-%m-%d %H:%M}") == began


@pytest.mark.django_db
def test_nothing_happens_by_day(settings: Any, sam: User) -> None:
    approved(sam)
    settings.NIGHT = "off"
    assert check_next() is None
    assert not Night.objects.exists()


# --- which --------------------------------------------------------------------------------------------------


def test_the_plan_that_was_not_proven_for_longest_comes_first(sam: User) -> None:
    newest, oldest, checked = (approved(sam, proven=LONG_AGO + timedelta(days=days)) for days in (20, 10, 0))
    check(checked, passed=True, days_ago=2)
    assert list(due_plans(timezone.now())) == [oldest, newest, checked]
    assert list(due_plans(timezone.now(), last=[oldest.pk])) == [newest, checked, oldest]


def test_only_approved_current_plans_that_are_due_are_proven(sam: User) -> None:
    revision_of(demo_of(sam))  # nobody has approved it
    voided = approved(sam)
    PlanRevision.objects.filter(pk=voided.pk).update(project_digest=f"sha256:{'0' * 64}")
    replaced = approved(sam)
    revision_of(replaced.demo)
    proven = approved(sam, proven=timezone.now())
    due = approved(sam)
    assert list(due_plans(timezone.now() - timedelta(hours=1))) == [due]
    assert proven in due_plans(timezone.now() + timedelta(hours=1))


def test_no_plan_is_proven_beyond_the_minutes_of_the_night(settings: Any, sam: User) -> None:
    settings.NIGHT, settings.NIGHT_MINUTES = ALWAYS, 2
    approved(sam)
    Night.objects.create(begins_on=timezone.localdate(), seconds=120)
    assert check_next() is None
    assert Night.objects.get().status == NightStatus.OVER
    assert not TemplateCheck.objects.exists()


def test_while_a_worker_holds_the_night_another_one_does_nothing(settings: Any, sam: User) -> None:
    settings.NIGHT = ALWAYS
    approved(sam)
    later = timezone.now() + timedelta(minutes=1)
    night = Night.objects.create(
        begins_on=timezone.localdate(), status=NightStatus.RUNNING, attempt=4, lease_until=later
    )
    assert check_next() is None
    night.refresh_from_db()
    assert (night.attempt, night.lease_until) == (4, later)
    assert not TemplateCheck.objects.exists()


def test_a_night_whose_workers_die_again_and_again_is_given_up(settings: Any, sam: User) -> None:
    settings.NIGHT = ALWAYS
    approved(sam)
    Night.objects.create(
        begins_on=timezone.localdate(), status=NightStatus.RUNNING, failures=3, lease_until=LONG_AGO
    )
    assert check_next() is None
    assert Night.objects.get().status == NightStatus.OVER


def test_without_a_plan_that_is_due_the_hours_message_looks_again(settings: Any, sam: User) -> None:
    settings.NIGHT = ALWAYS
    old = Night.objects.create(begins_on=date(2026, 1, 5))
    check_templates()
    assert Night.objects.get().status == NightStatus.WAITING
    assert not Night.objects.filter(pk=old.pk).exists()


# --- what is told -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_plan_that_cannot_be_read_has_broken_and_the_owner_is_told_once(settings: Any) -> None:
    settings.NIGHT = ALWAYS
    revision = approved(person("sam"), company="Fjell & Field Outfitters", codename="Project Bluebird")
    PlanRevision.objects.filter(pk=revision.pk).update(plan={"outline": {}})
    assert check_next() == 0.0
    assert check_next() is None, "each plan once a night"
    found = TemplateCheck.objects.get()
    assert (found.revision, found.passed, found.sentence) == (revision, False, nightly.UNREADABLE)
    notice = Notice.objects.get()
    assert (notice.user, notice.path) == (revision.demo.owner, f"/demos/{revision.demo_id}/")
    assert "Project Bluebird" in notice.text
    assert "Fjell" not in notice.text
    assert AuditEntry.objects.filter(action="template.broke", actor=None).count() == 1
    TemplateCheck.objects.update(at=LONG_AGO)
    assert check_next() == 0.0
    assert TemplateCheck.objects.count() == 2
    assert Notice.objects.count() == 1, "it is still the same news"


def test_the_last_check_of_each_revision_in_one_query(
    sam: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    once, twice, never = (approved(sam) for _ in range(3))
    check(once, passed=False, days_ago=1)
    check(twice, passed=False, days_ago=2)
    newest = check(twice, passed=True, days_ago=1)
    with django_assert_num_queries(1):
        found = newest_checks([once.pk, twice.pk, never.pk])
    assert found.keys() == {once.pk, twice.pk}
    assert found[twice.pk] == newest


def test_the_demo_page_flags_what_broke(sam: User, client_of: Callable[[User], Client]) -> None:
    revision = approved(sam)
    check(revision, passed=False, days_ago=1, sentence="fct_orders: <no such column>")
    page = client_of(sam).get(f"/demos/{revision.demo_id}/").content.decode()
    assert "no longer passes its Proof" in page
    assert "fct_orders: &lt;no such column&gt;" in page
    check(revision, passed=True, days_ago=0)
    assert "no longer passes" not in client_of(sam).get(f"/demos/{revision.demo_id}/").content.decode()


def test_the_flag_goes_with_the_approval(sam: User, client_of: Callable[[User], Client]) -> None:
    revision = approved(sam)
    check(revision, passed=False, days_ago=1)
    PlanRevision.objects.filter(pk=revision.pk).update(approval=None)
    assert "no longer passes" not in client_of(sam).get(f"/demos/{revision.demo_id}/").content.decode()


# --- really -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.long  # the kill below proves one really, too
@pytest.mark.django_db(transaction=True)
def test_the_stored_files_are_really_run_and_neither_proof_nor_approval_is_touched(settings: Any) -> None:
    settings.NIGHT = ALWAYS
    revision = approved(person("sam"))
    files = ProjectFile.objects.filter(revision=revision, branch="main", path="models/marts/fct_orders.sql")
    assert files.update(text="select no_such_column from {{ ref('no_such_model') }}") == 1
    before = (revision.proof_id, revision.approval_id, revision.status, revision.project_digest)
    assert check_next() == 0.0
    found = TemplateCheck.objects.get()
    assert (found.passed, found.dbt_version) == (False, dbt_version())
    assert "no_such_model" in found.sentence
    assert "no longer passes" in Notice.objects.get().text
    assert Night.objects.get().seconds > 0
    revision.refresh_from_db()
    assert before == (revision.proof_id, revision.approval_id, revision.status, revision.project_digest)
    assert Proof.objects.get(pk=revision.proof_id).dbt_version == "1.11.0"


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_plan_that_passes_again_is_told_once(settings: Any) -> None:
    settings.NIGHT = ALWAYS
    revision = approved(person("sam"))
    check(revision, passed=False, days_ago=2)
    for _ in range(2):
        assert check_next() == 0.0
        newest = TemplateCheck.objects.first()
        assert newest is not None
        assert (newest.passed, newest.sentence) == (True, "")
        TemplateCheck.objects.update(at=LONG_AGO)
    assert "passes its Proof again" in Notice.objects.get().text
    assert AuditEntry.objects.filter(action="template.mended").count() == 1


@pytest.mark.parametrize("moment", few(["before", "after"], "after"))
def test_a_killed_worker_costs_one_check_and_the_next_hour_goes_on(
    child_environment: Callable[..., dict[str, str]], moment: str
) -> None:
    night = {"DEMOFORGE_NIGHT": ALWAYS, "DEMOFORGE_LEASE_SECONDS": "1"}
    first, second = (approved(person(name)) for name in ("sam", "eve"))
    PlanRevision.objects.update(plan={})  # which needs no run of dbt to say that it broke
    died = _check_in_a_process(child_environment(**night, DEMOFORGE_FAULT=f"night:{moment}"))
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert not TemplateCheck.objects.exists()
    assert Night.objects.get().checking == first.pk
    Night.objects.update(lease_until=LONG_AGO)
    done = _check_in_a_process(child_environment(**night))
    assert done.stdout.split() == ["0.0"], done.stderr
    assert [found.revision for found in TemplateCheck.objects.all()] == [second], "the others go first"
    done = _check_in_a_process(child_environment(**night))
    assert done.returncode == 0, done.stderr
    assert {found.revision for found in TemplateCheck.objects.all()} == {first, second}


@pytest.mark.long  # with a real worker; what one message does is tested above
def test_a_worker_sends_the_message_for_the_next_plan_until_none_is_due(
    queue: str, child_environment: Callable[..., dict[str, str]]
) -> None:
    approved(person("sam"))
    PlanRevision.objects.update(plan={})
    environment = child_environment(REDIS_URL=queue, DEMOFORGE_NIGHT=ALWAYS)
    for left in (1, 1):  # the second time, nothing is due
        done = _in_a_process(environment, SEND_NEXT)
        assert done.returncode == 0, done.stderr
        with redis.Redis.from_url(queue) as server:
            names = [json.loads(raw)["headers"]["task"] for raw in server.lrange("celery", 0, -1)]
        assert names.count("scenarios.check_templates") == left
    assert TemplateCheck.objects.count() == 1


def _check_in_a_process(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return _in_a_process(environment, CHECK_NEXT)


def _in_a_process(environment: dict[str, str], program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", program], env=environment | {"PYTHONPATH": os.fspath(ROOT)},
        cwd=ROOT, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
