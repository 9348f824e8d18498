"""Repositories: making, changing and deleting them, their topics and their deploy keys."""

import re
from typing import Any

from tests.fakes.github import shapes
from tests.fakes.github.access import check_creation, check_deletion
from tests.fakes.github.routing import Answer, Call, Refusal, invalid, not_found, route
from tests.fakes.github.world import Key, Organization, now, same_key

FAILED = "Repository creation failed."
FEATURES = ("has_issues", "has_projects", "has_wiki", "has_downloads", "has_discussions")
TAKEN = "name already exists on this account"


@route("POST", "/user/repos", scope="public_repo, repo")
def create_mine(call: Call) -> Answer:
    """A repository of the token's user."""
    return _create(call, call.me.login, None)


@route("POST", "/orgs/{login}/repos", scope="public_repo, repo")
def create_in_organization(call: Call) -> Answer:
    """A repository of an organization."""
    group = call.world.organizations.get(call.args["login"].lower())
    if group is None:
        raise not_found()
    return _create(call, group.login, group)


def _create(call: Call, owner: str, group: Organization | None) -> Answer:
    private = bool(call.body.get("private", False))
    check_creation(call, owner, group, private)
    name = _name(call, FAILED)
    description = _description(call, FAILED)
    if call.world.repository(f"{owner}/{name}") is not None:
        raise invalid("Repository", "name", TAKEN, title=FAILED)
    made = call.world.add_repository(
        f"{owner}/{name}",
        creator=call.me.login,
        private=private,
        description=description,
        homepage=call.body.get("homepage"),
        auto_init=bool(call.body.get("auto_init", False)),
    )
    made.features = {feature: bool(call.body.get(feature, True)) for feature in FEATURES}
    return Answer(201, shapes.repository(call, made))


def _name(call: Call, title: str) -> str:
    """The name as GitHub will have it. Raises Refusal (422)."""
    wanted = call.body.get("name")
    if not isinstance(wanted, str) or not wanted:
        raise invalid("Repository", "name", "name is missing", code="missing_field", title=title)
    name = re.sub(r"[^A-Za-z0-9._-]", "-", wanted).removesuffix(".git")
    if name.endswith(".wiki") or name in ("", ".", ".."):
        raise invalid("Repository", "name", "name is reserved", title=title)
    if len(name) > 100:
        raise invalid("Repository", "name", "name is too long (maximum is 100 characters)", title=title)
    return name


def _description(call: Call, title: str) -> str | None:
    text = call.body.get("description")
    if text is not None and re.search(r"[\x00-\x1f\x7f]", text):
        message = "description control characters are not allowed"
        raise invalid("Repository", "description", message, title=title)
    if text is not None and len(text) > 350:
        message = "description is too long (maximum is 350 characters)"
        raise invalid("Repository", "description", message, title=title)
    return text


@route("GET", "/repos/{owner}/{repo}")
def get(call: Call) -> Answer:
    """A repository."""
    return Answer(200, shapes.repository(call, call.repository))


@route(
    "PATCH",
    "/repos/{owner}/{repo}",
    needs="admin",
    permission="administration=write",
    though_archived=True,
)
def change(call: Call) -> Answer:
    """Rename, archive, describe, choose the default branch."""
    repository, body = call.repository, call.body
    unarchives = body.get("archived") is False
    if repository.archived and not unarchives:
        raise Refusal(403, "Repository was archived so is read-only.")
    if "name" in body:
        name = _name(call, "Validation Failed")
        other = call.world.repository(f"{repository.owner}/{name}")
        if other is not None and other is not repository:
            raise invalid("Repository", "name", TAKEN)
        call.world.rename(repository.full_name, name)
    if "description" in body:
        repository.description = _description(call, "Validation Failed")
    if "default_branch" in body and body["default_branch"] not in repository.branches:
        message = f"The branch {body['default_branch']} was not found."
        raise invalid("Repository", "default_branch", message, code="invalid")
    for name in ("homepage", "private", "archived", "default_branch"):
        if name in body:
            setattr(repository, name, body[name])
    return Answer(200, shapes.repository(call, repository))


@route(
    "DELETE",
    "/repos/{owner}/{repo}",
    needs="admin",
    permission="administration=write",
    scope="delete_repo",
    though_archived=True,
)
def delete(call: Call) -> Answer:
    """Delete it for good."""
    check_deletion(call)
    call.world.remove(call.repository.full_name)
    return Answer(204)


@route("GET", "/repos/{owner}/{repo}/topics")
def topics(call: Call) -> Answer:
    """The topics."""
    return Answer(200, {"names": call.repository.topics})


@route("PUT", "/repos/{owner}/{repo}/topics", needs="admin", permission="administration=write")
def replace_topics(call: Call) -> Answer:
    """All topics at once. Raises Refusal (422) for more than 20 and for names that are no topics."""
    names = call.body.get("names")
    if not isinstance(names, list):
        raise invalid("Repository", "names", "names is missing", code="missing_field")
    if len(names) > 20 or not all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,49}", str(one)) for one in names):
        raise invalid(
            "Repository",
            "topics",
            "Topics must start with a lowercase letter or number, consist of 50 characters or less, and can include "
            "hyphens.",
        )
    call.repository.topics = list(dict.fromkeys(names))
    return Answer(200, {"names": call.repository.topics})


@route("GET", "/repos/{owner}/{repo}/keys", needs="admin", permission="administration=read")
def keys(call: Call) -> Answer:
    """The deploy keys."""
    return call.page([shapes.key(call, one) for one in call.repository.keys])


@route("POST", "/repos/{owner}/{repo}/keys", needs="admin", permission="administration=write")
def add_key(call: Call) -> Answer:
    """A deploy key: no two repositories may have the same."""
    text = call.text("key", "PublicKey")
    if not re.fullmatch(r"(ssh-(ed25519|rsa)|ecdsa-sha2-\S+) [A-Za-z0-9+/]+=*( .*)?", text.strip()):
        message = "key is invalid. You must supply a key in OpenSSH public key format"
        raise invalid("PublicKey", "key", message)
    everywhere = [key for one in call.world.repositories.values() for key in one.keys]
    if any(same_key(text, key.key) for key in everywhere):
        raise invalid("PublicKey", "key", "key is already in use")
    title = str(call.body.get("title") or "")
    made = Key(next(call.world.ids), title, text.strip(), bool(call.body.get("read_only", False)), now())
    call.repository.keys.append(made)
    return Answer(201, shapes.key(call, made))


@route("GET", "/repos/{owner}/{repo}/keys/{key}", needs="admin", permission="administration=read")
def get_key(call: Call) -> Answer:
    """One deploy key."""
    return Answer(200, shapes.key(call, _key(call)))


@route("DELETE", "/repos/{owner}/{repo}/keys/{key}", needs="admin", permission="administration=write")
def delete_key(call: Call) -> Answer:
    """Take a deploy key away."""
    call.repository.keys.remove(_key(call))
    return Answer(204)


def _key(call: Call) -> Key:
    found: Any = next((one for one in call.repository.keys if str(one.id) == call.args["key"]), None)
    if found is None:
        raise not_found()
    return found
