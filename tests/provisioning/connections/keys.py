"""Private keys and key files that are made for the tests, and never leave them."""

import json
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same key for all tests of a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None, *, passphrase: str = "") -> str:
    """A PKCS #8 PEM."""
    how: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )
    return (key or rsa_key()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how).decode()


def old_pem() -> str:
    """The form with RSA in its first line."""
    return rsa_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def public_pem() -> str:
    """The public half."""
    return rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def keyfile(**changes: object) -> str:
    """A service account's key file as Google hands it out."""
    data: dict[str, object] = {
        "type": "service_account",
        "project_id": "acme-demos",
        "private_key_id": "0123456789abcdef0123456789abcdef01234567",
        "private_key": pem(),
        "client_email": "dbt@acme-demos.iam.gserviceaccount.com",
        "client_id": "100000000000000000001",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "client_x509_cert_url": "https://www.googleapis.com/robot/v1/metadata/x509/dbt",
        "universe_domain": "googleapis.com",
    }
    return json.dumps({**data, **changes}, indent=2)
