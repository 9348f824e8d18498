"""What people are told: a row for the app; a task carries it to their e-mail address and to the workspace's channel."""

from django.db.models import QuerySet
from django.utils import timezone

from demoforge.accounts.models import Notice, User
from demoforge.celery import send_on_commit

SEND_NOTICE = "accounts.send_notice"  # demoforge/accounts/tasks.py
TEXT_LENGTH = 300
PATH_LENGTH = 200
COUNTED = 99  # more are not counted for the navigation


def tell(user: User, text: str, *, path: str = "") -> Notice:
    """Tell a person something, with the page of this site that it is about, such as "/demos/7/".

    Call it inside the transaction of the change it tells of: a change that is rolled back is not told.
    The text is plain, holds no secret and no notes, and names a prospect by `Demo.public_name`: it also leaves us.
    Longer text is cut.
    """
    notice = Notice.objects.create(user=user, text=_cut(text), path=path[:PATH_LENGTH])
    send_on_commit(SEND_NOTICE, notice.pk)
    return notice


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LENGTH else text[: TEXT_LENGTH - 1] + "…"


def notices_of(user: User) -> "QuerySet[Notice]":
    """Everything a person was told, the newest first."""
    return Notice.objects.filter(user=user)


def unread_count(user: User) -> int:
    """How many notices a person has not read; at most one more than `COUNTED`."""
    return notices_of(user).filter(read_at=None).order_by()[: COUNTED + 1].count()


def mark_read(notices: "QuerySet[Notice]") -> int:
    """Note that these were read. Returns how many were not before."""
    return notices.filter(read_at=None).update(read_at=timezone.now())
