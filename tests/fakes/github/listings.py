"""Lists of repositories, and the search."""

from collections.abc import Iterable

from tests.fakes.github import shapes
from tests.fakes.github.access import can_see, is_visible
from tests.fakes.github.routing import Answer, Call, Refusal, invalid, not_found, route
from tests.fakes.github.world import Repository


@route("GET", "/user/repos")
def mine(call: Call) -> Answer:
    """What the token's user has to do with, by `affiliation`: owner, organization_member. By name unless sorted."""
    if "type" in call.asked.query and "affiliation" in call.asked.query:
        raise Refusal(422, "If you specify visibility or affiliation, you cannot specify type.")
    wanted = call.asked.query.get("affiliation", "owner,collaborator,organization_member").split(",")
    groups = {one.login for one in call.world.organizations.values() if call.me.login in one.roles}
    owners = {call.me.login} if "owner" in wanted else set()
    owners |= groups if "organization_member" in wanted else set()
    return _listed(call, (one for one in _seen(call) if one.owner in owners), sort="full_name")


@route("GET", "/orgs/{login}/repos")
def of_organization(call: Call) -> Answer:
    """An organization's repositories, newest first unless sorted."""
    group = call.world.organizations.get(call.args["login"].lower())
    if group is None:
        raise not_found()
    return _listed(call, (one for one in _seen(call) if one.owner == group.login), sort="created")


@route("GET", "/users/{login}/repos")
def of_user(call: Call) -> Answer:
    """A user's public repositories."""
    user = call.world.users.get(call.args["login"].lower())
    if user is None:
        raise not_found()
    found = (one for one in _seen(call) if one.owner == user.login and not one.private)
    return _listed(call, found, sort="full_name")


def _listed(call: Call, found: Iterable[Repository], *, sort: str) -> Answer:
    """A page, in the order that was asked for: by name upwards, by date downwards, unless `direction` says more."""
    by = call.asked.query.get("sort", sort)
    upwards = call.asked.query.get("direction", "asc" if by == "full_name" else "desc") == "asc"
    ordered = sorted(found, key=_name if by == "full_name" else _age, reverse=not upwards)
    return call.page([shapes.repository(call, one) for one in ordered])


def _name(one: Repository) -> str:
    return one.full_name.lower()


def _age(one: Repository) -> str:
    return f"{one.id:020}"


def _seen(call: Call) -> list[Repository]:
    """What a listing may show this token."""
    return [one for one in call.world.repositories.values() if can_see(call, one) and is_visible(one)]


@route("GET", "/search/repositories")
def search(call: Call) -> Answer:
    """Words of the name, and the qualifiers topic, user, org, archived and in. Raises Refusal (422) without a query."""
    asked = call.asked.query.get("q", "").split()
    if not asked:
        raise invalid("Search", "q", "q is missing", code="missing")
    found = [one for one in _seen(call) if all(_fits(one, word) for word in asked)]
    answer = _listed(call, found, sort="created")
    body = {"total_count": len(found), "incomplete_results": False, "items": answer.body}
    return Answer(200, body, answer.headers)


def _fits(one: Repository, word: str) -> bool:
    name, colon, value = word.partition(":")
    if not colon:
        return word.lower() in one.name.lower()
    if name in ("user", "org"):
        return one.owner.lower() == value.lower()
    return {"topic": value in one.topics, "archived": one.archived is (value == "true")}.get(name, True)
