"""How long a demo lasts: every use begins its time anew; when that is over, it has expired.

Days are whole days in the time zone of the installation. A demo never expires before the day after its call.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from demoforge.accounts import audit
from demoforge.accounts.models import User
from scenarios.models import Demo, Policy
from scenarios.policy import policy_now

LONGEST_WARNING = 5  # days
SAME_USE = timedelta(minutes=10)  # so soon after a use, another one needs no writing


@dataclass(frozen=True)
class Term:
    """How long demos last from their last use, and what becomes of them then."""

    days: int
    take_down: bool
    since: datetime | None  # when an administrator has said so; None: nobody has, these are the defaults
    today: date

    @property
    def warning(self) -> timedelta:
        """How long before the end owners are warned, at most; and how long they have at least."""
        return timedelta(days=max(1, min(LONGEST_WARNING, self.days // 3)))

    def expires_on(self, demo: Demo) -> date:
        """The day on which the demo expires, if nobody uses it any more."""
        over = timezone.localdate(demo.used_at) + timedelta(days=self.days)
        return max(over, demo.call_on + timedelta(days=1)) if demo.call_on else over

    def over_by(self, day: date, prefix: str = "") -> Q:
        """What is true of demos whose `expires_on` is this day or earlier; `prefix` leads to the demo."""
        used_before = _midnight(day - timedelta(days=self.days - 1))
        no_call = Q(**{f"{prefix}call_on": None}) | Q(**{f"{prefix}call_on__lt": day})
        return Q(**{f"{prefix}used_at__lt": used_before}) & no_call

    def expired(self, prefix: str = "") -> Q:
        """What is true of demos that have expired."""
        return self.over_by(self.today, prefix)

    def ending(self, prefix: str = "") -> Q:
        """What is true of demos that have expired, or will so soon that their owner is to be warned."""
        return self.over_by(self.today + self.warning, prefix)


def term_now() -> Term:
    """What the policy says today. One query."""
    policy = policy_now()
    return Term(
        days=policy.expiry_days,
        take_down=policy.expiry == Policy.Expiry.TAKE_DOWN,
        since=policy.changed_at,
        today=timezone.localdate(),
    )


def expires_on(demo: Demo) -> date:
    """The day on which a demo expires, if nobody uses it any more. One query, for the policy."""
    return term_now().expires_on(demo)


def touch(demo: Demo) -> None:
    """Note that a demo is used: built, rehearsed, changed, copied, extended. An earlier warning counts no more."""
    now = timezone.now()
    if demo.expiry_warned_at is None and now - demo.used_at < SAME_USE:
        return
    Demo.objects.filter(pk=demo.pk).update(used_at=now, expiry_warned_at=None)
    demo.used_at, demo.expiry_warned_at = now, None


@transaction.atomic
def extend(demo: Demo, *, by: User) -> date:
    """Let the demo's time begin anew. Returns the day on which it expires now."""
    Demo.objects.filter(pk=demo.pk).update(used_at=timezone.now(), expiry_warned_at=None)
    demo.refresh_from_db(fields=["used_at", "expiry_warned_at", "call_on"])
    day = expires_on(demo)
    audit.record("demo.extended", demo, by=by, expires_on=day.isoformat())
    return day


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
