"""Claim, lease and fence on a real database, with real threads."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from demoforge.claims import Claim, LeaseLost, claim, release_leases
from scenarios.models import Proof, ProofStatus

READY, RUNNING = [ProofStatus.QUEUED], ProofStatus.RUNNING


@pytest.fixture
def row(transactional_db: None) -> Proof:
    return Proof.objects.create(code_digest="sha256:0", dbt_version="1")


def take(row: Proof) -> Claim | None:
    return claim(Proof, row.pk, ready=READY, running=RUNNING)


def end_lease(row: Proof) -> None:
    Proof.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_of_many_threads_one_gets_the_row(row: Proof) -> None:
    barrier, got = threading.Barrier(6), []

    def compete() -> None:
        try:
            barrier.wait()
            got.append(take(row))
        finally:
            connection.close()

    threads = [threading.Thread(target=compete) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 6
    assert len([held for held in got if held]) == 1
    row.refresh_from_db()
    assert (row.attempt, row.status) == (1, RUNNING)


def test_a_taken_row_is_not_given_out_again_before_its_lease_ends(row: Proof) -> None:
    assert take(row)
    assert take(row) is None
    end_lease(row)
    second = take(row)
    assert second
    assert second.attempt == 2


def test_the_fence_keeps_out_a_worker_that_overslept(row: Proof) -> None:
    first = take(row)
    end_lease(row)
    second = take(row)
    assert first
    assert second
    with pytest.raises(LeaseLost):
        first.save(progress="from the dead")
    assert first.settle(status=ProofStatus.FAILED) is False
    assert first.renew() is False
    assert second.settle(status=ProofStatus.PASSED) is True
    row.refresh_from_db()
    assert (row.status, row.progress, row.lease_until) == (ProofStatus.PASSED, "", None)


def test_a_settled_claim_cannot_be_used_again(row: Proof) -> None:
    held = take(row)
    assert held
    assert held.settle(status=ProofStatus.QUEUED)
    assert held.settle(status=ProofStatus.FAILED) is False
    assert take(row), "it was put back, so the next one gets it"


def test_a_row_that_waits_is_not_claimed_before_its_time(row: Proof) -> None:
    Proof.objects.filter(pk=row.pk).update(not_before=timezone.now() + timedelta(minutes=1))
    assert take(row) is None
    Proof.objects.filter(pk=row.pk).update(not_before=timezone.now() - timedelta(seconds=1))
    assert take(row)


def test_the_heartbeat_keeps_the_lease_for_as_long_as_the_work_takes(row: Proof, settings: object) -> None:
    settings.LEASE_SECONDS = 1
    held = take(row)
    assert held
    with held.heartbeat():
        time.sleep(2.2)  # more than two leases
        assert take(row) is None
        held.save(progress="still at it")
    time.sleep(1.2)
    assert take(row), "without a heartbeat the lease runs out"


def test_released_leases_can_be_claimed_at_once(row: Proof) -> None:
    assert take(row)
    assert release_leases(Proof) == 1
    assert take(row)


def test_a_change_of_progress_needs_the_claim(row: Proof) -> None:
    held = take(row)
    assert held
    held.save(progress="half way")
    row.refresh_from_db()
    assert row.progress == "half way"


def test_claims_of_unknown_rows_are_none(transactional_db: None, row: Proof) -> None:
    assert claim(Proof, row.pk + 1, ready=READY, running=RUNNING) is None


@pytest.mark.parametrize("status", [ProofStatus.PASSED, ProofStatus.FAILED])
def test_finished_rows_are_not_claimed(row: Proof, status: str) -> None:
    Proof.objects.filter(pk=row.pk).update(status=status)
    assert take(row) is None


def test_a_beat_that_fails_is_missed_and_the_next_one_beats(row: Proof, settings: object) -> None:
    settings.LEASE_SECONDS = 0.6
    held = take(row)
    table = Proof._meta.db_table
    with held.heartbeat():
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{table}" RENAME TO "away"')
            time.sleep(0.5)  # at least one beat finds no table
            cursor.execute(f'ALTER TABLE "away" RENAME TO "{table}"')
        before = Proof.objects.get().lease_until
        time.sleep(0.5)
        assert Proof.objects.get().lease_until > before
