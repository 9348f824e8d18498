"""Several processes speak over one pipe: each message stays whole, whoever is killed."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from scenarios.proof.voice import Voice

SPEAKERS, EACH, LONG = 4, 25, "x" * 100_000  # far more than a pipe takes at once


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


def read_all(reading: int) -> list[dict[str, object]]:
    """Messages until every writer is gone; a line that is no message is left out, as the reader of a run does."""
    data = b""
    while chunk := os.read(reading, 1 << 16):
        data += chunk
    found = []
    for line in data.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def test_messages_of_many_processes_stay_whole(pipe, tmp_path: Path):
    reading, writing = pipe
    voice = Voice(writing, tmp_path / "lock")
    children = []
    for speaker in range(SPEAKERS):
        child = os.fork()
        if child == 0:
            for number in range(EACH):
                voice({"speaker": speaker, "number": number, "text": LONG})
            os._exit(0)
        children.append(child)
    os.close(writing)
    messages = read_all(reading)
    for child in children:
        os.waitpid(child, 0)
    heard = [(message["speaker"], message["number"]) for message in messages]
    assert sorted(heard) == [(speaker, number) for speaker in range(SPEAKERS) for number in range(EACH)]
    assert {len(str(message["text"])) for message in messages} == {len(LONG)}


def test_one_that_is_killed_in_the_middle_silences_nobody(pipe, tmp_path: Path):
    reading, writing = pipe
    voice = Voice(writing, tmp_path / "lock")
    child = os.fork()
    if child == 0:
        voice({"speaker": "killed", "text": LONG * 10})  # blocks: nobody reads yet
        os._exit(0)
    time.sleep(0.3)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    heir = os.fork()
    if heir == 0:
        voice({"speaker": "heir", "text": LONG})
        os._exit(0)
    os.close(writing)
    messages = read_all(reading)
    os.waitpid(heir, 0)
    assert [message["speaker"] for message in messages] == ["heir"]
