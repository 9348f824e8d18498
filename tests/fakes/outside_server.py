"""The part that the servers for GitHub and dbt Cloud have in common: JSON over HTTP/1.1 on loopback, a log, faults.

    class CloudServer(OutsideServer):
        def answer(self, asked: Asked) -> Answer: ...             # one at a time: a lock is held
        def refusal(self, status: int, asked: Asked) -> Answer:   # 403, 429, 500 in its own shape
            ...

    with CloudServer() as server:
        server.latency = 0.1                  # seconds a call, waited outside the lock
        server.patience = 5                   # seconds that a time-out holds a client that does not hang up
        server.faults.add("reset", "POST")    # see tests/fakes/faults.py
        ...
        assert [(call.method, call.path) for call in server.calls] == [...]

`calls` are in the order of their coming, damaged ones included. When `answer` raises, the client gets a 500 and the
error is raised again at the end of the `with` block: a test cannot overlook it.
"""

import json
import select
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.faults import Fault, Faults, Rule, kind_of


@dataclass(frozen=True)
class Asked:
    """A request: `path` is decoded and without query, `query` holds the last value of each name.

    `body` is the JSON (None: nothing was sent), `headers` have small letters, `origin` is what the client calls us:
    `http://127.0.0.1:port`. `token` is what follows "Bearer" or "token".
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]
    origin: str

    @property
    def token(self) -> str:
        """The token that was sent, or ""."""
        return self.headers.get("authorization", "").partition(" ")[2].strip()


@dataclass(frozen=True)
class Answer:
    """A status, what becomes JSON (None: no body; bytes are sent as they are), and more headers."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Seen:
    """A call in the log. `status` None: not answered (yet); `at` and `until`: time.monotonic() of coming and end."""

    method: str
    path: str
    status: int | None
    body: Any
    token: str
    query: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None
    acted: bool = False
    at: float = 0.0
    until: float = 0.0


class OutsideServer:
    """See the module's description."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.calls: list[Seen] = []
        self.latency = 0.0
        self.patience = 30.0
        self.errors: list[Exception] = []
        self.closing = threading.Event()
        self.lock = threading.RLock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def answer(self, asked: Asked) -> Answer:
        """Do what is asked."""
        raise NotImplementedError

    def refusal(self, status: int, asked: Asked) -> Answer:
        """What 403, 429 and 500 look like here."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        if error is None and self.errors:
            raise self.errors[0]

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:port`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def calls_to(self, method: str, path: str = "") -> list[Seen]:
        """The calls of this method whose path ends so."""
        return [call for call in list(self.calls) if call.method == method and call.path.endswith(path)]

    def each_call(self) -> list[tuple[str, str, int]]:
        """Every call so far as (method, kind, which of these, from 1), in the order of their coming."""
        counted: Counter[tuple[str, str]] = Counter()
        found = []
        for call in list(self.calls):
            kind = (call.method, kind_of(call.path))
            counted[kind] += 1
            found.append((*kind, counted[kind]))
        return found

    def come(self, asked: Asked) -> tuple[Seen, Rule | None]:
        """Write a call down and see what will happen to it. For the handler."""
        rule = self.faults.due(asked.method, asked.path)
        seen = Seen(asked.method, asked.path, None, asked.body, asked.token, asked.query, at=time.monotonic())
        seen.fault = rule.fault if rule else None
        with self.lock:
            self.calls.append(seen)
        return seen, rule

    def act(self, asked: Asked, seen: Seen) -> Answer:
        """Answer, one call at a time. For the handler."""
        with self.lock:
            try:
                answer = self.answer(asked)
            except Exception as error:  # a mistake of the server or the test; raised again at the end
                self.errors.append(error)
                return self.refusal(500, asked)
            seen.acted = True
            return answer


class _Server(ThreadingHTTPServer):
    fake: OutsideServer
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients hang up when their time is over."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def handle_call(self) -> None:
        """Take the request, do the work unless a fault forbids it, and say the answer or what is left of it."""
        asked = self._asked()
        fake = self.server.fake
        seen, rule = fake.come(asked)
        if fake.latency:
            fake.closing.wait(fake.latency)
        answer = fake.act(asked, seen) if rule is None or rule.acts else None
        if rule is not None:
            answer = self._damaged(rule, asked, answer)
        seen.until = time.monotonic()
        if answer is not None:
            seen.status = answer.status
            self._say(answer)

    def do_GET(self) -> None:
        self.handle_call()

    def do_HEAD(self) -> None:
        self.handle_call()

    def do_POST(self) -> None:
        self.handle_call()

    def do_PUT(self) -> None:
        self.handle_call()

    def do_PATCH(self) -> None:
        self.handle_call()

    def do_DELETE(self) -> None:
        self.handle_call()

    def _asked(self) -> Asked:
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        body = _json(data)
        origin = f"http://{headers['host']}" if "host" in headers else self.server.fake.origin
        return Asked(self.command, unquote(parts.path), query, body, headers, origin)

    def _damaged(self, rule: Rule, asked: Asked, answer: Answer | None) -> Answer | None:
        if rule.fault in ("timeout_before", "timeout_after"):
            self._hold()
        elif rule.fault == "reset":
            self._reset()
        elif rule.fault == "malformed":
            status, headers = (answer.status, answer.headers) if answer else (200, {})
            return Answer(status, b'{"id": 12, "name": "cut off he', headers)
        else:
            refusal = self.server.fake.refusal(int(rule.fault), asked)
            wait = rule.fault == "429" and rule.retry_after is not None
            return Answer(
                refusal.status,
                refusal.body,
                {**refusal.headers, **({"Retry-After": str(rule.retry_after)} if wait else {})},
            )
        return None

    def _hold(self) -> None:
        """Say nothing until the client hangs up."""
        fake, end = self.server.fake, time.monotonic() + self.server.fake.patience
        while time.monotonic() < end and not fake.closing.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.05)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                break
        self.close_connection = True

    def _reset(self) -> None:
        """Hang up with RST in place of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()
        self.close_connection = True

    def _say(self, answer: Answer) -> None:
        body = answer.body
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(answer.status)
        given = {"content-type": "application/json; charset=utf-8", **answer.headers}
        for name, value in given.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("content-length", str(len(data)))
        try:
            self.end_headers()
            if self.command != "HEAD" and answer.status != 204:
                self.wfile.write(data)
        except OSError:  # they hung up
            self.close_connection = True


def _json(data: bytes) -> Any:
    try:
        return json.loads(data) if data else None
    except ValueError:
        return data.decode(errors="replace")
