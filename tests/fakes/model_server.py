"""A model server on loopback that speaks Anthropic messages, OpenAI Responses and chat completions, all streaming.

    def answer(call: AskedOf) -> Says:
        return '{"name": "x"}' if "outline" in call.prompt else Answer("no", stop="refusal")

    with ModelServer(answer=answer) as server:
        caller = ClaudeCaller("any key", address=server.address("anthropic"))
        server.fail_next(Fault(status=529), times=2)
        ...
        assert [call.model for call in server.requests] == ["m", "m", "m"]

`answer` is a text that is always said, or a function of the call (`AskedOf`: protocol, model, system, user, schema,
body, headers, prompt). It gives a text, something that becomes JSON (a dict or a list), an `Answer` (text, stop,
seconds of thought, tokens) or a `Fault`. It is called in the thread of the request, so it must be thread-safe when
calls come side by side. When it raises, the server answers 500 and the error is raised again at the end of the `with`
block: a test cannot overlook it.

`address(protocol)` is the base address for "anthropic", "responses" or "chat" (the last two are the same).
`requests` is the log of calls in the order of their coming, failed ones included; `requests_of("chat")` those of one
protocol; `most_at_once` how many were being answered at the same time; `listed` how often the models were listed.
`fail_next(fault, times=1)` damages the next calls, whatever `answer` says; several faults queue up.
`models` are the ids that `GET models` lists; with `key` set, any other key gets 401.

A call without `"stream": true` gets 400: the product streams everywhere.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.fakes.model_wires import (
    Answer,
    AskedOf,
    Fault,
    Protocol,
    asked,
    error_body,
    error_event,
    models_body,
    protocol_of,
    stream,
)

__all__ = ["Answer", "AskedOf", "Fault", "ModelServer", "Protocol", "Says"]

Says = str | dict[str, Any] | list[Any] | Answer | Fault
Answers = Callable[[AskedOf], Says]


class ModelServer:
    """See the module's description."""

    def __init__(
        self,
        answer: Answers | Says = "Hello.",
        *,
        models: Sequence[str] = ("fake-large", "fake-small"),
        key: str | None = None,
    ) -> None:
        self.answer = answer
        self.models = list(models)
        self.key = key
        self.requests: list[AskedOf] = []
        self.listed = 0
        self.most_at_once = 0
        self.errors: list[Exception] = []
        self.closing = threading.Event()
        self._now = 0
        self._lock = threading.Lock()
        self._faults: deque[Fault] = deque()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
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
        if error is None and self.errors:
            raise self.errors[0]

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:port`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def address(self, protocol: Protocol) -> str:
        """The base address that an adapter of this protocol takes."""
        return self.origin if protocol == "anthropic" else f"{self.origin}/v1"

    def requests_of(self, protocol: Protocol) -> list[AskedOf]:
        """The calls of one protocol."""
        return [call for call in self.requests if call.protocol == protocol]

    def fail_next(self, fault: Fault, *, times: int = 1) -> None:
        """Damage the next calls."""
        with self._lock:
            self._faults.extend([fault] * times)

    def says(self, call: AskedOf) -> tuple[Answer, Fault]:
        """What this call gets: an answer and what damages it. For the handler."""
        with self._lock:
            self.requests.append(call)
            scripted = self._faults.popleft() if self._faults else None
        try:
            said = self.answer(call) if callable(self.answer) else self.answer
        except Exception as error:  # of the test; raised again at the end
            self.errors.append(error)
            return Answer(""), Fault(status=500, message="The test's answer function failed.")
        if isinstance(said, Fault):
            return Answer("Hello."), scripted or said
        answer = said if isinstance(said, Answer) else Answer(_as_text(said))
        return answer, scripted or Fault()

    def began(self) -> None:
        """A call is being answered. For the handler."""
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)

    def ended(self) -> None:
        """A call has been answered. For the handler."""
        with self._lock:
            self._now -= 1


def _as_text(said: str | dict[str, Any] | list[Any]) -> str:
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)


class _Server(ThreadingHTTPServer):
    fake: ModelServer
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients hang up when their time is over."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        fake, claude = self.server.fake, "anthropic-version" in self.headers
        if not self.path.split("?")[0].endswith("/v1/models"):
            return self._refuse("chat", Fault(status=404))
        if not self._has_key():
            return self._refuse("anthropic" if claude else "chat", Fault(status=401, code="invalid_api_key"))
        fake.listed += 1
        self._whole(200, json.dumps(models_body("anthropic" if claude else "chat", fake.models)))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        protocol = protocol_of(self.path.split("?")[0])
        if protocol is None:
            return self._refuse("chat", Fault(status=404))
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = asked(protocol, body, headers, time.monotonic(), self.path)
        if not self._has_key():
            return self._refuse(protocol, Fault(status=401, code="invalid_api_key"))
        self.server.fake.began()
        try:
            self._answer(call)
        except OSError:  # they hung up
            self.close_connection = True
        finally:
            self.server.fake.ended()

    def _has_key(self) -> bool:
        key = self.server.fake.key
        sent = self.headers.get("x-api-key") or self.headers.get("authorization", "").removeprefix("Bearer ")
        return key is None or sent == key

    def _answer(self, call: AskedOf) -> None:
        answer, fault = self.server.fake.says(call)
        self._pause(answer.seconds + fault.first_byte_after)
        if fault.status is not None:
            return self._refuse(call.protocol, fault)
        if call.body.get("stream") is not True:
            return self._refuse(call.protocol, Fault(status=400, message="This server only streams."))
        if fault.padding:
            answer = Answer(answer.text + "x" * fault.padding, answer.stop, pieces=answer.pieces)
        self._stream(call, answer, fault)

    def _stream(self, call: AskedOf, answer: Answer, fault: Fault) -> None:
        before, text, after = stream(call, answer)
        self._drip = fault.drip
        self._begin({"content-type": "text/event-stream", "request-id": "req_fake", **fault.headers})
        for place, piece in enumerate([*before, *text]):
            if self._damaged(call.protocol, fault, place - len(before)):
                return
            self._chunk(piece)
        if self._damaged(call.protocol, fault, len(text)):
            return
        for piece in after:
            self._chunk(piece)
        self._chunk(b"")

    def _damaged(self, protocol: Protocol, fault: Fault, said: int) -> bool:
        """Do what the fault says once so many pieces are out; True when there is nothing more to say."""
        if said == fault.error_after:
            self._chunk(error_event(protocol, fault))
            self._chunk(b"")
        elif said == fault.stall_after:
            self.server.fake.closing.wait()
            self.close_connection = True
        elif said == fault.cut_after:
            if fault.cleanly:
                self._chunk(b"")
            else:
                self.close_connection = True
        else:
            return False
        return True

    _drip = 0.0

    def _begin(self, headers: dict[str, str]) -> None:
        lines = [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join(["HTTP/1.1 200 OK", *lines, "transfer-encoding: chunked", "", ""])
        self._send(head.encode())

    def _chunk(self, data: bytes) -> None:
        self._send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _send(self, data: bytes) -> None:
        if not self._drip:
            self.wfile.write(data)
            return
        for place in range(len(data)):
            self._pause(self._drip)
            self.wfile.write(data[place : place + 1])

    def _pause(self, seconds: float) -> None:
        if seconds:
            self.server.fake.closing.wait(seconds)

    def _refuse(self, protocol: Protocol, fault: Fault) -> None:
        body = fault.body if fault.body is not None else json.dumps(error_body(protocol, fault))
        self._whole(fault.status or 500, body, fault.headers)

    def _whole(self, status: int, body: str | bytes, headers: Any = ()) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        given = {"content-type": "application/json", "request-id": "req_fake", "x-request-id": "req_fake"}
        for name, value in (given | dict(headers)).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
