"""A call on its way to the function that answers it: routes, refusals, envelopes. Reference, sections 1.4 and 1.6."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.dbt_cloud.things import Kind, Thing
from tests.fakes.dbt_cloud.tokens import CHECKS_CATEGORIES, Action, Token
from tests.fakes.outside_server import Answer

if TYPE_CHECKING:
    from tests.fakes.dbt_cloud.server import DbtCloudServer

SAYS = {
    400: "The request was invalid. Please double check the provided data and try again.",
    401: "Invalid token.",
    403: "You do not have permission to perform this action.",
    404: "The requested resource was not found. Please check that you have the proper permissions.",
    405: "Method not allowed.",
    429: "Too many requests. Please try again later.",
    500: "There was a server error. Please contact support!",
}


class Refused(Exception):
    """An answer that is not a success. `data` is where the details of a 400 are."""

    def __init__(
        self, status: int, data: Any = None, *, message: str = "", headers: Mapping[str, str] | None = None
    ):
        super().__init__(status, data)
        self.status = status
        self.data = data
        self.message = message or SAYS[status]
        self.headers = dict(headers or {})


def envelope(status: int, data: Any, *, message: str = "Success!", **more: Any) -> Answer:
    """`{"status": …, "data": …}` and what else a kind of endpoint adds."""
    head = {"code": status, "is_success": status < 400, "user_message": message, "developer_message": ""}
    return Answer(status, {"status": head, "data": data, **more})


MODERN: frozenset[Kind] = frozenset({"connection", "profile", "service_token", "extended_attributes"})


def said(kind: Kind, status: int, data: Any) -> Answer:
    """The envelope around one object: newer endpoints add `error_code` and an empty `extra`."""
    more: dict[str, Any] = {"extra": {}, "error_code": None} if kind in MODERN else {}
    return envelope(status, data, **more)


@dataclass(frozen=True)
class Call:
    """A call that is allowed in principle: whose it is, the numbers of its path, its query and its body."""

    server: "DbtCloudServer"
    token: Token
    needs: tuple[Action, str]
    ids: Mapping[str, int]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    file: str = ""

    @property
    def project(self) -> Thing:
        """The project of the path. Raises Refused."""
        return self.project_of(self.ids["project_id"])

    def project_of(self, id: Any) -> Thing:
        """An active project that the token may use for this call. Raises Refused."""
        project = self.server.things.find("project", id)
        if project is None or not self.token.sees(project.id):
            raise Refused(404)
        if not self.token.may(*self.needs, project.id):
            raise Refused(403)
        return project

    def thing(self, kind: Kind, name: str = "id") -> Thing:
        """The active object of this kind whose id is in the path; of the path's project, if it names one."""
        thing = self.server.things.find(kind, self.ids[name])
        if thing is None:
            raise Refused(404)
        project_id = thing.id if kind == "project" else thing.fields.get("project_id")
        if "project_id" in self.ids:
            if project_id != self.project.id:
                raise Refused(404)
        elif project_id is not None:
            if not self.token.sees(project_id):
                raise Refused(404)
            if not self.token.may(*self.needs, project_id):
                raise Refused(403)
        return thing

    def write_in(self, environment: Mapping[str, Any]) -> None:
        """Refuse writers whose grant leaves out environments of this category."""
        category = environment.get("deployment_type") or environment["type"]
        category = "other" if category == "deployment" else category
        resource = self.needs[1]
        if resource in CHECKS_CATEGORIES and not self.token.writes_in(
            category, resource, environment["project_id"]
        ):
            raise Refused(403, message="Your permissions do not include writing in this environment.")

    def related(self) -> set[str]:
        """`include_related` in both forms: `run_steps,job` and `["run_steps","job"]`."""
        names = self.query.get("include_related", "").strip("[]").split(",")
        return {name.strip().strip("\"'") for name in names} - {""}


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """A method and path, what a token needs for it, and the function that answers."""

    method: str
    template: str
    pattern: re.Pattern[str]
    needs: tuple[Action, str]
    handler: Handler


ROUTES: list[Route] = []


def route(method: str, template: str, needs: str) -> Callable[[Handler], Handler]:
    """Register the function for `template`; `needs` is like "write environment".

    `{account_id}`, `{id}` … are numbers; `{file}` is the rest of the path.
    """
    action, resource = needs.split()
    pattern = re.escape(template).replace(r"\{file\}", r"(?P<file>.+)")
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\d+)", pattern)

    def register(handler: Handler) -> Handler:
        found: Action = "write" if action == "write" else "read"
        ROUTES.append(Route(method, template, re.compile(pattern), (found, resource), handler))
        return handler

    return register


V2 = "/api/v2/accounts/{account_id}"
V3 = "/api/v3/accounts/{account_id}"
IN_PROJECT = V3 + "/projects/{project_id}"
