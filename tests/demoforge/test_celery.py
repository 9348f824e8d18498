"""Sending work: on commit, ids only, and never in the way of whoever sends.

What sends runs in a process of its own, with the environment that `make run` gives to the web process.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from django.conf import settings as product_settings

from demoforge.celery import app, send

ROOT = Path(__file__).resolve().parents[2]
START = """
import time, django; django.setup()
from django.conf import settings
from django.db import transaction
from demoforge.celery import nudge, send, send_on_commit
"""
Run = Callable[[str, str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(child_environment: Callable[..., dict[str, str]]) -> Run:
    """run(program, redis_url): the program, after START, in a process of its own."""

    def run_it(program: str, address: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", START + program],
            cwd=ROOT,
            env=child_environment(REDIS_URL=address),
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run_it


def messages(address: str) -> list[dict[str, object]]:
    with redis.Redis.from_url(address) as server:
        return [json.loads(raw) for raw in reversed(server.lrange("celery", 0, -1))]


def test_a_message_is_sent_on_commit_and_holds_ids_only(queue: str, run: Run) -> None:
    program = """
with transaction.atomic():
    send_on_commit("scenarios.advance_revision", 7)
    time.sleep(0.2)
    print("inside")
"""
    assert run(program, queue).stdout == "inside\n"
    (message,) = messages(queue)
    assert message["headers"]["task"] == "scenarios.advance_revision"
    assert message["headers"]["argsrepr"] == "[7]"
    assert message["content-type"] == "application/json"


def test_nothing_is_sent_before_the_commit_nor_after_a_failure(queue: str, run: Run) -> None:
    program = """
import redis
server = redis.Redis.from_url(settings.REDIS_URL)
try:
    with transaction.atomic():
        send_on_commit("scenarios.advance_revision", 7)
        print(server.llen("celery"))
        raise RuntimeError
except RuntimeError:
    print(server.llen("celery"))
"""
    assert run(program, queue).stdout.split() == ["0", "0"]
    assert messages(queue) == []


def test_inline_work_sends_nothing(queue: str, run: Run) -> None:
    ended = run("settings.INLINE_WORK = True; print(send('scenarios.advance_revision', 7))", queue)
    assert ended.stdout.strip() == "False"
    assert messages(queue) == []


def test_the_nudge_asks_every_app_and_one_worker_does_it(queue: str, run: Run) -> None:
    assert run("nudge(); nudge()  # the second as if from another worker's timer", queue).returncode == 0
    sent = messages(queue)
    wanted = [*product_settings.NUDGE_TASKS, *product_settings.HOURLY_TASKS]
    assert [message["headers"]["task"] for message in sent] == wanted
    assert all(message["headers"]["expires"] for message in sent), "old nudges are worth nothing"


def test_tidying_up_is_asked_for_once_an_hour(queue: str, run: Run) -> None:
    program = """
from django.core.cache import cache
for _ in range(3):
    nudge()
    cache.delete("nudge")  # as if the interval were over
"""
    assert run(program, queue).returncode == 0
    sent = [message["headers"]["task"] for message in messages(queue)]
    assert [sent.count(name) for name in product_settings.NUDGE_TASKS] == [3, 3]
    assert [sent.count(name) for name in product_settings.HOURLY_TASKS] == [1] * len(
        product_settings.HOURLY_TASKS
    )


def test_without_a_queue_nothing_is_sent_and_nothing_fails() -> None:
    assert product_settings.CELERY_BROKER_URL == ""
    assert send("scenarios.advance_revision", 7) is False


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "unix:///nowhere/redis.sock"])
def test_a_dead_queue_neither_fails_nor_keeps_anyone_waiting(address: str, run: Run) -> None:
    program = """
began = time.monotonic()
nudge()
print(send("scenarios.advance_revision", 7), time.monotonic() - began < 5)
"""
    ended = run(program, address)
    assert ended.stdout.split() == ["False", "True"], ended.stderr
    assert "task_not_sent" in ended.stderr


def test_the_nudged_tasks_exist() -> None:
    app.loader.import_default_modules()
    assert {*product_settings.NUDGE_TASKS, *product_settings.HOURLY_TASKS} <= set(app.tasks)


def test_the_queue_keeps_no_results_and_takes_json_only() -> None:
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_acks_late
    assert app.conf.worker_prefetch_multiplier == 1
