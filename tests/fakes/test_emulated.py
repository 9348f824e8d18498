"""PyGithub against the emulator that others wrote; our own server must say the same where both say anything."""

from collections.abc import Callable, Iterator
from typing import Any

import github
import pytest
from github.Repository import Repository

from tests.fakes.emulated import Emulated, emulated
from tests.fakes.github import GitHubServer
from tests.fakes.github_calls import client, move, one_commit

FILES = {
    "dbt_project.yml": "name: acme\n",
    "models/a.sql": "select 1\n",
    "models/deep/b.sql": "",
    "é.md": "ü\n",
}


@pytest.fixture
def emulator() -> Iterator[Emulated]:
    with emulated(["acme-se", "stranger"], {"acme": ["acme-se"]}) as running:
        yield running


def test_a_repository_with_one_commit(emulator: Emulated) -> None:
    api = client(emulator.url, emulator.token)
    repository = api.get_user().create_repo("demo", description="A demo", private=True, auto_init=True)
    sha = one_commit(repository, FILES)
    assert (repository.full_name, repository.private) == ("acme-se/demo", True)
    assert [(one.sha, one.parents, one.commit.message) for one in repository.get_commits()] == [
        (sha, [], "Initial demo project")
    ]
    tree = repository.get_git_tree("main", recursive=True).tree
    assert {one.path for one in tree if one.type == "blob"} == set(FILES)
    assert all(repository.get_contents(path).decoded_content.decode() == text for path, text in FILES.items())


def test_our_server_and_theirs_say_the_same(emulator: Emulated) -> None:
    with GitHubServer() as ours:
        ours.add_token("t", login="acme-se", scopes=["repo", "delete_repo"])
        ours.add_organization("acme", members=["acme-se"])
        theirs = told(client(emulator.url, emulator.token))
        assert told(client(ours.url, "t")) == theirs
    assert {name for name, said in theirs.items() if said in ([], {}, None)} == set()


def told(api: github.Github) -> dict[str, Any]:
    """What a server says of a build's calls, without ids and addresses."""
    repository = api.get_user().create_repo(
        "demo", description="A demo", private=True, auto_init=True, has_wiki=False
    )
    before = [one.commit.message for one in repository.get_commits()]
    base = repository.get_git_commit(one_commit(repository, FILES))
    lines = [
        github.InputGitTreeElement("models/a.sql", "100644", "blob", content="select 2\n"),
        github.InputGitTreeElement("dbt_project.yml", "100644", "blob", sha=None),
    ]
    fix = repository.create_git_commit("Fix", repository.create_git_tree(lines, base.tree), [base])
    repository.create_git_ref("refs/heads/fix", fix.sha)
    pull = repository.create_pull(base="main", head="fix", title="Fix", body="Why")
    repository.replace_topics(["demoforge", "dbt"])
    group = api.get_organization("acme").create_repo("demo", private=True, auto_init=True)
    return {
        "me": api.get_user().login,
        "repository": shown(api.get_repo("acme-se/demo")),
        "by id": shown(api.get_repo(repository.id)),
        "organization's": shown(group),
        "before": before,
        "history": [(one.commit.message, len(one.parents)) for one in repository.get_commits(sha="fix")],
        "files": files(repository, "main"),
        "files of the fix": files(repository, "fix"),
        "branches": sorted(one.name for one in repository.get_branches()),
        "tree": repository.get_git_tree("fix").sha,
        "head": repository.get_branch("fix").commit.sha == fix.sha,
        "pull": [
            (one.number, one.title, one.head.ref, one.base.ref)
            for one in repository.get_pulls(head="acme-se:fix")
        ],
        "topics": sorted(repository.get_topics()),
        "refusals": refusals(api, repository, base.sha, fix.sha),
        "closed": closed(pull),
        "deleted": deleted(api, repository),
    }


def shown(one: Repository) -> dict[str, Any]:
    return {
        name: getattr(one, name)
        for name in ("full_name", "name", "private", "description", "default_branch", "archived", "has_wiki")
    } | {"owner": one.owner.login}


def files(repository: Repository, branch: str) -> dict[str, str]:
    tree = repository.get_git_tree(branch, recursive=True).tree
    return {
        one.path: repository.get_contents(one.path, branch).decoded_content.decode()
        for one in tree
        if one.type == "blob"
    }


def refusals(api: github.Github, repository: Repository, base: str, fix: str) -> dict[str, int]:
    """The status of what cannot be done."""
    tries: dict[str, Callable[[], object]] = {
        "name taken": lambda: api.get_user().create_repo("demo", private=True),
        "reference there": lambda: repository.create_git_ref("refs/heads/fix", base),
        "backwards": lambda: move(repository, "fix", base),
        "no such commit": lambda: repository.create_git_ref("refs/heads/x", "1" * 40),
        "no such branch": lambda: repository.get_branch("none"),
        "no such repository": lambda: api.get_repo("acme-se/none"),
        "no such organization": lambda: api.get_organization("nobody"),
    }
    return {name: status(act) for name, act in tries.items()}


def status(act: Callable[[], object]) -> int:
    try:
        act()
    except github.GithubException as error:
        return error.status
    return 200


def closed(pull: Any) -> str:
    pull.edit(state="closed")
    return pull.state


def deleted(api: github.Github, repository: Repository) -> int:
    repository.delete()
    return status(lambda: api.get_repo("acme-se/demo"))
