"""The server: tokens, the state of the account, and the way of a call from the wire to the function that answers it."""

import re
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.fakes.dbt_cloud import (
    account,
    connections,
    credentials,
    environments,
    jobs,
    projects,
    repositories,
    runs,
    semantic_layer,
    variables,
)
from tests.fakes.dbt_cloud.calls import ROUTES, SAYS, Call, Refused, Route, envelope
from tests.fakes.dbt_cloud.openapi import Specification, found
from tests.fakes.dbt_cloud.results import TWO_MODELS, Files, Node, files_of
from tests.fakes.dbt_cloud.things import Kind, Thing, Things
from tests.fakes.dbt_cloud.tokens import SMALL_PLANS, WITHOUT_ADMIN_API, Grant, Token, allowed_sets
from tests.fakes.outside_server import Answer, Asked, OutsideServer

SERVED = (  # modules that register routes when they are imported
    account,
    connections,
    credentials,
    environments,
    jobs,
    projects,
    repositories,
    runs,
    semantic_layer,
    variables,
)
WITHOUT_SLASH = re.compile(r".*/artifacts/.+|.*/webhooks/.+")
XML = b'<?xml version="1.0"?><Error><Code>InternalError</Code><Message>Please try again.</Message></Error>'
MINUTE = 60.0


class Violations(AssertionError):
    """Requests that neither the published specification nor the reference knows."""


class DbtCloudServer(OutsideServer):
    """See the package's description."""

    def __init__(
        self,
        *,
        account_id: int = 70403100000001,
        account_name: str = "Acme",
        plan: str = "enterprise_2025",
        prefix: str = "ab123",
        code_at: Callable[[str], str | None] = lambda remote_url: None,
        key_on: Callable[[str, str], bool] = lambda remote_url, public_key: False,
        nodes: Callable[[Thing], Sequence[Node]] = lambda run: TWO_MODELS,
        artifacts: Callable[[Thing], Files] | None = None,
        installations: Mapping[int, str] | None = None,
        openapi: Path | None = None,
    ) -> None:
        super().__init__()
        self.account_id = account_id
        self.account_name = account_name
        self.plan = plan
        self.prefix = prefix
        self.code_at = code_at
        self.key_on = key_on
        self.nodes = nodes
        self.artifacts = artifacts
        self.installations = dict(installations or {})
        self.project_limit = 1 if plan in SMALL_PLANS else None
        self.run_slots = 5
        self.polls = 1
        self.run_seconds: float | None = None
        self.hosts: set[str] | None = None
        self.calls_a_minute = 5000
        self.cooldown = 300.0
        self.xml_errors = False
        self.things = Things()
        self.tokens: dict[str, Token] = {}
        self.violations: list[str] = []
        self.specification: Specification | None = found(openapi)
        self._recent: deque[float] = deque()
        self._cool_until = 0.0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if error is None and self.violations:
            raise Violations("\n".join(self.violations))

    @property
    def url(self) -> str:
        """The access host, as a user would enter it: `http://127.0.0.1:port`."""
        return self.origin

    def add_token(
        self,
        value: str,
        *permission_sets: str,
        project_id: int | None = None,
        categories: Sequence[str] = ("all",),
    ) -> Token:
        """A service token with these sets, for one project or all. Raises ValueError if the plan has no such set."""
        if wrong := set(permission_sets) - allowed_sets(self.plan):
            raise ValueError(f"service tokens of the plan {self.plan} cannot have {', '.join(sorted(wrong))}")
        grants = tuple(Grant(name, project_id, tuple(categories)) for name in permission_sets)
        return self._know(Token(value, "service", grants))

    def add_pat(
        self,
        value: str,
        email: str = "se@acme.example",
        *,
        permission_set: str = "owner",
        github: bool = True,
    ) -> Token:
        """A personal access token; `github`: the user has linked GitHub and so sees the installations."""
        grants = (Grant(permission_set),)
        return self._know(Token(value, "personal", grants, email, self.things.next_id(), github))

    def revoke(self, value: str) -> None:
        """The token works no more."""
        with self.lock:
            self.tokens.pop(value, None)

    def _know(self, token: Token) -> Token:
        with self.lock:
            self.tokens[token.value] = token
        return token

    def alive(self, kind: Kind, **fields: Any) -> list[Thing]:
        """What has not been deleted of this kind and has these values."""
        with self.lock:
            return self.things.alive(kind, **fields)

    def all(self, kind: Kind) -> list[Thing]:
        """Everything of this kind, deleted things included."""
        with self.lock:
            return list(self.things.of(kind))

    def leftovers(self) -> list[Thing]:
        """All that is alive, except runs, which cannot be deleted."""
        with self.lock:
            return [thing for thing in self.things.everything() if thing.alive and thing.kind != "run"]

    @property
    def projects(self) -> list[Thing]:
        """All projects, deleted ones included."""
        return self.all("project")

    @property
    def connections(self) -> list[Thing]:
        """All connections, deleted ones included."""
        return self.all("connection")

    @property
    def repositories(self) -> list[Thing]:
        """All repositories, deleted ones included."""
        return self.all("repository")

    @property
    def environments(self) -> list[Thing]:
        """All environments, deleted ones included."""
        return self.all("environment")

    @property
    def jobs(self) -> list[Thing]:
        """All jobs, deleted ones included."""
        return self.all("job")

    @property
    def runs(self) -> list[Thing]:
        """All runs."""
        return self.all("run")

    def files_of(self, run: Thing) -> Files:
        """The artifacts of the command that the run is at."""
        return self.artifacts(run) if self.artifacts is not None else files_of(self.nodes(run))

    def refusal(self, status: int, asked: Asked) -> Answer:
        """403, 429 and 500 as the service says them."""
        if status == 500 and self.xml_errors:
            return Answer(500, XML, {"content-type": "application/xml"})
        return envelope(status, None, message=SAYS[status])

    def answer(self, asked: Asked) -> Answer:
        """Answer one call."""
        if not asked.path.endswith("/") and not WITHOUT_SLASH.fullmatch(asked.path):
            return Answer(
                301, None, {"location": f"{asked.path}/"}
            )  # clients go there with GET and without the body
        try:
            return self._answer(asked)
        except Refused as refused:
            if refused.status == 500:
                return self.refusal(500, asked)
            answer = envelope(refused.status, refused.data, message=refused.message)
            return Answer(answer.status, answer.body, refused.headers)

    def _answer(self, asked: Asked) -> Answer:
        self._count()
        token = self._authenticated(asked)
        route, ids, file = self._routed(asked)
        if isinstance(asked.body, str):
            raise Refused(400, {"body": "not JSON"})
        self._look(asked)
        if ids.get("account_id", self.account_id) != self.account_id:
            raise Refused(404)
        if self.plan in WITHOUT_ADMIN_API or not token.may(*route.needs):
            raise Refused(403)
        return route.handler(Call(self, token, route.needs, ids, asked.query, asked.body, file))

    def _count(self) -> None:
        """Refuse when too many calls came within a minute, and for the cooldown after that."""
        at = time.monotonic()
        while self._recent and self._recent[0] < at - MINUTE:
            self._recent.popleft()
        self._recent.append(at)
        if len(self._recent) > self.calls_a_minute and at >= self._cool_until:
            self._cool_until = at + self.cooldown
            self._recent.clear()
        if at < self._cool_until:
            raise Refused(429)

    def _authenticated(self, asked: Asked) -> Token:
        """Whose token it is. A wrong host looks like a wrong token."""
        scheme = asked.headers.get("authorization", "").partition(" ")[0]
        token = self.tokens.get(asked.token)
        here = self.hosts is None or asked.headers.get("host") in self.hosts
        if token is None or scheme not in ("Bearer", "Token") or not here:
            raise Refused(401)
        return token

    def _routed(self, asked: Asked) -> tuple[Route, dict[str, int], str]:
        methods = set()
        for route in ROUTES:
            if match := route.pattern.fullmatch(asked.path):
                methods.add(route.method)
                if route.method == asked.method:
                    found = match.groupdict()
                    return (
                        route,
                        {n: int(v) for n, v in found.items() if n != "file"},
                        found.get("file") or "",
                    )
        if methods:
            self.violations.append(f"{asked.method} {asked.path}: the reference knows no such method here")
            raise Refused(405, headers={"allow": ", ".join(sorted(methods))})
        self.violations.append(f"{asked.method} {asked.path}: the reference knows no such path")
        raise Refused(404)

    def _look(self, asked: Asked) -> None:
        """Compare the request with the published specification."""
        if self.specification is not None:
            wrong = self.specification.complaints(asked.method, asked.path, asked.body)
            self.violations += [f"{asked.method} {asked.path}: {complaint}" for complaint in wrong]
