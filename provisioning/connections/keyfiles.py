"""Private keys and service accounts' key files: read, put into one form, and checked without calling anybody. Pure."""

import json
import re
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

LONGEST = 20_000  # characters of a key or a key file
SHORTEST_KEY = 2048  # bits
_PEM = re.compile(r"-----BEGIN ((?:ENCRYPTED )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]+)-----END \1-----\s*")

#: What dbt Cloud needs of a service account's key file; the rest of Google's file is left out.
KEYFILE_FIELDS = (
    "private_key_id", "private_key", "client_email", "client_id", "auth_uri", "token_uri",
    "auth_provider_x509_cert_url", "client_x509_cert_url",
)  # fmt: skip


class KeyRefused(ValueError):
    """A key or a key file that cannot be used; the text says why, and never what is in it."""


def tidy_private_key(text: str, passphrase: str = "") -> str:
    r"""A PKCS #8 private key in PEM form with lines of 64 characters, as Snowflake reads it. Raises KeyRefused.

    A one-line field takes the line ends out, and variables hold them as `\n`: both are mended.
    """
    text = text.replace("\\n", "\n").strip()
    found = _PEM.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise KeyRefused(_not_a_key(text))
    body = "".join(found[2].split())
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    tidy = "\n".join([f"-----BEGIN {found[1]}-----", *lines, f"-----END {found[1]}-----", ""])
    _check_key(tidy, passphrase)
    return tidy


def _not_a_key(text: str) -> str:
    if "BEGIN PUBLIC KEY" in text:
        return "This is the public key: Snowflake has that one, the private key belongs here."
    if "BEGIN RSA PRIVATE KEY" in text or "BEGIN OPENSSH" in text:
        return "This key is in an old form: turn it into PKCS #8 with openssl pkcs8 -topk8."
    return "This is no private key: it begins with -----BEGIN PRIVATE KEY----- or ENCRYPTED PRIVATE KEY."


def _check_key(pem: str, passphrase: str) -> None:
    encrypted = "ENCRYPTED" in pem.split("\n", 1)[0]
    if encrypted and not passphrase:
        raise KeyRefused("The private key is encrypted: type its passphrase, too.")
    if passphrase and not encrypted:
        raise KeyRefused("The private key is not encrypted: leave the passphrase empty.")
    try:
        key = load_pem_private_key(pem.encode(), passphrase.encode() if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyRefused(
            "The passphrase does not open this private key, or the key is damaged."
            if encrypted
            else "The private key is damaged: copy it again, from the first to the last line."
        ) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < SHORTEST_KEY:
        raise KeyRefused(f"This is no RSA key of {SHORTEST_KEY} bits or more.")


def tidy_keyfile(text: str) -> str:
    """A service account's key file as JSON in one line, with what is needed and the project. Raises KeyRefused."""
    data = _keyfile(text)
    if data.get("type") != "service_account":
        raise KeyRefused("This is no service account's key file: “type” in it is not “service_account”.")
    missing = [name for name in ("project_id", *KEYFILE_FIELDS) if not _is_text(data.get(name))]
    if missing:
        raise KeyRefused(f"The key file is not complete: {', '.join(missing)} is missing.")
    kept = {name: data[name] for name in ("type", "project_id", *KEYFILE_FIELDS)}
    kept["private_key"] = tidy_private_key(data["private_key"])
    return json.dumps(kept)


def project_of(keyfile: str) -> str:
    """The project that a key file names; empty when it names none or is none."""
    try:
        project = _keyfile(keyfile).get("project_id")
    except KeyRefused:
        return ""
    return project if isinstance(project, str) else ""


def account_of(keyfile: str) -> str:
    """The e-mail address of the service account of a key file that is in order."""
    return str(_keyfile(keyfile)["client_email"])


def _keyfile(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise KeyRefused("This is no key file: it is JSON and begins with {.")
    return data


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
