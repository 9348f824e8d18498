"""Looking for secrets in everything that the product wrote, in the encodings that could hide them."""

import base64
import urllib.parse
from collections.abc import Mapping
from pathlib import Path

import redis


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder: its path in it -> its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def all_in(server: redis.Redis) -> bytes:
    """Every key and value that is in the memory of a Redis server: messages and what is kept."""
    readers = {
        b"list": lambda key: server.lrange(key, 0, -1),
        b"string": lambda key: [server.get(key)],
        b"hash": lambda key: [part for pair in server.hgetall(key).items() for part in pair],
        b"set": lambda key: list(server.smembers(key)),
        b"zset": lambda key: server.zrange(key, 0, -1),
    }
    found: list[bytes] = []
    with server:
        for key in server.keys("*"):
            found += [key, *readers[server.type(key)](key)]
    return b"\n".join(found)


def dump_of(server: redis.Redis) -> bytes:
    """What the server would write to disk, if it ever did: the file of a SAVE, not compressed."""
    with server:
        server.config_set("rdbcompression", "no")
        server.save()
        return Path(server.config_get("dir")["dir"], "dump.rdb").read_bytes()


def disguises(text: str) -> set[bytes]:
    """A text as it could stand in a file: plain, in an address, in base64 at each of the three offsets."""
    raw = text.encode()
    encoded = {base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)}
    return {raw, urllib.parse.quote(text).encode(), urllib.parse.quote_plus(text).encode(), *encoded}


def places_of(canary: str, written: Mapping[str, bytes]) -> list[str]:
    """The names of the places that hold it."""
    return [name for name, data in written.items() if any(found in data for found in disguises(canary))]
