"""Outgoing addresses that people may type: only hosts on the administrator's list, and in local mode this machine.

An address is taken apart by one strict pattern, not by a lenient parser: what two parsers could read differently, such
as user information, escapes, backslashes or numbers that stand for an IP address, is no address here.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from demoforge.errors import Explained

LONGEST = 500  # characters of an address
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?P<host>\[::1\]|{_LABEL}(?:\.{_LABEL})*)"
    r"(?::(?P<port>[1-9]\d{0,4}))?(?P<path>(?:/[A-Za-z0-9_~.-]*)*)",
    re.ASCII,
)
_LISTED = re.compile(r"(?P<any>\*\.)?(?P<name>[^:*]+)(?::(?P<port>\d{1,5}))?", re.ASCII)
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)
_USUAL_PORTS = {"https": 443, "http": 80}


class AddressRefused(Explained):
    """An address that may not be called: a sentence, and what to do."""


@dataclass(frozen=True)
class Callee:
    """Who is called, for the sentences of a refusal: a name, the administrator's setting and an example address."""

    name: str
    setting: str
    example: str


MODEL_SERVERS = Callee("Model servers", "DEMOFORGE_MODEL_HOSTS", "https://models.example.com/v1")
GITHUB = Callee("GitHub", "DEMOFORGE_GITHUB_HOSTS", "https://api.github.com")
DBT_CLOUD = Callee("dbt Cloud", "DEMOFORGE_DBT_HOSTS", "https://ab123.us1.dbt.com")


def check_address(
    url: str,
    *,
    allowed: Sequence[str] | None = None,
    local: bool | None = None,
    callee: Callee = MODEL_SERVERS,
) -> str:
    """The address in its normal form: small letters, no usual port, no slash at the end. Raises AddressRefused.

    `https://` to a host in `allowed`: `name`, `*.name` (any host below it) or either with `:port`; without a port only
    the usual one is meant. `local`: this machine may be called, too, at any port and without encryption.
    `allowed` and `local` are those of the settings if not given; `allowed` of the settings is for model servers.
    `callee` is whom a refusal speaks of.
    """
    allowed = settings.MODEL_HOSTS if allowed is None else allowed
    local = settings.LOCAL_MODE if local is None else local
    scheme, host, port, path = _parts(url.strip(), callee)
    if not (local and is_this_machine(host)):
        if not any(_matches(entry.lower(), host, port or _USUAL_PORTS["https"]) for entry in allowed):
            raise AddressRefused(
                f"{callee.name} at {host}{f':{port}' if port else ''} may not be called.",
                f"Ask your administrator to add the host to {callee.setting}.",
            )
        if scheme != "https":
            raise AddressRefused("The address must begin with https://.", "Keys are not sent unencrypted.")
    place = host if port in (None, _USUAL_PORTS[scheme]) else f"{host}:{port}"
    return f"{scheme}://{place}{path}".rstrip("/")


def is_this_machine(host: str) -> bool:
    """Whether a host, written the one plain way, is a loopback name or number."""
    if host in ("localhost", "[::1]"):
        return True
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def _parts(url: str, callee: Callee) -> tuple[str, str, int | None, str]:
    """Scheme, host, port if it is written, and path. Raises AddressRefused."""
    beginning, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    found = _ADDRESS.fullmatch(f"{beginning.lower()}{separator}{host.lower()}{slash}{path}")
    if found is None or len(url) > LONGEST or not url.isascii():  # small letters may have been made of others
        raise _no_address(callee)
    name, port = found["host"], int(found["port"]) if found["port"] else None
    is_odd = _is_odd_number(name) or any(label.startswith("xn--") for label in name.split("."))
    if is_odd or (port or 0) > 65535 or {".", ".."} & set(found["path"].split("/")):
        raise _no_address(callee)
    return found["scheme"], name, port, found["path"]


def _no_address(callee: Callee) -> AddressRefused:
    return AddressRefused("This is not an address that can be used.", f"Type it like {callee.example}.")


def _is_odd_number(host: str) -> bool:
    """Whether programs would read the host as an IP address that is not written in the usual way, such as 127.1."""
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return False
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return True
    return False


def _matches(entry: str, host: str, port: int) -> bool:
    """Whether an entry of the list means this host and port."""
    listed = _LISTED.fullmatch(entry)
    if listed is None or port != int(listed["port"] or _USUAL_PORTS["https"]):
        return False
    return host.endswith(f".{listed['name']}") if listed["any"] else host == listed["name"]
