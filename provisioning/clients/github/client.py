"""The GitHub calls that builds need, by PyGithub. One method is one request where its docstring does not say more."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Self, TypeVar
from urllib.parse import quote

from django.conf import settings
from github import InputGitAuthor, InputGitTreeElement
from github.AuthenticatedUser import AuthenticatedUser
from github.GitCommit import GitCommit
from github.GithubObject import NonCompletableGithubObject, NotSet
from github.GitTree import GitTree
from github.Organization import Organization
from github.PaginatedList import PaginatedList
from github.Repository import Repository as Remote
from github.RepositoryKey import RepositoryKey

from demoforge.addresses import GITHUB, check_address
from provisioning.clients.github import answers
from provisioning.clients.github.answers import SYSTEM, Fields, Identity, Key, Owner, Pull, Repository
from provisioning.clients.github.errors import Moved, NotAsOrdered
from provisioning.clients.github.requester import PAGE_SIZE, OneRequest
from provisioning.clients.outcome import Forbidden, Invalid, NotThere, Record, Unauthorized

MOST_PAGES = 20  # of one list
PAUSE = 0.75  # seconds between two writes
_TOKEN = re.compile(r"[\x21-\x7e]+")
_NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
T = TypeVar("T")


class _Entry(NonCompletableGithubObject):
    """A line of a list as GitHub sent it: PyGithub's other objects would ask again for each line."""

    def _initAttributes(self) -> None:  # noqa: N802 - PyGithub's name
        pass

    def _useAttributes(self, attributes: Any) -> None:  # noqa: N802 - PyGithub's name
        pass


class GitHubClient:
    """Calls of one GitHub with one token, for one thread. Every method raises OutsideError.

    `seconds` is the deadline of one request; `pause` the seconds between two writes. Nothing is repeated and
    nothing is waited for: who calls decides that.
    """

    def __init__(
        self, api_url: str, token: str, *, record: Record, seconds: int | None = None, pause: float = PAUSE
    ) -> None:
        """Raises AddressRefused for an address that is not on the administrator's list."""
        address = check_address(api_url, allowed=settings.GITHUB_HOSTS, callee=GITHUB)
        if not _TOKEN.fullmatch(token):
            raise Unauthorized(
                SYSTEM, "This is no GitHub token.", "Copy it again, without blanks or line breaks."
            )
        limit = settings.OUTSIDE_CALL_SECONDS if seconds is None else seconds
        self._requester = OneRequest(address, token, record=record, seconds=limit, pause=pause)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._requester.close()

    def who(self) -> Identity:
        """Whose token it is, and its scopes."""
        user = self._user()
        return answers.identity(user.raw_data, user.raw_headers)

    def owner(self, login: str, *, me: Identity | None = None) -> Owner:
        """The account `login`: the token's own user, or an organisation. Three requests, one less with `me`.

        Raises NotThere when it is neither.
        """
        _check_name(login)
        user = me or self.who()
        if login.casefold() == user.login.casefold():
            return Owner(user.login, is_organization=False, is_me=True, role=None, may_create=True)
        try:
            about = Fields(self._organization(login).raw_data)
        except NotThere as error:
            raise NotThere(
                SYSTEM,
                f"There is no organisation {login} that the token may see.",
                f"Repositories can be made in your own account ({user.login}) or in an organisation of yours.",
            ) from error
        return self._as_owner(about, self._role(login))

    def repository(self, owner: str, name: str) -> Repository | None:
        """The repository, also under a name that it had before (then two requests); None when there is none."""
        try:
            return self._found(f"/repos/{_check_name(owner)}/{_check_name(name)}")
        except Moved as moved:
            return self._found(moved.path) if moved.path else None

    def repository_by_id(self, number: int) -> Repository | None:
        """The repository with this id, whatever it is called now; None when there is none."""
        return self._found(f"/repositories/{number}")

    def create_repository(
        self, owner: Owner | str, *, is_organization: bool, name: str, description: str, homepage: str = ""
    ) -> Repository:
        """A private repository with one commit of GitHub's own; its name in the answer may differ from `name`.

        Raises Conflict when the name is taken; NotAsOrdered when what was made is not private or not the owner's.
        """
        login = owner if isinstance(owner, str) else owner.login
        place = self._organization(login) if is_organization else self._user()
        made = place.create_repo(
            _check_name(name),
            description=description,
            homepage=homepage or NotSet,
            private=True,
            has_wiki=False,
            auto_init=True,
        )
        found = answers.repository(made.raw_data)
        if not found.private:
            raise NotAsOrdered(
                f"GitHub made {found.full_name} public, although a private repository was asked for.",
                "Ask an owner of the organisation whether private repositories are allowed.",
                found,
            )
        if found.owner.casefold() != login.casefold():
            raise NotAsOrdered(
                f"GitHub made the repository for {found.owner}, not for {login}: the token is another person's.",
                f"Enter a token of {login} on the Connections page.",
                found,
            )
        return found

    def commit(
        self,
        repo: Repository,
        *,
        branch: str,
        files: Mapping[str, str | None],
        base: str | None,
        message: str,
        author: tuple[str, str],
        when: datetime,
        merging: str | None = None,
    ) -> str:
        """A commit that no branch has yet; returns its id. Two writes. Said again, it is the same commit.

        `files`: path -> text; None removes the path. With `base`, the id of a commit, they are changes of that one,
        which costs a read more; without, they are all there is. `merging`: the id of a commit that is its second
        parent. `author`: name and e-mail address. `branch` is where it will be shown, for the words of an error.
        """
        try:
            parents = [one for one in (base, merging) if one]
            return self._commit(repo, files, base, parents, message, InputGitAuthor(*author, _stamp(when)))
        except Invalid as refusal:
            refusal.hint = f"It is about the files of the branch {branch}. {refusal.hint}".strip()
            raise

    def set_branch(self, repo: Repository, branch: str, sha: str, *, force: bool) -> None:
        """Let a branch end at a commit. Raises RuleViolation when a rule forbids that, such as force."""
        url = f"{self._remote(repo).url}/git/refs/heads/{quote(branch)}"
        _, data = self._requester.requestJsonAndCheck("PATCH", url, input={"sha": sha, "force": force})
        _check_end(data, sha)

    def create_branch(self, repo: Repository, branch: str, sha: str) -> None:
        """A new branch that ends at a commit. Raises Conflict when there is one of this name."""
        ref = self._remote(repo).create_git_ref(f"refs/heads/{branch}", sha)
        _check_end(ref.raw_data, sha)

    def branch(self, repo: Repository, branch: str) -> str | None:
        """The id of a branch's newest commit; None when there is no such branch."""
        try:
            ref = self._remote(repo).get_git_ref(f"heads/{branch}").raw_data
        except NotThere:
            return None
        return Fields(ref).inner("object").object_id("sha")

    def files(self, repo: Repository, sha: str) -> dict[str, str]:
        """Path -> git's id of the content, of every file of a commit. What is no plain file has another text."""
        return answers.files(self._remote(repo).get_git_tree(sha, recursive=True).raw_data)

    def replace_topics(self, repo: Repository, topics: list[str]) -> None:
        """Give a repository these topics and no others."""
        self._remote(repo).replace_topics(topics)

    def add_key(self, repo: Repository, title: str, key: str, *, read_only: bool = False) -> int:
        """Add a deploy key (its public half); returns its id. Raises Conflict when the key is in use."""
        made = self._remote(repo).create_key(title, key, read_only)
        return Fields(made.raw_data).get("id", int)

    def keys(self, repo: Repository) -> list[Key]:
        """The deploy keys of a repository. A request for each hundred."""
        return list(self._listed(f"{self._remote(repo).url}/keys", {}, answers.key))

    def delete_key(self, repo: Repository, number: int) -> None:
        """Remove a deploy key. Raises NotThere when it is gone already."""
        RepositoryKey(self._requester, url=f"{self._remote(repo).url}/keys/{number}").delete()

    def open_pull(self, repo: Repository, head: str, base: str, title: str, body: str) -> Pull:
        """Ask to merge the branch `head` into `base`. Raises Conflict when that is asked already."""
        return answers.pull(self._remote(repo).create_pull(base, head, title=title, body=body).raw_data)

    def edit_pull(self, repo: Repository, number: int, *, title: str, body: str) -> Pull:
        """Give a pull request another title and text."""
        url = f"{self._remote(repo).url}/pulls/{number}"
        _, data = self._requester.requestJsonAndCheck("PATCH", url, input={"title": title, "body": body})
        return answers.pull(data)

    def pulls(self, repo: Repository, head: str) -> list[Pull]:
        """The pull requests of a branch, closed ones too. A request for each hundred."""
        asked = {"state": "all", "head": f"{repo.owner}:{head}"}
        found = self._listed(f"{self._remote(repo).url}/pulls", asked, answers.pull)
        return [pull for pull in found if pull.head == head]

    def delete_repository(self, repo: Repository) -> None:
        """Delete a repository. Raises NotThere when it is gone or hidden, Moved when it has another name."""
        self._remote(repo).delete()

    def archive(self, repo: Repository) -> None:
        """Make a repository read-only."""
        _, data = self._requester.requestJsonAndCheck(
            "PATCH", self._remote(repo).url, input={"archived": True}
        )
        if not answers.repository(data).archived:
            raise Invalid(SYSTEM, "GitHub did not archive the repository.", "Archive it in its settings.")

    def mine(self, owner: Owner, *, topic: str = "") -> Iterator[Repository]:
        """The repositories of an owner, with this topic or all, of the newest 2,000. A request for each hundred."""
        where = f"/orgs/{_check_name(owner.login)}/repos" if owner.is_organization else "/user/repos"
        whose = {"type": "all"} if owner.is_organization else {"affiliation": "owner"}
        found = self._listed(where, {**whose, "sort": "created", "direction": "desc"}, answers.repository)
        theirs = (repo for repo in found if repo.owner.casefold() == owner.login.casefold())
        return (repo for repo in theirs if not topic or topic in repo.topics)

    def _user(self) -> AuthenticatedUser:
        return AuthenticatedUser(self._requester, url="/user")

    def _organization(self, login: str) -> Organization:
        return Organization(self._requester, url=f"/orgs/{_check_name(login)}")

    def _remote(self, repo: Repository) -> Remote:
        """PyGithub's handle on a repository; nothing is asked for it."""
        return Remote(self._requester, url=f"/repos/{_check_name(repo.owner)}/{_check_name(repo.name)}")

    def _commit(
        self,
        repo: Repository,
        files: Mapping[str, str | None],
        base: str | None,
        parents: list[str],
        message: str,
        author: InputGitAuthor,
    ) -> str:
        remote = self._remote(repo)
        before = [GitCommit(self._requester, {}, {"sha": one}, completed=True) for one in parents]
        base_tree = self._tree_of(remote, base) if base else NotSet
        tree = remote.create_git_tree(_entries(files), base_tree)
        Fields(tree.raw_data).object_id("sha")
        made = remote.create_git_commit(message, tree, before, author=author)
        return Fields(made.raw_data).object_id("sha")

    def _tree_of(self, remote: Remote, commit: str) -> GitTree:
        about = GitCommit(self._requester, url=f"{remote.url}/git/commits/{quote(commit, safe='')}").raw_data
        tree_id = Fields(about).inner("tree").object_id("sha")
        return GitTree(self._requester, {}, {"sha": tree_id}, completed=True)

    def _listed(self, path: str, asked: dict[str, str], read: Callable[[object], T]) -> Iterator[T]:
        """The entries of a list, page after page, up to MOST_PAGES. Raises Unclear when it is none."""
        pages = PaginatedList(_Entry, self._requester, path, asked)
        try:
            for entry in islice(pages, MOST_PAGES * PAGE_SIZE):
                yield read(entry.raw_data)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise answers.unreadable("no list") from error

    def _found(self, path: str) -> Repository | None:
        try:
            return answers.repository(Remote(self._requester, url=path).raw_data)
        except NotThere:
            return None

    def _as_owner(self, about: Fields, role: str | None) -> Owner:
        """Only an organisation's owners are told whether its members may create; for others only trying tells."""
        members_may = about.maybe("members_can_create_private_repositories", bool)
        may = {"admin": True, "member": members_may, "": False, None: None}.get(role)
        return Owner(about.get("login", str), is_organization=True, is_me=False, role=role, may_create=may)

    def _role(self, login: str) -> str | None:
        """The token's user's role in an organisation; see Owner."""
        try:
            about = Fields(self._user().get_organization_membership(login).raw_data)
        except NotThere:
            return ""
        except Forbidden:
            return None
        return about.get("role", str) if about.get("state", str) == "active" else ""


def _check_name(name: str) -> str:
    """A name that can stand in a path. Raises Invalid."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            SYSTEM,
            f"{name[:60]!r} cannot be a name on GitHub.",
            "Letters, digits, hyphens, dots and underscores can.",
        )
    return name


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _entries(files: Mapping[str, str | None]) -> list[InputGitTreeElement]:
    return [
        InputGitTreeElement(path, "100644", "blob", sha=None)
        if text is None
        else InputGitTreeElement(path, "100644", "blob", content=text)
        for path, text in sorted(files.items())
    ]


def _check_end(ref: object, sha: str) -> None:
    """Raises Unclear unless the branch ends where it should."""
    if Fields(ref).inner("object").object_id("sha") != sha:
        raise answers.unreadable("another commit")
