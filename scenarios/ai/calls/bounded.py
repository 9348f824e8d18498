"""The HTTP transport under both SDKs: a call has a deadline and an answer a size, whatever the server sends.

The deadline is kept where bytes move: also a server that sends one byte a second, headers included, ends in time.
Only headers that we chose leave the machine; those that the environment gives to the SDKs do not.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from ssl import SSLContext
from typing import Any

import httpcore2
import httpx2

from scenarios.ai.calls.protocol import CallFailed

MOST_BYTES = 4_000_000  # of one answer on the wire
CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 120.0  # longest gap between two bytes
AGENT = "DemoForge"
#: Headers of the SDKs that are sent; the transport sets the others itself.
_KEPT = {"accept", "content-type", "content-length", "transfer-encoding"}


class _Deadline(threading.local):
    """When the call ends that this thread is in; monotonic seconds."""

    at: float | None = None

    def within(self, timeout: float | None) -> float | None:
        """The limit of one operation: what was asked for, but not past the deadline. Raises httpcore2 timeouts."""
        if self.at is None:
            return timeout
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the call's time is over")
        return left if timeout is None else min(timeout, left)


class BoundedTransport(httpx2.HTTPTransport):
    """Sends requests that carry `headers` and little else, straight to the server, and keeps answers within bounds."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__(trust_env=False)
        self._own = {**headers, "accept-encoding": "identity", "user-agent": AGENT}
        self._deadline = _Deadline()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            keepalive_expiry=5.0,
            network_backend=_Network(self._deadline),
        )

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Everything that this thread sends and reads inside the block ends after `seconds`."""
        self._deadline.at = time.monotonic() + seconds
        try:
            yield
        finally:
            self._deadline.at = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send, and hand out a response that keeps to the bounds. Raises CallFailed for what cannot be bounded."""
        for name in set(request.headers) - _KEPT:
            del request.headers[name]
        request.headers.update({**self._own, "host": request.url.netloc.decode("ascii")})
        response = super().handle_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            response.close()  # nobody knows how large it would get
            raise CallFailed("server", "a compressed answer that nobody asked for")
        assert isinstance(response.stream, httpx2.SyncByteStream)  # noqa: S101 - made by our own base class
        response.stream = _Sized(response.stream)
        return response


class _Sized(httpx2.SyncByteStream):
    """A body that may not grow too large."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > MOST_BYTES:
                raise CallFailed("oversized", f"more than {MOST_BYTES:,} bytes")
            yield chunk

    def close(self) -> None:
        self._stream.close()


class _Network(httpcore2.NetworkBackend):
    """Sockets whose every operation ends by the deadline."""

    def __init__(self, deadline: _Deadline) -> None:
        self._deadline = deadline
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        stream = self._sockets.connect_tcp(
            host, port, self._deadline.within(timeout), local_address, socket_options
        )
        return _Stream(stream, self._deadline)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.within(timeout))
        return _Stream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def timeouts(seconds: float, *, silence: float = SILENCE_SECONDS) -> httpx2.Timeout:
    """Limits of one try that may take `seconds` in all: the gap between bytes, and the connection."""
    gap = max(0.1, min(silence, seconds))
    return httpx2.Timeout(gap, connect=min(CONNECT_SECONDS, gap))
