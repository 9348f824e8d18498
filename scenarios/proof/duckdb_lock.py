"""The dbt-duckdb plugin that locks every connection before a project's first statement runs on it."""

from collections.abc import Sequence
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection


def limits_at_start(memory_mb: int) -> dict[str, str | bool | int | float | list[str]]:
    """Settings to connect with: a hostile project cannot raise them once the connection is locked."""
    return {"memory_limit": f"{memory_mb}MB", "threads": 2}


def lock(connection: DuckDBPyConnection, *, directories: Sequence[str], memory_mb: int) -> None:
    """Let `connection` read only below `directories`, spill `memory_mb` to disk, and never change that again.

    The order matters: the directories must be set before external access ends, and the lock comes last.
    """
    allowed = ", ".join("'" + directory.rstrip("/").replace("'", "''") + "/'" for directory in directories)
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute(f"SET max_temp_directory_size = '{memory_mb}MB'")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


class Plugin(BasePlugin):
    """Named in the profile as `scenarios.proof.duckdb_lock`; its config: `directories`, `memory_mb`."""

    def initialize(self, config: dict[str, Any]) -> None:
        """Keep the limits that the profile gives."""
        self.directories: list[str] = list(config["directories"])
        self.memory_mb: int = int(config["memory_mb"])

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Lock the connection; dbt calls this once for each one it opens."""
        lock(conn, directories=self.directories, memory_mb=self.memory_mb)
