"""What GitHub's answers say, read strictly: what is missing or of another kind makes the answer unreadable."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from provisioning.clients.outcome import Unclear

SYSTEM: Final = "GitHub"
_IMPLIED = {  # what a scope of a classic token includes
    "repo": {"public_repo", "repo:status", "repo_deployment", "repo:invite", "security_events"},
    "admin:org": {"write:org", "read:org"},
    "write:org": {"read:org"},
    "user": {"read:user", "user:email", "user:follow"},
}
_OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PLAIN_FILE = ("100644", "blob")
T = TypeVar("T", str, int, bool, dict, list)


@dataclass(frozen=True)
class Identity:
    """Whose token it is. `scopes` is None for a fine-grained token: GitHub does not list what it may."""

    login: str
    id: int
    scopes: tuple[str, ...] | None

    def has(self, scope: str) -> bool | None:
        """Whether the token has a scope, itself or by a larger one; None when that cannot be known."""
        return None if self.scopes is None else covers(self.scopes, [scope])


@dataclass(frozen=True)
class Owner:
    """An account that can own repositories, seen by the token's user.

    `role` is theirs in an organisation: "admin", "member", "" (none), or None when it cannot be known.
    `may_create`: whether they may make private repositories there; None when only trying tells.
    """

    login: str
    is_organization: bool
    is_me: bool
    role: str | None
    may_create: bool | None


@dataclass(frozen=True)
class Repository:
    """A repository as GitHub described it last. `url` is its page; `size` is in KiB and lags behind."""

    id: int
    full_name: str
    name: str
    owner: str
    url: str
    clone_url: str
    ssh_url: str
    default_branch: str
    private: bool
    description: str
    archived: bool
    size: int
    topics: tuple[str, ...] = ()
    created_at: str = ""


@dataclass(frozen=True)
class Key:
    """A deploy key of a repository. `key` is its public half, without a comment."""

    id: int
    title: str
    key: str
    read_only: bool


@dataclass(frozen=True)
class Pull:
    """A pull request. `state` is "open" or "closed"."""

    number: int
    url: str
    state: str
    head: str
    base: str
    title: str


def covers(scopes: Sequence[str], accepted: Sequence[str]) -> bool:
    """Whether a classic token's scopes include one of those that are accepted."""
    granted = set(scopes).union(*(_IMPLIED.get(scope, ()) for scope in scopes))
    return bool(granted.intersection(accepted))


def words(header: str) -> tuple[str, ...]:
    """The entries of a header that lists them with commas."""
    return tuple(word.strip() for word in header.split(",") if word.strip())


class Fields:
    """One JSON object of an answer. Every read raises Unclear when the field is missing or of another kind."""

    def __init__(self, raw: object) -> None:
        if not isinstance(raw, dict):
            raise unreadable("no object")
        self._raw: dict[str, Any] = raw

    def get(self, name: str, kind: type[T], default: T | None = None) -> T:
        """The field `name`. One that is null or missing has the default, if there is one."""
        value = self._raw.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise unreadable(f"no {name}")
        return value

    def maybe(self, name: str, kind: type[T]) -> T | None:
        """The field `name`, or None when it is missing or null."""
        return None if self._raw.get(name) is None else self.get(name, kind)

    def inner(self, name: str) -> "Fields":
        """The object in the field `name`."""
        return Fields(self._raw.get(name))

    def link(self, name: str) -> str:
        """An address that a page may link to."""
        address = self.get(name, str)
        if not address.startswith(("https://", "http://")):
            raise unreadable(f"no address in {name}")
        return address

    def object_id(self, name: str) -> str:
        """The id of a git object."""
        found = self.get(name, str)
        if not _OBJECT_ID.fullmatch(found):
            raise unreadable(f"no id in {name}")
        return found


def unreadable(what: str) -> Unclear:
    """The error for an answer that lacks what it must have."""
    return Unclear(
        SYSTEM,
        f"GitHub sent an answer that cannot be read ({what}).",
        "If it happens again, check the API address on the Connections page.",
    )


def identity(raw: object, headers: Mapping[str, object]) -> Identity:
    """From `GET /user` and its headers."""
    user, listed = Fields(raw), headers.get("x-oauth-scopes")
    return Identity(
        user.get("login", str), user.get("id", int), words(listed) if isinstance(listed, str) else None
    )


def repository(raw: object) -> Repository:
    """From any answer that holds a whole repository."""
    about = Fields(raw)
    return Repository(
        id=about.get("id", int),
        full_name=about.get("full_name", str),
        name=about.get("name", str),
        owner=about.inner("owner").get("login", str),
        url=about.link("html_url"),
        clone_url=about.link("clone_url"),
        ssh_url=about.get("ssh_url", str),
        default_branch=about.get("default_branch", str),
        private=about.get("private", bool),
        description=about.get("description", str, ""),
        archived=about.get("archived", bool, False),
        size=about.get("size", int, 0),
        topics=tuple(str(topic) for topic in about.get("topics", list, [])),
        created_at=about.get("created_at", str, ""),
    )


def key(raw: object) -> Key:
    """From a deploy key's object."""
    about = Fields(raw)
    return Key(
        about.get("id", int), about.get("title", str, ""), about.get("key", str), about.get("read_only", bool)
    )


def pull(raw: object) -> Pull:
    """From a pull request's object."""
    about = Fields(raw)
    return Pull(
        number=about.get("number", int),
        url=about.link("html_url"),
        state=about.get("state", str),
        head=about.inner("head").get("ref", str),
        base=about.inner("base").get("ref", str),
        title=about.get("title", str),
    )


def files(raw: object) -> dict[str, str]:
    """Path -> git's id of the content, from a recursive tree. What is no plain file has no content's id."""
    tree = Fields(raw)
    if tree.get("truncated", bool, False):
        raise unreadable("a list of files that was cut off")
    return dict(_entry(Fields(entry)) for entry in tree.get("tree", list) if not _is_folder(entry))


def _entry(entry: Fields) -> tuple[str, str]:
    about = (entry.get("mode", str), entry.get("type", str))
    found = entry.object_id("sha")
    return entry.get("path", str), found if about == _PLAIN_FILE else f"{' '.join(about)} {found}"


def _is_folder(entry: object) -> bool:
    return isinstance(entry, dict) and entry.get("type") == "tree"
