"""The GitHub server says no where GitHub says no, in its words."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import github
import pytest
import requests
from github.Repository import Repository

from tests.fakes.github import GitHubServer
from tests.fakes.github_calls import client, move, one_commit

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGq3mJ"
FINE: Mapping[str, Any] = {"administration": "write", "contents": "write", "pull_requests": "write"}


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with GitHubServer() as running:
        running.add_token("t", login="acme-se", scopes=["repo", "delete_repo"])
        running.add_repository("acme-se/demo")
        running.add_repository("acme-se/empty", auto_init=False)
        yield running


@pytest.fixture
def demo(server: GitHubServer) -> Repository:
    return client(server.url, "t").get_repo("acme-se/demo")


def refused(status: int, words: str, act: Callable[[], object]) -> github.GithubException:
    with pytest.raises(github.GithubException) as raised:
        act()
    assert raised.value.status == status
    assert words in str(raised.value.data)
    return raised.value


def create(api: github.Github, name: str = "new", **more: Any) -> Repository:
    return api.get_user().create_repo(name, **({"private": True, "auto_init": True} | more))


def tree(repository: Repository, path: str, content: str = "x", **more: Any) -> object:
    return repository.create_git_tree(
        [github.InputGitTreeElement(path, "100644", "blob", content=content)], **more
    )


def test_wrong_expired_revoked_and_missing_tokens(server: GitHubServer) -> None:
    server.add_token("old", login="acme-se", scopes=["repo"], expired=True)
    for token in ("wrong", "old"):
        with pytest.raises(github.BadCredentialsException):
            client(server.url, token).get_user().login  # noqa: B018
    server.revoke("t")
    with pytest.raises(github.BadCredentialsException):
        client(server.url, "t").get_repo("acme-se/demo")
    nobody = github.Github(base_url=server.url, retry=None)
    refused(401, "Requires authentication", lambda: nobody.get_user().login)
    with pytest.raises(github.UnknownObjectException):
        nobody.get_repo("acme-se/demo")


@pytest.mark.parametrize(
    ("scopes", "status", "words"),
    [
        ([], 404, "Not Found"),
        (["public_repo"], 403, "different OAuth scope"),
        (["delete_repo"], 404, "Not Found"),
    ],
)
def test_missing_scopes_when_creating(
    server: GitHubServer, scopes: list[str], status: int, words: str
) -> None:
    server.add_token("weak", login="acme-se", scopes=scopes)
    error = refused(status, words, lambda: create(client(server.url, "weak")))
    assert error.headers["x-oauth-scopes"] == ", ".join(scopes)
    assert error.headers["x-accepted-oauth-scopes"] == "public_repo, repo"
    with pytest.raises(github.UnknownObjectException):
        client(server.url, "weak").get_repo("acme-se/demo")


def test_a_fine_grained_token_needs_each_permission(server: GitHubServer) -> None:
    server.add_token("none", login="acme-se", permissions={})
    error = refused(403, "Resource not accessible", lambda: create(client(server.url, "none")))
    assert error.headers["x-accepted-github-permissions"] == "administration=write"
    server.add_token("reader", login="acme-se", permissions={"contents": "read"})
    repository = client(server.url, "reader").get_repo("acme-se/demo")
    assert repository.get_branch("main").name == "main"
    error = refused(403, "Resource not accessible", lambda: tree(repository, "a"))
    assert error.headers["x-accepted-github-permissions"] == "contents=write"
    refused(403, "Resource not accessible", lambda: repository.replace_topics(["x"]))
    refused(403, "Resource not accessible", repository.delete)
    server.add_token("all", login="acme-se", permissions=FINE)
    made = create(client(server.url, "all"))
    one_commit(made, {"a": "b"})
    made.delete()


def test_a_fine_grained_token_reaches_its_owner_and_repositories_only(server: GitHubServer) -> None:
    server.add_organization("acme", members=["acme-se"])
    server.add_token("mine", login="acme-se", permissions=FINE, repositories=["demo"])
    api = client(server.url, "mine")
    assert api.get_repo("acme-se/demo").name == "demo"
    with pytest.raises(github.UnknownObjectException):
        api.get_repo("acme-se/empty")
    group = api.withLazy(True).get_organization("acme")
    refused(403, "Resource not accessible", lambda: group.create_repo("x", private=True))


def test_strangers_do_not_learn_that_a_private_repository_exists(server: GitHubServer) -> None:
    server.add_token("stranger", login="stranger", scopes=["repo", "delete_repo"])
    server.rename("acme-se/empty", "moved")
    for name in ("acme-se/demo", "acme-se/empty"):
        with pytest.raises(github.UnknownObjectException):
            client(server.url, "stranger").get_repo(name)
    server.add_repository("acme-se/open", private=False)
    public = client(server.url, "stranger").get_repo("acme-se/open")
    with pytest.raises(github.UnknownObjectException):
        tree(public, "a")
    refused(403, "Must have admin rights", public.delete)


def test_a_name_that_is_taken(server: GitHubServer) -> None:
    error = refused(422, "name already exists", lambda: create(client(server.url, "t"), "DEMO"))
    assert error.data == {
        "message": "Repository creation failed.",
        "errors": [
            {
                "resource": "Repository",
                "code": "custom",
                "field": "name",
                "message": "name already exists on this account",
            }
        ],
        "documentation_url": "https://docs.github.com/rest",
        "status": "422",
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "missing_field"),
        ({"name": "notes.wiki"}, "reserved"),
        ({"name": "x" * 101}, "too long"),
        ({"description": "two\nlines"}, "description control characters are not allowed"),
        ({"description": "x" * 351}, "too long"),
    ],
)
def test_names_and_descriptions_that_are_refused(
    server: GitHubServer, fields: dict[str, Any], words: str
) -> None:
    refused(422, words, lambda: create(client(server.url, "t"), **{"name": "new", **fields}))
    assert server.repository("acme-se/new") is None


def test_policies_of_organizations(server: GitHubServer) -> None:
    group = server.add_organization("acme", owners=["boss"], members=["acme-se"], forbids_force_push=True)
    api = client(server.url, "t")
    acme = api.get_organization("acme")
    repository = acme.create_repo("demo", private=True, auto_init=True)
    refused(422, "Repository rule violations found", lambda: one_commit(repository, {"a": "b"}))
    head = repository.get_git_commit(server.history("acme/demo")[0].sha)
    move(repository, "main", repository.create_git_commit("Child", head.tree, [head]).sha)
    group.members_can_delete_repositories = False
    refused(403, "Organization members cannot delete repositories.", repository.delete)
    group.members_can_create_private_repositories = False
    refused(403, "You need admin access", lambda: acme.create_repo("x", private=True))
    server.add_token("stranger", login="stranger", scopes=["repo"])
    outside = client(server.url, "stranger").withLazy(True).get_organization("acme")
    refused(403, "You need admin access", lambda: outside.create_repo("x", private=True))
    with pytest.raises(github.UnknownObjectException):
        client(server.url, "stranger").get_user().get_organization_membership("acme")
    with pytest.raises(github.UnknownObjectException):
        api.get_organization("nobody")
    server.add_token("boss", login="boss", scopes=["repo", "delete_repo"])
    client(server.url, "boss").get_repo("acme/demo").delete()


def test_an_organization_with_single_sign_on(server: GitHubServer) -> None:
    server.add_organization("acme", members=["acme-se"], saml=True)
    group = client(server.url, "t").withLazy(True).get_organization("acme")
    error = refused(403, "SAML enforcement", lambda: group.create_repo("x", private=True))
    assert error.headers["x-github-sso"].startswith("required; url=http")
    server.tokens["t"].authorized.add("acme")
    assert group.create_repo("x", private=True).name == "x"


def test_deleting_needs_the_scope_and_the_role(server: GitHubServer) -> None:
    server.add_token("repo", login="acme-se", scopes=["repo"])
    repository = client(server.url, "repo").get_repo("acme-se/demo")
    refused(403, "Must have admin rights to Repository.", repository.delete)
    repository.edit(archived=True)
    refused(403, "archived so is read-only", lambda: tree(repository, "a"))
    refused(403, "archived so is read-only", lambda: repository.edit(description="x"))
    server.add_organization("acme", members=["acme-se"])
    server.add_repository("acme/theirs", creator="boss")
    theirs = client(server.url, "t").get_repo("acme/theirs")
    refused(403, "Must have admin rights to Repository.", theirs.delete)
    with pytest.raises(github.UnknownObjectException):
        tree(theirs, "a")


def test_an_empty_repository_has_no_git_data(server: GitHubServer) -> None:
    empty = client(server.url, "t").get_repo("acme-se/empty")
    for act in (
        lambda: tree(empty, "a"),
        lambda: empty.create_git_blob("x", "utf-8"),
        lambda: empty.create_git_ref("refs/heads/x", "0" * 40),
        lambda: list(empty.get_commits()),
        lambda: empty.get_git_tree("main"),
    ):
        refused(409, "Git Repository is empty.", act)
    empty.create_file("README.md", "First", "Hello\n")
    tree(empty, "a")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/a", "cannot start with a slash"),
        ("a//b", "malformed path component"),
        ("a/../b", "malformed path component"),
        (".git/config", "malformed path component"),
        ("./a", "malformed path component"),
    ],
)
def test_paths_that_no_tree_takes(demo: Repository, path: str, words: str) -> None:
    refused(422, words, lambda: tree(demo, path))


def test_trees_commits_and_references_that_make_no_sense(server: GitHubServer, demo: Repository) -> None:
    entry = github.InputGitTreeElement
    refused(422, "Invalid tree info", lambda: demo.create_git_tree([]))
    refused(422, "BadObjectState", lambda: demo.create_git_tree([entry("none", "100644", "blob", sha=None)]))
    refused(
        422, "not a valid blob", lambda: demo.create_git_tree([entry("a", "100644", "blob", sha="1" * 40)])
    )
    both = [entry("a", "100644", "blob", content=""), entry("a/b", "100644", "blob", content="")]
    refused(422, "BadObjectState", lambda: demo.create_git_tree(both))
    refused(422, "tree.mode", lambda: demo.create_git_tree([entry("a", "100600", "blob", content="")]))
    head = server.history("acme-se/demo")[0].sha
    refused(422, "Object does not exist", lambda: demo.create_git_ref("refs/heads/x", "1" * 40))
    refused(422, "already exists", lambda: demo.create_git_ref("refs/heads/main", head))
    refused(422, "not a valid ref", lambda: demo.create_git_ref("refs/heads/a b", head))
    refused(422, "Reference does not exist", lambda: move(demo, "none", head))
    url = f"{demo.url}/git/commits"
    body = {"message": "m", "tree": "1" * 40, "parents": []}
    refused(422, "Tree SHA", lambda: demo.requester.requestJsonAndCheck("POST", url, input=body))
    body = {"message": "m", "tree": server.history("acme-se/demo")[0].tree, "parents": ["1" * 40]}
    refused(422, "Parent SHA", lambda: demo.requester.requestJsonAndCheck("POST", url, input=body))
    with pytest.raises(github.UnknownObjectException):
        demo.get_git_ref("heads/none").ref  # noqa: B018
    refused(404, "Branch not found", lambda: demo.get_branch("none"))


def test_workflow_files_need_their_scope_and_secrets_are_held_back(
    server: GitHubServer, demo: Repository
) -> None:
    with pytest.raises(github.UnknownObjectException):
        tree(demo, ".github/workflows/ci.yml")
    server.tokens["t"].scopes = ["repo", "workflow"]
    tree(demo, ".github/workflows/ci.yml")
    server.secret_patterns = [r"AKIA\w{16}"]
    error = refused(409, "Secret detected", lambda: tree(demo, "seed.csv", "id,AKIAABCDEFGHIJKLMNOP"))
    assert error.data["metadata"]["secret_scanning"]["bypass_placeholders"]
    refused(409, "Secret detected", lambda: demo.create_file("a", "m", "AKIAABCDEFGHIJKLMNOP"))
    tree(demo, "seed.csv", "id,harmless")


def test_pull_requests_that_are_refused(server: GitHubServer, demo: Repository) -> None:
    def pull(head: str) -> object:
        return demo.create_pull(base="main", head=head, title="Fix")

    first = demo.get_git_commit(server.history("acme-se/demo")[0].sha)
    demo.create_git_ref("refs/heads/same", first.sha)
    demo.create_git_ref("refs/heads/root", demo.create_git_commit("Root", first.tree, []).sha)
    demo.create_git_ref("refs/heads/fix", demo.create_git_commit("Fix", first.tree, [first]).sha)
    refused(422, "'field': 'head'", lambda: pull("none"))
    refused(422, "No commits between main and same", lambda: pull("same"))
    refused(422, "no history in common", lambda: pull("root"))
    pull("fix")
    refused(422, "A pull request already exists for acme-se:fix.", lambda: pull("acme-se:fix"))


def test_keys_and_topics_that_are_refused(server: GitHubServer, demo: Repository) -> None:
    refused(422, "key is invalid", lambda: demo.create_key("x", "no key"))
    demo.create_key("x", KEY, read_only=True)
    assert not server.has_key("acme-se/demo", KEY)
    other = client(server.url, "t").get_repo("acme-se/empty")
    refused(422, "key is already in use", lambda: other.create_key("y", f"{KEY} comment"))
    refused(422, "Topics must start", lambda: demo.replace_topics(["Not A Topic"]))
    refused(422, "Topics must start", lambda: demo.replace_topics([f"t{number}" for number in range(21)]))


def test_the_hour_is_used_up(server: GitHubServer, demo: Repository) -> None:
    server.limits.exhaust("acme-se", seconds=1)
    with pytest.raises(github.RateLimitExceededException) as raised:
        demo.get_topics()
    assert raised.value.headers["x-ratelimit-remaining"] == "0"
    reset = int(raised.value.headers["x-ratelimit-reset"])
    assert 0 < reset - time.time() < 3
    assert client(server.url, "t").get_rate_limit().resources.core.remaining == 0
    time.sleep(max(0.0, reset - time.time()))
    assert demo.get_topics() == []


@pytest.mark.parametrize(("status", "wait"), [(403, None), (403, 7), (429, None), (429, 7)])
def test_writes_that_come_too_fast(
    server: GitHubServer, demo: Repository, status: Any, wait: int | None
) -> None:
    server.limits.slow_down(status=status, retry_after=wait)
    assert demo.get_topics() == []
    error = refused(status, "secondary rate limit", lambda: tree(demo, "a"))
    assert error.headers.get("retry-after") == (str(wait) if wait else None)
    tree(demo, "a")
    assert server.limits.refused == 1


def test_a_budget_of_writes_is_kept(server: GitHubServer, demo: Repository) -> None:
    server.limits.writes_a_minute, server.limits.window = 90, 2.0
    for _ in range(3):
        tree(demo, "a")
    error = refused(403, "secondary rate limit", lambda: tree(demo, "a"))
    demo.get_topics()
    time.sleep(int(error.headers["retry-after"]) + 0.1)
    tree(demo, "a")
    assert server.limits.refused == 1
    assert server.most_writes_in(60) == 5
    assert server.most_writes_in(0.0001) == 1


def test_writes_side_by_side_are_noticed(server: GitHubServer, demo: Repository) -> None:
    tree(demo, "a")
    tree(demo, "b")
    assert server.most_writes_at_once() == 1
    both = [client(server.url, "t").get_repo("acme-se/demo") for _ in range(2)]
    server.latency = 0.3
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tree, both, ["c", "d"]))
    assert server.most_writes_at_once() == 2


def test_every_answer_has_a_request_id_of_its_own(server: GitHubServer) -> None:
    seen = set()
    for path in ("/user", "/repos/acme-se/none", "/nowhere", "/rate_limit"):
        answer = requests.get(server.url + path, headers={"Authorization": "Bearer t"}, timeout=5)
        seen.add(answer.headers["X-GitHub-Request-Id"])
    server.faults.add("500")
    seen.add(requests.get(server.url + "/user", timeout=5).headers["X-GitHub-Request-Id"])
    assert len(seen) == 5


def test_a_body_that_is_no_json(server: GitHubServer) -> None:
    answer = requests.post(
        f"{server.url}/user/repos", data="{", headers={"Authorization": "token t"}, timeout=5
    )
    assert (answer.status_code, answer.json()["message"]) == (400, "Problems parsing JSON")
