"""The product with a queue server and workers of its own, as it runs. Import it before anything of the product.

The queue server is the embedded one, started as `manage.py run` starts it; workers are Celery's, in processes of
their own. What is in the environment when this module is imported is in theirs, too.
"""

import atexit
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from demoforge.embedded import private_socket, server_command, server_url  # noqa: E402
from tests.processes import ended_after, wait_until  # noqa: E402

_stack = ExitStack()
atexit.register(_stack.close)
_folder = Path(_stack.enter_context(tempfile.TemporaryDirectory(prefix="demoforge-queue-")))
_socket = private_socket(_folder / "run")
_stack.enter_context(ended_after(subprocess.Popen(server_command(_socket, _folder / "queue.log"))))
wait_until(_socket.exists)
os.environ["REDIS_URL"] = server_url(_socket)

import _product  # noqa: E402
from django.conf import settings  # noqa: E402

from demoforge.accounts.models import User  # noqa: E402
from demoforge.celery import app  # noqa: E402


def ready() -> User:
    """An empty database with its tables; work goes to the workers. Returns the sales engineer."""
    user = _product.ready()
    settings.INLINE_WORK = False
    return user


@contextmanager
def workers(count: int, processes: int) -> Iterator[None]:
    """So many Celery workers with so many processes each, ready for work."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "demoforge.celery", "worker", "-l", "WARNING"]
    with ExitStack() as stack:
        for number in range(count):
            words = [*command, "-c", str(processes), "-n", f"bench{number}@localhost", "--without-mingle",
                     "--without-gossip"]  # fmt: skip
            stack.enter_context(ended_after(subprocess.Popen(words, cwd=ROOT)))
        wait_until(lambda: len(app.control.ping(timeout=1.0)) == count, 120)
        time.sleep(5.0)  # each process has imported dbt by then
        yield
