"""HTTP under the clients: the seconds of a call are for all its bytes together, and an answer has a largest size.

`BoundedAdapter`, mounted on a requests session, with `urllib3.Timeout(connect=…, total=…)` as the time-out of a call:
connecting, the headers and the body then share the total, also when a server sends one byte a second. What is left out
is the look-up of the host's name, which the operating system bounds. `BoundedSession` is a session made like that.
"""

import http.client
import io
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

MOST_BYTES = 20_000_000  # of one answer
CONNECT_SECONDS = 5.0
_CHUNK = 65_536


class Oversized(requests.RequestException):
    """The answer is larger than any that we ask for, or packed so that nobody knows how large it would get."""


@dataclass(frozen=True)
class Answer:
    """What a server sent: HTTP status, headers with small names, and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Timed(io.RawIOBase):
    """The bytes of one answer: all reads together may take the time that the socket had at the beginning."""

    def __init__(self, sock: socket.socket, raw: Any) -> None:
        self._sock = sock
        self._raw = raw
        seconds = sock.gettimeout()
        self._end = None if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._end is not None:
            left = self._end - time.monotonic()
            if left <= 0:
                raise TimeoutError("the call's time is over")
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()  # or the socket would stay open
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Timed(sock, self.fp.detach()))


class _Connection(HTTPConnection):
    response_class = _TimedResponse


class _SecureConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class BoundedAdapter(HTTPAdapter):
    """Sends once, without repetition, over connections whose answers end in time."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools; called by the base class."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class BoundedSession(requests.Session):
    """A session whose every call ends within `seconds` and brings at most MOST_BYTES.

    Nothing of the environment is used, such as proxies or .netrc, and no cookie is kept.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self.trust_env = False
        self.headers.clear()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self.mount(scheme, BoundedAdapter())

    def ask(self, method: str, url: str, *, headers: Mapping[str, str], data: bytes | None = None) -> Answer:
        """Send one request, follow no redirect, repeat nothing. Raises requests.RequestException."""
        limit = Timeout(connect=min(CONNECT_SECONDS, self._seconds), total=self._seconds)
        sent = {**headers, "Accept-Encoding": "identity"}
        response = self.request(
            method,
            url,
            headers=sent,
            data=data,
            timeout=limit,  # type: ignore[arg-type]  # the types of requests know only its other forms
            allow_redirects=False,
            stream=True,
        )
        with response:
            names = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, names, _body(response))


def _body(response: requests.Response) -> bytes:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Oversized("a compressed answer that nobody asked for")
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise Oversized(f"more than {MOST_BYTES:,} bytes")
    return bytes(body)
