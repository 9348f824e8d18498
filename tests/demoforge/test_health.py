"""The health page: open to anyone, and tells only administrators more."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from tests.processes import ended_after, wait_until

ROOT = Path(__file__).resolve().parents[2]
ALL_BUT_A_WORKER = "{'database': True, 'queue': True, 'worker': False}"
ASK = """
import pathlib, sys, time
import django
django.setup()
from demoforge.health import check_parts
told = pathlib.Path(sys.argv[1])
while True:
    new = told.with_suffix(".new")
    new.write_text(str(check_parts()))
    new.rename(told)
    time.sleep(0.2)
"""
pytestmark = pytest.mark.django_db


def test_without_a_queue_it_is_not_ok(client: Client) -> None:
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ok"})


def test_an_administrator_sees_the_parts(
    make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    admin = client_of(make_user("root", role=Role.ADMIN))
    assert admin.get("/health/").json()["parts"] == {"database": True, "queue": False, "worker": False}
    manager = client_of(make_user("boss", role=Role.MANAGER))
    assert manager.get("/health/").json() == {"status": "not ok"}


def test_who_probes_by_ip_address_gets_an_answer_and_other_pages_stay_shut(client: Client) -> None:
    answer = client.get("/health/", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (503, {"status": "not ok"})
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/health/", headers={"host": "10.0.0.7:8000"}).status_code == 405
    assert client.get("/accounts/login/", headers={"host": "10.0.0.7:8000"}).status_code == 400


@pytest.mark.slow
def test_it_notices_a_worker_that_comes_and_goes(
    queue: str, child_environment: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    """In processes of their own: a worker, and a small program that asks for the health all the time."""
    environment = child_environment(REDIS_URL=queue)
    told = tmp_path / "told"
    command = [
        sys.executable,
        "-m",
        "celery",
        "-q",
        "-A",
        "demoforge.celery",
        "worker",
        "-c",
        "1",
        "-l",
        "ERROR",
    ]
    asking = [sys.executable, "-c", ASK, str(told)]
    with ended_after(subprocess.Popen(asking, cwd=ROOT, env=environment)):
        wait_until(lambda: told.exists() and told.read_text() == ALL_BUT_A_WORKER, 20)
        with ended_after(subprocess.Popen(command, cwd=ROOT, env=environment)):
            wait_until(lambda: told.read_text() == ALL_BUT_A_WORKER.replace("False", "True"), 40)
        wait_until(lambda: told.read_text() == ALL_BUT_A_WORKER, 20)
