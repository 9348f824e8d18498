"""Fault points: a process dies where the environment says, once, and only in tests."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

REACH = (
    "import django; django.setup()\n"
    "from demoforge.faults import fault_point\n"
    "fault_point('repository', 'before'); print('acting')\n"
    "fault_point('repository', 'after'); print('settled')"
)


def reach(**variables: str) -> tuple[int, str]:
    """Exit status and output of a process that comes past two fault points."""
    done = subprocess.run(
        [sys.executable, "-c", REACH],
        env=os.environ | variables,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("", (0, "acting settled")),
        ("another:before", (0, "acting settled")),
        ("repository:before", (-signal.SIGKILL, "")),
        ("repository:after", (-signal.SIGKILL, "")),
    ],
)
def test_a_process_dies_at_its_fault_point(fault, expected):
    assert reach(DEMOFORGE_FAULT=fault, PYTHONUNBUFFERED="") == expected


def test_with_a_marker_file_only_the_first_process_dies(tmp_path):
    variables = {"DEMOFORGE_FAULT": "repository:after", "DEMOFORGE_FAULT_ONCE": str(tmp_path / "died")}
    assert reach(**variables)[0] == -signal.SIGKILL
    assert reach(**variables) == (0, "acting settled")


def test_outside_tests_there_are_no_fault_points():
    assert reach(DEMOFORGE_FAULT="repository:before", DEMOFORGE_TESTING="0") == (0, "acting settled")
