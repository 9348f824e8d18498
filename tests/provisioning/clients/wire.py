"""A server on loopback that says exactly the bytes that a test wants, for what goes wrong on the wire.

    with WireServer(lambda wire: wire.answer(200, '{"data": {"id": 7}}')) as server:
        ...
        assert server.asked[0].path == "/api/v2/accounts/1/"

The function gets a `Wire` for each call: `wire.asked` is the call, `answer` a whole answer, `send` raw bytes, `drip`
bytes one by one, `reset` hangs up rudely, `wait` says nothing for a while. The connection is closed after each call
unless `answer` was used. `context` makes it speak TLS.
"""

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    """One call as it came; `path` with its query, `headers` in small letters, `body` parsed or None."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


class Wire:
    """The server's end of one call."""

    def __init__(self, handler: "_Handler", asked: Asked, closing: threading.Event) -> None:
        self.asked = asked
        self.connection: socket.socket = handler.connection
        self.stays_open = False
        self._handler = handler
        self._closing = closing

    def answer(self, status: int, body: Any = "", headers: Mapping[str, str] | None = None) -> None:
        """A proper answer; bodies that are no text or bytes become JSON."""
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        data = text.encode() if isinstance(text, str) else text
        given = {"content-length": str(len(data)), **(headers or {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self.send(f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + data)
        self.stays_open = True

    def send(self, data: bytes) -> None:
        """Raw bytes."""
        self.connection.sendall(data)

    def drip(self, data: bytes, pause: float = 0.05) -> None:
        """Raw bytes, one after the other."""
        for place in range(len(data)):
            self.send(data[place : place + 1])
            if self._closing.wait(pause):
                return

    def wait(self, seconds: float = 30) -> None:
        """Say nothing."""
        self._closing.wait(seconds)

    def reset(self) -> None:
        """Hang up with RST in place of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.rfile.close()
        self.connection.close()


class WireServer:
    """See the module's description."""

    def __init__(self, say: Callable[[Wire], None], *, context: ssl.SSLContext | None = None) -> None:
        self.say = say
        self.asked: list[Asked] = []
        self.connections = 0
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._scheme = "https" if context else "http"
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:port`, or https with TLS."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"


def seconds_of(do: Callable[[], Any]) -> float:
    """How long something takes."""
    started = time.monotonic()
    do()
    return time.monotonic() - started


class _Server(ThreadingHTTPServer):
    owner: WireServer
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.owner.connections += 1

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _call(self) -> None:
        owner = self.server.owner
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, json.loads(data) if data else None)
        owner.asked.append(asked)
        wire = Wire(self, asked, owner.closing)
        owner.say(wire)
        self.close_connection = not wire.stays_open

    def do_GET(self) -> None:
        self._call()

    def do_POST(self) -> None:
        self._call()

    def do_DELETE(self) -> None:
        self._call()
