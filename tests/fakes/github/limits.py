"""GitHub's two rate limits: the hourly one of a user, and the secondary one on writes that come too fast.

server.limits.exhaust("acme-se", seconds=2)             # the hour is used up; x-ratelimit-reset says until when
server.limits.slow_down(times=2, status=429, retry_after=None)     # the next two writes are too fast
server.limits.writes_a_minute = 80                      # a real budget, kept over the last `window` seconds
assert server.limits.refused == 0                       # the product kept the pace
"""

import math
import time
from collections import deque
from dataclasses import dataclass
from typing import Literal

from tests.fakes.github.routing import Refusal

DOCS = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
SLOW_DOWN = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
WRITES = ("POST", "PUT", "PATCH")


@dataclass
class _Hour:
    used: int = 0
    reset: float = 0.0


class Limits:
    """See the module's description. Called with the server's lock held."""

    def __init__(self) -> None:
        self.primary = 5000
        self.primary_status: Literal[403, 429] = 403
        self.writes_a_minute: int | None = None
        self.window = 60.0
        self.refused = 0
        self._hours: dict[str, _Hour] = {}
        self._writes: dict[str, deque[float]] = {}
        self._slow: deque[Refusal] = deque()

    def exhaust(self, login: str, seconds: float = 3600) -> None:
        """The user's hour is used up for so many seconds from now."""
        self._hours[login.lower()] = _Hour(self.primary, time.time() + seconds)

    def slow_down(
        self, times: int = 1, *, status: Literal[403, 429] = 403, retry_after: int | None = None
    ) -> None:
        """The next writes meet the secondary limit, with or without a Retry-After."""
        self._slow.extend(_too_fast(status, retry_after) for _ in range(times))

    def count(self, login: str, method: str, *, free: bool = False) -> None:
        """Count a call of this user ("" for nobody). Raises Refusal when it is one too many."""
        hour = self._hour(login)
        if free:
            return
        if hour.used >= self.limit(login):
            self.refused += 1
            raise Refusal(
                self.primary_status,
                f"API rate limit exceeded for user {login or '127.0.0.1'}.",
                documentation=f"{DOCS}#about-primary-rate-limits",
            )
        hour.used += 1
        if method in WRITES:
            self._count_write(login)

    def headers(self, login: str) -> dict[str, str]:
        """What every answer says about the hour."""
        hour = self._hour(login)
        return {
            "X-RateLimit-Limit": str(self.limit(login)),
            "X-RateLimit-Remaining": str(max(0, self.limit(login) - hour.used)),
            "X-RateLimit-Used": str(hour.used),
            "X-RateLimit-Reset": str(math.ceil(hour.reset)),
            "X-RateLimit-Resource": "core",
        }

    def limit(self, login: str) -> int:
        """Calls an hour."""
        return self.primary if login else min(60, self.primary)

    def _hour(self, login: str) -> _Hour:
        hour = self._hours.get(login.lower())
        if hour is None or hour.reset <= time.time():
            hour = self._hours[login.lower()] = _Hour(0, time.time() + 3600)
        return hour

    def _count_write(self, login: str) -> None:
        if self._slow:
            self.refused += 1
            raise self._slow.popleft()
        if self.writes_a_minute is None:
            return
        budget = self.writes_a_minute * self.window / 60
        writes, moment = self._writes.setdefault(login, deque()), time.monotonic()
        while writes and writes[0] <= moment - self.window:
            writes.popleft()
        if len(writes) >= budget:
            self.refused += 1
            raise _too_fast(403, max(1, math.ceil(writes[0] + self.window - moment)))
        writes.append(moment)


def _too_fast(status: int, retry_after: int | None) -> Refusal:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Refusal(status, SLOW_DOWN, headers=headers, documentation=f"{DOCS}#about-secondary-rate-limits")
