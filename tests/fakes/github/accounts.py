"""Users, organizations and the limits: what the calls about them answer."""

from typing import Any

from tests.fakes.github import shapes
from tests.fakes.github.access import check_sso
from tests.fakes.github.routing import Answer, Call, not_found, route
from tests.fakes.github.world import Organization


@route("GET", "/user", scope="")
def me(call: Call) -> Answer:
    """Whose token this is."""
    return Answer(200, shapes.user(call, call.me))


@route("GET", "/users/{login}", scope="")
def somebody(call: Call) -> Answer:
    """A person or an organization."""
    login = call.args["login"].lower()
    if login in call.world.organizations:
        return Answer(200, shapes.owner(call, login))
    if login not in call.world.users:
        raise not_found()
    return Answer(200, shapes.user(call, call.world.users[login]) | {"email": None})


@route("GET", "/orgs/{login}", scope="")
def organization(call: Call) -> Answer:
    """An organization; what its members may do is shown to its owners."""
    group = _group(call)
    check_sso(call, group)
    owns = call.user is not None and group.roles.get(call.user.login) == "admin"
    return Answer(200, shapes.organization(call, group, in_full=owns))


@route("GET", "/user/orgs", scope="read:org")
def my_organizations(call: Call) -> Answer:
    """Those the token's user belongs to."""
    groups = [one for one in call.world.organizations.values() if call.me.login in one.roles]
    return call.page([shapes.organization(call, one) for one in groups])


@route("GET", "/user/memberships/orgs/{login}", scope="admin:org, read:org, repo, user, write:org")
def membership(call: Call) -> Answer:
    """One's own role in an organization; 404 for strangers."""
    group, mine = _group(call), call.me.login
    check_sso(call, group)
    if mine not in group.roles and mine not in group.pending:
        raise not_found()
    shown: dict[str, Any] = {
        "url": f"{call.base}/orgs/{group.login}/memberships/{mine}",
        "state": "pending" if mine in group.pending else "active",
        "role": group.roles.get(mine, "member"),
        "organization_url": f"{call.base}/orgs/{group.login}",
        "organization": shapes.organization(call, group),
        "user": shapes.user(call, call.me),
    }
    return Answer(200, shown)


def _group(call: Call) -> Organization:
    group = call.world.organizations.get(call.args["login"].lower())
    if group is None:
        raise not_found()
    return group
