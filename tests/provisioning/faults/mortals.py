"""Workers that die where they are told: real processes at the test's database, killed by SIGKILL."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.test.utils import override_settings

ROOT = Path(__file__).parents[3]


class Mortals:
    """A process that has imported everything, and forks a worker for each order. It starts with the first one."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None
        self._settings: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.communicate()  # closes its input, and with that it ends

    @contextmanager
    def share(self, settings: dict[str, Any]) -> Iterator[None]:
        """Give these settings to the workers and to this process."""
        self._settings = settings
        with override_settings(**settings):
            yield

    def work(self, build: int, point: str) -> int:
        """Let a worker advance the build until it dies at this point; its exit status, negative for a signal."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"build": build, "point": point, "settings": self._settings}) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    def _started(self) -> "subprocess.Popen[str]":
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.provisioning.worker"],
                env=self._environment,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._process
