"""How the product talks to its database, whichever it is."""

from pathlib import Path
from typing import Any


def with_options(config: dict[str, Any], *, test_file: Path) -> dict[str, Any]:
    """Django's settings of one database, with what the kind of database wants. `test_file`: where tests keep theirs."""
    if not config.get("ENGINE", "").endswith("sqlite3"):
        return config | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return config | {
        # Writers queue up instead of failing, and readers never wait: measured in docs/operations.md.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
        },
        # A real file, so that threads and worker processes of a test see the same database.
        "TEST": {"NAME": test_file},
    }
