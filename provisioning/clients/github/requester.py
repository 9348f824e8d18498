"""PyGithub's requester on our own connection: one call is one request, with a deadline, a record and a plain error.

PyGithub would follow redirects of writes, repeat what was not answered in time and wait inside a call; all of that
is decided by the steps, which know what has been done.
"""

import logging
import time
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from github import Auth, GithubException
from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
    RequestsResponse,
)

from provisioning.clients.bounded import Answer, BoundedSession
from provisioning.clients.github.answers import SYSTEM, unreadable
from provisioning.clients.github.errors import NotReady, Refusal, explain
from provisioning.clients.outcome import (
    CallRecord,
    Conflict,
    Forbidden,
    Invalid,
    Limited,
    NotThere,
    OutsideError,
    Record,
    Unauthorized,
    Unclear,
)

AGENT = "DemoForge"
PAGE_SIZE = 100
SHORTEST_SECRET = 8  # characters
_SUCCESS = (200, 201, 204)
#: What may come out of PyGithub when an answer is missing, odd or no success.
_TROUBLE = (
    GithubException, requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError, TypeError,
    AttributeError, LookupError, AssertionError, RuntimeError,
)  # fmt: skip
_WORDS: tuple[tuple[type[OutsideError], str], ...] = (
    (Unauthorized, "bad credentials"),
    (Forbidden, "not allowed"),
    (NotThere, "not there"),
    (Limited, "rate limit"),
    (NotReady, "not ready"),
    (Conflict, "conflict"),
    (Invalid, "refused"),
)
_quiet = logging.getLogger(f"{__name__}.bodies")
_quiet.setLevel(logging.WARNING)  # or PyGithub would write every file that it sends into the log


class _Refused(Exception):
    """The answer is no success: not for PyGithub, which would follow, wait or repeat."""


class _Response(RequestsResponse):
    """An answer as PyGithub reads it."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.headers = answer.headers  # type: ignore[assignment]
        self._body = answer.body

    def read(self) -> str:
        return self._body.decode("utf-8")


class _Connection(HTTPSRequestsConnectionClass):
    """Takes the place of PyGithub's connection: `request` then `getresponse`."""

    def __init__(self, api_url: str, token: str, seconds: int) -> None:
        where = urlsplit(api_url)
        self._token = token
        self._origin = f"{where.scheme}://{where.netloc}"
        self.session: BoundedSession = BoundedSession(seconds)
        self.start()

    def start(self) -> None:
        """Forget the last call."""
        self.answer: Answer | None = None
        self.seconds = 0.0

    def getresponse(self) -> RequestsResponse:
        began = time.monotonic()
        try:
            answer = self.session.ask(
                self.verb, f"{self._origin}{self.url}", headers=self.headers, data=_bytes(self.input)
            )
            self.answer = _without(self._token, answer)
        finally:
            self.seconds = time.monotonic() - began
        if self.answer.status not in _SUCCESS:
            raise _Refused
        if self.answer.status != 204 and self.answer.body.lstrip()[:1] not in (b"{", b"["):
            raise ValueError("no JSON")
        return _Response(self.answer)


class OneRequest(Requester):
    """See the module's description. Raises OutsideError, and nothing else."""

    def __init__(self, api_url: str, token: str, *, record: Record, seconds: int, pause: float) -> None:
        super().__init__(
            auth=Auth.Token(token),
            base_url=api_url,
            timeout=seconds,
            user_agent=AGENT,
            per_page=PAGE_SIZE,
            verify=True,
            retry=None,
            pool_size=None,
            seconds_between_requests=None,
            seconds_between_writes=pause or None,
            lazy=True,  # no object is fetched because an attribute is read
        )
        self._record = record
        self._seconds = seconds
        self._connection = _Connection(api_url, token, seconds)

    def close(self) -> None:
        """Close the connection."""
        super().close()
        self._connection.close()

    def requestJson(  # noqa: N802 - PyGithub's name
        self,
        verb: str,
        url: str,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, Any] | None = None,
        input: Any | None = None,
        cnx: HTTPRequestsConnectionClass | HTTPSRequestsConnectionClass | None = None,
        follow_302_redirect: bool = False,
    ) -> tuple[int, dict[str, Any], str]:
        """Send a request over our connection, and nothing to another host."""
        if cnx is not None:
            raise AssertionError("an address of another host")
        return super().requestJson(verb, url, parameters, headers, input, self._connection)

    def requestJsonAndCheck(  # noqa: N802 - PyGithub's name
        self,
        verb: str,
        url: str,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        input: Any | None = None,
        follow_302_redirect: bool = False,
    ) -> tuple[dict[str, Any], Any]:
        """The headers and the data of a success; every request of PyGithub's objects comes through here."""
        self._connection.start()
        failure: OutsideError | None = None
        try:
            found, data = super().requestJsonAndCheck(verb, url, parameters, headers, input)
            _check_shape(data, verb)
        except (_Refused, *_TROUBLE) as error:
            failure = self._explain(error)
        self._note(verb, url, failure)
        if failure is not None:
            raise failure  # outside the handler: PyGithub's errors hold headers, and ours are logged with their cause
        return found, data

    def _explain(self, error: Exception) -> OutsideError:
        answer = self._connection.answer
        if answer is not None and answer.status not in _SUCCESS:
            return explain(Refusal(answer, self.base_url))
        if isinstance(error, requests.Timeout | TimeoutError):
            return Unclear(SYSTEM, f"GitHub did not answer within {self._seconds} seconds.")
        if isinstance(error, requests.exceptions.SSLError):
            return Unclear(
                SYSTEM,
                "There is no secure connection to GitHub.",
                "Check the API address and its certificate.",
            )
        if answer is None and isinstance(error, requests.ConnectionError | OSError):
            return Unclear(
                SYSTEM,
                "The connection to GitHub broke, or there was none.",
                "Check the API address if it lasts.",
            )
        return unreadable("not what was asked for")

    def _note(self, verb: str, url: str, failure: OutsideError | None) -> None:
        answer = self._connection.answer
        self._record(
            CallRecord(
                system=SYSTEM,
                method=verb,
                path=urlsplit(url).path,
                status=answer.status if answer else None,
                seconds=self._connection.seconds,
                request_id=answer.headers.get("x-github-request-id", "") if answer else "",
                outcome=_word(failure, answer) if failure else "ok",
            )
        )


OneRequest.injectLogger(_quiet)


def _without(token: str, answer: Answer) -> Answer:
    """The answer without the token, should a server repeat it: what it says is shown and written down."""
    if len(token) < SHORTEST_SECRET:
        return answer  # no real one: it would be found in innocent words
    headers = {name: value.replace(token, "…") for name, value in answer.headers.items()}
    return Answer(answer.status, headers, answer.body.replace(token.encode(), b"..."))


def _bytes(text: Any) -> bytes | None:
    return text.encode() if isinstance(text, str) else None


def _check_shape(data: object, verb: str) -> None:
    """An object, a list of objects, or nothing where nothing is needed. Raises ValueError."""
    listed = isinstance(data, list) and all(isinstance(entry, dict) for entry in data)
    if not (listed or isinstance(data, dict) or (data is None and verb in ("DELETE", "PUT"))):
        raise ValueError("neither an object nor a list of them")


def _word(failure: OutsideError, answer: Answer | None) -> str:
    for kind, word in _WORDS:
        if isinstance(failure, kind):
            return word
    if answer is None:
        return "no answer"
    return "server error" if answer.status >= 500 else "unreadable answer"
