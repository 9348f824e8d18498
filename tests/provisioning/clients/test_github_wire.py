"""What a broken or hostile server sends: every call ends in time, in an OutsideError, and tells nobody the token."""

import json
import logging
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.test import override_settings

from demoforge.addresses import AddressRefused
from provisioning.clients import bounded
from provisioning.clients.github import GitHubClient, Moved, NotAsOrdered, Repository
from provisioning.clients.outcome import (
    CallRecord,
    Conflict,
    Forbidden,
    Invalid,
    Limited,
    NotThere,
    OutsideError,
    Unauthorized,
    Unclear,
)

TOKEN = "ghp_canary_0123456789"
REPO = Repository(
    7, "acme/demo", "demo", "acme", "https://x", "https://x.git", "git@x", "main", True, "A demo", False, 0
)
RAW = {
    "id": 7, "full_name": "acme/demo", "name": "demo", "owner": {"login": "acme"}, "html_url": "https://x",
    "clone_url": "https://x.git", "ssh_url": "git@x", "default_branch": "main", "private": True,
    "description": None, "archived": False, "size": 0,
}  # fmt: skip
Talk = Callable[[socket.socket], None]


class Line:
    """A server on loopback that answers every connection with `talk`, and keeps what was sent to it."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.heard: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                self.heard.append(connection.recv(65_536))
                self.talk(connection)
            except OSError:
                pass  # they hung up

    def close(self) -> None:
        self._listener.close()


@contextmanager
def line(talk: Talk, seconds: int = 1) -> Iterator[tuple[GitHubClient, list[CallRecord], Line]]:
    server, records = Line(talk), []
    client = GitHubClient(server.url, TOKEN, record=records.append, seconds=seconds, pause=0)
    try:
        yield client, records, server
    finally:
        client.close()
        server.close()


def says(status: int, body: object = None, **headers: str) -> Talk:
    """An answer with these headers (with _ for -); a body that is no bytes becomes JSON."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} So", f"Content-Length: {len(data)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return lambda connection: connection.sendall("\r\n".join([*lines, "", ""]).encode() + data)


def drip(before: bytes) -> Talk:
    """Sends `before`, then one byte every tenth of a second."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(before)
        for _ in range(100):
            connection.sendall(b"a")
            time.sleep(0.1)

    return talk


def flood(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    chunk = b'{"login": "' + b"x" * 1_000_000
    for _ in range(200):
        connection.sendall(chunk)


def cut(connection: socket.socket) -> None:
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"login": "acme"')


def hang_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "talk",
    [
        drip(b""),
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: "),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nf"),
        lambda _connection: time.sleep(3),
    ],
    ids=["status", "headers", "body", "chunks", "silence"],
)
def test_a_call_ends_in_time_however_slowly_the_answer_drips(talk: Talk) -> None:
    with line(talk) as (client, records, _):
        began = time.monotonic()
        with pytest.raises(Unclear):
            client.who()
        assert time.monotonic() - began < 1.6
    assert records[0].status is None
    assert records[0].outcome == "no answer"


@pytest.mark.parametrize(
    "talk",
    [
        hang_up, cut, flood,
        says(200), says(200, b"<html>log in</html>"), says(200, b"{"), says(200, b"\xff\xfe"), says(200, b"null"),
        says(200, b"[" * 100_000), says(200, []), says(200, [1]), says(200, {}), says(200, {"login": 5, "id": 1}),
        says(200, {"login": "acme", "id": True}), says(200, {"login": "acme", "id": "1"}), says(204),
        says(202, {"login": "acme", "id": 1}), says(206, {"login": "acme", "id": 1}),
        says(200, b"\x1f\x8b", Content_Encoding="gzip"),
        lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_unclear_and_is_asked_once(talk: Talk) -> None:
    with line(talk, seconds=5) as (client, records, server):
        with pytest.raises(Unclear) as error:
            client.who()
        assert len(server.heard) == 1
    assert len(records) == 1
    assert TOKEN not in told(error.value, records)


def test_no_more_than_twenty_megabytes_are_taken() -> None:
    taken = []

    def flood_and_count(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{")
        for number in range(200):
            connection.sendall(b" " * 1_000_000)
            taken.append(number)

    with line(flood_and_count, seconds=30) as (client, _, _server), pytest.raises(Unclear):
        client.who()
    assert len(taken) < bounded.MOST_BYTES / 1_000_000 + 10  # what lies in the sockets' buffers


@pytest.mark.parametrize(
    "raw",
    [
        {**RAW, "id": None}, {**RAW, "private": None}, {**RAW, "private": "true"}, {**RAW, "owner": "acme"},
        {**RAW, "html_url": "javascript:alert(1)"}, {**RAW, "topics": {}}, {**RAW, "full_name": 5}, [RAW],
    ],
)  # fmt: skip
def test_a_repository_that_lacks_something_is_unclear(raw: object) -> None:
    with line(says(200, raw)) as (client, _, server):
        with pytest.raises(Unclear):
            client.repository("acme", "demo")
        assert len(server.heard) == 1, "what is missing must not be fetched"


@pytest.mark.parametrize("body", [{"items": [5]}, {"message": "?"}, [5], "text", None])
def test_a_list_that_is_none_is_unclear(body: object) -> None:
    with line(says(200, body)) as (client, _, server):
        with pytest.raises(Unclear):
            client.keys(REPO)
        assert len(server.heard) == 1


def test_the_next_page_is_not_fetched_from_another_host_or_port() -> None:
    key = {"id": 1, "title": "t", "key": "ssh-ed25519 A", "read_only": True}
    for there in ("http://127.0.0.1:9/keys", "http://localhost/keys", "https://evil.example/keys"):
        with line(says(200, [key], Link=f'<{there}>; rel="next"')) as (client, _, server):
            with pytest.raises(Unclear):
                client.keys(REPO)
            assert len(server.heard) == 1


def test_a_public_repository_is_handed_over_to_be_removed() -> None:
    with (
        line(says(201, {**RAW, "private": False})) as (client, _, _server),
        pytest.raises(NotAsOrdered) as wrong,
    ):
        client.create_repository("acme", is_organization=True, name="demo", description="")
    assert wrong.value.repository.id == 7
    assert "public" in wrong.value.sentence


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize(
    "location", ["https://evil.example/repositories/7", "//evil.example/x", "/repositories/7", ""]
)
def test_a_redirect_elsewhere_is_refused_and_the_token_stays(status: int, location: str) -> None:
    headers = {"Location": location} if location else {}
    with line(says(status, {}, **headers)) as (client, _, server):
        for call in (lambda: client.delete_repository(REPO), lambda: client.repository("acme", "demo")):
            with pytest.raises(Invalid, match="another address"):
                call()
        assert len(server.heard) == 2


@pytest.mark.parametrize("status", [301, 307])
def test_a_redirect_to_the_new_name_is_no_success_of_a_write(status: int) -> None:
    where = {}

    def talk(connection: socket.socket) -> None:
        says(status, {}, **where)(connection)

    with line(talk) as (client, _, server):
        where["Location"] = f"{server.url}/repositories/7"
        for write in (lambda: client.delete_repository(REPO), lambda: client.archive(REPO)):
            with pytest.raises(Moved) as moved:
                write()
            assert moved.value.path == "/repositories/7"
        server.heard.clear()
        with pytest.raises(Moved):  # a circle is not followed
            client.repository("acme", "demo")
        assert len(server.heard) == 2


SECRET_SCAN = {"secret_scanning": {"bypass_placeholders": [{"placeholder_id": "p", "token_type": "AWS_KEY"}]}}


@pytest.mark.parametrize(
    ("talk", "kind", "words"),
    [
        (says(401, {"message": "Requires authentication"}), Unauthorized, "token"),
        (says(401, b"{"), Unauthorized, "token"),
        (says(403, {"message": "x"}, X_GitHub_SSO="required; url=https://github.com/orgs/a/sso?b=c"), Forbidden,
         "https://github.com/orgs/a/sso?b=c"),
        (says(404, {"message": "Not Found"}, X_GitHub_SSO="required; url=https://github.com/s"), Forbidden, "sign-on"),
        (says(403, {"message": "x"}, X_Accepted_GitHub_Permissions="administration=write; contents=read"), Forbidden,
         "Administration (write), Contents (read)"),
        (says(403, {"message": "No <b>\u202e\n\x1b[31mway"}), Forbidden, "No <b> [31mway"),
        (says(403, {"message": "Maximum number of login attempts exceeded."}), Limited, "600 seconds"),
        (says(429, b"{"), Limited, "60 seconds"),
        (says(429, {}, Retry_After="-5"), Limited, "60 seconds"),
        (says(429, {}, Retry_After="0"), Limited, "1 seconds"),
        (says(403, {"message": "You have triggered an abuse detection mechanism"}), Limited, "60 seconds"),
        (says(403, {"message": "API rate limit exceeded"}, X_RateLimit_Remaining="0", X_RateLimit_Reset="1"), Limited,
         "1 seconds"),
        (says(404, []), NotThere, "no such thing"),
        (says(409, {"message": "Something"}), Conflict, "Something"),
        (says(422, {"message": "x", "errors": ["Could not clone: Name already exists on this account"]}), Conflict,
         "name"),
        (says(409, {"message": "Conflict", "metadata": SECRET_SCAN}), Invalid, "aws_key"),
        (says(422, {"message": "Push protection found a secret", "metadata": 5}), Invalid, "secret"),
        (says(422, {"message": 5, "errors": [None, 5, {"message": []}]}), Invalid, "422"),
        (says(422, {"message": "Protected branch rules forbid this"}), Conflict, "rule"),
        (says(400, {"message": "Problems parsing JSON"}), Invalid, "Problems parsing"),
        (says(413, b"<html>"), Invalid, "413"),
        (says(408), Unclear, "408"), (says(500, b""), Unclear, "500"), (says(502, b"<html>"), Unclear, "502"),
        (says(503, {"message": "x"}), Unclear, "503"), (says(504, b"{"), Unclear, "504"),
    ],
)  # fmt: skip
def test_what_refusals_mean(talk: Talk, kind: type[OutsideError], words: str) -> None:
    with line(talk) as (client, records, _), pytest.raises(OutsideError) as error:
        client.replace_topics(REPO, ["dbt"])
    assert type(error.value) is kind or issubclass(type(error.value), kind)
    assert words in f"{error.value.sentence} {error.value.hint}"
    assert error.value.sentence.isprintable()
    assert error.value.hint.isprintable()
    assert records[0].outcome != "ok"


def told(error: BaseException, records: list[CallRecord]) -> str:
    """All that a log or a page could show of a failed call."""
    shown = "".join(traceback.format_exception(error))
    hint = error.hint if isinstance(error, OutsideError) else ""
    return f"{shown} {error!r} {hint} {records!r}"


@pytest.mark.parametrize(
    "talk",
    [
        says(401, {"message": f"Bad token {TOKEN}"}), says(403, {"message": f"{TOKEN} may not"}),
        says(422, {"message": "x", "errors": [{"message": f"so {TOKEN}"}]}),
        says(403, {"message": "x"}, X_GitHub_SSO=f"required; url=https://github.com/{TOKEN}"),
        says(403, {"message": "x"}, X_OAuth_Scopes="a", X_Accepted_OAuth_Scopes=TOKEN),
        says(500, {"message": TOKEN}), says(200, TOKEN.encode()), hang_up, lambda _connection: time.sleep(2),
        says(200, {}, X_GitHub_Request_Id=TOKEN),
    ],
)  # fmt: skip
def test_the_token_is_nowhere_to_be_read(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("github", "github.Requester", "urllib3", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    with line(talk) as (client, records, server):
        with pytest.raises(OutsideError) as error:
            client.add_key(REPO, "a title of ours", "ssh-ed25519 PUBLIC")
        assert TOKEN.encode() in server.heard[0], "or this test would show nothing"
        assert TOKEN not in f"{client!r} {vars(client)!r}"
    assert TOKEN not in told(error.value, records)
    assert TOKEN not in caplog.text
    assert "a title of ours" not in caplog.text, "bodies are not logged"


def test_nothing_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w") as file:
        file.write("machine 127.0.0.1 login somebody password else\n")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", netrc)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with line(says(200, {"login": "acme", "id": 1}, Set_Cookie="a=b")) as (client, _, server):
        client.who()
        client.who()
        for heard in server.heard:
            assert f"Authorization: token {TOKEN}".encode() in heard
            assert b"cookie" not in heard.lower()
            assert b"python-requests" not in heard


def test_nobody_there_is_unclear() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(Unclear, match="connection"):
        GitHubClient(url, TOKEN, record=lambda _call: None, seconds=1, pause=0).who()


def test_only_hosts_on_the_administrator_s_list_are_called() -> None:
    with pytest.raises(AddressRefused, match=r"GitHub at evil\.example") as refused:
        GitHubClient("https://evil.example", TOKEN, record=lambda _call: None)
    assert "DEMOFORGE_GITHUB_HOSTS" in refused.value.hint
    with override_settings(LOCAL_MODE=False), pytest.raises(AddressRefused):
        GitHubClient("http://127.0.0.1:1", TOKEN, record=lambda _call: None)
    with override_settings(GITHUB_HOSTS=["github.acme.example"]):
        GitHubClient("https://github.acme.example/api/v3", TOKEN, record=lambda _call: None).close()
