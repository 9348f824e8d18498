"""Who is calling, and what they may do: tokens, scopes, permissions, roles, policies of organizations."""

import time

from tests.fakes.github.routing import Call, Refusal, Route, not_found
from tests.fakes.github.world import ROLES, Organization, Repository, Role, Token, User, World

NOT_ACCESSIBLE = "Resource not accessible by personal access token"
NOT_ADMIN = "Must have admin rights to Repository."


def identify(world: World, value: str) -> tuple[Token | None, User | None]:
    """The token and its user; (None, None) when none was sent. Raises Refusal (401) for one that does not count."""
    if not value:
        return None, None
    token = world.tokens.get(value)
    if token is None or token.expired:
        raise Refusal(401, "Bad credentials")
    return token, world.users[token.login.lower()]


def scope_headers(token: Token | None, route: Route | None) -> dict[str, str]:
    """What answers say about a token: classic ones only."""
    if token is None:
        return {}
    headers = {"GitHub-Authentication-Token-Expiration": token.expires} if token.expires else {}
    if token.scopes is None:
        return headers
    wanted = route.scope if route else ""
    return headers | {"X-OAuth-Scopes": ", ".join(token.scopes), "X-Accepted-OAuth-Scopes": wanted}


def role_of(world: World, user: User | None, repository: Repository) -> Role:
    """What a person may do with a repository, whatever the token."""
    if user is None:
        return "none" if repository.private else "read"
    if user.login in (repository.owner, repository.creator):
        return "admin"
    group = world.organizations.get(repository.owner.lower())
    position = group.roles.get(user.login) if group else None
    if position == "admin":
        return "admin"
    if group is not None and position == "member" and group.base_permission != "none":
        return group.base_permission
    return "none" if repository.private else "read"


def can_see(call: Call, repository: Repository) -> bool:
    """May this token know that the repository exists? Delayed visibility is another question."""
    if role_of(call.world, call.user, repository) == "none":
        return False
    token = call.token
    if not repository.private or token is None:
        return not repository.private
    if token.scopes is None:
        named = token.repositories is None or repository.name in token.repositories
        return named and token.owner.lower() == repository.owner.lower()
    return "repo" in token.scopes


def is_visible(repository: Repository) -> bool:
    """Has a new repository come through to the listings?"""
    return repository.hidden_reads <= 0 and repository.hidden_until <= time.monotonic()


def check_repository(call: Call, route: Route) -> None:
    """May this call be made on this repository? Raises Refusal."""
    repository = call.repository
    if not can_see(call, repository):
        raise not_found()
    group = call.world.organizations.get(repository.owner.lower())
    if group is not None:
        check_sso(call, group)
    _check_delay(call, repository)
    _check_permission(call, route)
    mine = role_of(call.world, call.user, repository)
    if ROLES.index(mine) < ROLES.index(route.needs):
        raise Refusal(403, NOT_ADMIN) if route.needs == "admin" else not_found()
    if repository.archived and route.needs != "read" and not route.though_archived:
        raise Refusal(403, "Repository was archived so is read-only.")


def check_sso(call: Call, group: Organization) -> None:
    """A classic token must have been let into an organization with single sign-on. Raises Refusal (403)."""
    token = call.token
    if group.saml and token is not None and token.scopes is not None and group.login not in token.authorized:
        page = f"{call.asked.origin}/orgs/{group.login}/sso?authorization_request=fake"
        raise Refusal(
            403,
            "Resource protected by organization SAML enforcement. You must grant your Personal Access token "
            "access to this organization.",
            headers={"X-GitHub-SSO": f"required; url={page}"},
        )


def check_permission(call: Call, permission: str) -> None:
    """A fine-grained token must have this, such as "contents=write". Raises Refusal (403); classic ones pass."""
    token = call.token
    if token is None or token.scopes is not None:
        return
    name, _, level = permission.partition("=")
    has = "read" if name == "metadata" else token.permissions.get(name, "")
    if has != "write" and has != level:
        raise Refusal(403, NOT_ACCESSIBLE, headers={"X-Accepted-GitHub-Permissions": permission})


def check_creation(call: Call, owner: str, group: Organization | None, private: bool) -> None:
    """May this token make a repository for this owner? Raises Refusal (401, 403, 404)."""
    me, token = call.me, call.token
    if token is not None and token.scopes is not None:
        if not {"repo", "public_repo"} & set(token.scopes):
            raise not_found()
        if private and "repo" not in token.scopes:
            raise Refusal(403, "You'll need a different OAuth scope to create a private repository.")
    if token is not None and token.scopes is None and token.owner.lower() != owner.lower():
        raise Refusal(403, NOT_ACCESSIBLE, headers={"X-Accepted-GitHub-Permissions": "administration=write"})
    check_permission(call, "administration=write")
    if group is None:
        return
    check_sso(call, group)
    position = group.roles.get(me.login)
    barred = private and not group.members_can_create_private_repositories
    if position is None or (position == "member" and barred):
        raise Refusal(403, "You need admin access to the organization before adding a repository to it.")


def check_deletion(call: Call) -> None:
    """Scope, role and the organization's policy. Raises Refusal (403)."""
    token, group = call.token, call.world.organizations.get(call.repository.owner.lower())
    if token is not None and token.scopes is not None and "delete_repo" not in token.scopes:
        raise Refusal(403, NOT_ADMIN)
    owner_of_it = group is not None and group.roles.get(call.me.login) == "admin"
    if group is not None and not group.members_can_delete_repositories and not owner_of_it:
        raise Refusal(403, "Organization members cannot delete repositories.")


def _check_delay(call: Call, repository: Repository) -> None:
    if repository.hidden_until > time.monotonic():
        raise not_found()
    if call.asked.method in ("GET", "HEAD") and repository.hidden_reads > 0:
        repository.hidden_reads -= 1
        raise not_found()


def _check_permission(call: Call, route: Route) -> None:
    if route.needs != "read" and call.token is None:
        raise Refusal(401, "Requires authentication")
    scopes = call.token.scopes if call.token else None
    if route.needs != "read" and scopes is not None and not {"repo", "public_repo"} & set(scopes):
        raise not_found()
    check_permission(call, route.permission)
