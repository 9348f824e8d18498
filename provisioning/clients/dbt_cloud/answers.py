"""What an answer of dbt Cloud means: its envelope, and the error that a status stands for. No calls are made here."""

import email.utils
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from provisioning.clients.dbt_cloud.blanking import Blanks
from provisioning.clients.outcome import (
    Forbidden,
    Invalid,
    Limited,
    NotThere,
    OutsideError,
    System,
    Unauthorized,
    Unclear,
)

SYSTEM: System = "dbt Cloud"
COOLDOWN_SECONDS = 300.0  # after too many calls, where dbt Cloud does not say how long
LONGEST_PAUSE = 3600.0
_WHERE_HOST = "Copy the access URL from dbt Cloud: Account settings, Account information."
MOST_CHARACTERS = 600  # of what the far side says, in a sentence
_EMPTY_TALK = (
    "success",
    "the request was invalid",
    "there was a server error",
    "bad request",
    "validation error",
)


class ServiceTokenRefused(Invalid):
    """dbt Cloud wants a person's token here (400)."""


class WrongAddress(Invalid):
    """The host sends us elsewhere: it is not the account's own (3xx)."""


class TooMany(Invalid):
    """A list is too long to be read to its end, so nothing can be said about what is in it."""


class Malformed(Exception):
    """An answer without what an answer must have; becomes Unclear."""


@dataclass(frozen=True)
class Reply:
    """An answer as it came. `content` is never shown."""

    status: int
    content: bytes = field(repr=False)
    retry_after: str = ""
    request_id: str = ""

    @property
    def fine(self) -> bool:
        """Whether the status is a 2xx; creations answer 200 or 201, deletions 200 or 204."""
        return 200 <= self.status < 300


def parsed(content: bytes) -> Any:
    """The JSON of a body. Raises Malformed for anything else, such as XML or HTML."""
    value = _json(content)
    if value is _NOTHING:
        raise Malformed("no JSON")
    return value


_NOTHING = object()


def _json(content: bytes) -> Any:
    """JSON or _NOTHING: a decoder's error would carry the whole text with it."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return _NOTHING


def enveloped(content: bytes) -> dict[str, Any]:
    """The envelope around `data`. Raises Malformed when there is none, or it does not say that all is well."""
    envelope = parsed(content)
    if not isinstance(envelope, dict) or "data" not in envelope:
        raise Malformed("no data")
    status = envelope.get("status")
    if isinstance(status, dict) and status.get("is_success") is False:
        raise Malformed("a failure with the status of a success")
    return envelope


def judge(reply: Reply, *, doing: str, host: str, blanks: Blanks) -> OutsideError | None:
    """The error of an answer, or None. `doing` completes "dbt Cloud refused to …"; secrets are blanked."""
    if reply.fine:
        return None
    status, said = reply.status, _said(reply.content, blanks)
    if status >= 500 or status == 408:
        return Unclear(
            SYSTEM, f"dbt Cloud had an error of its own ({status}) when asked to {doing}.", _quoted(said)
        )
    if status == 429:
        sentence = "dbt Cloud has had too many calls for this account in the last minute."
        return Limited(SYSTEM, sentence, "It goes on after a pause.", seconds=pause(reply.retry_after))
    if status < 400:
        sentence = f"{_name(host)} sends us to another address, so it may not be your account's own."
        return WrongAddress(SYSTEM, sentence, _WHERE_HOST)
    return _refused(status, said, doing, host)


def _refused(status: int, said: str, doing: str, host: str) -> OutsideError:
    """What a 4xx stands for."""
    if status == 401:
        hint = (
            f"Enter a valid token. Check the access URL, too: at a host that is not the account's, a good token is "
            f"called invalid, so {_name(host)} may be the wrong one. {_WHERE_HOST}"
        )
        return Unauthorized(SYSTEM, "dbt Cloud does not accept the token.", hint)
    if status == 403:
        hint = (
            "Give the service token the permission set Project creator or Account admin; on a Starter plan enter a "
            "personal access token instead. Restrictions of the account's IP addresses look the same. "
        )
        return Forbidden(SYSTEM, f"The dbt Cloud token may not {doing}.", (hint + _quoted(said)).strip())
    if status == 404:
        hint = "It does not exist, or the token may not see it: dbt Cloud does not say which. Check its permissions."
        return NotThere(SYSTEM, f"dbt Cloud could not {doing}: it was not found.", hint)
    if status == 400 and "service token" in said.lower():
        hint = "Enter a personal access token of somebody who has linked GitHub, or what was to be looked up, by hand."
        return ServiceTokenRefused(SYSTEM, f"dbt Cloud does not let a service token {doing}.", hint)
    details = said or f"it gives no reason (status {status})"
    return Invalid(SYSTEM, f"dbt Cloud refused to {doing}: {details}", "Correct this, then try again.")


def pause(retry_after: str) -> float:
    """Seconds to wait after too many calls: as it says, between one second and an hour, else the known cool-down."""
    try:
        seconds = float(retry_after)
    except ValueError:
        seconds = _seconds_until(retry_after)
    return min(max(seconds, 1.0), LONGEST_PAUSE) if math.isfinite(seconds) else COOLDOWN_SECONDS


def _seconds_until(moment: str) -> float:
    try:
        at = email.utils.parsedate_to_datetime(moment)
    except (ValueError, TypeError):
        return math.nan
    return (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _name(host: str) -> str:
    return urlsplit(host).netloc


def _quoted(said: str) -> str:
    return f"dbt Cloud says: {said}" if said else ""


def _said(content: bytes, blanks: Blanks) -> str:
    """What an error's body says for people: its message and the details in `data`, one line, without secrets."""
    envelope = _json(content)
    if not isinstance(envelope, dict):
        return ""
    status = envelope.get("status")
    message = status.get("user_message") if isinstance(status, dict) else None
    if not isinstance(message, str) or message.lower().startswith(_EMPTY_TALK):
        message = ""
    return readable([*([message] if message else []), envelope.get("data")], blanks)


def readable(said: Any, blanks: Blanks) -> str:
    """The leaves of an answer as `where.in.it: text; …`, one bounded line without secrets."""
    texts: list[str] = []
    for text in _leaves(said, ""):
        line = " ".join("".join(c if c.isprintable() else " " for c in blanks.clean(text)).split())
        if line and line not in texts:
            texts.append(line)
        if sum(map(len, texts)) > MOST_CHARACTERS:
            break
    whole = blanks.clean("; ".join(texts))
    return whole if len(whole) <= MOST_CHARACTERS else whole[:MOST_CHARACTERS].rstrip() + " …"


def _leaves(said: Any, where: str) -> Iterator[str]:
    """Every text in it, with the names that lead there. `reason` and positions in lists say nothing."""
    if isinstance(said, dict):
        for name, value in said.items():
            own = "" if name in ("reason", "message") else str(name)
            yield from _leaves(value, ".".join(filter(None, (where, own))))
    elif isinstance(said, list):
        for value in said:
            yield from _leaves(value, where)
    elif said is not None and said != "":
        yield f"{where}: {said}" if where else str(said)
