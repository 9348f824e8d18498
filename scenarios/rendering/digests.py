"""Digests: what a Proof, a review and a build are bound to. Pure."""

import hashlib
from collections.abc import Iterable, Mapping


def code_digest(files: Mapping[str, str]) -> str:
    """`sha256:` and the digest over path, length and content of every file, in the order of their paths."""
    return _digest(part for path in sorted(files) for part in (path, files[path]))


def project_digest(branches: Mapping[str, Mapping[str, str]]) -> str:
    """The digest over all branches: name -> files."""
    return _digest(part for name in sorted(branches) for part in (name, code_digest(branches[name])))


def _digest(parts: Iterable[str]) -> str:
    total = hashlib.sha256()
    for part in parts:
        content = part.encode()
        total.update(f"{len(content)}:".encode() + content)
    return f"sha256:{total.hexdigest()}"
