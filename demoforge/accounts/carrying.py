"""Carry notices out of the app: by e-mail to the person, and to the workspace's channel by a webhook.

Each notice goes once on each way, as far as that can be known: whoever carries it marks it before, and takes the
mark away when it did not work. The hourly task then tries again, for as long as the notice is of use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import requests
import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from demoforge.accounts.models import Notice

log = structlog.get_logger(__name__)

OF_USE = timedelta(hours=6)  # so a notice is tried some six times more, once an hour
GRACE = timedelta(minutes=2)  # meanwhile its own message carries it
AT_ONCE = 500  # tried again in one hour
SUBJECT_LENGTH = 90


class NotTaken(Exception):
    """The webhook answered, but not that it took the message."""


@dataclass(frozen=True)
class Way:
    """A way out: the field that marks what went there, whether a notice is to go there, and how it goes."""

    name: str
    mark: str
    wanted: Callable[[Notice], bool]
    send: Callable[[Notice], None]


def carry(notice_id: int) -> None:
    """Carry a notice on every way that is set up and that it has not gone yet. Failures are logged, never raised."""
    notice = Notice.objects.select_related("user").filter(pk=notice_id).first()
    for way in WAYS if notice else ():
        if notice and way.wanted(notice):
            _once(notice, way)


def waiting() -> list[int]:
    """The ids of notices that did not go out yet and are still of use, the oldest first."""
    open_ways = Q()
    if settings.EMAIL_HOST:
        open_ways |= Q(sent_at=None, user__is_active=True) & ~Q(user__email="")
    if settings.WEBHOOK_URL:
        open_ways |= Q(posted_at=None)
    if not open_ways:
        return []
    now = timezone.now()
    rows = Notice.objects.filter(open_ways, at__gte=now - OF_USE, at__lte=now - GRACE)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def _once(notice: Notice, way: Way) -> None:
    rows = Notice.objects.filter(pk=notice.pk)
    if not rows.filter(**{way.mark: None}).update(**{way.mark: timezone.now()}):
        return  # it went there, or somebody else is at it
    try:
        way.send(notice)
    except Exception as error:  # its words may hold the webhook's address: the type alone is told
        rows.update(**{way.mark: None})
        log.warning("notice_not_carried", notice=notice.pk, way=way.name, error=type(error).__name__)


# --- e-mail -------------------------------------------------------------------------------------------------


def _by_mail(notice: Notice) -> bool:
    return bool(settings.EMAIL_HOST and notice.user.email and notice.user.is_active)


def _mail(notice: Notice) -> None:
    text = " ".join(notice.text.split())
    subject = f"DemoForge: {text}"
    if len(subject) > SUBJECT_LENGTH:
        subject = f"{subject[: SUBJECT_LENGTH - 1]}…"
    EmailMessage(subject, _letter(notice), to=[notice.user.email]).send()


def _letter(notice: Notice) -> str:
    all_of_them = _address(reverse("notices"))
    closing = f"All that you were told: {all_of_them}" if all_of_them else "The page “Notices” has the same."
    return "\n\n".join(part for part in (notice.text, _address(notice.path), closing) if part) + "\n"


def _address(path: str) -> str:
    """A page of this site from outside; empty without a page, or as long as nobody has said where we are."""
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL and path.startswith("/") else ""


# --- webhook ------------------------------------------------------------------------------------------------


def _by_webhook(_notice: Notice) -> bool:
    return bool(settings.WEBHOOK_URL)


def _post(notice: Notice) -> None:
    """Raises NotTaken, requests.RequestException. Nothing of the answer but its status is read."""
    address = _address(notice.path)
    lines = [f"{notice.user.display_name}: {notice.text}", *([address] if address else [])]
    with requests.Session() as session:
        session.trust_env = False  # no proxies, no passwords of a .netrc
        with session.post(
            settings.WEBHOOK_URL,
            json={"text": _plain("\n".join(lines))},
            timeout=settings.WEBHOOK_SECONDS,
            allow_redirects=False,  # the address is a secret, and only for the server it names
            stream=True,
        ) as answer:
            if not 200 <= answer.status_code < 300:
                raise NotTaken


def _plain(text: str) -> str:
    """As the chat shows it: without this, a name such as <!channel> would call everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


WAYS = (Way("e-mail", "sent_at", _by_mail, _mail), Way("webhook", "posted_at", _by_webhook, _post))
