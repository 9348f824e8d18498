"""Branches, commits and contents: the repository as people see it."""

import base64
import binascii
from typing import Any

from tests.fakes.github import pulls, shapes
from tests.fakes.github.git_data import check_secrets, check_workflow, person
from tests.fakes.github.objects import Commit, Leaf, Person, path_problem
from tests.fakes.github.routing import Answer, Call, Refusal, invalid, not_found, route
from tests.fakes.github.world import now


@route("GET", "/repos/{owner}/{repo}/branches", permission="contents=read")
def branches(call: Call) -> Answer:
    """All branches; [] for an empty repository."""
    return call.page([_branch(call, name, in_full=False) for name in sorted(call.repository.branches)])


@route("GET", "/repos/{owner}/{repo}/branches/{branch*}", permission="contents=read")
def branch(call: Call) -> Answer:
    """One branch with its last commit."""
    if call.args["branch"] not in call.repository.branches:
        raise Refusal(404, "Branch not found")
    return Answer(200, _branch(call, call.args["branch"], in_full=True))


def _branch(call: Call, name: str, *, in_full: bool) -> dict[str, Any]:
    last = call.repository.head(name)
    url = f"{call.base}/repos/{call.repository.full_name}/commits/{last.sha}"
    commit = shapes.commit(call, last) if in_full else {"sha": last.sha, "url": url}
    return {"name": name, "commit": commit, "protected": False}


@route("GET", "/repos/{owner}/{repo}/commits", permission="contents=read")
def commits(call: Call) -> Answer:
    """The history of a branch or commit, newest first."""
    if not call.repository.branches:
        raise Refusal(409, "Git Repository is empty.")
    start = _commit(call, call.asked.query.get("sha") or call.repository.default_branch)
    return call.page([shapes.commit(call, one) for one in call.repository.objects.ancestors(start.sha)])


@route("GET", "/repos/{owner}/{repo}/commits/{ref*}", permission="contents=read")
def commit(call: Call) -> Answer:
    """One commit, by its id or a branch."""
    if not call.repository.branches:
        raise Refusal(409, "Git Repository is empty.")
    return Answer(200, shapes.commit(call, _commit(call, call.args["ref"])))


def _commit(call: Call, name: str) -> Commit:
    sha = call.repository.branches.get(name.removeprefix("refs/").removeprefix("heads/"), name)
    if sha not in call.repository.objects.commits:
        raise Refusal(422, f"No commit found for SHA: {name}")
    return call.repository.objects.commits[sha]


@route("GET", "/repos/{owner}/{repo}/contents(/{path*})?/?", permission="contents=read")
def contents(call: Call) -> Answer:
    """A file with its content in base64, or the list of a folder."""
    if not call.repository.branches:
        raise Refusal(404, "This repository is empty.")
    at = call.asked.query.get("ref") or call.repository.default_branch
    objects, tree = call.repository.objects, _commit(call, at).tree
    path = (call.args.get("path") or "").strip("/")
    found = objects.leaves(tree).get(path)
    if found is not None:
        return Answer(200, _file(call, path, found, with_content=True))
    folder = path + "/" if path else ""
    inside = [
        one
        for one in objects.walk(tree)
        if one.name.startswith(folder) and "/" not in one.name[len(folder) :]
    ]
    if not inside:
        raise not_found()
    shown = [_file(call, one.name, Leaf(one.mode, one.sha), with_content=False) for one in inside]
    return Answer(200, shown)


def _file(call: Call, path: str, leaf: Leaf, *, with_content: bool) -> dict[str, Any]:
    data = call.repository.objects.blobs.get(leaf.sha)
    shown: dict[str, Any] = {
        "type": "dir" if data is None else "file",
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": leaf.sha,
        "size": len(data or b""),
        "url": f"{call.base}/repos/{call.repository.full_name}/contents/{path}",
    }
    if with_content:
        shown |= {"encoding": "base64", "content": base64.b64encode(data or b"").decode()}
    return shown


@route("PUT", "/repos/{owner}/{repo}/contents/{path*}", needs="write", permission="contents=write")
def put(call: Call) -> Answer:
    """One file as one commit; the first one makes the branch of an empty repository. Raises Refusal (409, 422)."""
    repository, path = call.repository, call.args["path"]
    message, data = call.text("message", "Commit"), _data(call)
    if path_problem(path):
        raise Refusal(422, path_problem(path).replace("tree.path", "path"))
    check_workflow(call, path)
    check_secrets(call, path, data.decode(errors="replace"))
    name = call.body.get("branch") or repository.default_branch
    if repository.branches and name not in repository.branches:
        raise Refusal(404, f"Branch {name} not found")
    last = repository.branches.get(name)
    leaves = repository.objects.leaves(repository.head(name).tree) if last else {}
    _check_replaced(call, leaves, path)
    leaves[path] = Leaf("100644", repository.objects.add_blob(data))
    author = person(call, "author", Person(call.me.name, call.me.email, now()))
    made = repository.objects.add_commit(
        repository.objects.add_tree(leaves),
        [last] if last else [],
        author,
        person(call, "committer", author),
        message,
    )
    repository.branches[name] = made.sha
    pulls.follow(repository, name)
    shown = {
        "content": _file(call, path, leaves[path], with_content=False),
        "commit": shapes.git_commit(call, made),
    }
    return Answer(200 if "sha" in call.body else 201, shown)


def _data(call: Call) -> bytes:
    content = call.body.get("content")
    try:
        return base64.b64decode(content, validate=False) if isinstance(content, str) else b""
    except binascii.Error:
        raise Refusal(422, "content is not valid Base64") from None


def _check_replaced(call: Call, leaves: dict[str, Leaf], path: str) -> None:
    sent, there = call.body.get("sha"), leaves.get(path)
    if there is not None and sent is None:
        raise invalid("Contents", "sha", '"sha" wasn\'t supplied.', code="missing_field")
    if sent is not None and (there is None or there.sha != sent):
        raise Refusal(409, f"{path} does not match {sent}")
