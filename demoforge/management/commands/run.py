"""`manage.py run`: the whole product in one command."""

import contextlib
import json
import os
import socket
import sys
import urllib.request
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from demoforge.accounts.local import ensure_local_accounts, shown_local_accounts
from demoforge.embedded import private_socket, server_command, server_url
from demoforge.locks import RunLock
from demoforge.static_files import collect_if_changed
from demoforge.supervisor import Child, Stop, Supervisor
from demoforge.workers import release_dead_claims

log = structlog.get_logger(__name__)

PORTS_TRIED = 20
READY_SECONDS = 60.0
WEB_THREADS = "8"
WORKER_PROCESSES = "2"
MOST_PROCESSES = 32
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Command(BaseCommand):
    """Prepare the database and the static files, start everything, and look after it."""

    help = "Run DemoForge: database, queue, worker and web server. Ctrl-C ends all of it."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--bind", default=settings.BIND, help="ADDRESS:PORT (default: DEMOFORGE_BIND)")
        parser.add_argument("--web", type=_some, default=1, help="web processes, 1 to 32 (default: 1)")
        parser.add_argument("--workers", type=_some, default=1, help="workers, 1 to 32 (default: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until stopped."""
        if not settings.BIND_RULE.fits(options["bind"]):
            raise CommandError(f"--bind is {options['bind']!r}; allowed: {settings.BIND_RULE.allowed}.")
        lock = RunLock()
        if not lock.take():
            raise CommandError(
                f"DemoForge already runs on this data directory ({lock.path.read_text().strip() or 'it is starting'}). "
                "Stop it there with Ctrl-C, or set DEMOFORGE_VAR_DIR and DATABASE_URL to run another one."
            )
        lock.write(f"process {os.getpid()}, starting")
        self._prepare()
        with self._listen(options["bind"]) as listener:
            host, port = listener.getsockname()[:2]
            url = f"http://{host}:{port}"
            try:
                with Supervisor() as supervisor:
                    self._start(supervisor, listener, web=options["web"], workers=options["workers"])
                    ready = supervisor.wait_until(lambda: _healthy(f"{url}/health/"), READY_SECONDS)
                    lock.write(f"process {os.getpid()}, {url}")
                    self._welcome(url, ready)
                    supervisor.watch()
            except Stop as stop:
                if stop.sentence:
                    raise CommandError(f"{stop.sentence} The log is {settings.LOG_FILE}.") from None
        self.stdout.write("DemoForge has stopped.")

    def _prepare(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("clearsessions")
        collect_if_changed()
        if settings.LOCAL_MODE:
            ensure_local_accounts()
        release_dead_claims()

    def _listen(self, bind: str) -> socket.socket:
        """A listening socket on the port, or the next free one. It is passed on, so nobody can take it meanwhile."""
        host, _, first = bind.rpartition(":")
        for port in range(int(first), min(int(first) + PORTS_TRIED, 65536)):
            with contextlib.suppress(OSError):
                listener = socket.create_server((host, port), backlog=128)
                if port != int(first):
                    self.stdout.write(
                        f"Port {first} is in use, so DemoForge takes {listener.getsockname()[1]}."
                    )
                return listener
        raise CommandError(
            f"{bind} cannot be used, nor can the next ports. Set DEMOFORGE_BIND to another address."
        )

    def _start(self, supervisor: Supervisor, listener: socket.socket, *, web: int, workers: int) -> None:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "demoforge.settings", "PYTHONUNBUFFERED": "1"}
        if not settings.REDIS_URL:
            path = private_socket(settings.VAR_DIR / "run")
            supervisor.add(
                Child(
                    "queue server",
                    server_command(path, settings.LOG_FILE.with_name("queue.log")),
                    environment,
                )
            )
            environment["REDIS_URL"] = server_url(path)
            if not supervisor.wait_until(lambda: _accepts(path), READY_SECONDS):
                raise Stop("The queue server does not answer.")
        for number in range(1, workers + 1):
            name = "worker" if workers == 1 else f"worker {number}"
            supervisor.add(Child(name, _worker(number), environment, before_restart=release_dead_claims))
        supervisor.add(
            Child("web server", _web(listener.fileno(), web), environment, pass_fds=(listener.fileno(),))
        )

    def _welcome(self, url: str, ready: bool) -> None:
        if not ready:
            self.stderr.write("Not everything answers yet; DemoForge goes on trying.")
        self.stdout.write(f"\nDemoForge runs at {url}")
        accounts = shown_local_accounts()
        if accounts:
            self.stdout.write("Log in with one of the local accounts (the password is the name):")
            for account in accounts:
                self.stdout.write(f"  {account.username:8} {account.role_label}")
        self.stdout.write("Press Ctrl-C to stop it.")


def _some(text: str) -> int:
    """A number of processes."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_PROCESSES):
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_PROCESSES}")
    return int(text)


def _worker(number: int) -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--quiet", "-A", "demoforge.celery", "worker"),
        *("--concurrency", WORKER_PROCESSES, "--loglevel", settings.LOG_LEVEL.upper()),
        *("--without-mingle", "--without-gossip", "--hostname", f"{number}-{os.getpid()}@%h"),
    ]


def _web(descriptor: int, processes: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "demoforge.wsgi:application", "--bind", f"fd://{descriptor}"),
        *("--workers", str(processes), "--worker-class", "gthread", "--threads", WEB_THREADS),
        "--no-control-socket",
        *("--log-level", "warning", "--graceful-timeout", "3"),
    ]


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def _healthy(url: str) -> bool:
    """Ask the web server itself, past any proxy of this machine, by a name to which it answers."""
    host = settings.ALLOWED_HOSTS[0].removeprefix(".")
    asked = urllib.request.Request(url, headers={"Host": host})  # noqa: S310 - our own address
    try:
        with _DIRECT.open(asked, timeout=5) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except OSError:
        return False
