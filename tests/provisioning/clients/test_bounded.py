"""The session under the clients, encrypted as in real life: its calls end in time, and strangers are not trusted."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from provisioning.clients.bounded import BoundedSession
from provisioning.clients.github import GitHubClient
from provisioning.clients.outcome import Unclear


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and its own certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def server(certificate: Path, first: bytes, *, drips: bool) -> Iterator[tuple[str, list[bytes]]]:
    """Answers each request of a connection with `first`, and then one byte every tenth of a second if it `drips`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with suppress(OSError), context.wrap_socket(connection, server_side=True) as encrypted:
                    while data := encrypted.recv(65_536):
                        heard.append(data)
                        encrypted.sendall(first)
                        for _ in range(30 if drips else 0):
                            encrypted.sendall(b"a")
                            time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}", heard


def test_an_encrypted_answer_that_drips_ends_in_time(certificate: Path) -> None:
    for first in (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"):
        with server(certificate, first, drips=True) as (url, heard), BoundedSession(1) as session:
            session.verify = str(certificate)
            began = time.monotonic()
            with pytest.raises(requests.RequestException):
                session.ask("GET", url, headers={})
            assert time.monotonic() - began < 1.6
            assert len(heard) == 1


def test_a_connection_is_used_again_and_the_time_begins_anew(certificate: Path) -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with server(certificate, whole, drips=False) as (url, heard), BoundedSession(1) as session:
        session.verify = str(certificate)
        for _ in range(3):  # the server takes one connection at a time: another one would get no answer
            answer = session.ask("GET", url, headers={"A": "b"})
            assert (answer.status, answer.body, answer.headers) == (200, b"{}", {"content-length": "2"})
            time.sleep(0.5)
        assert len(heard) == 3


def test_a_certificate_of_nobody_s_is_not_trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with server(certificate, b"HTTP/1.1 200 OK\r\n\r\n", drips=False) as (url, heard):
        client = GitHubClient(url, "ghp_canary_0123456789", record=lambda _call: None, seconds=2, pause=0)
        with pytest.raises(Unclear, match="no secure connection"):
            client.who()
        assert heard == []
