"""Who dies with whom: no orphan, no leftover, whatever is killed."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from scenarios.proof import BranchSpec, ProofSpec, ProofUnavailable, run_build, run_proof, shutdown, warm_up
from scenarios.proof.leftovers import PREFIX, hold, sweep
from tests.sampling import few
from tests.scenarios.proof.processes import (
    alive,
    children,
    descendants,
    environment,
    folder,
    wait_until,
    zygotes,
)
from tests.scenarios.proof.test_hostile import CROSS_JOIN

ROOT = Path(__file__).parents[3]
SMALL = {
    "dbt_project.yml": "name: small\nversion: '1.0.0'\nconfig-version: 2\nprofile: small\n",
    "models/a.sql": "select 1 as one",
}
ENDLESS = {**SMALL, "models/a.sql": "{{ config(materialized='table') }}" + CROSS_JOIN}
# Main is built at once; what is endless runs in two lanes beside each other.
LANES = ProofSpec(
    files={**SMALL, "seeds/s.csv": "one\n1\n"},
    fix=BranchSpec({"models/a.sql": ENDLESS["models/a.sql"]}),
    day_two=BranchSpec({"models/a.sql": ENDLESS["models/a.sql"]}),
)
LANES_WORKER = """
from scenarios.proof import run_proof
from tests.scenarios.proof.test_zygote import LANES
run_proof(LANES, progress=lambda sentence: print(sentence, flush=True))
"""
# A worker that forks a child of its own (which inherits its pipes) and then runs a project.
WORKER = """
import os, sys, time
from scenarios.proof import run_build, warm_up
from tests.scenarios.proof.test_zygote import ENDLESS
warm_up()
child = os.fork()
if child == 0:
    time.sleep(60)
    os._exit(0)
print(child, flush=True)
run_build(ENDLESS, progress=lambda sentence: print(sentence, flush=True))
"""


def quiet(sentence: str) -> None:
    """Progress nobody listens to."""


def own_zygote() -> int:
    warm_up()
    (pid,) = zygotes(os.getpid())
    return pid


def test_kill_9_of_the_caller_leaves_nothing():
    worker = subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    sleeper = int(worker.stdout.readline())
    for line in worker.stdout:
        if "model small.a" in line or "model a" in line:
            break
    running = descendants(worker.pid) - {sleeper}
    assert len(running) == 3  # the warm process, the run, its current phase
    (zygote,) = zygotes(worker.pid)
    private = folder(zygote)
    assert private.name.startswith(PREFIX)
    assert private.stat().st_mode & 0o077 == 0
    worker.kill()
    worker.wait()
    try:
        assert wait_until(lambda: not alive(running))
        assert wait_until(lambda: not private.exists())
        assert alive({sleeper})
    finally:
        os.kill(sleeper, signal.SIGKILL)


def test_kill_9_of_the_caller_ends_lanes_that_run_beside_each_other():
    worker = subprocess.Popen(
        [sys.executable, "-c", LANES_WORKER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    awaited = {"The run of the fix branch: model a", "The second day's run: model a"}
    for line in worker.stdout:
        awaited.discard(line.strip())
        if not awaited:
            break
    running = descendants(worker.pid)
    assert len(running) >= 6  # the warm process, the run, and two lanes with a phase each
    (zygote,) = zygotes(worker.pid)
    private = folder(zygote)
    worker.kill()
    worker.wait()
    assert wait_until(lambda: not alive(running))
    assert wait_until(lambda: not private.exists())


@pytest.mark.parametrize("place", few([1, 2], 2))  # below the run: a lane, or the phase in it
def test_kill_9_of_one_lane_ends_the_whole_run(place):
    zygote = own_zygote()
    running: set[int] = set()

    def kill_one(sentence: str) -> None:
        if sentence != "The run of the fix branch: model a":
            return
        running.update(descendants(zygote))
        victim = zygote
        for _ in range(place + 1):
            victim = min(children(victim))
        os.kill(victim, signal.SIGKILL)

    with pytest.raises(ProofUnavailable, match="killed"):
        run_proof(LANES, progress=kill_one)
    assert running
    assert wait_until(lambda: not alive(running - {zygote}))
    assert own_zygote() == zygote
    assert run_build(SMALL, progress=quiet).passed


@pytest.mark.long
def test_kill_9_of_the_warm_process_is_retryable():
    zygote = own_zygote()
    running: set[int] = set()

    def kill_it(sentence: str) -> None:
        if "model a" in sentence:
            running.update(descendants(zygote))
            os.kill(zygote, signal.SIGKILL)

    private = folder(zygote)
    with pytest.raises(ProofUnavailable) as caught:
        run_build(ENDLESS, progress=kill_it)
    assert caught.value.message
    assert caught.value.hint
    assert running
    assert wait_until(lambda: not alive(running))
    assert not private.exists()
    assert run_build(SMALL, progress=quiet).passed


def test_kill_9_of_the_run_is_retryable_and_keeps_the_warm_process():
    zygote = own_zygote()

    def kill_it(sentence: str) -> None:
        if "model a" in sentence:
            for pid in descendants(zygote):
                os.kill(pid, signal.SIGKILL)

    with pytest.raises(ProofUnavailable, match="killed"):
        run_build(ENDLESS, progress=kill_it)
    assert run_build(SMALL, progress=quiet).passed
    assert own_zygote() == zygote


@pytest.mark.long
def test_a_forked_process_gets_its_own_warm_process():
    zygote = own_zygote()
    child = os.fork()
    if child == 0:
        ok = False
        try:
            ok = run_build(SMALL, progress=quiet).passed and own_zygote() != zygote
        finally:
            os._exit(0 if ok else 1)
    assert wait_until(lambda: len(descendants(child)) >= 1, 30)
    theirs = descendants(child)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert wait_until(lambda: not alive(theirs))
    assert own_zygote() == zygote
    assert run_build(SMALL, progress=quiet).passed


def test_the_warm_process_knows_no_secret():
    told = environment(own_zygote())
    assert "SECRET" not in told
    assert "a-secret-of-the-worker" not in told


def test_abandoned_directories_are_swept_and_held_ones_are_not():
    abandoned = Path(tempfile.mkdtemp(prefix=PREFIX))
    held = Path(tempfile.mkdtemp(prefix=PREFIX))
    hour_ago = time.time() - 3600
    with hold(abandoned):
        pass
    with hold(held):
        for directory in (abandoned, held):
            os.utime(directory, (hour_ago, hour_ago))
        sweep()
        assert held.exists()
    assert not abandoned.exists()
    held_lock = held / ".held"
    held_lock.unlink()
    held.rmdir()


def test_progress_that_raises_stops_the_run():
    zygote = own_zygote()

    def give_up(sentence: str) -> None:
        if "model a" in sentence:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_build(ENDLESS, progress=give_up)
    assert wait_until(lambda: not alive({zygote} | descendants(zygote)))


def test_after_shutdown_nothing_is_left():
    zygote = own_zygote()
    private = folder(zygote)
    shutdown()
    assert not alive({zygote})
    assert not private.exists()
