"""The periods that insights can be about, and the weeks in them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

DEFAULT = "90"
PERIODS = {"30": "Last 30 days", "90": "Last 90 days", "365": "Last 365 days", "all": "All time"}
_BEGINNING = date(2000, 1, 1)  # nothing is older


@dataclass(frozen=True)
class Period:
    """From the first moment of `first` on, to now; in the current time zone."""

    key: str
    first: date
    last: date

    @property
    def label(self) -> str:
        """The period in words."""
        return PERIODS[self.key]

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return _midnight(self.first)


def period_of(key: str, *, now: datetime | None = None) -> Period:
    """The period under a key of PERIODS; of another key the default one."""
    key = key if key in PERIODS else DEFAULT
    last = timezone.localdate(now)
    first = _BEGINNING if key == "all" else last - timedelta(days=int(key) - 1)
    return Period(key, first, last)


def weeks(first: date, last: date) -> list[date]:
    """The Mondays of the weeks from `first` to `last`."""
    monday = first - timedelta(days=first.weekday())
    return [monday + timedelta(weeks=number) for number in range((last - monday).days // 7 + 1)]


def moment_of(day: date) -> float:
    """The first moment of a day, in seconds since 1970."""
    return _midnight(day).timestamp()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
