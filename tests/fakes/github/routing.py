"""Which function answers which call, and what a call carries."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from tests.fakes.github.world import Repository, Token, User, World
from tests.fakes.outside_server import Answer, Asked

Needs = Literal["read", "write", "admin"]
DOCS = "https://docs.github.com/rest"


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: Sequence[Any] = (),
        headers: Mapping[str, str] | None = None,
        documentation: str = DOCS,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.documentation = documentation
        self.more = dict(more or {})
        self.route: Route | None = None

    def answer(self) -> Answer:
        """In GitHub's shape."""
        body: dict[str, Any] = {"message": self.message}
        if self.errors:
            body["errors"] = self.errors
        body |= {"documentation_url": self.documentation, "status": str(self.status), **self.more}
        return Answer(self.status, body, self.headers)


def not_found() -> Refusal:
    """Not there, or not for you to know."""
    return Refusal(404, "Not Found")


def invalid(
    resource: str, name: str, message: str, *, code: str = "custom", title: str = "Validation Failed"
) -> Refusal:
    """A field that is refused."""
    entry = {"resource": resource, "code": code, "field": name, "message": message}
    return Refusal(422, title, errors=[entry])


@dataclass
class Call:
    """A call whose token and repository have been looked at. `args` are the parts of the path."""

    world: World
    asked: Asked
    base: str
    token: Token | None
    user: User | None
    args: Mapping[str, str] = field(default_factory=dict)
    found: Repository | None = None

    @property
    def repository(self) -> Repository:
        """The repository of a route that has one."""
        assert self.found is not None, "this route has no repository"
        return self.found

    @property
    def me(self) -> User:
        """The token's user. Raises Refusal (401) when there is none."""
        if self.user is None:
            raise Refusal(401, "Requires authentication")
        return self.user

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object that was sent; {} for none. Raises Refusal (400)."""
        if self.asked.body is None:
            return {}
        if not isinstance(self.asked.body, dict):
            raise Refusal(400, "Problems parsing JSON")
        return self.asked.body

    def text(self, name: str, resource: str) -> str:
        """A field that must be there as text. Raises Refusal (422)."""
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise invalid(resource, name, f"{name} is missing", code="missing_field")
        return value

    def page(self, items: Sequence[Any]) -> Answer:
        """The part of a list that was asked for, with links to the others."""
        size = min(100, int(self.asked.query.get("per_page", 30)))
        number = int(self.asked.query.get("page", 1))
        last = max(1, -(-len(items) // size))
        links = {"next": number + 1, "last": last} if number < last else {}
        links |= {"first": 1, "prev": number - 1} if number > 1 else {}
        query = {name: value for name, value in self.asked.query.items() if name != "page"}
        text = ", ".join(
            f'<{self.asked.origin}{self.asked.path}?{urlencode({**query, "page": str(page)})}>; rel="{rel}"'
            for rel, page in links.items()
        )
        start = (number - 1) * size
        return Answer(200, list(items[start : start + size]), {"Link": text} if text else {})


Handle = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """A call and its function; `needs` is the role in the repository, `permission` that of a fine-grained token."""

    method: str
    pattern: re.Pattern[str]
    handle: Handle
    needs: Needs
    permission: str
    scope: str
    though_archived: bool = False


ROUTES: list[Route] = []


def route(
    method: str,
    path: str,
    *,
    needs: Needs = "read",
    permission: str = "metadata=read",
    scope: str = "repo",
    though_archived: bool = False,
) -> Callable[[Handle], Handle]:
    """Register a function: `{name}` is one part of the path, `{name*}` the rest of it."""
    pattern = re.sub(r"\{(\w+)\*\}", r"(?P<\1>.+)", path)
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)

    def register(handle: Handle) -> Handle:
        ROUTES.append(Route(method, re.compile(pattern), handle, needs, permission, scope, though_archived))
        return handle

    return register


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a call, and the parts of its path."""
    wanted = "GET" if method == "HEAD" else method
    for one in ROUTES:
        match = one.pattern.fullmatch(path)
        if one.method == wanted and match:
            return one, match.groupdict()
    return None
