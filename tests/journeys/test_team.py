"""A team deployment by its one command: PostgreSQL, Redis, two web processes, two workers. Ten people work while one
web process and one worker are killed: nobody loses anything but a retry."""

import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from demoforge.embedded import private_socket, server_command, server_url
from tests.conftest import WORK, start_postgres
from tests.demoforge.test_run import ROOT, Running, product_in
from tests.processes import descendants, ended_after, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.long]

PEOPLE = 10
TRIES = 20  # of one request, half a second apart: as long as a person would go on pressing
HTTPS = {"X-Forwarded-Proto": "https", "Host": "demoforge.example.com"}
MAKE_PEOPLE = f"""
from demoforge.accounts.models import User
for number in range({PEOPLE}):
    User.objects.create_user(f"person-{{number}}", password=f"word-of-{{number}}", role="sales_engineer")
"""


@pytest.fixture
def team(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a team deployment, with a PostgreSQL and a Redis-compatible server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="team-", dir=WORK))
    socket = private_socket(folder)
    with ended_after(subprocess.Popen(server_command(socket, tmp_path / "queue.log"))):
        wait_until(socket.exists)
        yield {
            "DEMOFORGE_MODE": "team",
            "ALLOWED_HOSTS": "demoforge.example.com",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "CRYPTOGRAPHY_KEY": secrets.token_urlsafe(64),
            "DATABASE_URL": start_postgres(folder / "postgres"),
            "REDIS_URL": server_url(socket),
            "DEMOFORGE_LEASE_SECONDS": "5",
            "DEMOFORGE_TESTING": "",
        }


class Person:
    """Somebody with a browser that tries again when the server is gone in the middle of a request."""

    def __init__(self, url: str, number: int) -> None:
        self.url, self.number, self.retries = url, number, 0
        self.session = requests.Session()
        self.session.headers.update(HTTPS)

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        # The proxy in front speaks TLS. Here it is left out, and the session would keep cookies for TLS to itself.
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.session.cookies)
        more["headers"] = {**more.get("headers", {}), "Cookie": cookies}
        for _ in range(TRIES):
            try:
                answer = self.session.request(
                    method, self.url + path, timeout=30, allow_redirects=False, **more
                )
            except requests.RequestException:
                self.retries += 1
                time.sleep(0.5)
                continue
            assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
            return answer
        raise AssertionError(f"{method} {path}: no answer in {TRIES} tries")

    def send(self, path: str, **fields: str) -> requests.Response:
        """Fill in the form of a page and send it; once more with the same form if no answer comes."""
        page = self.ask("GET", path).text
        hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
        origin = {
            "Referer": "https://demoforge.example.com" + path,
            "Origin": "https://demoforge.example.com",
        }
        return self.ask("POST", path, data={**hidden, **fields}, headers=origin)

    def work(self) -> str:
        """Log in, begin a demo, and look at it until it is proven. Returns its address."""
        name = f"person-{self.number}"
        entered = self.send("/accounts/login/", username=name, password=f"word-of-{self.number}")
        assert entered.status_code == 302, entered.text[:2000]
        made = self.send(
            "/demos/new/",
            company="Lakeside Grocers" if self.number % 2 else "Harbour Tools",
            industry="Retail",
            discovery_notes="",
            pain_points="Reports arrive late.",
            depth="essential",
            provider="builtin",
            warehouse="snowflake",
            as_of="2026-11-20",
        )
        assert made.status_code == 302, made.text[:3000]
        end = time.monotonic() + 240
        while "Proof passed" not in self.ask("GET", made.headers["Location"]).text:
            assert time.monotonic() < end, f"the demo of {name} is not proven"
            time.sleep(1)
            assert self.ask("GET", "/").status_code == 200
        return made.headers["Location"]


def kill_one_of_each(product: Running) -> None:
    """One web process and one worker with all its processes, in the middle of work."""
    web = product.find("gunicorn")
    before = descendants(web)
    assert len(before) >= 2, "two web processes"
    os.kill(min(before), signal.SIGKILL)
    os.killpg(product.find("celery"), signal.SIGKILL)


def count(address: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address) as database:
        return database.execute(query).fetchall()


def test_nobody_loses_anything_but_a_retry(tmp_path: Path, team: dict[str, str]) -> None:
    with product_in(tmp_path, "--web", "2", "--workers", "2", **team) as product:
        environment = {
            **os.environ,
            **team,
            "DEMOFORGE_VAR_DIR": str(product.var),
            "DEMOFORGE_ENV_FILE": os.devnull,
        }
        shell = [sys.executable, "manage.py", "shell", "-v", "0", "-c", MAKE_PEOPLE]
        subprocess.run(shell, cwd=ROOT, env=environment, check=True)
        people = [Person(product.url, number) for number in range(PEOPLE)]
        with ThreadPoolExecutor(PEOPLE) as pool:
            working = [pool.submit(person.work) for person in people]
            begun = "select count(*) from scenarios_planrevision where status <> 'queued'"
            wait_until(
                lambda: count(team["DATABASE_URL"], begun)[0][0] or any(one.done() for one in working), 60
            )
            kill_one_of_each(product)
            made = [one.result() for one in working]
        assert len(set(made)) == PEOPLE
        assert product.process.poll() is None
        assert "(SIGKILL) and is started again." in product.text
    rows = count(team["DATABASE_URL"], "select status, count(*) from scenarios_planrevision group by status")
    assert rows == [("ready", PEOPLE)]
    assert count(team["DATABASE_URL"], "select count(*) from scenarios_demo") == [(PEOPLE,)]
    proofs = count(team["DATABASE_URL"], "select status, count(*) from scenarios_proof group by status")
    assert proofs == [("passed", 2)], "one for each of the two projects"
