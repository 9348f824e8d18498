"""PyGithub as the tests of the GitHub servers use it: no pauses, no repeats, the address of a server."""

from collections.abc import Mapping

import github
from github.Repository import Repository


def client(url: str, token: str) -> github.Github:
    """A client that sends each call once."""
    return github.Github(
        auth=github.Auth.Token(token),
        base_url=url,
        timeout=5,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )


def one_commit(
    repository: Repository, files: Mapping[str, str], message: str = "Initial demo project"
) -> str:
    """All files as the only commit of the default branch: three calls. Returns its id."""
    lines = [github.InputGitTreeElement(path, "100644", "blob", content=text) for path, text in files.items()]
    tree = repository.create_git_tree(lines)
    author = github.InputGitAuthor("Demo Tool", "demo@example.com", "2026-03-01T10:00:00Z")
    commit = repository.create_git_commit(message, tree, [], author=author)
    move(repository, repository.default_branch, commit.sha, force=True)
    return commit.sha


def move(repository: Repository, branch: str, sha: str, *, force: bool = False) -> None:
    """Let a branch show a commit: one call."""
    body = {"sha": sha, "force": force}
    repository.requester.requestJsonAndCheck("PATCH", f"{repository.url}/git/refs/heads/{branch}", input=body)
