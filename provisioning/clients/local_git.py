"""Bare git repositories on this machine, by git's plumbing: no working tree, no hooks, no user settings."""

import hashlib
import re
import shutil
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from provisioning.clients.git import GitError, run_git

MAIN = "main"
MARKER_KEY = "demoforge.marker"
_FILE_MODE = "100644"
_ODD_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|]")
_GITS_OWN = re.compile(r"\.git|\.gitmodules|git~.*", re.IGNORECASE)


class PathError(ValueError):
    """A file's path could leave the project folder, or means something special to git or a system."""


class NotOursError(Exception):
    """Something with another marker, or none, lies where the repository should be."""


@dataclass(frozen=True)
class Commit:
    """A commit of a new repository: message, author and date (`when`, with a time zone)."""

    message: str
    author_name: str
    author_email: str
    when: datetime


@dataclass(frozen=True)
class Branch:
    """A branch of a new repository: all its files, and its one commit."""

    name: str
    files: Mapping[str, str]
    commit: Commit


def create_repository(path: Path, *, branches: Sequence[Branch], marker: str) -> str:
    """Make a bare repository at `path`; returns the id of the commit on `main`, which is the first branch.

    Each branch has one commit; those of the others stand on `main`'s. It is made beside `path` and renamed into
    place, so that there is a whole repository or none. One that carries the marker is found again and left as
    it is. Raises PathError, NotOursError, GitError.
    """
    for name in {name for branch in branches for name in branch.files}:
        check_path(name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_unfinished(path.parent, marker, older_than=settings.LEASE_SECONDS)
        draft = path.parent / f".{marker}-{uuid4().hex}"
        try:
            _write(draft, branches, marker)
            _move(draft, path)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    if read_marker(path) != marker:
        raise NotOursError(f"{path} exists already and is not this build's repository.")
    return head(path)


def remove_repository(path: Path, *, marker: str) -> None:
    """Remove the repository at `path`, and unfinished ones of the same marker. One that is gone is no error.

    Raises NotOursError, and OSError when it cannot be removed.
    """
    _remove_unfinished(path.parent, marker)
    if not path.exists():
        return
    if read_marker(path) != marker:
        raise NotOursError(f"{path} is not this build's repository; it was left alone.")
    doomed = path.parent / f".{marker}-{uuid4().hex}"
    path.rename(doomed)  # at once gone from its place: nobody clones half a repository
    shutil.rmtree(doomed)


def head(path: Path, branch: str = MAIN) -> str:
    """The id of the newest commit on a branch. Raises GitError when there is no such branch."""
    return (
        run_git("rev-parse", "--verify", f"refs/heads/{branch}^{{commit}}", repository=path).decode().strip()
    )


def branch_names(path: Path) -> set[str]:
    """The names of all branches."""
    return set(
        run_git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads", repository=path)
        .decode()
        .split()
    )


def commit_count(path: Path, branch: str | None = None) -> int:
    """How many commits a branch has, or all branches of the repository together."""
    which = "--all" if branch is None else f"refs/heads/{branch}"
    return int(run_git("rev-list", "--count", which, repository=path))


def read_marker(path: Path) -> str:
    """The marker in a repository's configuration, or "" when there is none."""
    config = path / "config"
    if not config.is_file():
        return ""
    try:
        return run_git("config", "--file", str(config), "--get", MARKER_KEY).decode().strip()
    except GitError:
        return ""


def read_files(path: Path, branch: str = MAIN) -> dict[str, str]:
    """Path -> text of every file on a branch. Raises GitError."""
    entries = _tree(path, branch)
    request = "".join(f"{blob}\n" for blob in entries.values()).encode()
    answer = memoryview(run_git("cat-file", "--batch", repository=path, stdin=request))
    files, at = {}, 0
    for name in entries:
        header_end = bytes(answer[at : at + 200]).index(b"\n") + at
        size = int(bytes(answer[at:header_end]).split()[2])
        files[name] = bytes(answer[header_end + 1 : header_end + 1 + size]).decode()
        at = header_end + size + 2
    return files


def holds_exactly(path: Path, branches: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether there are these branches with these files, byte for byte, as plain files, and nothing else."""
    return branch_names(path) == set(branches) and all(
        _tree(path, name) == {path_: _blob_id(text) for path_, text in files.items()}
        for name, files in branches.items()
    )


def check_path(name: str) -> None:
    """Raise PathError unless the path stays inside the project and is a plain name on every system."""
    parts = name.split("/")
    plain = not _ODD_CHARACTERS.search(name) and not any(unicodedata.category(c) == "Cf" for c in name)
    if not plain or any(part in ("", ".", "..") or part != part.rstrip(" .") for part in parts):
        raise PathError(f"{name!r} is not a plain path inside the project.")
    if any(_GITS_OWN.fullmatch(part) for part in parts):
        raise PathError(f"{name!r} is a name that git uses itself.")


def _write(draft: Path, branches: Sequence[Branch], marker: str) -> None:
    run_git("init", "--quiet", "--bare", "--template=", f"--initial-branch={branches[0].name}", str(draft))
    run_git("fast-import", "--quiet", "--done", repository=draft, stdin=_import_stream(branches))
    run_git("config", "--file", str(draft / "config"), MARKER_KEY, marker)


def _move(draft: Path, path: Path) -> None:
    """Rename into place. If somebody was quicker, theirs stays: a folder with content is not replaced."""
    try:
        draft.rename(path)
    except OSError:
        if not path.exists():
            raise


def _remove_unfinished(folder: Path, marker: str, *, older_than: float = 0.0) -> None:
    """Drafts that a killed worker left; a marker is made of letters, digits and hyphens.

    One younger than `older_than` seconds may be a living worker's. Undo takes these too: whoever is still
    writing has lost its claim, and must not bring the repository back.
    """
    for left in folder.glob(f".{marker}-*"):
        if time.time() - _changed_at(left) >= older_than:
            shutil.rmtree(left, ignore_errors=True)


def _changed_at(draft: Path) -> float:
    """In seconds since the epoch; now for one that has just been renamed or removed."""
    try:
        return draft.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _import_stream(branches: Sequence[Branch]) -> bytes:
    """The commits in git's fast-import format. Texts are counted in bytes: nothing in them has a meaning."""
    lines = [b"feature done\n"]
    for branch in branches:
        base = branches[0] if branch is not branches[0] else None
        lines += _commit_lines(branch, base)
    return b"".join([*lines, b"done\n"])


def _commit_lines(branch: Branch, base: Branch | None) -> list[bytes]:
    """One branch with its commit: on top of `base`, only what differs from it is written."""
    commit = branch.commit
    who = f"{_word(commit.author_name)} <{_word(commit.author_email)}>"
    stamp = f"{int(commit.when.timestamp())} +0000"
    lines = [f"commit refs/heads/{branch.name}\n".encode()]
    lines += [f"author {who} {stamp}\ncommitter {who} {stamp}\n".encode(), _data(commit.message)]
    known = base.files if base else {}
    if base:
        lines.append(f"from refs/heads/{base.name}\n".encode())
    lines += [f"D {name}\n".encode() for name in sorted(known.keys() - branch.files.keys())]
    for name, text in sorted(branch.files.items()):
        if known.get(name) != text:
            lines += [f"M {_FILE_MODE} inline {name}\n".encode(), _data(text)]
    return lines


def _data(text: str) -> bytes:
    content = text.encode()
    return b"data %d\n%s\n" % (len(content), content)


def _word(text: str) -> str:
    return " ".join(re.sub(r"[<>\x00-\x1f\x7f]", " ", text).split())


def _tree(path: Path, branch: str) -> dict[str, str]:
    """Path -> blob id of every entry of a branch; an entry that is no plain file has no blob's id."""
    listing = run_git("ls-tree", "-r", "-z", "--full-tree", f"refs/heads/{branch}", repository=path).decode()
    entries = (line.partition("\t") for line in listing.split("\0") if line)
    found = {}
    for about, _, name in entries:
        mode, kind, blob = about.split()
        found[name] = blob if (mode, kind) == (_FILE_MODE, "blob") else f"{mode} {kind} {blob}"
    return found


def _blob_id(text: str) -> str:
    content = text.encode()
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()
