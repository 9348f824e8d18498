"""How calls of GitHub and dbt Cloud end when they do not end well, and what is written down about each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from demoforge.errors import Explained

System = Literal["GitHub", "dbt Cloud"]


@dataclass(frozen=True)
class CallRecord:
    """One call: method, path without host and query, status (None: no answer), seconds, the far side's request id.

    `outcome` is "ok", or what went wrong in a word or two. Never a body, a header or a secret.
    """

    system: System
    method: str
    path: str
    status: int | None
    seconds: float
    request_id: str = ""
    outcome: str = "ok"


Record = Callable[[CallRecord], None]


def unrecorded(_call: CallRecord) -> None:
    """For calls that belong to no build, such as those of the Connections page."""


class OutsideError(Explained):
    """A call that did not do what was asked: a sentence, and what to do."""

    def __init__(self, system: System, sentence: str, hint: str = "") -> None:
        super().__init__(sentence, hint)
        self.system = system


class Unauthorized(OutsideError):
    """The credentials are wrong, expired or revoked, or belong to another host (401)."""


class Forbidden(OutsideError):
    """The credentials are known, but may not do this (403, or 404 where the far side hides the difference)."""


class NotThere(OutsideError):
    """There is no such thing, or the credentials may not know of it (404)."""


class Conflict(OutsideError):
    """The name is taken, or the thing is not in the state that was expected (409, 422)."""


class Invalid(OutsideError):
    """The far side refuses what was sent, and would do so again (400, 405, 422)."""


class Limited(OutsideError):
    """Too many calls (429, or 403 with a rate limit's words): again after so many `seconds`."""

    def __init__(self, system: System, sentence: str, hint: str = "", *, seconds: float) -> None:
        super().__init__(system, sentence, hint)
        self.seconds = seconds


class Unclear(OutsideError):
    """No answer, a cut or unreadable one, or a server error: the far side may have acted or not."""
