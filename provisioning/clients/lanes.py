"""Whose turn it is to write to GitHub: one step at a time for each token, over all processes and builds.

GitHub asks for writes that are serial, with pauses, and bans who goes on in spite of its limits. A lane is the row of
one token. Who wants to write queues up; the first in the queue takes the lane by a filtered update when nobody holds
it and the time of the writes before is over, and pays for its own writes in time. Nobody sleeps here: who must wait
is told when to ask again.

* Places in the queue are kept in order, urgent ones first; a build has so few of these that nobody starves.
* One whose time to ask has passed holds up nobody, but keeps its place.
* Who dies holding the lane loses it after HOLD_SECONDS; who is given it twice, such as after a restart, goes on.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from provisioning.models import WriteLane, WriteTurn

HOLD_SECONDS = 120.0
LONGEST_WAIT = 15.0  # seconds until a waiting step looks again: those before it may have gone
SHORTEST_WAIT = 0.05
LATE_WAIT = 1.0  # at most, while the lane should be free and is not; else the time of one write
GRACE = timedelta(seconds=2)  # how late a step may be before others stop waiting for it
FORGOTTEN = timedelta(minutes=10)  # when a place that nobody asks for is given up


def take(api_url: str, token: str, *, holder: str, writes: int, urgent: bool = False) -> float | None:
    """Take the token's lane for so many `writes`: None when `holder` has it now, else the seconds to wait.

    `holder` (at most 80 characters) is one step; who has the lane already gets it again at once. `urgent`: before
    all who are not.
    """
    lane = _lane(api_url, token)
    if lane.holder == holder and _occupy(lane, holder, writes, Q(holder=holder)):
        return None
    turn, _ = WriteTurn.objects.get_or_create(
        lane=lane, holder=holder, defaults={"writes": writes, "urgent": urgent, "due_at": timezone.now()}
    )
    free = Q(holder="") | Q(held_until__lt=timezone.now())
    if not _ahead(turn).exists() and _occupy(lane, holder, writes, free & Q(free_at__lte=timezone.now())):
        _leave_queue(lane, turn)
        return None
    return _wait(lane, turn)


def give_back(api_url: str, token: str, *, holder: str) -> None:
    """Let the next one have the lane. Does nothing when somebody else has it."""
    WriteLane.objects.filter(key=_key(api_url, token), holder=holder).update(holder="", held_until=None)


def _lane(api_url: str, token: str) -> WriteLane:
    lane, _ = WriteLane.objects.get_or_create(key=_key(api_url, token), defaults={"free_at": timezone.now()})
    return lane


def _key(api_url: str, token: str) -> str:
    """A digest that tells nobody the token, nor lets anybody try out tokens without our key."""
    return salted_hmac(__name__, f"{api_url}\n{token}", algorithm="sha256").hexdigest()


def _occupy(lane: WriteLane, holder: str, writes: int, condition: Q) -> bool:
    """Become the lane's holder if the condition still holds: the database decides between two who try at once."""
    now = timezone.now()
    free_at = max(now, lane.free_at) + _time_of(writes)
    held_until = now + timedelta(seconds=HOLD_SECONDS)
    rows = WriteLane.objects.filter(condition, pk=lane.pk, free_at=lane.free_at)
    return bool(rows.update(holder=holder, held_until=held_until, free_at=free_at))


def _time_of(writes: int) -> timedelta:
    return timedelta(minutes=writes / settings.GITHUB_WRITES_A_MINUTE)


def _ahead(turn: WriteTurn) -> QuerySet[WriteTurn]:
    """Those who come before this one, and come when they should."""
    earlier = Q(pk__lt=turn.pk, urgent=turn.urgent)
    before = earlier if turn.urgent else earlier | Q(urgent=True)
    return WriteTurn.objects.filter(before, lane=turn.lane_id, due_at__gt=timezone.now() - GRACE)


def _leave_queue(lane: WriteLane, turn: WriteTurn) -> None:
    forgotten = Q(lane=lane, due_at__lt=timezone.now() - FORGOTTEN)
    WriteTurn.objects.filter(Q(pk=turn.pk) | forgotten).delete()


def _wait(lane: WriteLane, turn: WriteTurn) -> float:
    """Seconds until it should be this one's turn; it is written down that it will ask again then."""
    now = timezone.now()
    writes = _ahead(turn).aggregate(sum=Sum("writes"))["sum"] or 0
    free_at = WriteLane.objects.values_list("free_at", flat=True).get(pk=lane.pk)
    promised = (max(now, free_at) + _time_of(writes) - now).total_seconds()
    late = min(_time_of(1).total_seconds(), LATE_WAIT)  # somebody takes longer, or is a little late
    seconds = min(max(promised or late, SHORTEST_WAIT), LONGEST_WAIT)
    WriteTurn.objects.filter(pk=turn.pk).update(due_at=now + timedelta(seconds=seconds))
    return seconds
