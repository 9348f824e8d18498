"""The address of the mail server: how it is read, and that no fault shows its password."""

import pytest

from demoforge.environment import MailServer, Reader


def read(value: str) -> tuple[MailServer, list[str]]:
    reader = Reader({"MAIL": value})
    return reader.mail_server("MAIL"), reader.faults


@pytest.mark.parametrize(
    ("value", "server"),
    [
        ("", MailServer()),
        ("smtp://relay.example.com", MailServer("relay.example.com", 25)),
        ("smtp://[::1]:2525/", MailServer("::1", 2525)),
        ("smtp+tls://f:p%40ss%2F@mail.example.com", MailServer("mail.example.com", 587, "f", "p@ss/", tls=True)),
        ("smtps://forge:pass@mail.example.com:4465", MailServer("mail.example.com", 4465, "forge", "pass", ssl=True)),
    ],
)  # fmt: skip
def test_an_address(value: str, server: MailServer) -> None:
    assert read(value) == (server, [])


@pytest.mark.parametrize(
    "value", ["mail.example.com", "http://u:canary@mail.example.com", "smtp://", "smtp+tls://u:canary@mail:port",
              "smtp+tls://u:canary@mail.example.com/folder", "smtps://u:canary@m:1?x=1", "smtps://[canary"],
)  # fmt: skip
def test_what_is_no_address_is_a_fault_that_does_not_show_it(value: str) -> None:
    server, (fault,) = read(value)
    assert server == MailServer()
    assert "smtp+tls://user:password@host:587" in fault
    assert "canary" not in fault


def test_a_password_is_not_sent_unencrypted() -> None:
    _, (fault,) = read("smtp://forge:canary@mail.example.com:25")
    assert "unencrypted" in fault
    assert "canary" not in fault


@pytest.mark.parametrize("value", ["forge@example.com", "DemoForge <forge@example.com>"])
def test_a_sender(value: str) -> None:
    reader = Reader({"FROM": value})
    assert (reader.sender("FROM", needed=True), reader.faults) == (value, [])


@pytest.mark.parametrize(
    ("value", "needed"), [("", True), ("forge", False), ("a@b@c", False), ("A\nBcc: x <a@b>", False)]
)
def test_no_sender(value: str, needed: bool) -> None:
    reader = Reader({"FROM": value})
    reader.sender("FROM", needed=needed)
    assert "allowed: an e-mail address" in reader.faults[0]


@pytest.mark.parametrize(
    ("value", "encrypted", "fine"),
    [
        ("", True, True),
        ("https://hooks.example.com/canary", True, True),
        ("http://hooks.example.com/canary", False, True),
        ("http://hooks.example.com/canary", True, False),
        ("hooks.example.com/canary", False, False),
        ("https://hooks.example.com/canary two", True, False),
    ],
)
def test_a_webhook(value: str, encrypted: bool, fine: bool) -> None:
    reader = Reader({"HOOK": value})
    assert reader.webhook("HOOK", encrypted=encrypted) == (value if fine else "")
    assert bool(reader.faults) != fine
    assert "canary" not in str(reader.faults)
