"""Leases of dead workers end at once when it is certain that nobody works."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from demoforge.locks import RunLock
from demoforge.workers import release_dead_claims
from scenarios.models import Proof, ProofStatus
from tests.processes import ended_after

ROOT = Path(__file__).resolve().parents[2]
# A worker with a child, as Celery has, that is in the middle of a Proof.
WORKER = """
import os, sys, time, django; django.setup()
from demoforge.claims import claim
from demoforge.locks import hold_worker_lock
from scenarios.models import Proof
hold_worker_lock()
if os.fork() == 0:
    assert claim(Proof, int(sys.argv[1]), ready=["queued"], running="running")
    print(os.getpid(), flush=True)
time.sleep(120)
"""


@pytest.fixture
def row(transactional_db: None) -> Proof:
    return Proof.objects.create(code_digest="sha256:0", dbt_version="1")


def lease_runs(row: Proof) -> bool:
    row.refresh_from_db()
    return row.lease_until is not None and row.lease_until > timezone.now()


def test_a_living_worker_keeps_its_claim_and_a_dead_one_loses_it(
    row: Proof, child_environment: Callable[..., dict[str, str]]
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("with a database for many machines nobody can be certain")
    started = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(row.pk)], cwd=ROOT, env=child_environment(), stdout=subprocess.PIPE
    )
    with ended_after(started) as worker:
        child = int(worker.stdout.readline())
        assert release_dead_claims() is None
        assert lease_runs(row)
        worker.kill()
        worker.wait()
        assert release_dead_claims() is None, "its child still works"
        assert lease_runs(row)
        subprocess.run(["kill", "-9", str(child)], check=True)
        assert release_dead_claims() == 1, "killed a moment ago"
        assert not lease_runs(row)


def test_with_a_shared_database_leases_run_out_by_themselves(row: Proof) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("its workers are all on this machine")
    later = timezone.now() + timedelta(minutes=1)
    Proof.objects.filter(pk=row.pk).update(status=ProofStatus.RUNNING, lease_until=later)
    assert release_dead_claims() is None
    assert lease_runs(row)


def test_only_one_takes_the_run_lock_and_says_who_it_is() -> None:
    first, second = RunLock(), RunLock()
    assert first.take()
    first.write("process 1, starting")
    first.write("process 1, there")
    began = time.monotonic()
    assert not second.take()
    assert time.monotonic() - began < 1
    assert second.path.read_text() == "process 1, there"
