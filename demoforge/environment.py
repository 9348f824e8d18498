"""Reads settings from the environment, checks each, and says in one sentence what is wrong with it."""

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ

PREFIX = "DEMOFORGE_"
_PRICE = r"\d{1,6}(?:\.\d{1,6})?"
TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


@dataclass(frozen=True)
class BindRule:
    """Which addresses the web server may listen on: a pattern for all of ADDRESS:PORT, and the same in words."""

    pattern: str
    allowed: str

    @classmethod
    def of_mode(cls, *, local: bool) -> "BindRule":
        """In local mode only this machine: everybody knows the passwords of its accounts."""
        return cls(
            r"(127\.0\.0\.1|localhost):\d{1,5}" if local else r"[\w.-]+:\d{1,5}",
            "127.0.0.1:PORT in local mode, whose passwords everybody knows; ADDRESS:PORT in team mode",
        )

    def fits(self, address: str) -> bool:
        """Whether it may listen there."""
        return re.fullmatch(self.pattern, address) is not None


@dataclass(frozen=True)
class MailServer:
    """Who takes e-mail. `tls`: encrypted after STARTTLS; `ssl`: from the first byte."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False
    ssl: bool = False


MAIL_SCHEMES = {"smtp": 25, "smtp+tls": 587, "smtps": 465}  # scheme -> usual port


class Reader:
    """Reads variables by name. Collects the faults, so that a start can report all of them at once.

    An empty value counts as not set. Secrets never appear in a fault.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.faults: list[str] = []
        self.defaults: dict[str, str] = {}
        self.secrets: list[str] = []  # everything read as a secret, to be taken out of the log

    def raw(self, name: str, default: str = "") -> str:
        """The value as it stands, without blanks around it."""
        self.defaults[name] = default
        return self.values.get(name, "").strip() or default

    def fault(self, name: str, problem: str, allowed: str) -> None:
        """Note that a variable is wrong: what is the matter, and what is allowed."""
        self.faults.append(f"{name} {problem}; allowed: {allowed}.")

    def text(self, name: str, default: str = "", *, pattern: str = ".*", allowed: str = "any text") -> str:
        """A value that matches a pattern as a whole; empty is always fine."""
        value = self.raw(name, default)
        if value and not re.fullmatch(pattern, value):
            self.fault(name, f"is {value!r}", allowed)
        return value

    def choice(self, name: str, default: str, allowed: Sequence[str]) -> str:
        """One of a few words."""
        value = self.raw(name, default).lower()
        if value not in allowed:
            self.fault(name, f"is {value!r}", ", ".join(allowed))
            return default
        return value

    def integer(self, name: str, default: int, *, low: int, high: int) -> int:
        """A whole number between two bounds, both included."""
        value = self.raw(name, str(default))
        if not re.fullmatch(r"-?\d{1,12}", value) or not low <= int(value) <= high:
            self.fault(name, f"is {value!r}", f"a whole number from {low} to {high}")
            return default
        return int(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no."""
        return self.choice(name, "1" if default else "0", TRUE + FALSE) in TRUE

    def words(self, name: str, default: str = "", *, pattern: str, allowed: str) -> list[str]:
        """A list, separated by commas."""
        words = [word.strip() for word in self.raw(name, default).split(",") if word.strip()]
        for word in words:
            if not re.fullmatch(pattern, word):
                self.fault(name, f"contains {word!r}", allowed)
        return words

    def folder(self, name: str, default: Path, *, base: Path, make: bool = False) -> Path:
        """A directory, relative ones inside `base`; with `make` it is made, for this user's eyes only."""
        shown = str(default.relative_to(base)) if default.is_relative_to(base) else str(default)
        path = (base / Path(self.raw(name, shown)).expanduser()).resolve()
        try:
            if make:
                path.mkdir(mode=0o700, parents=True, exist_ok=True)
            elif path.exists() and not path.is_dir():
                raise NotADirectoryError
        except OSError:
            self.fault(name, f"is {str(path)!r}, which is no directory and cannot be made one", "a directory")
        return path

    def secret(self, name: str, *, required: bool, shortest: int) -> str:
        """A secret of a least length. The fault says how long it is, never what it is."""
        value = self.raw(name)
        allowed = f"at least {shortest} random characters"
        if not value and required:
            self.fault(name, "is missing, and team mode needs it", allowed)
        elif value and (len(value) < shortest or len(set(value)) < 8):
            self.fault(name, f"is too weak ({len(value)} characters, {len(set(value))} different)", allowed)
        self.secrets.append(value)
        return value

    def key(self, name: str) -> str:
        """A key that a service gave out: visible characters without blanks. The fault never says what it is."""
        value = self.raw(name)
        if value and not re.fullmatch(r"[!-~]{1,500}", value):
            self.fault(
                name, "has characters that no key has", "the key alone, without blanks or quotation marks"
            )
            return ""
        self.secrets.append(value)
        return value

    def line(self, name: str) -> str:
        """One line of text, such as the name of a database, at most 300 characters."""
        return self.text(
            name, pattern=r"[^\x00-\x1f\x7f]{1,300}", allowed="one line without control characters"
        )

    def password(self, name: str) -> str:
        """A password: one line of any characters. The fault never says what it is."""
        value = self.raw(name)
        if value and not re.fullmatch(r"[^\x00-\x1f\x7f]{1,1000}", value):
            self.fault(name, "has characters that no password has", "one line without control characters")
            return ""
        self.secrets.append(value)
        return value

    def document(self, name: str, *, begins: str, base: Path) -> str:
        r"""A secret text: itself, or the path of a file that holds it, relative ones inside `base`.

        It begins with `begins`; in a variable its lines may be ended by `\n`, written as two characters, unless it
        is JSON, where that means something. The fault never says what it is.
        """
        value = self.raw(name)
        if not value:
            return ""
        try:
            text = value if value.startswith(begins) else (base / Path(value).expanduser()).read_text()
        except (OSError, ValueError):  # no file, not for us, or no text
            text = ""
        if not text.lstrip().startswith(begins):
            self.fault(name, "is neither a file that can be read nor its text", f"a path, or {begins}…")
            return ""
        return text if begins == "{" else text.replace("\\n", "\n")

    def prices(self, name: str) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
        """Model -> price of a million tokens read, read from a cache, and written: `model=3/0.30/15`, by commas."""
        pattern = rf"([^=\s]+)=({_PRICE})/({_PRICE})/({_PRICE})"
        words = self.words(
            name, pattern=pattern, allowed="model=input/cached/output, such as model-1=3/0.30/15"
        )
        found = [match.groups() for word in words if (match := re.fullmatch(pattern, word))]
        return {model: (Decimal(read), Decimal(cached), Decimal(made)) for model, read, cached, made in found}

    def url(self, name: str, default: str = "", *, schemes: Sequence[str]) -> str:
        """An address with one of these schemes. It may hold a password, so a fault shows the scheme only."""
        value = self.raw(name, default)
        scheme, found, rest = value.partition("://")
        if value and not (found and rest and scheme in schemes):
            self.fault(
                name, "is not an address that can be used", " or ".join(f"{scheme}://…" for scheme in schemes)
            )
            return default
        return value

    def mail_server(self, name: str) -> MailServer:
        """A mail server's address; without one there is no host. It holds a password, so a fault never shows it."""
        value = self.raw(name)
        if not value:
            return MailServer()
        try:
            parts = urlsplit(value)
            host, port = parts.hostname or "", parts.port or MAIL_SCHEMES.get(parts.scheme, 0)
        except ValueError:  # a port that is no number, an address that cannot be one
            parts, host, port = urlsplit(""), "", 0
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not (host and port) or parts.path.strip("/") or parts.query:
            self.fault(
                name,
                "is not an address of a mail server",
                "smtp+tls://user:password@host:587, smtps://user:password@host:465 or smtp://host:25",
            )
            return MailServer()
        if password and parts.scheme == "smtp":
            self.fault(
                name, "would send its password unencrypted", "smtp+tls://… or smtps://… with a password"
            )
        return MailServer(
            host, port, user, password, tls=parts.scheme == "smtp+tls", ssl=parts.scheme == "smtps"
        )

    def sender(self, name: str, *, needed: bool) -> str:
        """The address from which e-mail comes, also with a name before it."""
        allowed = "an e-mail address, such as demoforge@example.com or DemoForge <demoforge@example.com>"
        address = r"[^<>\s@]+@[^<>\s@]+"
        value = self.text(name, pattern=rf"[^<>\x00-\x1f]*<{address}>|{address}", allowed=allowed)
        if needed and not value:
            self.fault(name, "is missing, and there is a mail server", allowed)
        return value

    def webhook(self, name: str, *, encrypted: bool) -> str:
        """The address of a webhook: a secret, since whoever has it may post. The fault never says what it is."""
        value = self.key(name)
        if value and not value.startswith("https://" if encrypted else ("https://", "http://")):
            self.fault(name, "is not an address that can be used", "https://… as the chat gives it out")
            return ""
        return value

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Django's database settings from an address."""
        value = self.url(name, default, schemes=("sqlite", "postgres", "postgresql"))
        try:
            parsed = environ.Env.db_url_config(value)
        except (ValueError, KeyError, environ.ImproperlyConfigured):
            parsed = {}
        if not parsed.get("NAME"):
            self.fault(
                name,
                "names no database",
                "sqlite:////path/to/file or postgres://user:password@host:5432/name",
            )
        return dict(parsed)

    def refuse_unknown(self, *also_known: str) -> None:
        """Note every variable with our prefix that nobody reads: a typing mistake must not pass in silence."""
        known = {*self.defaults, *also_known}
        for name in sorted(set(self.values) - known):
            if name.startswith(PREFIX):
                close = difflib.get_close_matches(name, known, n=1)
                self.faults.append(
                    f"{name} is not a setting" + (f"; did you mean {close[0]}?" if close else ".")
                )

    def stop_if_wrong(self) -> None:
        """End the program with the faults, one sentence each. Raises SystemExit."""
        if self.faults:
            lines = "\n".join(f"  {fault}" for fault in self.faults)
            raise SystemExit(f"DemoForge cannot start, because of its settings (see .env.example):\n{lines}")


def host_of(address: str) -> list[str]:
    """The host of an address, with its port if it has one, as an entry of a list of hosts; none for no address."""
    place = address.partition("://")[2].partition("/")[0]
    return [place] if place else []


def read_env_file(default: Path) -> None:
    """Add the variables of the `.env` file to the environment; what is set already wins."""
    path = Path(os.environ.get("DEMOFORGE_ENV_FILE") or default)
    if path.is_file():
        environ.Env.read_env(path)
