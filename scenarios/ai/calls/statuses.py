"""What an HTTP status of a model server means, where no code in the body says it better."""

import email.utils
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from scenarios.ai.calls.protocol import Kind

_KINDS: dict[int, Kind] = {
    401: "auth",
    402: "billing",
    403: "permission",
    404: "not_found",
    408: "timeout",
    409: "overloaded",
    413: "too_large",
    429: "rate_limit",
    504: "timeout",
    529: "overloaded",
}
_LARGE_WORDS = re.compile(r"too long|too large for|context.?(length|window)", re.IGNORECASE)
_SCHEMA_WORDS = re.compile(r"schema|grammar|response_format|output_config|structured output", re.IGNORECASE)
_MONEY_WORDS = re.compile(r"spend limit|credit|billing", re.IGNORECASE)


def kind_of_status(status: int, *, code: str = "", message: str = "") -> Kind:
    """The kind of failure behind a status; `code` and `message` are the body's."""
    if status in (400, 422):
        return _kind_of_words(f"{code} {message}")
    if 300 <= status < 400:
        return "address"  # the server sends us elsewhere; we do not go
    if status in _KINDS:
        return _KINDS[status]
    return "server" if status >= 500 else "bad_request"


def _kind_of_words(text: str) -> Kind:
    """One status stands for many things: only the words tell them apart."""
    if _SCHEMA_WORDS.search(text):  # first: also a grammar may be too large
        return "schema"
    if _LARGE_WORDS.search(text):
        return "too_large"
    return "billing" if _MONEY_WORDS.search(text) else "bad_request"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks us to wait; None when it does not say, or says nonsense."""
    try:
        if "retry-after-ms" in headers:
            seconds = float(headers["retry-after-ms"]) / 1000
        else:
            seconds = _seconds(headers["retry-after"])
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _seconds(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        moment = email.utils.parsedate_to_datetime(value)
        return (moment - datetime.now(UTC)).total_seconds()
