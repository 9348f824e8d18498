"""Model servers that other people wrote, as processes of their own: what our server gets wrong, theirs may not.

Both come from the Python package index and live in `.venv-models` (`make setup-models`), because they bring a web
framework that the product does not have. A test that needs one asks for it and is skipped when it is not there:

    with fakellm({"the outline": '{"company": …}', "": "Hello."}) as server:     # words of the prompt -> answer
        ClaudeCaller("any", address=server.address("anthropic"))

fakellm answers by words of the prompt (system and user, letters' case ignored, the first rule that fits; "" fits
always) over Anthropic messages and chat completions. It has no list of models, no errors in streams, and needs ten
milliseconds for each word, so write JSON without spaces.

llmock speaks Responses, too, breaks answers on demand and judges how the client took it; it does not look at prompts:
scripted replies are given in order.
"""

import json
import os
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fakes.model_wires import Protocol
from tests.processes import ended_after, wait_until

PROGRAMS = Path(__file__).resolve().parents[2] / ".venv-models" / "bin"
NOT_THERE = "the third-party model servers are not installed: make setup-models"


class Served:
    """A running server of somebody else."""

    def __init__(self, origin: str, prefixes: Mapping[str, str]) -> None:
        self.origin = origin
        self._prefixes = prefixes

    def address(self, protocol: Protocol) -> str:
        """The base address that an adapter of this protocol takes. Raises KeyError for one that it does not speak."""
        return self.origin + self._prefixes[protocol]

    def get(self, path: str) -> Any:
        """JSON from one of its own pages."""
        with urllib.request.urlopen(self.origin + path, timeout=10) as answer:
            return json.loads(answer.read())

    def post(self, path: str, body: Any) -> None:
        """Tell it something."""
        request = urllib.request.Request(self.origin + path, json.dumps(body).encode(), method="POST")
        urllib.request.urlopen(request, timeout=10).close()


class Llmock(Served):
    """The server that breaks answers and judges clients."""

    def script(self, *behaviours: Mapping[str, Any]) -> None:
        """Queue behaviours, such as {"type": "fail", "status": 529}; each is for one call unless it has `times`."""
        self.post("/_llmock/scenario", {"behaviors": list(behaviours)})

    def requests(self) -> list[dict[str, Any]]:
        """The calls so far, oldest first."""
        return list(self.get("/_llmock/requests")["requests"])

    def verdict(self) -> dict[str, Any]:
        """How the client took it."""
        return dict(self.get("/_llmock/verdict"))


@contextmanager
def fakellm(answers: Mapping[str, str]) -> Iterator[Served]:
    """fakellm with these answers; skips the test when it is not installed."""
    rules = [
        {
            "name": f"rule {place}",
            "when": {"messages_contain": words} if words else {},
            "respond": {"content": text},
        }
        for place, (words, text) in enumerate(answers.items())
    ]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "rules.yaml"
        config.write_text(yaml.safe_dump({"version": 1, "rules": rules}, allow_unicode=True))
        with _served("fakellm", ["--config", str(config)], "/_fakellm/stats") as origin:
            yield Served(origin, {"anthropic": "", "chat": "/v1"})


@contextmanager
def llmock() -> Iterator[Llmock]:
    """llmock; skips the test when it is not installed."""
    with _served("llmock", ["--log-level", "error"], "/health") as origin:
        yield Llmock(origin, {"anthropic": "/anthropic", "responses": "/v1", "chat": "/v1"})


@contextmanager
def _served(program: str, arguments: list[str], page: str) -> Iterator[str]:
    path = PROGRAMS / program
    if not path.exists():
        pytest.skip(NOT_THERE)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(path), "serve", "--host", "127.0.0.1", "--port", str(port), *arguments]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said:
        environment = {"PATH": os.defpath, "HOME": folder, "PYTHONUTF8": "1"}
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=said)
        with ended_after(process):
            wait_until(lambda: process.poll() is not None or _answers(f"http://127.0.0.1:{port}{page}"))
            assert process.poll() is None, f"{program} ended: {_text(said)}"
            yield f"http://127.0.0.1:{port}"


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode(errors="replace"))
