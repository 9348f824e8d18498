"""The keys of local mode: one file, made once, readable by its owner only."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path


def local_key(path: Path) -> str:
    """The key in the file, which is made if it is not there. Safe when two processes start at once."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)  # fails if another process was first: then its key counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def derived_key(key: str, purpose: str) -> str:
    """Another key from the same secret, one for each purpose."""
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).hexdigest()
