"""The Git Data API: blobs, trees, commits and references."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from tests.fakes.github import pulls, shapes
from tests.fakes.github.objects import MODES, Leaf, Person, path_problem
from tests.fakes.github.routing import Answer, Call, Refusal, invalid, not_found, route
from tests.fakes.github.world import Repository, now

WRITE = "contents=write"


def check_not_empty(repository: Repository) -> None:
    """The Git Data API knows nothing of a repository without a commit. Raises Refusal (409)."""
    if not repository.branches:
        raise Refusal(409, "Git Repository is empty.")


def check_secrets(call: Call, path: str, text: str) -> None:
    """Push protection: refuse what looks like a secret. Raises Refusal (409)."""
    if any(re.search(pattern, text) for pattern in call.world.secret_patterns):
        placeholder = {"placeholder_id": f"fake-{next(call.world.ids)}", "token_type": "demo_secret"}
        raise Refusal(
            409,
            f"Repository rule violations found\n\nSecret detected in content: {path}",
            more={"metadata": {"secret_scanning": {"bypass_placeholders": [placeholder]}}},
        )


def check_workflow(call: Call, path: str) -> None:
    """Workflow files need a scope or permission of their own. Raises Refusal (403, 404)."""
    token = call.token
    if not path.startswith(".github/workflows/") or token is None:
        return
    if token.scopes is not None and "workflow" not in token.scopes:
        raise not_found()
    if token.scopes is None and token.permissions.get("workflows") != "write":
        raise Refusal(403, "Resource not accessible by personal access token")


def tree_of(repository: Repository, name: str) -> str:
    """The tree behind a tree's id, a commit's id or a branch. Raises Refusal (404)."""
    sha = repository.branches.get(name.removeprefix("heads/"), name)
    if sha in repository.objects.commits:
        return repository.objects.commits[sha].tree
    if sha not in repository.objects.trees:
        raise not_found()
    return sha


def person(call: Call, name: str, otherwise: Person) -> Person:
    """An author or committer as sent, the rest from `otherwise`. Raises Refusal (422)."""
    sent = call.body.get(name)
    if sent is None:
        return otherwise
    if not isinstance(sent, Mapping) or not sent.get("name") or not sent.get("email"):
        raise invalid("Commit", name, f"{name} needs a name and an email", code="missing_field")
    one = Person(sent["name"], sent["email"], sent.get("date") or otherwise.when)
    try:
        one.utc()
    except ValueError:
        raise invalid("Commit", f"{name}.date", "date is no ISO 8601", code="invalid") from None
    return one


@route("POST", "/repos/{owner}/{repo}/git/blobs", needs="write", permission=WRITE)
def add_blob(call: Call) -> Answer:
    """A file's content, in UTF-8 or base64."""
    check_not_empty(call.repository)
    content = call.body.get("content")
    if not isinstance(content, str):
        raise invalid("Blob", "content", "content is missing", code="missing_field")
    data = base64.b64decode(content) if call.body.get("encoding") == "base64" else content.encode()
    check_secrets(call, "blob", data.decode(errors="replace"))
    sha = call.repository.objects.add_blob(data)
    return Answer(201, {"sha": sha, "url": _url(call, f"blobs/{sha}")})


@route("GET", "/repos/{owner}/{repo}/git/blobs/{sha}", permission="contents=read")
def get_blob(call: Call) -> Answer:
    """A file's content in base64."""
    sha = call.args["sha"]
    data = call.repository.objects.blobs.get(sha)
    if data is None:
        raise not_found()
    text = base64.b64encode(data).decode()
    shown = {
        "sha": sha,
        "size": len(data),
        "url": _url(call, f"blobs/{sha}"),
        "node_id": shapes.node("B", sha),
    }
    return Answer(200, shown | {"content": text, "encoding": "base64"})


@route("POST", "/repos/{owner}/{repo}/git/trees", needs="write", permission=WRITE)
def add_tree(call: Call) -> Answer:
    """A tree of its own, or what changes in `base_tree`; content inline or by id, null takes a path away."""
    repository = call.repository
    check_not_empty(repository)
    entries = call.body.get("tree")
    if not isinstance(entries, list) or not entries:
        raise Refusal(422, "Invalid tree info")
    base = call.body.get("base_tree")
    if base is not None and base not in repository.objects.trees and base not in repository.objects.commits:
        raise Refusal(422, f"base_tree {base} is not a valid tree")
    leaves = repository.objects.leaves(tree_of(repository, base)) if base else {}
    for entry in entries:
        _put(call, leaves, entry)
    try:
        sha = repository.objects.add_tree(leaves)
    except ValueError:
        raise Refusal(422, "GitRPC::BadObjectState") from None
    return Answer(201, _shown_tree(call, sha, deep=False))


def _put(call: Call, leaves: dict[str, Leaf], entry: dict[str, Any]) -> None:
    """Do what one line of the request says. Raises Refusal (404, 409, 422)."""
    path, mode = entry.get("path"), entry.get("mode")
    problem = path_problem(path)
    if problem or not isinstance(path, str):
        raise Refusal(422, problem)
    if mode not in MODES or MODES[mode] != entry.get("type", MODES[mode]) or mode == "040000":
        raise Refusal(422, "tree.mode is not valid for this type")
    if ("sha" in entry) == ("content" in entry):
        raise Refusal(422, "Must supply either tree.sha or tree.content, and not both")
    check_workflow(call, path)
    objects = call.repository.objects
    if "content" in entry:
        check_secrets(call, path, entry["content"])
        leaves[path] = Leaf(mode, objects.add_blob(entry["content"].encode()))
    elif entry["sha"] is None:
        if leaves.pop(path, None) is None:
            raise Refusal(422, "GitRPC::BadObjectState")
    elif entry["sha"] not in objects.blobs:
        raise Refusal(422, f"tree.sha {entry['sha']} is not a valid blob")
    else:
        leaves[path] = Leaf(mode, entry["sha"])


@route("GET", "/repos/{owner}/{repo}/git/trees/{sha*}", permission="contents=read")
def get_tree(call: Call) -> Answer:
    """A tree, with what is below it when `recursive` is sent, whatever its value."""
    check_not_empty(call.repository)
    sha = tree_of(call.repository, call.args["sha"])
    return Answer(200, _shown_tree(call, sha, deep="recursive" in call.asked.query))


def _shown_tree(call: Call, sha: str, *, deep: bool) -> dict[str, Any]:
    objects = call.repository.objects
    entries = objects.walk(sha) if deep else list(objects.trees[sha])
    lines = [shapes.entry(call, entry) for entry in entries]
    return {"sha": sha, "url": _url(call, f"trees/{sha}"), "tree": lines, "truncated": False}


@route("POST", "/repos/{owner}/{repo}/git/commits", needs="write", permission=WRITE)
def add_commit(call: Call) -> Answer:
    """A commit that no branch shows yet. Raises Refusal (422) for a tree or parent that is not there."""
    repository = call.repository
    check_not_empty(repository)
    message, tree = call.text("message", "Commit"), call.text("tree", "Commit")
    parents = call.body.get("parents", [])
    if repository.trees_unseen > 0 or tree not in repository.objects.trees:
        repository.trees_unseen -= 1
        raise Refusal(422, "Tree SHA does not exist")
    if not all(parent in repository.objects.commits for parent in parents):
        raise Refusal(422, "Parent SHA does not exist or is not a commit object")
    author = person(call, "author", Person(call.me.name, call.me.email, now()))
    committer = person(call, "committer", author)
    made = repository.objects.add_commit(tree, parents, author, committer, message)
    return Answer(201, shapes.git_commit(call, made))


@route("GET", "/repos/{owner}/{repo}/git/commits/{sha}", permission="contents=read")
def get_commit(call: Call) -> Answer:
    """A commit by its id."""
    check_not_empty(call.repository)
    commit = call.repository.objects.commits.get(call.args["sha"])
    if commit is None:
        raise not_found()
    return Answer(200, shapes.git_commit(call, commit))


@route("POST", "/repos/{owner}/{repo}/git/refs", needs="write", permission=WRITE)
def add_ref(call: Call) -> Answer:
    """A new branch. Raises Refusal (409, 422)."""
    repository = call.repository
    check_not_empty(repository)
    ref, sha = call.text("ref", "Reference"), call.text("sha", "Reference")
    branch = ref.removeprefix("refs/heads/")
    if branch == ref or not re.fullmatch(r"[^\s~^:?*\[\\]+", branch) or ".." in branch:
        raise Refusal(422, f"{ref} is not a valid ref name.")
    if sha not in repository.objects.commits:
        raise Refusal(422, "Object does not exist")
    if branch in repository.branches:
        raise Refusal(422, "Reference already exists")
    if any(one.startswith(branch + "/") or branch.startswith(one + "/") for one in repository.branches):
        raise Refusal(422, "Reference update failed")
    repository.branches[branch] = sha
    return Answer(201, shapes.ref(call, branch, sha))


@route("PATCH", "/repos/{owner}/{repo}/git/refs/heads/{branch*}", needs="write", permission=WRITE)
def move_ref(call: Call) -> Answer:
    """Let a branch show another commit: forward, or anywhere with `force` where no rule forbids it."""
    repository, branch = call.repository, call.args["branch"]
    sha = call.text("sha", "Reference")
    if branch not in repository.branches:
        raise Refusal(422, "Reference does not exist")
    if sha not in repository.objects.commits:
        raise Refusal(422, "Object does not exist")
    if not repository.objects.is_ancestor(repository.branches[branch], sha):
        if not call.body.get("force"):
            raise Refusal(422, "Update is not a fast forward")
        group = call.world.organizations.get(repository.owner.lower())
        if group is not None and group.forbids_force_push:
            raise Refusal(422, "Repository rule violations found\n\nCannot force-push to this branch")
    repository.branches[branch] = sha
    pulls.follow(repository, branch)
    return Answer(200, shapes.ref(call, branch, sha))


@route("DELETE", "/repos/{owner}/{repo}/git/refs/heads/{branch*}", needs="write", permission=WRITE)
def delete_ref(call: Call) -> Answer:
    """Take a branch away, and close its pull requests. Raises Refusal (422)."""
    repository, branch = call.repository, call.args["branch"]
    if branch not in repository.branches:
        raise Refusal(422, "Reference does not exist")
    if branch == repository.default_branch:
        raise Refusal(422, f"Cannot delete the default branch {branch}")
    del repository.branches[branch]
    pulls.follow(repository, branch)
    return Answer(204)


@route("GET", "/repos/{owner}/{repo}/git/ref/heads/{branch*}", permission="contents=read")
def get_ref(call: Call) -> Answer:
    """One reference."""
    check_not_empty(call.repository)
    branch = call.args["branch"]
    if branch not in call.repository.branches:
        raise not_found()
    return Answer(200, shapes.ref(call, branch, call.repository.branches[branch]))


@route(
    "GET",
    "/repos/{owner}/{repo}/git/(refs|matching-refs)(/(heads(/{start*})?)?)?",
    permission="contents=read",
)
def refs(call: Call) -> Answer:
    """All references, or those that begin so."""
    check_not_empty(call.repository)
    start = call.args.get("start") or ""
    found = {name: sha for name, sha in sorted(call.repository.branches.items()) if name.startswith(start)}
    return call.page([shapes.ref(call, name, sha) for name, sha in found.items()])


def _url(call: Call, rest: str) -> str:
    return f"{call.base}/repos/{call.repository.full_name}/git/{rest}"
