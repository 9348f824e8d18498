"""What one question to a model consists of."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Texts:
    """The words of one question.

    `system` is the same for a whole draft; `shared` is byte for byte the same for all details of one outline,
    so that servers can keep it; `task` is what differs.
    """

    system: str
    shared: str
    task: str


def digest_of(texts: Texts) -> str:
    """The SHA-256 of a question's words, in hex: 64 characters."""
    digest = hashlib.sha256()
    for text in (texts.system, texts.shared, texts.task):
        data = text.encode()
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()
