"""What GitHub knows, as plain objects: users, organizations, tokens, repositories."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Literal

from tests.fakes.github.objects import Commit, Leaf, Objects, Person

Role = Literal["none", "read", "write", "admin"]
ROLES: tuple[Role, ...] = ("none", "read", "write", "admin")
Level = Literal["read", "write"]


@dataclass
class User:
    """A person."""

    login: str
    id: int
    name: str
    email: str
    default_branch: str = "main"


@dataclass
class Organization:
    """An organization; `roles` of its members by login, `pending` are those who were invited and have not said yes."""

    login: str
    id: int
    roles: dict[str, Literal["admin", "member"]]
    members_can_create_private_repositories: bool = True
    members_can_delete_repositories: bool = True
    base_permission: Role = "read"
    forbids_force_push: bool = False
    saml: bool = False
    pending: set[str] = field(default_factory=set)
    default_branch: str = "main"


@dataclass
class Token:
    """A token. `scopes` None: a fine-grained one, with `permissions` on `repositories` (None: all) of `owner`.

    `authorized` are the organizations with single sign-on that a classic token may enter.
    """

    value: str
    login: str
    scopes: list[str] | None
    permissions: dict[str, Level] = field(default_factory=dict)
    owner: str = ""
    repositories: set[str] | None = None
    expired: bool = False
    expires: str = ""
    authorized: set[str] = field(default_factory=set)


@dataclass
class Key:
    """A deploy key."""

    id: int
    title: str
    key: str
    read_only: bool
    created_at: str


@dataclass
class Pull:
    """A pull request; `head` and `base` are branches of the same repository."""

    number: int
    id: int
    title: str
    body: str
    head: str
    base: str
    author: str
    created_at: str
    head_sha: str = ""
    state: Literal["open", "closed"] = "open"
    closed_at: str | None = None


@dataclass
class Repository:
    """A repository with its objects, `branches` (name -> commit id), keys and pulls."""

    id: int
    owner: str
    name: str
    creator: str
    private: bool
    description: str | None
    homepage: str | None
    default_branch: str
    created_at: str
    features: dict[str, bool] = field(default_factory=dict)
    archived: bool = False
    topics: list[str] = field(default_factory=list)
    objects: Objects = field(default_factory=Objects)
    branches: dict[str, str] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)
    hidden_reads: int = 0
    hidden_until: float = 0.0
    trees_unseen: int = 0

    @property
    def full_name(self) -> str:
        """Owner and name, with a slash."""
        return f"{self.owner}/{self.name}"

    def head(self, branch: str) -> Commit:
        """The last commit of a branch. Raises KeyError when there is no such branch."""
        return self.objects.commits[self.branches[branch]]


class World:
    """The whole of it. Read and change it freely in tests, `lock` of the server held when calls are under way."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.organizations: dict[str, Organization] = {}
        self.tokens: dict[str, Token] = {}
        self.repositories: dict[int, Repository] = {}
        self.moved: dict[str, int] = {}
        self.visible_after = 0
        self.visible_in = 0.0
        self.trees_unseen = 0
        self.secret_patterns: list[str] = []
        # Real ones have outgrown 32 bits.
        self.ids = count(4_300_000_001)

    def add_user(self, login: str, *, name: str = "", email: str = "", default_branch: str = "main") -> User:
        """A person who can own repositories and tokens; the one who is there already, if so."""
        if login.lower() not in self.users:
            person = User(
                login, next(self.ids), name or login, email or f"{login}@example.com", default_branch
            )
            self.users[login.lower()] = person
        return self.users[login.lower()]

    def add_organization(
        self,
        login: str,
        *,
        owners: Sequence[str] = (),
        members: Sequence[str] = (),
        members_can_create_private_repositories: bool = True,
        members_can_delete_repositories: bool = True,
        forbids_force_push: bool = False,
        base_permission: Role = "read",
        saml: bool = False,
    ) -> Organization:
        """An organization with these people and policies."""
        roles: dict[str, Literal["admin", "member"]] = {self.add_user(one).login: "member" for one in members}
        roles |= {self.add_user(one).login: "admin" for one in owners}
        group = Organization(
            login,
            next(self.ids),
            roles,
            members_can_create_private_repositories,
            members_can_delete_repositories,
            base_permission,
            forbids_force_push,
            saml,
        )
        self.organizations[login.lower()] = group
        return group

    def add_token(
        self,
        value: str,
        *,
        login: str,
        scopes: Sequence[str] | None = None,
        permissions: Mapping[str, Level] | None = None,
        owner: str = "",
        repositories: Sequence[str] | None = None,
        expired: bool = False,
        expires: str = "",
    ) -> Token:
        """A token of this user, who comes to be if need be: classic with `scopes`, fine-grained with `permissions`.

        A fine-grained one is for the things of `owner` (the user) and of them for `repositories` (names; None: all).
        Raises ValueError unless exactly one of the two is given.
        """
        if (scopes is None) == (permissions is None):
            raise ValueError("give scopes or permissions")
        self.add_user(login)
        token = Token(value, login, None if scopes is None else list(scopes), dict(permissions or {}))
        token.owner = owner or login
        token.repositories = None if repositories is None else set(repositories)
        token.expired, token.expires = expired, expires
        self.tokens[value] = token
        return token

    def revoke(self, value: str) -> None:
        """From now on this token gets 401."""
        self.tokens[value].expired = True

    def repository(self, full_name: str) -> Repository | None:
        """The repository of this name, letters' case ignored, old names not counted."""
        wanted = full_name.lower()
        return next((one for one in self.repositories.values() if one.full_name.lower() == wanted), None)

    def add_repository(
        self,
        full_name: str,
        *,
        creator: str = "",
        private: bool = True,
        description: str | None = None,
        homepage: str | None = None,
        auto_init: bool = True,
    ) -> Repository:
        """Make a repository; with `auto_init` one commit with a README. Raises ValueError when the name is taken."""
        owner, _, name = full_name.partition("/")
        if self.repository(full_name) is not None:
            raise ValueError(f"{full_name} exists")
        home = self.organizations.get(owner.lower()) or self.add_user(owner)
        by = self.add_user(creator or owner) if creator or owner.lower() in self.users else None
        made = Repository(
            next(self.ids),
            home.login,
            name,
            by.login if by else "",
            private,
            description,
            homepage,
            home.default_branch,
            now(),
        )
        made.hidden_reads, made.hidden_until = self.visible_after, time.monotonic() + self.visible_in
        made.trees_unseen = self.trees_unseen
        self.moved.pop(full_name.lower(), None)
        self.repositories[made.id] = made
        if auto_init:
            who = Person(by.name, by.email, now()) if by else Person("GitHub", "noreply@github.com", now())
            readme = made.objects.add_blob(
                f"# {name}\n{(description or '') + chr(10) if description else ''}".encode()
            )
            tree = made.objects.add_tree({"README.md": Leaf("100644", readme)})
            made.branches[made.default_branch] = made.objects.add_commit(
                tree, [], who, who, "Initial commit"
            ).sha
        return made

    def push(
        self,
        full_name: str,
        changes: Mapping[str, str | None],
        *,
        branch: str = "main",
        message: str = "Changed",
    ) -> Commit:
        """A commit that somebody else made on a branch: path -> text, or None to take the file away."""
        repository = self._there(full_name)
        objects, last = repository.objects, repository.branches.get(branch)
        leaves = objects.leaves(repository.head(branch).tree) if last else {}
        for path, text in changes.items():
            leaves.pop(path, None)
            if text is not None:
                leaves[path] = Leaf("100644", objects.add_blob(text.encode()))
        who = Person("Somebody", "somebody@example.com", now())
        made = objects.add_commit(objects.add_tree(leaves), [last] if last else [], who, who, message)
        repository.branches[branch] = made.sha
        return made

    def rename(self, full_name: str, name: str) -> None:
        """Give a repository another name; the old one leads to it from now on."""
        repository = self._there(full_name)
        self.moved[repository.full_name.lower()] = repository.id
        repository.name = name
        self.moved.pop(repository.full_name.lower(), None)

    def remove(self, full_name: str) -> None:
        """Delete a repository and the old names that lead to it."""
        gone = self._there(full_name)
        del self.repositories[gone.id]
        self.moved = {name: to for name, to in self.moved.items() if to != gone.id}

    def files(self, full_name: str, branch: str = "main") -> dict[str, str]:
        """All files of a branch, path -> text. Raises KeyError when repository or branch are not there."""
        repository = self._there(full_name)
        leaves = repository.objects.leaves(repository.head(branch).tree)
        return {path: repository.objects.blobs[leaf.sha].decode() for path, leaf in sorted(leaves.items())}

    def history(self, full_name: str, branch: str = "main") -> list[Commit]:
        """The commits of a branch, newest first. Raises KeyError when repository or branch are not there."""
        repository = self._there(full_name)
        return repository.objects.ancestors(repository.branches[branch])

    def code_at(self, full_name: str) -> bool:
        """Is there a dbt project on the default branch?"""
        repository = self.repository(full_name)
        if repository is None or repository.default_branch not in repository.branches:
            return False
        return "dbt_project.yml" in self.files(full_name, repository.default_branch)

    def has_key(self, full_name: str, key: str, *, writable: bool = True) -> bool:
        """Does the repository have this deploy key (comment ignored), allowed to write if asked so?"""
        repository = self.repository(full_name)
        keys = repository.keys if repository else []
        return any(same_key(one.key, key) and not (writable and one.read_only) for one in keys)

    def _there(self, full_name: str) -> Repository:
        repository = self.repository(full_name)
        if repository is None:
            raise KeyError(full_name)
        return repository


def same_key(one: str, other: str) -> bool:
    """Are two public keys the same but for their comments?"""
    return one.split()[:2] == other.split()[:2]


def now() -> str:
    """This moment as GitHub writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
