"""The GitHub server does what GitHub does, as PyGithub sees it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import github
import pytest
from github.Repository import Repository

from tests.fakes.github import GitHubServer
from tests.fakes.github_calls import client, move, one_commit

FILES = {
    "dbt_project.yml": "name: acme\n",
    "models/a.sql": "select 1\n",
    "models-b.yml": "é\n",
    "empty.txt": "",
    "models/deep/er/b.sql": "select 2\n",
}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGq3mJ"


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with GitHubServer() as running:
        running.add_token("t", login="acme-se", scopes=["repo", "delete_repo"])
        yield running


@pytest.fixture
def api(server: GitHubServer) -> github.Github:
    return client(server.url, "t")


def create(api: github.Github, name: str = "demo", *, auto_init: bool = True) -> Repository:
    return api.get_user().create_repo(
        name, description="A demo", private=True, auto_init=auto_init, has_wiki=False
    )


def test_a_repository_with_one_commit_takes_four_writes(server: GitHubServer, api: github.Github) -> None:
    repository = create(api)
    sha = one_commit(repository, FILES)
    assert (repository.full_name, repository.private, repository.has_wiki) == ("acme-se/demo", True, False)
    assert repository.id > 2**32
    assert server.files("acme-se/demo") == dict(sorted(FILES.items()))
    assert [(one.sha, one.parents) for one in server.history("acme-se/demo")] == [(sha, ())]
    assert [(call.method, call.path, call.status) for call in server.calls] == [
        ("POST", "/user/repos", 201),
        ("POST", "/repos/acme-se/demo/git/trees", 201),
        ("POST", "/repos/acme-se/demo/git/commits", 201),
        ("PATCH", "/repos/acme-se/demo/git/refs/heads/main", 200),
    ]


def test_ids_are_those_of_git(server: GitHubServer, api: github.Github, tmp_path: Path) -> None:
    sha = one_commit(create(api), FILES, "Initial demo project\n")
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    who = {"NAME": "Demo Tool", "EMAIL": "demo@example.com", "DATE": "2026-03-01T10:00:00Z"}
    environment = {
        f"GIT_{role}_{name}": value for role in ("AUTHOR", "COMMITTER") for name, value in who.items()
    }
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Initial demo project"]):
        subprocess.run(["git", *command], cwd=tmp_path, env=os.environ | environment, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert sha == head.stdout.strip()
    tree = client(server.url, "t").get_repo("acme-se/demo").get_git_tree("main", recursive=True)
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "HEAD"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert [f"100644 blob {one.sha}\t{one.path}" for one in tree.tree if one.type == "blob"] == (
        listed.stdout.splitlines()
    )


def test_a_branch_with_its_pull_request(server: GitHubServer, api: github.Github) -> None:
    repository = create(api)
    first = one_commit(repository, FILES)
    base = repository.get_git_commit(first)
    lines = [
        github.InputGitTreeElement("models/a.sql", "100644", "blob", content="select 3\n"),
        github.InputGitTreeElement("empty.txt", "100644", "blob", sha=None),
    ]
    tree = repository.create_git_tree(lines, base.tree)
    commit = repository.create_git_commit("Fix", tree, [base])
    repository.create_git_ref("refs/heads/demo/fix", commit.sha)
    pull = repository.create_pull(base="main", head="demo/fix", title="Fix", body="What the tests caught")
    changed = FILES | {"models/a.sql": "select 3\n"}
    del changed["empty.txt"]
    assert server.files("acme-se/demo", "demo/fix") == dict(sorted(changed.items()))
    assert [one.message for one in server.history("acme-se/demo", "demo/fix")] == [
        "Fix",
        "Initial demo project",
    ]
    assert repository.get_git_ref("heads/demo/fix").object.sha == commit.sha
    assert repository.get_branch("demo/fix").commit.sha == commit.sha
    assert {one.name for one in repository.get_branches()} == {"main", "demo/fix"}
    assert [one.number for one in repository.get_pulls(head="acme-se:demo/fix")] == [pull.number]
    assert list(repository.get_pulls(head="acme-se:other")) == []
    pull.edit(state="closed")
    assert list(repository.get_pulls(head="acme-se:demo/fix")) == []
    assert [one.state for one in repository.get_pulls(state="all")] == ["closed"]


def test_moving_the_head_moves_the_pull_request_and_deleting_it_closes_it(
    server: GitHubServer, api: github.Github
) -> None:
    repository = create(api)
    base = repository.get_git_commit(one_commit(repository, FILES))
    first = repository.create_git_commit("One", base.tree, [base])
    second = repository.create_git_commit("Two", base.tree, [first])
    ref = repository.create_git_ref("refs/heads/fix", first.sha)
    pull = repository.create_pull(base="main", head="fix", title="Fix")
    ref.edit(second.sha)
    assert repository.get_pull(pull.number).head.sha == second.sha
    ref.delete()
    assert repository.get_pull(pull.number).state == "closed"


def test_topics_keys_contents_and_description(server: GitHubServer, api: github.Github) -> None:
    repository = create(api)
    one_commit(repository, FILES)
    repository.replace_topics(["demoforge", "dbt"])
    assert repository.get_topics() == ["demoforge", "dbt"]
    key = repository.create_key("dbt Cloud", f"{KEY} somebody@dbt", read_only=False)
    assert [(one.id, one.title, one.key, one.read_only) for one in repository.get_keys()] == [
        (key.id, "dbt Cloud", KEY, False)
    ]
    assert server.has_key("acme-se/demo", KEY)
    assert server.code_at("acme-se/demo")
    key.delete()
    assert not server.has_key("acme-se/demo", KEY)
    assert repository.get_contents("models/a.sql").decoded_content == b"select 1\n"
    assert [(one.path, one.type) for one in repository.get_contents("models")] == [
        ("models/a.sql", "file"),
        ("models/deep", "dir"),
    ]
    repository.create_file("notes.md", "Notes", "Hello\n")
    assert server.files("acme-se/demo")["notes.md"] == "Hello\n"
    repository.edit(description="Taken down", archived=True)
    assert (repository.archived, repository.description) == (True, "Taken down")


def test_finding_repositories_by_topic_over_several_pages(server: GitHubServer, api: github.Github) -> None:
    for number in range(35):
        server.add_repository(f"acme-se/demo-{number}").topics = ["demoforge"] if number % 2 else []
    server.add_repository("somebody/demo").topics = ["demoforge"]
    listed = list(api.get_user().get_repos())
    assert len(listed) == 35
    assert sum("demoforge" in one.topics for one in listed) == 17
    found = api.search_repositories("topic:demoforge user:acme-se")
    assert found.totalCount == 17
    assert {one.owner.login for one in found} == {"acme-se"}


def test_lists_are_ordered_and_show_whom_they_were_asked_for(
    server: GitHubServer, api: github.Github
) -> None:
    server.add_organization("acme", members=["acme-se"])
    for name in ("acme-se/b", "acme-se/a", "acme/c"):
        server.add_repository(name)
    me = api.get_user()
    assert [one.full_name for one in me.get_repos()] == ["acme-se/a", "acme-se/b", "acme/c"]
    assert [one.name for one in me.get_repos(affiliation="owner")] == ["a", "b"]
    assert [
        one.name for one in me.get_repos(affiliation="owner,organization_member", sort="created")
    ] == list("cab")
    assert [one.name for one in me.get_repos(sort="created", direction="asc")] == ["b", "a", "c"]
    assert [one.name for one in api.get_organization("acme").get_repos()] == ["c"]
    with pytest.raises(github.GithubException, match="cannot specify type"):
        list(me.get_repos(affiliation="owner", type="all"))


def test_a_repository_is_found_by_its_id_and_deleted(server: GitHubServer, api: github.Github) -> None:
    repository = create(api)
    assert api.get_repo(repository.id).full_name == "acme-se/demo"
    repository.delete()
    assert server.repository("acme-se/demo") is None
    with pytest.raises(github.UnknownObjectException):
        api.get_repo(repository.id)


def test_a_renamed_repository_is_read_under_its_old_name_and_not_written(
    server: GitHubServer, api: github.Github
) -> None:
    repository = create(api)
    server.rename("acme-se/demo", "other")
    assert api.get_repo("acme-se/demo").full_name == "acme-se/other"
    assert repository.get_branch("main").name == "main"
    repository.delete()  # PyGithub neither follows a 307 nor raises
    assert server.calls[-1].status == 307
    assert server.repository("acme-se/other") is not None
    create(api)
    assert api.get_repo("acme-se/demo").id != repository.id


def test_names_are_made_fit_and_the_default_branch_is_the_owners(
    server: GitHubServer, api: github.Github
) -> None:
    server.add_user("acme-se").default_branch = "trunk"
    repository = create(api, "Café & Söhne.git")
    assert (repository.name, repository.default_branch) == ("Caf----S-hne", "trunk")
    assert list(server.repositories[repository.id].branches) == ["trunk"]


def test_who_am_i_and_what_may_i(server: GitHubServer, api: github.Github) -> None:
    server.add_token(
        "fine", login="acme-se", permissions={"contents": "write"}, expires="2027-01-01 00:00:00 UTC"
    )
    assert api.get_user().login == "acme-se"
    assert api.oauth_scopes == ["repo", "delete_repo"]
    fine = client(server.url, "fine")
    assert fine.get_user().login == "acme-se"
    assert fine.oauth_scopes is None
    assert api.get_rate_limit().resources.core.limit == 5000


def test_organizations_show_policies_to_owners_only(server: GitHubServer, api: github.Github) -> None:
    server.add_token("boss", login="boss", scopes=["repo"])
    server.add_organization("acme", owners=["boss"], members=["acme-se"])
    owner = client(server.url, "boss")
    assert owner.get_organization("acme").members_can_create_private_repositories is True
    assert api.get_organization("acme").members_can_create_private_repositories is None
    assert api.get_user().get_organization_membership("acme").role == "member"
    assert owner.get_user().get_organization_membership("acme").role == "admin"
    assert [one.login for one in api.get_user().get_orgs()] == ["acme"]
    assert api.get_user("acme").type == "Organization"
    repository = api.get_organization("acme").create_repo("demo", private=True, auto_init=True)
    assert repository.full_name == "acme/demo"
    assert [one.name for one in api.get_organization("acme").get_repos()] == ["demo"]


def test_an_enterprise_server_has_a_prefix() -> None:
    with GitHubServer("/api/v3") as server:
        server.add_token("t", login="acme-se", scopes=["repo"])
        api = client(server.url, "t")
        repository = create(api)
        one_commit(repository, FILES)
        assert repository.url.startswith(server.url)
        assert api.get_repo("acme-se/demo").get_branch("main").name == "main"
        for number in range(31):
            server.add_repository(f"acme-se/d{number}")
        assert len(list(api.get_user().get_repos())) == 32


def test_a_new_repository_can_take_its_time_to_be_seen(server: GitHubServer, api: github.Github) -> None:
    server.visible_after = 2
    repository = create(api)
    assert list(api.get_user().get_repos()) == []
    for _ in range(2):
        with pytest.raises(github.UnknownObjectException):
            api.get_repo("acme-se/demo")
    assert api.get_repo("acme-se/demo").id == repository.id
    assert len(list(api.get_user().get_repos())) == 1
    server.visible_after, server.visible_in = 0, 60
    with pytest.raises(github.UnknownObjectException):
        create(api, "later").create_git_tree([github.InputGitTreeElement("a", "100644", "blob", content="")])


def test_a_tree_can_be_unknown_for_a_moment(server: GitHubServer, api: github.Github) -> None:
    server.trees_unseen = 1
    repository = create(api)
    with pytest.raises(github.GithubException, match="Tree SHA does not exist"):
        one_commit(repository, FILES)
    assert one_commit(repository, FILES) == server.history("acme-se/demo")[0].sha


def test_a_branch_moves_forward_without_force_and_elsewhere_with_it(
    server: GitHubServer, api: github.Github
) -> None:
    repository = create(api)
    start = repository.get_git_commit(server.history("acme-se/demo")[0].sha)
    child = repository.create_git_commit("Child", start.tree, [start])
    move(repository, "main", child.sha)
    with pytest.raises(github.GithubException, match="not a fast forward") as refused:
        move(repository, "main", start.sha)
    assert refused.value.status == 422
    move(repository, "main", start.sha, force=True)
    assert server.history("acme-se/demo")[0].sha == start.sha


def test_what_somebody_else_pushed_is_there(server: GitHubServer, api: github.Github) -> None:
    repository = create(api)
    first = one_commit(repository, FILES)
    made = server.push("acme-se/demo", {"models/a.sql": "select 9\n", "empty.txt": None}, message="Mine")
    assert repository.get_branch("main").commit.sha == made.sha
    assert [one.sha for one in server.history("acme-se/demo")] == [made.sha, first]
    assert server.files("acme-se/demo")["models/a.sql"] == "select 9\n"
    assert "empty.txt" not in server.files("acme-se/demo")
