"""`manage.py run`, end to end: real processes, real signals, a real browser's road through HTTP."""

import contextlib
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.processes import alive, descendants, wait_until
from tests.sampling import few

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@dataclass
class Running:
    """A started product."""

    process: "subprocess.Popen[str]"
    output: Path
    var: Path

    @property
    def text(self) -> str:
        return self.output.read_text()

    @property
    def url(self) -> str:
        found = re.search(r"DemoForge runs at (http://\S+)", self.text)
        assert found, self.text
        return found[1]

    @property
    def family(self) -> set[int]:
        return descendants(self.process.pid)

    def finds(self, words: str) -> int | None:
        """As `find`, or None as long as there is none: a new process has its parent's command line at first."""
        try:
            return self.find(words)
        except AssertionError:
            return None

    def find(self, words: str) -> int:
        """The process, directly below the supervisor, whose command line has these words."""
        for pid in self.family:
            with contextlib.suppress(FileNotFoundError):
                stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                command = Path(f"/proc/{pid}/cmdline").read_text()
                if words in command and int(stat[1]) == self.process.pid:
                    return pid
        raise AssertionError(f"no {words} among {self.family}")


def start(folder: Path, *arguments: str, port: int, **variables: str) -> Running:
    var, output = folder / "var", folder / f"output-{time.monotonic_ns()}"
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DEMOFORGE_", "DATABASE_URL"))
        },
        "DEMOFORGE_ENV_FILE": os.devnull,
        "DEMOFORGE_VAR_DIR": str(var),
        "DEMOFORGE_BIND": f"127.0.0.1:{port}",
        **variables,
    }
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "run", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
        )
    return Running(process, output, var)


def wait_for_welcome(running: Running) -> None:
    def welcome() -> bool:
        assert running.process.poll() is None, running.text
        return "Press Ctrl-C" in running.text

    wait_until(welcome, 60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def gone(pids: set[int]) -> bool:
    return not any(alive(pid) for pid in pids)


@contextlib.contextmanager
def product_in(folder: Path, *arguments: str, **variables: str) -> Iterator[Running]:
    """A running product. Whatever happens in the block, nothing of it is left afterwards."""
    product = start(folder, *arguments, port=free_port(), **variables)
    family: set[int] = set()
    try:
        wait_for_welcome(product)
        family = product.family
        yield product
    finally:
        for pid in {product.process.pid} | family | product.family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        product.process.wait()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A running product, for a test that ends it."""
    with product_in(tmp_path) as product:
        yield product


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running product, for tests after which it still runs; the last one of the file ends it."""
    with product_in(tmp_path_factory.mktemp("shared")) as product:
        yield product


def test_a_person_can_log_in_and_everything_answers(shared: Running) -> None:
    assert "Log in with one of the local accounts (the password is the name)" in shared.text
    assert requests.get(f"{shared.url}/health/", timeout=10).json() == {"status": "ok"}
    session = requests.Session()
    page = session.get(f"{shared.url}/", timeout=10)
    assert page.url == f"{shared.url}/accounts/login/?next=/"
    style = re.search(r'href="(/static/demoforge/app\.[0-9a-f]+\.css)"', page.text)
    assert style, "static files are served under names that change with their content"
    assert session.get(shared.url + style[1], timeout=10).headers["Cache-Control"].endswith("immutable")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    form = {"username": "se", "password": "se", "csrfmiddlewaretoken": token[1], "next": "/"}
    answer = session.post(page.url, form, timeout=10)
    assert (answer.status_code, answer.url) == (200, f"{shared.url}/")


@pytest.mark.long
def test_nothing_is_left_when_the_supervisor_is_killed(running: Running) -> None:
    family = running.family
    running.process.kill()
    running.process.wait()
    wait_until(lambda: gone(family), 20)


def test_a_killed_worker_is_started_again(shared: Running) -> None:
    worker = shared.find("celery")
    os.killpg(worker, signal.SIGKILL)
    wait_until(lambda: "The worker has stopped (SIGKILL) and is started again." in shared.text)
    wait_until(lambda: shared.finds("celery") not in (None, worker))
    wait_until(lambda: requests.get(f"{shared.url}/health/", timeout=10).status_code == 200, 30)


@pytest.mark.long
def test_when_another_part_dies_all_stops_with_a_sentence(running: Running) -> None:
    family = running.family
    os.kill(running.find("gunicorn"), signal.SIGKILL)
    assert running.process.wait(timeout=60) == 1
    assert "The web server has stopped (SIGKILL), so DemoForge stops. The log is" in running.text
    wait_until(lambda: gone(family))


def test_a_second_start_on_the_same_data_says_where_the_first_one_is(shared: Running) -> None:
    second = start(shared.var.parent, port=free_port())
    assert second.process.wait(timeout=30) == 1
    assert (
        f"DemoForge already runs on this data directory (process {shared.process.pid}, {shared.url})"
        in second.text
    )
    assert shared.process.poll() is None


@pytest.mark.long
def test_a_port_in_use_is_named_and_the_next_one_taken_and_sigterm_ends_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        product = start(tmp_path, port=port)
        try:
            wait_for_welcome(product)
            assert re.search(rf"Port {port} is in use, so DemoForge takes (\d+)\.", product.text)
            assert requests.get(f"{product.url}/health/", timeout=10).status_code == 200
            family = product.family
        finally:
            product.process.terminate()
            code = product.process.wait(timeout=60)
    assert code == 0
    wait_until(lambda: gone(family), 10)  # the runners of dbt see their workers gone, and follow


@pytest.mark.long
def test_a_team_s_product_behind_a_proxy_finds_itself_well_and_answers_probes_by_address(
    tmp_path: Path,
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    team = {
        "DEMOFORGE_MODE": "team",
        "ALLOWED_HOSTS": "demoforge.example.com",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "CRYPTOGRAPHY_KEY": secrets.token_urlsafe(64),
        **{"http_proxy": nowhere, "HTTP_PROXY": nowhere, "no_proxy": "", "NO_PROXY": ""},
    }
    with product_in(tmp_path, **team) as product:
        assert "Not everything answers yet" not in product.text
        asker = requests.Session()
        asker.trust_env = False
        assert asker.get(f"{product.url}/health/", timeout=10).json() == {"status": "ok"}


@pytest.mark.parametrize(
    "bind", few(["0.0.0.0:8000", "foo", "127.0.0.1:", ":8000", "localhost:eighty"], "0.0.0.0:8000", "foo")
)
def test_an_address_that_is_not_allowed_is_refused_with_a_sentence(tmp_path: Path, bind: str) -> None:
    product = start(tmp_path, "--bind", bind, port=free_port())
    try:
        assert product.process.wait(timeout=60) == 1
    finally:
        product.process.terminate()
        product.process.wait(timeout=60)
    assert f"--bind is {bind!r}; allowed: 127.0.0.1:PORT in local mode" in product.text
    assert "Traceback" not in product.text


@pytest.mark.long
def test_it_starts_a_second_time_even_under_a_very_long_path(tmp_path: Path) -> None:
    folder = tmp_path / ("a-path-longer-than-a-socket-s-name-may-be-" * 3)
    folder.mkdir()
    for _ in range(2):
        product = start(folder, port=free_port())
        try:
            wait_for_welcome(product)
        finally:
            product.process.send_signal(signal.SIGINT)
            product.process.wait(timeout=60)
    assert not list(product.var.glob("**/*.rdb")), "the queue keeps nothing on disk"


def test_ctrl_c_ends_every_process(shared: Running) -> None:
    family = shared.family
    assert len(family) >= 5, "queue, worker with two processes, web server with one"
    began = time.monotonic()
    shared.process.send_signal(signal.SIGINT)
    assert shared.process.wait(timeout=15) == 0
    assert time.monotonic() - began < 30  # it ends, and does not hang
    wait_until(lambda: gone(family), 10)  # the runners of dbt see their workers gone, and follow
    assert "DemoForge has stopped." in shared.text
    assert "Traceback" not in shared.text
