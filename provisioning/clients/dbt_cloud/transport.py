"""Calls of one dbt Cloud host with one token: sent once, bounded in time and size, written down, judged.

No repetition and no waiting happens here. Every method raises the errors of provisioning/clients/outcome.py, whose
sentences are made of `doing`: it completes "dbt Cloud refused to …". `read` makes something of the answer's `data`; it
raises Malformed when something is missing, which becomes Unclear.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NoReturn, TypeVar

import requests
import urllib3

from provisioning.clients.bounded import BoundedAdapter
from provisioning.clients.dbt_cloud.answers import (
    SYSTEM,
    Malformed,
    Reply,
    TooMany,
    enveloped,
    judge,
    parsed,
)
from provisioning.clients.dbt_cloud.blanking import Blanks
from provisioning.clients.dbt_cloud.reading import id_of
from provisioning.clients.outcome import CallRecord, NotThere, OutsideError, Record, Unauthorized, Unclear

MOST_BYTES = 20_000_000  # of one answer, after decompression
CONNECT_SECONDS = 10.0
PAGE = 100
MOST_PAGES = 20
DELETED = 2  # the state of what is still listed, but gone
_CHUNK = 65_536
_TOKEN = re.compile(r"[\x21-\x7e]+", re.ASCII)
_UNPRINTABLE = re.compile(r"[^\x21-\x7e]")
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "DemoForge"}

T = TypeVar("T")
Query = Mapping[str, str | int]


@dataclass(frozen=True)
class _Call:
    method: str
    path: str
    doing: str
    query: Query | None = None
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class _Silence:
    """Why there is no answer: in a word for the record, and after "dbt Cloud at HOST" in a sentence."""

    word: str
    what: str


class _Bearer(requests.auth.AuthBase):
    """Puts the token into a request as late as possible."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Oversized(Exception):
    """The answer is larger than any that makes sense."""


class Transport:
    """See the module's description. `host` is `https://HOST`; `secrets` never appear in a text."""

    def __init__(
        self, host: str, token: str, *, record: Record, seconds: float, secrets: Iterable[str] = ()
    ) -> None:
        self.host = host
        self.blanks = Blanks([token, *secrets])
        self._token = token.strip()
        self._record = record
        self._seconds = seconds
        self._session = requests.Session()
        self._session.trust_env = False  # no proxies, no .netrc
        self._session.cookies.set_policy(
            DefaultCookiePolicy(allowed_domains=[])
        )  # the token is all that counts
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, BoundedAdapter())

    def __repr__(self) -> str:
        return f"Transport({self.host!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a transport holds secrets and is not to be stored")

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def get(self, path: str, doing: str, read: Callable[[Any], T], query: Query | None = None) -> T:
        """Read one thing. What was deleted is not there, although dbt Cloud still shows it."""
        call = _Call("GET", path, doing, query)
        return self._ask(call, lambda reply: read(_existing(enveloped(reply.content)["data"], doing)))

    def send(
        self, method: str, path: str, doing: str, read: Callable[[Any], T], body: Mapping[str, Any] | None
    ) -> T:
        """Create or change one thing."""
        call = _Call(method, path, doing, body=body)
        return self._ask(call, lambda reply: read(enveloped(reply.content)["data"]))

    def delete(self, path: str, doing: str, body: Mapping[str, Any] | None = None) -> bool:
        """Delete one thing. False: it was not there, or the token may not see it. The answer may have no body."""
        call = _Call("DELETE", path, doing, body=body)
        try:
            return self._ask(call, lambda reply: not reply.content or bool(enveloped(reply.content)))
        except NotThere:
            return False

    def file(self, path: str, doing: str, query: Query | None = None) -> bytes:
        """A file as it is, without an envelope."""
        return self._ask(_Call("GET", path, doing, query), lambda reply: reply.content)

    def bare(self, path: str, doing: str, read: Callable[[Any], T], *, token: str) -> T:
        """JSON without an envelope, asked with another token."""
        self.blanks.learn([token])
        call = _Call("GET", path, doing, token=token.strip())
        return self._ask(call, lambda reply: read(parsed(reply.content)))

    def listed(
        self,
        path: str,
        doing: str,
        read: Callable[[Any], T],
        query: Query | None = None,
        *,
        paged: bool = True,
    ) -> list[T]:
        """All that is on a list and not deleted, over at most 20 pages. Raises TooMany when there is more.

        `paged`: the list is known to take `limit`; if not, it is sent only where the answer says that more follows.
        """
        found: dict[int, T | None] = {}  # by id, since things move between pages; None: deleted
        offset = 0
        for _ in range(MOST_PAGES):
            asked = {**(query or {}), **({"limit": PAGE} if paged or offset else {})}
            asked |= {"offset": offset} if offset else {}
            page, total = self._ask(_Call("GET", path, doing, asked), lambda reply: _page(reply, read))
            offset += len(page)
            more = offset < total if total is not None else paged and len(page) >= PAGE
            if not more or set(page) <= set(found):
                return [thing for thing in {**found, **page}.values() if thing is not None]
            found |= page
        raise TooMany(
            SYSTEM,
            f"dbt Cloud lists more than {MOST_PAGES * PAGE:,} things when asked to {doing}.",
            "Delete what is not needed any more, or use another account.",
        )

    def _ask(self, call: _Call, read: Callable[[Reply], T]) -> T:
        """Make a call, judge and read the answer, and write it down once, however it ends."""
        self._look_at_token(call)
        self.blanks.learn_from(call.body)
        started = time.monotonic()
        said = self._exchange(call)
        result: list[T] = []
        failure: OutsideError | None
        if isinstance(said, _Silence):
            failure = self._unanswered(call, said)
        else:
            failure = judge(said, doing=call.doing, host=self.host, blanks=self.blanks)
            if failure is None:
                result, failure = self._read(call, said, read)
        self._write_down(call, said, failure, time.monotonic() - started)
        if failure is not None:
            raise failure  # only here: the errors that were caught on the way hold headers and bodies
        return result[0]

    def _look_at_token(self, call: _Call) -> None:
        if not _TOKEN.fullmatch(call.token or self._token):
            sentence = "The dbt Cloud token is empty or has characters that no token has."
            raise Unauthorized(SYSTEM, sentence, "Enter it again.")

    def _write_down(
        self, call: _Call, said: Reply | _Silence, failure: OutsideError | None, seconds: float
    ) -> None:
        status, request_id, word = None, "", ""
        if isinstance(said, _Silence):
            word = said.word
        else:
            status, request_id, word = said.status, said.request_id, _word(failure)
        self._record(CallRecord(SYSTEM, call.method, call.path, status, seconds, request_id, word))

    def _read(
        self, call: _Call, reply: Reply, read: Callable[[Reply], T]
    ) -> tuple[list[T], OutsideError | None]:
        try:
            return [read(reply)], None
        except OutsideError as error:
            return [], error
        except Malformed:
            sentence = f"dbt Cloud's answer cannot be understood; it was asked to {call.doing}."
            return [], Unclear(SYSTEM, sentence, f"If it stays so, check the access URL {self.host}.")

    def _exchange(self, call: _Call) -> Reply | _Silence:
        """The answer, or why there is none."""
        limits = urllib3.Timeout(connect=min(CONNECT_SECONDS, self._seconds), total=self._seconds)
        try:
            with self._session.request(
                call.method,
                self.host + call.path,
                params=call.query,
                data=None if call.body is None else json.dumps(call.body, allow_nan=False).encode(),
                headers=_HEADERS | ({"Content-Type": "application/json"} if call.body is not None else {}),
                auth=_Bearer(call.token or self._token),
                timeout=limits,  # type: ignore[arg-type]  # its types do not know that it takes one of these
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._reply(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, _Oversized) as error:
            return self._silence(error)

    def _reply(self, response: requests.Response) -> Reply:
        content = bytearray()
        for chunk in response.raw.stream(_CHUNK, decode_content=True):
            content += chunk
            if len(content) > MOST_BYTES:
                raise _Oversized
        headers = response.headers
        request_id = _UNPRINTABLE.sub("", headers.get("x-request-id", ""))[:100]
        return Reply(response.status_code, bytes(content), headers.get("retry-after", ""), request_id)

    def _silence(self, error: Exception) -> _Silence:
        """What an error of the wire means. Its own text is not used: it may say anything."""
        if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
            return _Silence("time-out", f"did not answer within {self._seconds:g} seconds")
        if isinstance(error, _Oversized):
            return _Silence("too large", f"gave an answer of more than {MOST_BYTES:,} bytes")
        if isinstance(error, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
            return _Silence("certificate", "could not be reached safely: its certificate does not fit")
        if isinstance(error, requests.ConnectionError):
            return _Silence("no answer", "could not be reached, or hung up without an answer")
        return _Silence("cut off", "broke off in the middle of its answer")

    def _unanswered(self, call: _Call, silence: _Silence) -> Unclear:
        hint = "It may have been done or not. If it stays so, check the access URL and the network."
        sentence = f"dbt Cloud at {self.host} {silence.what}; it was asked to {call.doing}."
        return Unclear(SYSTEM, sentence, hint)


_WORDS = {
    "NotThere": "not found",
    "ServiceTokenRefused": "personal token needed",
    "WrongAddress": "redirected",
}


def _word(failure: OutsideError | None) -> str:
    """How a call ended, for its record."""
    name = type(failure).__name__
    return "ok" if failure is None else _WORDS.get(name, name.lower())


def _existing(data: Any, doing: str) -> Any:
    if isinstance(data, dict) and data.get("state") == DELETED:
        raise NotThere(
            SYSTEM, f"dbt Cloud could not {doing}: it was deleted.", "Undo this build, then start a new one."
        )
    return data


def _page(reply: Reply, read: Callable[[Any], T]) -> tuple[dict[int, T | None], int | None]:
    """The things of one page by id, None for deleted ones, and how many there are in all, if it is said."""
    envelope = enveloped(reply.content)
    data = envelope["data"] if envelope["data"] is not None else []  # null stands for an empty list
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise Malformed("no list")
    extra = envelope.get("extra")
    pagination = extra.get("pagination") if isinstance(extra, dict) else None
    total = pagination.get("total_count") if isinstance(pagination, dict) else None
    things = {id_of(item): None if item.get("state") == DELETED else read(item) for item in data}
    return things, total if isinstance(total, int) else None
