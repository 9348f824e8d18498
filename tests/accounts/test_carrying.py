"""Notices outside the app: by e-mail and to a webhook, only if set up, once each, and again when it did not work."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from structlog.testing import capture_logs

from demoforge.accounts import carrying, tasks
from demoforge.accounts.models import Notice, User
from demoforge.accounts.notices import tell
from tests.accounts.mailbox import Chat, chat_server, mail_server

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def alice(make_user: Callable[..., User]) -> User:
    return make_user("alice", email="alice@example.com", first_name="Alice", last_name="<!channel>")


@pytest.fixture
def mailing(settings: Any) -> None:
    """A mail server is set up; Django's own test backend keeps the letters."""
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.example.com", "DemoForge <forge@example.com>"
    settings.PUBLIC_URL = "https://forge.example.com"


@pytest.fixture
def chat(settings: Any) -> Iterator[Chat]:
    with chat_server() as server:
        settings.WEBHOOK_URL = server.url
        yield server


def marks(notice: Notice) -> tuple[bool, bool]:
    """Whether it is marked as sent by e-mail, and to the webhook."""
    notice.refresh_from_db()
    return notice.sent_at is not None, notice.posted_at is not None


def old(notice: Notice, **ago: float) -> Notice:
    Notice.objects.filter(pk=notice.pk).update(at=timezone.now() - timedelta(**ago))
    return notice


def test_nothing_leaves_the_app_without_a_setting(alice: User) -> None:
    notice = old(tell(alice, "It is ready."), hours=1)
    assert carrying.waiting() == []
    tasks.send_notice(notice.pk)
    tasks.carry_notices()
    assert mail.outbox == []
    assert marks(notice) == (False, False)


def test_a_letter(alice: User, mailing: None) -> None:
    notice = tell(alice, "Your plan was approved.", path="/demos/7/")
    carrying.carry(notice.pk)
    carrying.carry(notice.pk)  # a second message for it
    (letter,) = mail.outbox
    assert letter.subject == "DemoForge: Your plan was approved."
    assert (letter.to, letter.from_email) == (["alice@example.com"], "DemoForge <forge@example.com>")
    assert letter.body.splitlines() == [
        "Your plan was approved.", "", "https://forge.example.com/demos/7/", "",
        "All that you were told: https://forge.example.com/accounts/notices/",
    ]  # fmt: skip
    assert marks(notice) == (True, False)


def test_a_letter_has_no_link_as_long_as_nobody_has_said_where_we_are(
    alice: User, mailing: None, settings: Any
) -> None:
    settings.PUBLIC_URL = ""
    carrying.carry(tell(alice, "Approved.", path="/demos/7/").pk)
    assert "/demos/7/" not in mail.outbox[0].body


def test_line_ends_in_a_text_do_not_reach_the_head_of_a_letter(alice: User, mailing: None) -> None:
    carrying.carry(tell(alice, "One\r\nBcc: eve@example.com " + "long " * 40).pk)
    subject = mail.outbox[0].subject
    assert "\n" not in subject
    assert len(subject) == carrying.SUBJECT_LENGTH


@pytest.mark.parametrize("fields", [{"email": ""}, {"is_active": False}])
def test_who_has_no_address_or_no_account_any_more_gets_no_letter(
    alice: User, mailing: None, fields: dict[str, Any]
) -> None:
    User.objects.filter(pk=alice.pk).update(**fields)
    notice = old(tell(alice, "Approved."), hours=1)
    assert carrying.waiting() == []
    carrying.carry(notice.pk)
    assert mail.outbox == []


def test_a_real_mail_server_takes_it(alice: User, mailing: None, settings: Any) -> None:
    with mail_server() as (port, letters):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        carrying.carry(tell(alice, "Größer als 1 €.", path="/demos/7/").pk)
    (letter,) = letters
    assert (letter["To"], letter["Subject"]) == ("alice@example.com", "DemoForge: Größer als 1 €.")
    assert "https://forge.example.com/demos/7/" in letter.get_content()


def test_a_mail_server_that_is_down_is_asked_again(alice: User, mailing: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_HOST_PASSWORD = "127.0.0.1", "canary-mail"
    with mail_server() as (port, letters):
        settings.EMAIL_PORT = 1  # nobody listens there
        notice = old(tell(alice, "Approved."), minutes=30)
        with capture_logs() as logs:
            carrying.carry(notice.pk)
        assert [line["error"] for line in logs if line["event"] == "notice_not_carried"] == [
            "ConnectionRefusedError"
        ]
        assert "canary" not in str(logs)
        assert marks(notice) == (False, False)
        settings.EMAIL_PORT, settings.EMAIL_HOST_PASSWORD = port, ""
        tasks.carry_notices()
        tasks.carry_notices()
    assert [letter["Subject"] for letter in letters] == ["DemoForge: Approved."]
    assert marks(notice) == (True, False)


def test_the_webhook_gets_the_text_and_calls_nobody(alice: User, chat: Chat, settings: Any) -> None:
    settings.PUBLIC_URL = "https://forge.example.com"
    notice = tell(alice, "A & B <https://evil.example|click>", path="/demos/7/")
    carrying.carry(notice.pk)
    carrying.carry(notice.pk)
    assert chat.taken == [
        {
            "text": "Alice &lt;!channel&gt;: A &amp; B &lt;https://evil.example|click&gt;\n"
            "https://forge.example.com/demos/7/"
        }
    ]
    assert marks(notice) == (False, True)


@pytest.mark.parametrize("status", [301, 404, 500])
def test_a_webhook_that_refuses_is_asked_again_and_its_address_is_not_told(
    alice: User, chat: Chat, status: int
) -> None:
    chat.status = status
    notice = old(tell(alice, "Approved."), hours=1)
    with capture_logs() as logs:
        tasks.carry_notices()
    assert [line["error"] for line in logs if line["event"] == "notice_not_carried"] == ["NotTaken"]
    assert "canary-hook" not in str(logs)
    assert marks(notice) == (False, False)
    chat.status = 200
    tasks.carry_notices()
    assert len(chat.taken) == 2
    assert marks(notice) == (False, True)


def test_a_redirect_is_not_followed(alice: User, chat: Chat) -> None:
    with chat_server() as elsewhere:
        chat.status, chat.headers = 307, {"Location": elsewhere.url}
        carrying.carry(tell(alice, "Approved.").pk)
        assert (len(chat.taken), elsewhere.taken) == (1, [])


def test_a_webhook_that_does_not_answer_is_given_up(alice: User, chat: Chat, settings: Any) -> None:
    settings.WEBHOOK_SECONDS, chat.seconds = 0.2, 5.0
    begun = timezone.now()
    notice = tell(alice, "Approved.")
    with capture_logs() as logs:
        carrying.carry(notice.pk)
    assert timezone.now() - begun < timedelta(seconds=3)
    assert logs[-1]["error"] == "ReadTimeout"
    assert marks(notice) == (False, False)


def test_what_one_way_has_taken_is_not_sent_again_for_the_other(
    alice: User, mailing: None, chat: Chat
) -> None:
    chat.status = 500
    notice = old(tell(alice, "Approved."), hours=1)
    carrying.carry(notice.pk)
    assert marks(notice) == (True, False)
    assert carrying.waiting() == [notice.pk]
    tasks.carry_notices()
    assert (len(mail.outbox), len(chat.taken)) == (1, 2)


def test_it_is_tried_again_for_some_hours_only(alice: User, mailing: None) -> None:
    fresh = tell(alice, "Its own message is on its way.")
    due = old(tell(alice, "It was lost."), minutes=10)
    old(tell(alice, "Nobody needs it any more."), hours=7)
    assert carrying.waiting() == [due.pk]
    old(fresh, minutes=3)
    assert carrying.waiting() == [fresh.pk, due.pk]


def test_a_notice_that_is_gone_is_no_error(alice: User, mailing: None) -> None:
    notice = tell(alice, "Approved.")
    Notice.objects.all().delete()
    carrying.carry(notice.pk)
    assert mail.outbox == []


POSTING = """
import django; django.setup()
import structlog
from demoforge.accounts.carrying import WAYS
from demoforge.accounts.models import Notice, User
WAYS[1].send(Notice(user=User(username="alice"), text="Approved."))
from django.conf import settings
structlog.get_logger("test").warning("said", where=settings.WEBHOOK_URL)
"""


def test_the_log_has_no_part_of_the_webhooks_address(tmp_path: Path) -> None:
    """Also when everything is logged, by libraries too."""
    with chat_server() as chat:
        environment = {
            **os.environ,
            "DEMOFORGE_WEBHOOK_URL": chat.url,
            "DEMOFORGE_LOG_LEVEL": "debug",
            "DEMOFORGE_VAR_DIR": str(tmp_path),
        }
        ended = subprocess.run(
            [sys.executable, "-c", POSTING], cwd=ROOT, env=environment, capture_output=True, timeout=60
        )
        assert ended.returncode == 0, ended.stderr.decode()
        assert len(chat.taken) == 1
    log = (tmp_path / "log" / "demoforge.jsonl").read_text()
    assert "urllib3" in log, "the library has written the call down"
    assert "canary-hook" not in log + ended.stdout.decode() + ended.stderr.decode()
