"""What GitHub's refusals mean: from status, headers and GitHub's own words to an error with a sentence and a hint.

GitHub says 403 for four things (a missing scope, an organisation's rule, single sign-on, a rate limit) and hides
what a token may not know of behind 404; only headers and words tell them apart.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from github.Requester import Requester

from provisioning.clients.bounded import Answer
from provisioning.clients.github.answers import SYSTEM, Repository, covers, unreadable, words
from provisioning.clients.outcome import (
    Conflict,
    Forbidden,
    Invalid,
    Limited,
    NotThere,
    OutsideError,
    Unauthorized,
    Unclear,
)

USUAL_PAUSE = 60.0  # seconds, when GitHub limits us and does not say for how long
LONGEST_PAUSE = 3600.0  # its limits are counted by the hour
BLOCKED_PAUSE = 600.0  # after several refused log-ins
_SAID = 300  # characters of GitHub's words that are shown
_PAGE = "the Connections page"
_FORCE_REFUSED = ("rule violation", "cannot force-push", "force push", "protected branch")
_NOT_READY = (
    "repository is empty",
    "tree sha does not exist",
    "parent sha does not exist",
    "object does not exist",
)


class Moved(Conflict):
    """The repository has another name now; nothing was done. `path` is where GitHub says it is ("" elsewhere)."""

    def __init__(self, path: str) -> None:
        super().__init__(
            SYSTEM,
            "The repository has been renamed or moved on GitHub.",
            "Try again: it is looked up by its number.",
        )
        self.path = path


class RuleViolation(Conflict):
    """A rule of the organisation or the branch forbids to move the branch like this, such as by force."""


class NotReady(Unclear):
    """GitHub does not see yet what was just made. It was not done; the same call succeeds in a moment."""


class NotAsOrdered(Conflict):
    """A repository was made, but not the one that was ordered: it must go again. `repository` is what was made."""

    def __init__(self, sentence: str, hint: str, repository: Repository) -> None:
        super().__init__(SYSTEM, sentence, hint)
        self.repository = repository


@dataclass(frozen=True)
class Refusal:
    """An answer that is no success. It holds no token: see requester.py."""

    answer: Answer
    api_url: str

    @property
    def status(self) -> int:
        return self.answer.status

    def header(self, name: str) -> str:
        """A header by its small name, or ""."""
        return self.answer.headers.get(name, "")

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The answer's object; empty when it is none."""
        try:
            found = json.loads(self.answer.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def details(self) -> list[Mapping[str, Any]]:
        """The entries of `errors`, which are objects or plain sentences."""
        listed = self.data.get("errors")
        entries = listed if isinstance(listed, list) else []
        return [entry if isinstance(entry, dict) else {"message": entry} for entry in entries]

    @cached_property
    def said(self) -> str:
        """GitHub's words: its message and those of the details, in one line."""
        spoken = [self.data.get("message"), *(entry.get("message") for entry in self.details)]
        return plain(" ".join(part for part in spoken if isinstance(part, str)))

    @property
    def quoted(self) -> str:
        """GitHub's words as a hint."""
        return f"GitHub says: {self.said}" if self.said else ""

    def says(self, *phrases: str) -> bool:
        """Whether one of the phrases is among GitHub's words."""
        return any(phrase in self.said.lower() for phrase in phrases)


def plain(text: str) -> str:
    """One line of printable characters, not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_SAID]


def explain(refusal: Refusal) -> OutsideError:
    """The error that an answer other than a success stands for."""
    status = refusal.status
    if status < 300:
        return unreadable(f"status {status}")
    if 300 <= status < 400:
        return _redirected(refusal)
    if status == 401:
        return Unauthorized(
            SYSTEM,
            "GitHub does not accept the token: it is wrong, expired or revoked, or belongs to another host.",
            f"Enter a valid token on {_PAGE}, and check the API address there.",
        )
    if status == 429 or (status == 403 and _speaks_of_limits(refusal)):
        return _limited(refusal)
    if status >= 500 or status == 408:
        return Unclear(
            SYSTEM, f"GitHub has trouble of its own ({status}).", "Look at GitHub's status page if it lasts."
        )
    return _BY_STATUS.get(status, _invalid)(refusal)


def _redirected(refusal: Refusal) -> OutsideError:
    """GitHub names the new place of a renamed repository; any other redirect means a wrong address."""
    here, there = urlsplit(refusal.api_url), urlsplit(refusal.header("location"))
    prefix = here.path.rstrip("/")
    if (there.scheme, there.netloc) == (here.scheme, here.netloc) and there.path.startswith(f"{prefix}/"):
        return Moved(there.path.removeprefix(prefix))
    return Invalid(
        SYSTEM,
        "GitHub sends us to another address, where the token is not sent.",
        f"Check the API address on {_PAGE}: it must be the final one.",
    )


def _speaks_of_limits(refusal: Refusal) -> bool:
    limited = Requester.isRateLimitError(refusal.said) or refusal.says("rate limit", "abuse detection")
    return limited or bool(refusal.header("retry-after")) or refusal.says("number of login attempts")


def _limited(refusal: Refusal) -> Limited:
    seconds = _pause(refusal)
    return Limited(
        SYSTEM,
        f"GitHub asks for a pause of {seconds:.0f} seconds.",
        "It goes on by itself. Others may be using the same token.",
        seconds=seconds,
    )


def _pause(refusal: Refusal) -> float:
    """Seconds: what GitHub says, else until the hour's limit is renewed, else a minute."""
    wait, reset = refusal.header("retry-after"), refusal.header("x-ratelimit-reset")
    if re.fullmatch(r"\d{1,9}", wait):
        asked = float(wait)
    elif refusal.header("x-ratelimit-remaining") == "0" and re.fullmatch(r"\d{1,12}", reset):
        asked = float(reset) - time.time() + 1.0
    elif refusal.says("number of login attempts"):
        asked = BLOCKED_PAUSE
    else:
        asked = USUAL_PAUSE
    return min(max(asked, 1.0), LONGEST_PAUSE)


def _forbidden(refusal: Refusal) -> OutsideError:
    """403, or 404 with a sign that the token lacks something."""
    if sign_on := re.search(r"url=(https?://[^\s;,\"'<>]+)", refusal.header("x-github-sso")):
        return Forbidden(
            SYSTEM,
            "The organisation asks for single sign-on, and the token is not authorised for it.",
            f"Authorise it at {sign_on[1]} and try again.",
        )
    if missing := _missing(refusal):
        return Forbidden(
            SYSTEM,
            f"The GitHub token lacks {missing}.",
            f"Make a token that has it, and enter it on {_PAGE}.",
        )
    if refusal.says("need admin access to the organization", "repository creation"):
        return Forbidden(
            SYSTEM,
            "The organisation does not let you create repositories.",
            "Ask one of its owners, or choose another owner.",
        )
    if refusal.says("archived"):
        return Forbidden(
            SYSTEM, "The repository is archived: nobody can change it.", "Unarchive it on GitHub first."
        )
    return Forbidden(SYSTEM, "GitHub does not allow this with your token.", refusal.quoted)


def _not_there(refusal: Refusal) -> OutsideError:
    if refusal.header("x-github-sso").startswith("required") or _missing_scope(refusal):
        return _forbidden(refusal)
    permission = _permission(refusal)
    hint = (
        f"If it is there, the token lacks {permission}."
        if permission
        else "If it is there, the token may not see it."
    )
    return NotThere(SYSTEM, "GitHub knows no such thing.", hint)


def _missing(refusal: Refusal) -> str:
    """What the token lacks, in words, or ""."""
    if scope := _missing_scope(refusal):
        return f"the scope {scope}"
    return _permission(refusal)


def _missing_scope(refusal: Refusal) -> str:
    """The scope that a classic token lacks, or ""."""
    if "x-oauth-scopes" not in refusal.answer.headers:
        return ""
    accepted = words(refusal.header("x-accepted-oauth-scopes"))
    if accepted and not covers(words(refusal.header("x-oauth-scopes")), accepted):
        return plain(" or ".join(accepted))
    return "repo" if refusal.says("different oauth scope") else ""


def _permission(refusal: Refusal) -> str:
    """The permissions that a fine-grained token needs here, or ""."""
    wanted = re.findall(r"([a-z_]+)=([a-z]+)", refusal.header("x-accepted-github-permissions"))
    named = [f"{name.replace('_', ' ').capitalize()} ({level})" for name, level in wanted]
    return plain(f"the permission {', '.join(named)}") if named else ""


def _not_accepted(refusal: Refusal) -> OutsideError:
    """409 and 422."""
    if found := _secrets_found(refusal):
        return found
    if any(
        entry.get("field") == "name" and "already exists" in _text(entry) for entry in refusal.details
    ) or (refusal.says("name already exists")):
        return Conflict(
            SYSTEM, "The owner has a repository of this name already.", "Choose another name, or delete it."
        )
    if refusal.says(*_NOT_READY):
        return NotReady(SYSTEM, "GitHub does not see yet what was just made.", refusal.quoted)
    if refusal.says(*_FORCE_REFUSED):
        return RuleViolation(
            SYSTEM, "A rule on GitHub forbids to change the branch like this.", refusal.quoted
        )
    if refusal.says("reference does not exist"):
        return NotThere(SYSTEM, "The branch is not there any more.", refusal.quoted)
    if refusal.says("already exists", "already in use", "not a fast forward"):
        return Conflict(SYSTEM, "GitHub has this already, or something else in its place.", refusal.quoted)
    return (
        Conflict(SYSTEM, "GitHub is in no state to do this.", refusal.quoted)
        if refusal.status == 409
        else _invalid(refusal)
    )


def _secrets_found(refusal: Refusal) -> Invalid | None:
    """Push protection: something in the files looks like a key of another service."""
    metadata = refusal.data.get("metadata")
    scan = metadata.get("secret_scanning") if isinstance(metadata, dict) else None
    if not isinstance(scan, dict) and not refusal.says(
        "push protection", "secret detected", "secret scanning"
    ):
        return None
    listed = scan.get("bypass_placeholders") if isinstance(scan, dict) else None
    kinds = [_text(entry, "token_type") for entry in listed or [] if isinstance(entry, dict)]
    named = f" ({plain(', '.join(filter(None, kinds)))})" if any(kinds) else ""
    return Invalid(
        SYSTEM,
        f"GitHub takes something in the files for a secret{named} and refuses them.",
        f"Remove what looks like a key from the plan. {refusal.quoted}".strip(),
    )


def _text(entry: Mapping[str, Any], name: str = "message") -> str:
    value = entry.get(name)
    return value.lower() if isinstance(value, str) else ""


def _invalid(refusal: Refusal) -> OutsideError:
    return Invalid(SYSTEM, f"GitHub refuses what was sent ({refusal.status}).", refusal.quoted)


_BY_STATUS: dict[int, Callable[[Refusal], OutsideError]] = {
    403: _forbidden, 404: _not_there, 409: _not_accepted, 410: _not_there, 422: _not_accepted,
}  # fmt: skip
