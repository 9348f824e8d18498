"""The GitHub client against a GitHub on loopback: what it sends, how often, and what it makes of the answers."""

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from provisioning.clients.github import GitHubClient, NotAsOrdered, NotReady, Owner, Repository, RuleViolation
from provisioning.clients.outcome import CallRecord, Conflict, Forbidden, Invalid, Limited, NotThere, Unclear
from tests.fakes.github import GitHubServer

TOKEN = "ghp_canary_0123456789"
WHEN = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
FILES = {"dbt_project.yml": "name: demo\n", "models/été.sql": "select 'é'\n", "empty.txt": ""}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKxV dbt"
T = TypeVar("T")
AUTHOR = ("DemoForge", "demoforge@localhost")


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo", "delete_repo"])
        yield server


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
def client(server: GitHubServer, records: list[CallRecord]) -> Iterator[GitHubClient]:
    with GitHubClient(server.url, TOKEN, record=records.append, seconds=5, pause=0) as client:
        yield client


def create(client: GitHubClient, name: str = "demo", owner: str = "acme-se", **more: bool) -> Repository:
    organization = more.get("is_organization", False)
    return client.create_repository(owner, is_organization=organization, name=name, description="A demo. m-1")


def commit(client: GitHubClient, repo: Repository, files: dict, base: str | None = None, **more: str) -> str:
    return client.commit(
        repo, branch=more.get("branch", "main"), files=files, base=base,
        message=more.get("message", "Initial demo project"), author=AUTHOR, when=WHEN,
    )  # fmt: skip


def asked(server: GitHubServer) -> list[str]:
    return [f"{call.method} {call.path}" for call in server.calls]


def test_repository_and_main_commit_are_four_writes_and_nothing_else(
    server: GitHubServer, client: GitHubClient
) -> None:
    repo = create(client)
    sha = commit(client, repo, FILES)
    client.set_branch(repo, repo.default_branch, sha, force=True)

    assert asked(server) == [
        "POST /user/repos",
        "POST /repos/acme-se/demo/git/trees",
        "POST /repos/acme-se/demo/git/commits",
        "PATCH /repos/acme-se/demo/git/refs/heads/main",
    ]
    assert server.files("acme-se/demo") == FILES
    (only,) = server.history("acme-se/demo", "main")
    assert (only.sha, only.message, only.author.name) == (sha, "Initial demo project", "DemoForge")


def test_what_is_asked_for_is_private_with_one_commit_of_github(
    server: GitHubServer, client: GitHubClient
) -> None:
    repo = create(client)
    body = server.calls[0].body
    assert (body["private"], body["auto_init"], body["has_wiki"]) == (True, True, False)
    assert (repo.full_name, repo.owner, repo.private, repo.default_branch) == (
        "acme-se/demo",
        "acme-se",
        True,
        "main",
    )
    assert repo.id > 2**31
    assert repo.description == "A demo. m-1"
    assert repo.url.startswith("http")
    assert repo.clone_url.endswith("acme-se/demo.git")


def test_in_an_organisation(server: GitHubServer, client: GitHubClient) -> None:
    server.add_organization("acme", members=["acme-se"])
    repo = create(client, owner="acme", is_organization=True)
    assert repo.full_name == "acme/demo"
    assert asked(server) == ["POST /orgs/acme/repos"]


def test_the_same_commit_said_again_is_the_same_commit(server: GitHubServer, client: GitHubClient) -> None:
    repo = create(client)
    assert commit(client, repo, FILES) == commit(client, repo, FILES)


def test_a_branch_is_three_writes_and_changes_only_what_it_says(
    server: GitHubServer, client: GitHubClient
) -> None:
    repo = create(client)
    base = commit(client, repo, FILES)
    client.set_branch(repo, "main", base, force=True)
    server.calls.clear()

    changes = {"dbt_project.yml": "name: fixed\n", "empty.txt": None}
    sha = commit(client, repo, changes, base, branch="fix/orders")
    client.create_branch(repo, "fix/orders", sha)

    assert len(server.writes()) == 3
    assert server.files("acme-se/demo", "fix/orders") == {
        "dbt_project.yml": "name: fixed\n", "models/été.sql": "select 'é'\n",
    }  # fmt: skip
    assert [one.sha for one in server.history("acme-se/demo", "fix/orders")] == [sha, base]
    assert client.branch(repo, "fix/orders") == sha
    assert client.branch(repo, "fix/nothing") is None


def test_files_are_compared_by_git_s_own_ids(server: GitHubServer, client: GitHubClient) -> None:
    repo = create(client)
    sha = commit(client, repo, FILES)
    expected = {
        path: hashlib.sha1(b"blob %d\0%s" % (len(text.encode()), text.encode())).hexdigest()
        for path, text in FILES.items()
    }
    assert client.files(repo, sha) == expected


def test_topics_keys_and_pull_requests_are_one_write_each(server: GitHubServer, client: GitHubClient) -> None:
    repo = create(client)
    base = commit(client, repo, FILES)
    client.set_branch(repo, "main", base, force=True)
    client.create_branch(repo, "fix", commit(client, repo, {"a.txt": "a"}, base))
    server.calls.clear()

    client.replace_topics(repo, ["dbt", "demoforge"])
    number = client.add_key(repo, "dbt Cloud", KEY)
    pull = client.open_pull(repo, "fix", "main", "Fix it", "Because.")
    assert len(server.calls) == len(server.writes()) == 3

    assert server.repository("acme-se/demo").topics == ["dbt", "demoforge"]
    assert server.has_key("acme-se/demo", KEY)
    (key,) = client.keys(repo)
    assert (key.id, key.title, key.read_only) == (number, "dbt Cloud", False)
    assert (pull.number, pull.state, pull.head, pull.base) == (1, "open", "fix", "main")
    assert client.pulls(repo, "fix") == [pull]
    assert client.pulls(repo, "main") == []
    client.delete_key(repo, number)
    assert client.keys(repo) == []
    with pytest.raises(NotThere):
        client.delete_key(repo, number)


def test_what_is_there_already_is_a_conflict(server: GitHubServer, client: GitHubClient) -> None:
    repo = create(client)
    sha = commit(client, repo, FILES)
    client.set_branch(repo, "main", sha, force=True)
    client.create_branch(repo, "fix", commit(client, repo, {"a.txt": "a"}, sha))
    client.add_key(repo, "dbt Cloud", KEY)
    client.open_pull(repo, "fix", "main", "Fix it", "")

    with pytest.raises(Conflict, match="name"):
        create(client)
    with pytest.raises(Conflict):
        create(client, "DEMO")
    with pytest.raises(Conflict):
        client.create_branch(repo, "fix", sha)
    with pytest.raises(Conflict):
        client.add_key(repo, "dbt Cloud", KEY)
    with pytest.raises(Conflict):
        client.open_pull(repo, "fix", "main", "Fix it", "")
    with pytest.raises(Conflict):  # no fast forward
        client.set_branch(repo, "fix", commit(client, repo, {"b.txt": "b"}, sha), force=False)


def test_a_pull_request_without_news_is_invalid(client: GitHubClient) -> None:
    repo = create(client)
    sha = commit(client, repo, FILES)
    client.set_branch(repo, "main", sha, force=True)
    client.create_branch(repo, "fix", sha)
    with pytest.raises(Invalid) as refused:
        client.open_pull(repo, "fix", "main", "Nothing", "")
    assert "No commits between" in refused.value.hint


def test_a_rule_against_force_is_recognised_and_a_commit_on_top_goes_in(
    server: GitHubServer, client: GitHubClient
) -> None:
    server.add_organization("acme", members=["acme-se"], forbids_force_push=True)
    repo = create(client, owner="acme", is_organization=True)
    with pytest.raises(RuleViolation):
        client.set_branch(repo, "main", commit(client, repo, FILES), force=True)
    head = client.branch(repo, "main")
    on_top = commit(client, repo, {"README.md": None, **FILES}, head)
    client.set_branch(repo, "main", on_top, force=False)
    assert server.files("acme/demo") == FILES


def test_what_github_does_not_see_yet_is_not_ready(server: GitHubServer, client: GitHubClient) -> None:
    server.trees_unseen = 1
    repo = create(client)
    with pytest.raises(NotReady):
        commit(client, repo, FILES)
    assert commit(client, repo, FILES)


def test_an_empty_repository_is_not_ready(server: GitHubServer, client: GitHubClient) -> None:
    server.add_repository("acme-se/demo", auto_init=False)
    repo = client.repository("acme-se", "demo")
    assert repo is not None
    with pytest.raises(NotReady):
        commit(client, repo, FILES)


def test_push_protection_names_the_kind_the_file_and_the_branch(
    server: GitHubServer, client: GitHubClient
) -> None:
    server.secret_patterns.append("AKIA[0-9]+")
    repo = create(client)
    with pytest.raises(Invalid) as refused:
        commit(client, repo, {"seeds/keys.csv": "AKIA123"}, branch="day-2")
    assert "demo_secret" in refused.value.sentence
    assert "seeds/keys.csv" in refused.value.hint
    assert "day-2" in refused.value.hint


def test_a_repository_is_found_by_name_by_id_and_under_its_old_name(
    server: GitHubServer, client: GitHubClient
) -> None:
    made = create(client)
    server.rename("acme-se/demo", "renamed")
    by_old_name = client.repository("acme-se", "demo")
    assert by_old_name is not None
    assert (by_old_name.id, by_old_name.full_name) == (made.id, "acme-se/renamed")
    assert client.repository_by_id(made.id) == by_old_name
    assert client.repository("acme-se", "nothing") is None
    assert client.repository_by_id(1) is None


def test_a_fresh_repository_may_be_invisible_for_a_while(server: GitHubServer, client: GitHubClient) -> None:
    server.visible_after = 2
    made = create(client)
    assert client.repository("acme-se", "demo") is None
    assert client.branch(made, "main") is None
    assert client.branch(made, "main") is not None


def test_delete_and_archive(server: GitHubServer, client: GitHubClient) -> None:
    repo, other = create(client), create(client, "other")
    client.archive(other)
    client.delete_repository(repo)
    assert client.repository_by_id(repo.id) is None
    kept = client.repository_by_id(other.id)
    assert kept is not None
    assert kept.archived
    with pytest.raises(NotThere):
        client.delete_repository(repo)


def test_one_s_own_repositories_with_a_topic_over_several_pages(
    server: GitHubServer, client: GitHubClient
) -> None:
    for number in range(130):
        made = server.add_repository(f"acme-se/demo-{number}")
        made.topics = ["demoforge"] if number % 2 else []
    server.add_organization("acme", members=["acme-se"])
    server.add_repository("acme/theirs").topics = ["demoforge"]
    mine = Owner("acme-se", is_organization=False, is_me=True, role=None, may_create=True)
    found = list(client.mine(mine, topic="demoforge"))
    assert {repo.name for repo in found} == {f"demo-{number}" for number in range(1, 130, 2)}
    assert len(server.calls) == 2


def test_an_organisation_s_repositories_with_a_topic(server: GitHubServer, client: GitHubClient) -> None:
    server.add_organization("acme", members=["acme-se"])
    server.add_repository("acme/ours").topics = ["demoforge"]
    server.add_repository("acme/theirs")
    acme = Owner("acme", is_organization=True, is_me=False, role="member", may_create=None)
    assert [repo.full_name for repo in client.mine(acme, topic="demoforge")] == ["acme/ours"]


def test_a_repository_in_another_account_than_ordered_is_handed_over_to_be_removed(
    server: GitHubServer, client: GitHubClient
) -> None:
    with pytest.raises(NotAsOrdered, match="not for someone-else") as wrong:
        create(client, owner="someone-else")
    client.delete_repository(wrong.value.repository)
    assert server.repositories == {}


def test_nothing_leaves_with_a_name_that_is_no_name(server: GitHubServer, client: GitHubClient) -> None:
    for owner, name in (
        ("..", "user"),
        ("a/b", "demo"),
        ("acme-se", ".."),
        ("acme-se", ""),
        ("acme-se", "a?b"),
    ):
        with pytest.raises(Invalid):
            client.repository(owner, name)
    assert server.calls == []


def test_each_request_is_recorded(
    server: GitHubServer, client: GitHubClient, records: list[CallRecord]
) -> None:
    server.latency = 0.05
    repo = create(client)
    client.pulls(repo, "fix")
    client.repository("acme-se", "nothing")
    assert [(call.method, call.path, call.status, call.outcome) for call in records] == [
        ("POST", "/user/repos", 201, "ok"),
        ("GET", "/repos/acme-se/demo/pulls", 200, "ok"),
        ("GET", "/repos/acme-se/nothing", 404, "not there"),
    ]
    assert all(call.system == "GitHub" and 0.05 <= call.seconds < 2 for call in records)
    assert len({call.request_id for call in records}) == 3


def test_an_enterprise_server_has_its_api_below_a_path() -> None:
    with GitHubServer("/api/v3") as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        client = GitHubClient(server.url, TOKEN, record=lambda _call: None, seconds=5, pause=0)
        repo = create(client)
        client.set_branch(repo, "main", commit(client, repo, FILES), force=True)
        server.rename("acme-se/demo", "renamed")
        found = client.repository("acme-se", "demo")
        assert found is not None
        assert found.name == "renamed"
        for number in range(101):
            server.add_repository(f"acme-se/demo-{number}").topics = ["demoforge"]
        mine = Owner("acme-se", is_organization=False, is_me=True, role=None, may_create=True)
        assert len(list(client.mine(mine, topic="demoforge"))) == 101
        client.close()


def test_two_writes_of_one_client_keep_their_distance(server: GitHubServer) -> None:
    client = GitHubClient(server.url, TOKEN, record=lambda _call: None, seconds=5, pause=0.3)
    create(client)
    create(client, "other")
    first, second = server.writes()
    assert second.at - first.at >= 0.3


@pytest.mark.parametrize(
    "fault", ["timeout_before", "timeout_after", "reset", "429", "500", "403", "malformed"]
)
@pytest.mark.parametrize(
    "path", ["/user/repos", "*/git/trees", "*/git/commits", "*/git/refs/heads/main", "*/topics", "*/keys"]
)
def test_after_any_fault_the_same_calls_end_in_the_same_repository(fault: str, path: str) -> None:
    with GitHubServer() as server:
        server.add_token(TOKEN, login="acme-se", scopes=["repo"])
        records: list[CallRecord] = []
        with GitHubClient(server.url, TOKEN, record=records.append, seconds=1, pause=0) as client:
            rule = server.faults.add(fault, path=path)  # type: ignore[arg-type]
            repo = again(lambda: create(client), lambda: client.repository("acme-se", "demo"))
            sha = again(lambda: commit(client, repo, FILES))
            again(lambda: client.set_branch(repo, "main", sha, force=True))
            again(lambda: client.replace_topics(repo, ["dbt"]))
            again(lambda: client.add_key(repo, "dbt Cloud", KEY), lambda: client.keys(repo)[0].id)
        (made,) = server.repositories.values()
        assert server.files("acme-se/demo") == FILES
        assert len(server.history("acme-se/demo")) == 1
        assert (made.topics, len(made.keys)) == (["dbt"], 1)
        assert rule.done == 1
        assert len(records) == len(server.calls)
        assert [call.outcome for call in records].count("ok") < len(records)


def again(call: Callable[[], T], find: Callable[[], T] | None = None) -> T:
    """What a step does: after an error that tells nothing, look, then call once more."""
    try:
        return call()
    except (Unclear, Limited, Forbidden) as error:
        with contextlib.suppress(IndexError):
            found = find() if find and isinstance(error, Unclear) else None
            if found is not None:
                return found
        return call()
