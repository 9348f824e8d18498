"""What things look like in answers. Addresses begin with what the client calls us: `base`."""

import base64
from typing import Any

from tests.fakes.github.access import role_of
from tests.fakes.github.objects import Commit, Entry, Person
from tests.fakes.github.routing import Call
from tests.fakes.github.world import Key, Organization, Pull, Repository, User

LISTS = ("branches", "contents", "keys", "pulls", "commits", "topics")


def node(kind: str, number: object) -> str:
    """The id that GraphQL would use."""
    return f"{kind}_" + base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def user(call: Call, one: User) -> dict[str, Any]:
    """A person."""
    return {
        "login": one.login,
        "id": one.id,
        "node_id": node("U", one.id),
        "type": "User",
        "site_admin": False,
        "name": one.name,
        "email": one.email,
        "url": f"{call.base}/users/{one.login}",
        "html_url": f"{call.asked.origin}/{one.login}",
        "repos_url": f"{call.base}/users/{one.login}/repos",
    }


def organization(call: Call, one: Organization, *, in_full: bool = False) -> dict[str, Any]:
    """An organization; policies are shown to its owners only."""
    shown = {
        "login": one.login,
        "id": one.id,
        "node_id": node("O", one.id),
        "type": "Organization",
        "name": one.login,
        "url": f"{call.base}/orgs/{one.login}",
        "html_url": f"{call.asked.origin}/{one.login}",
        "repos_url": f"{call.base}/orgs/{one.login}/repos",
    }
    if in_full:
        shown |= {
            "default_repository_permission": one.base_permission,
            "members_can_create_repositories": one.members_can_create_private_repositories,
            "members_can_create_private_repositories": one.members_can_create_private_repositories,
            "members_can_delete_repositories": one.members_can_delete_repositories,
        }
    return shown


def owner(call: Call, login: str) -> dict[str, Any]:
    """Whoever owns a repository."""
    group = call.world.organizations.get(login.lower())
    if group is not None:
        return organization(call, group) | {"url": f"{call.base}/users/{login}"}
    shown = user(call, call.world.users[login.lower()])
    return {name: value for name, value in shown.items() if name not in ("name", "email")}


def repository(call: Call, one: Repository) -> dict[str, Any]:
    """A repository as its own page shows it."""
    url, page = f"{call.base}/repos/{one.full_name}", f"{call.asked.origin}/{one.full_name}"
    role = role_of(call.world, call.user, one)
    host = call.asked.origin.partition("://")[2].partition(":")[0]
    shown = {
        "id": one.id,
        "node_id": node("R", one.id),
        "name": one.name,
        "full_name": one.full_name,
        "owner": owner(call, one.owner),
        "private": one.private,
        "visibility": "private" if one.private else "public",
        "description": one.description,
        "homepage": one.homepage,
        "url": url,
        "html_url": page,
        "clone_url": f"{page}.git",
        "git_url": f"git://{host}/{one.full_name}.git",
        "ssh_url": f"git@{host}:{one.full_name}.git",
        "default_branch": one.default_branch,
        "archived": one.archived,
        "disabled": False,
        "fork": False,
        "is_template": False,
        "topics": one.topics,
        "size": sum(map(len, one.objects.blobs.values())) // 1024,
        "created_at": one.created_at,
        "updated_at": one.created_at,
        "pushed_at": one.created_at,
        "permissions": {"admin": role == "admin", "push": role in ("write", "admin"), "pull": True},
        **one.features,
    }
    return shown | {f"{name}_url": f"{url}/{name}" for name in LISTS}


def person(one: Person) -> dict[str, str]:
    """Who wrote a commit."""
    return {"name": one.name, "email": one.email, "date": one.utc()}


def git_commit(call: Call, one: Commit) -> dict[str, Any]:
    """A commit as an object of git."""
    url = f"{call.base}/repos/{call.repository.full_name}/git"
    return {
        "sha": one.sha,
        "node_id": node("C", one.sha),
        "url": f"{url}/commits/{one.sha}",
        "html_url": f"{call.asked.origin}/{call.repository.full_name}/commit/{one.sha}",
        "author": person(one.author),
        "committer": person(one.committer),
        "message": one.message,
        "tree": {"sha": one.tree, "url": f"{url}/trees/{one.tree}"},
        "parents": [{"sha": parent, "url": f"{url}/commits/{parent}"} for parent in one.parents],
        "verification": {"verified": False, "reason": "unsigned", "signature": None, "payload": None},
    }


def commit(call: Call, one: Commit) -> dict[str, Any]:
    """A commit as a page of the repository."""
    url = f"{call.base}/repos/{call.repository.full_name}/commits"
    inner = git_commit(call, one)
    return {
        "sha": one.sha,
        "node_id": inner["node_id"],
        "url": f"{url}/{one.sha}",
        "html_url": inner["html_url"],
        "commit": {name: inner[name] for name in ("author", "committer", "message", "tree", "url")},
        "author": None,
        "committer": None,
        "parents": [{"sha": parent, "url": f"{url}/{parent}"} for parent in one.parents],
    }


def entry(call: Call, one: Entry) -> dict[str, Any]:
    """A line of a tree."""
    url = f"{call.base}/repos/{call.repository.full_name}/git"
    shown = {"path": one.name, "mode": one.mode, "type": one.kind, "sha": one.sha}
    if one.kind == "blob":
        shown["size"] = len(call.repository.objects.blobs[one.sha])  # type: ignore[assignment]
    return shown | {"url": f"{url}/{one.kind}s/{one.sha}"}


def ref(call: Call, branch: str, sha: str) -> dict[str, Any]:
    """A reference."""
    url = f"{call.base}/repos/{call.repository.full_name}/git"
    return {
        "ref": f"refs/heads/{branch}",
        "node_id": node("REF", f"{call.repository.id}:{branch}"),
        "url": f"{url}/refs/heads/{branch}",
        "object": {"sha": sha, "type": "commit", "url": f"{url}/commits/{sha}"},
    }


def key(call: Call, one: Key) -> dict[str, Any]:
    """A deploy key."""
    return {
        "id": one.id,
        "key": " ".join(one.key.split()[:2]),
        "url": f"{call.base}/repos/{call.repository.full_name}/keys/{one.id}",
        "title": one.title,
        "verified": True,
        "enabled": True,
        "created_at": one.created_at,
        "read_only": one.read_only,
        "added_by": call.repository.creator,
    }


def pull(call: Call, one: Pull) -> dict[str, Any]:
    """A pull request."""
    place = call.repository
    url, page = f"{call.base}/repos/{place.full_name}", f"{call.asked.origin}/{place.full_name}"
    author = owner(call, one.author)

    def side(branch: str, sha: str) -> dict[str, Any]:
        label = f"{place.owner}:{branch}"
        return {"label": label, "ref": branch, "sha": sha, "user": author, "repo": repository(call, place)}

    return {
        "id": one.id,
        "node_id": node("PR", one.id),
        "number": one.number,
        "state": one.state,
        "locked": False,
        "draft": False,
        "merged": False,
        "title": one.title,
        "body": one.body,
        "user": author,
        "created_at": one.created_at,
        "updated_at": one.closed_at or one.created_at,
        "closed_at": one.closed_at,
        "merged_at": None,
        "head": side(one.head, one.head_sha),
        "base": side(one.base, place.branches.get(one.base, "")),
        "url": f"{url}/pulls/{one.number}",
        "html_url": f"{page}/pull/{one.number}",
        "issue_url": f"{url}/issues/{one.number}",
    }
