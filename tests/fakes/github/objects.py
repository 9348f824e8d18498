"""Git's objects with the ids that git itself computes, in memory: what a repository holds besides its branches."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

MODES = {"100644": "blob", "100755": "blob", "120000": "blob", "040000": "tree"}


class Leaf(NamedTuple):
    """What stands at a path: a mode of six digits and the id of a blob."""

    mode: str
    sha: str


class Entry(NamedTuple):
    """One line of a tree."""

    mode: str
    name: str
    kind: Literal["blob", "tree"]
    sha: str


@dataclass(frozen=True)
class Person:
    """Who wrote or committed; `when` in ISO 8601."""

    name: str
    email: str
    when: str

    def line(self) -> str:
        """As git writes it: name, address, seconds and zone."""
        moment = datetime.fromisoformat(self.when)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return f"{self.name} <{self.email}> {int(moment.timestamp())} {moment.strftime('%z')}"

    def utc(self) -> str:
        """The moment as GitHub says it."""
        moment = datetime.fromisoformat(self.when)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Commit:
    """A commit; `parents` are ids, the first one first."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


class Objects:
    """The object store of one repository."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.trees: dict[str, tuple[Entry, ...]] = {}
        self.commits: dict[str, Commit] = {}

    def add_blob(self, data: bytes) -> str:
        """Keep a file's content; its id."""
        sha = object_id("blob", data)
        self.blobs[sha] = data
        return sha

    def add_tree(self, leaves: Mapping[str, Leaf]) -> str:
        """Keep a tree and those below it, from path -> leaf; its id. Raises ValueError when a file is also a folder."""
        folders: dict[str, dict[str, Leaf]] = {}
        entries: dict[str, Entry] = {}
        for path, leaf in leaves.items():
            name, below, rest = path.partition("/")
            if below:
                folders.setdefault(name, {})[rest] = leaf
            else:
                entries[name] = Entry(leaf.mode, name, "blob", leaf.sha)
        for name, inside in folders.items():
            if name in entries:
                raise ValueError(f"{name} is a file and a folder")
            entries[name] = Entry("040000", name, "tree", self.add_tree(inside))
        return self._keep(list(entries.values()))

    def _keep(self, entries: list[Entry]) -> str:
        # Git sorts a folder as if its name ended in a slash.
        entries.sort(key=lambda entry: (entry.name + ("/" if entry.kind == "tree" else "")).encode())
        lines = [f"{e.mode.lstrip('0')} {e.name}\0".encode() + bytes.fromhex(e.sha) for e in entries]
        sha = object_id("tree", b"".join(lines))
        self.trees[sha] = tuple(entries)
        return sha

    def leaves(self, tree: str, prefix: str = "") -> dict[str, Leaf]:
        """Everything in a tree, path -> leaf."""
        found: dict[str, Leaf] = {}
        for entry in self.trees[tree]:
            path = prefix + entry.name
            if entry.kind == "tree":
                found |= self.leaves(entry.sha, path + "/")
            else:
                found[path] = Leaf(entry.mode, entry.sha)
        return found

    def walk(self, tree: str, prefix: str = "") -> list[Entry]:
        """All lines of a tree with their whole paths as names, folders before what is in them."""
        found: list[Entry] = []
        for entry in self.trees[tree]:
            found.append(entry._replace(name=prefix + entry.name))
            if entry.kind == "tree":
                found += self.walk(entry.sha, prefix + entry.name + "/")
        return found

    def add_commit(
        self, tree: str, parents: Sequence[str], author: Person, committer: Person, message: str
    ) -> Commit:
        """Keep a commit. Its tree and parents must be there already."""
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        lines += [f"author {author.line()}", f"committer {committer.line()}"]
        text = "\n".join(lines) + "\n\n" + message
        commit = Commit(object_id("commit", text.encode()), tree, tuple(parents), author, committer, message)
        self.commits[commit.sha] = commit
        return commit

    def ancestors(self, sha: str) -> list[Commit]:
        """A commit and everything before it, each once, along the first parents first."""
        found: dict[str, Commit] = {}
        waiting = [sha]
        while waiting:
            commit = self.commits[waiting.pop(0)]
            if commit.sha not in found:
                found[commit.sha] = commit
                waiting += commit.parents
        return list(found.values())

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Is `older` the same as or before `newer`?"""
        return any(commit.sha == older for commit in self.ancestors(newer))


def object_id(kind: str, data: bytes) -> str:
    """The name git gives an object: sha1 over a head with kind and length, and the data."""
    return hashlib.sha1(f"{kind} {len(data)}\0".encode() + data).hexdigest()


def path_problem(path: object) -> str:
    """Why a path may not stand in a tree, in GitHub's words; "" when it may."""
    if not isinstance(path, str) or not path:
        return "tree.path is missing"
    if path.startswith("/"):
        return "tree.path cannot start with a slash"
    if any(part in ("", ".", "..") or part.lower() == ".git" for part in path.split("/")):
        return "tree.path contains a malformed path component"
    return "tree.path contains control characters" if re.search(r"[\x00-\x1f\x7f]", path) else ""
