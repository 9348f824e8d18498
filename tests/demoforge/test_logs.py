"""The application log: JSON lines, no secrets, rotated by many processes at once."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog
from django.conf import settings
from django.test import Client

from demoforge.accounts.models import User
from demoforge.logs import HIDDEN, Redactor, SharedRotatingFileHandler

ROOT = Path(__file__).resolve().parents[2]


def lines_since(offset: int) -> list[dict[str, object]]:
    with settings.LOG_FILE.open() as file:
        file.seek(offset)
        return [json.loads(line) for line in file]


@pytest.fixture
def offset() -> int:
    return settings.LOG_FILE.stat().st_size if settings.LOG_FILE.exists() else 0


def test_our_events_and_everybody_s_are_json_lines(offset: int) -> None:
    structlog.get_logger("demoforge.test").info("something_happened", demo=7)
    logging.getLogger("celery.worker").warning("%s of %s", 1, 2)
    ours, theirs = lines_since(offset)
    assert (ours["event"], ours["demo"], ours["level"], ours["logger"]) == (
        "something_happened",
        7,
        "info",
        "demoforge.test",
    )
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("1 of 2", "celery.worker", "warning")
    assert str(ours["timestamp"]).endswith("Z")


@pytest.mark.django_db
def test_a_request_s_lines_have_its_id_and_the_person_s(
    make_user: Callable[..., User], client_of: Callable[[User], Client], offset: int
) -> None:
    alice = make_user("alice")
    client_of(alice).get("/nowhere/")
    lines = [line for line in lines_since(offset) if "nowhere" in str(line.get("request"))]
    assert [line["event"] for line in lines] == ["request_started", "request_finished"]
    assert len({line["request_id"] for line in lines}) == 1
    assert lines[-1]["user_id"] == alice.pk
    assert lines[-1]["code"] == 404


@pytest.mark.django_db
def test_what_people_search_for_is_not_logged(
    make_user: Callable[..., User], client_of: Callable[[User], Client], offset: int
) -> None:
    client_of(make_user("alice")).get("/?q=Northwind+Outfitters")
    lines = [line for line in lines_since(offset) if "request" in line]
    assert lines
    assert {line["request"] for line in lines} == {"GET /"}
    assert "Northwind" not in str(lines)


@pytest.mark.django_db
def test_health_checks_are_not_logged(client: Client, offset: int) -> None:
    client.get("/health/")
    assert lines_since(offset) == []


def test_secrets_of_the_settings_are_taken_out_wherever_they_stand(offset: int) -> None:
    secret = settings.SECRET_KEY
    log = structlog.get_logger("demoforge.test")
    log.info(f"with {secret} in it", url=f"redis://:{secret}@host", nested={"list": [secret]})
    try:
        raise ValueError(f"bad {secret}")
    except ValueError:
        log.exception("failed")
    text = json.dumps(lines_since(offset))
    assert secret not in text
    assert text.count(HIDDEN) >= 4
    assert "ValueError" in text


def test_values_with_a_telling_name_are_taken_out() -> None:
    redact = Redactor([])
    event = {
        "event": "x",
        "password": "p",
        "API_KEY": "k",
        "headers": {"Authorization": "b"},
        "discovery_notes": "n",
    }
    cleaned = redact(None, "info", event)
    assert cleaned == {
        "event": "x",
        "password": HIDDEN,
        "API_KEY": HIDDEN,
        "headers": {"Authorization": HIDDEN},
        "discovery_notes": HIDDEN,
    }


def test_local_variables_of_a_traceback_are_not_written(offset: int) -> None:
    def fail() -> None:
        notes_of_the_prospect = "canary-in-a-variable"
        raise RuntimeError(len(notes_of_the_prospect))

    try:
        fail()
    except RuntimeError:
        structlog.get_logger("demoforge.test").exception("failed")
    text = json.dumps(lines_since(offset))
    assert "RuntimeError" in text
    assert "canary-in-a-variable" not in text.replace(
        'notes_of_the_prospect = \\"canary-in-a-variable\\"', ""
    )


def test_a_full_file_is_rotated_and_old_ones_are_dropped(tmp_path: Path) -> None:
    handler = SharedRotatingFileHandler(str(tmp_path / "log" / "x.jsonl"), max_bytes=100, keep=2)
    for number in range(40):
        handler.emit(logging.LogRecord("t", logging.INFO, "", 0, f"line {number:020}", None, None))
    handler.close()
    names = sorted(path.name for path in (tmp_path / "log").iterdir())
    assert names == ["x.jsonl", "x.jsonl.1", "x.jsonl.2", "x.jsonl.lock"]
    assert all((tmp_path / "log" / name).stat().st_size <= 130 for name in names)


def test_processes_that_rotate_together_lose_no_line(tmp_path: Path) -> None:
    program = """
import logging, sys
from demoforge.logs import SharedRotatingFileHandler
handler = SharedRotatingFileHandler(sys.argv[1], max_bytes=4000, keep=100)
for number in range(300):
    handler.emit(logging.LogRecord("t", logging.INFO, "", 0, f"{sys.argv[2]}-{number}", None, None))
"""
    path = tmp_path / "x.jsonl"
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(path), str(writer)], cwd=ROOT)
        for writer in range(4)
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 4
    written = [line for file in tmp_path.glob("x.jsonl*") for line in file.read_text().splitlines()]
    assert sorted(written) == sorted(f"{writer}-{number}" for writer in range(4) for number in range(300))
