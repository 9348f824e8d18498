"""What goes wrong on the way to GitHub and dbt Cloud, put into the servers of `tests/fakes` on demand.

    server.faults.add("timeout_after", "POST", "/user/repos")            # the next such call
    server.faults.add("500", path="*/environments/*", nth=2, times=3)    # the second, third and fourth of these
    server.faults.add("500", "POST", "/user/repos", acts=True)           # a 500 although the work was done

| fault            | the work is done | what the client sees                                              |
|------------------|------------------|-------------------------------------------------------------------|
| `timeout_before` | no               | nothing: the call hangs until the client is gone                  |
| `timeout_after`  | yes              | the same                                                          |
| `reset`          | no               | the connection is reset                                           |
| `429`            | no               | too many requests, `Retry-After: 1` (`retry_after=None`: no header) |
| `500`            | no               | a server error                                                    |
| `403`            | no               | a refusal                                                         |
| `malformed`      | yes              | the true status and headers with a body that is no JSON           |

`acts=` says the opposite of the second column. `path` is a shell pattern over the path without its query (`*` goes over
slashes), or a kind of call: what `kind_of` makes of a path. Of the rules that fit a call the one that was added first
and is due wins; every rule that fits counts the call. A matrix over all calls of a build is

    for method, kind, nth in server.each_call():         # after one that went well
        with Server() as another:
            another.faults.add(fault, method, kind, nth=nth)

`tests/fakes/outside_server.py` is the server that puts them into effect; derive from it.
"""

import re
import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, get_args

Fault = Literal["timeout_before", "timeout_after", "reset", "429", "500", "403", "malformed"]
FAULTS: tuple[Fault, ...] = get_args(Fault)
ACTS: frozenset[Fault] = frozenset({"timeout_after", "malformed"})

# What differs from build to build in a path -> the word for it. The first that fits a place wins.
_VARYING = (
    (r"/repos/[^/]+/[^/]+", "/repos/:owner/:repo"),
    (r"/orgs/[^/]+", "/orgs/:org"),
    (r"/users/[^/]+", "/users/:login"),
    (r"/heads/.+", "/heads/:branch"),
    (r"/branches/.+", "/branches/:branch"),
    (r"/git/trees/.+", "/git/trees/:tree"),
    (r"/contents/.+", "/contents/:path"),
    (r"/[0-9a-f]{40}(?=/|$)", "/:sha"),
    (r"/\d+(?=/|$)", "/:id"),
)


def kind_of(path: str) -> str:
    """The path with its names and numbers replaced: `/repos/acme/x/pulls/7` is `/repos/:owner/:repo/pulls/:id`."""
    for pattern, word in _VARYING:
        path = re.sub(pattern, word, path)
    return path


@dataclass
class Rule:
    """One order to damage calls; `seen` counts those that fitted, `done` those that were damaged."""

    fault: Fault
    method: str
    path: str
    nth: int
    times: int
    acts: bool
    retry_after: int | None
    seen: int = 0
    done: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Does it speak of this call?"""
        return self.method in ("*", method) and (fnmatchcase(path, self.path) or kind_of(path) == self.path)

    def due(self) -> bool:
        """Is the call that was counted last one of those to damage?"""
        return self.nth <= self.seen and self.done < self.times


class Faults:
    """The orders of one server. Safe to use from several threads."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._lock = threading.Lock()

    def add(
        self,
        fault: Fault,
        method: str = "*",
        path: str = "*",
        *,
        nth: int = 1,
        times: int = 1,
        acts: bool | None = None,
        retry_after: int | None = 1,
    ) -> Rule:
        """Damage `times` calls, beginning with the `nth` that fits from now on; `rule.done` says how many were."""
        acting = fault in ACTS if acts is None else acts
        rule = Rule(fault, method, path, nth, times, acting, retry_after)
        with self._lock:
            self.rules.append(rule)
        return rule

    def due(self, method: str, path: str) -> Rule | None:
        """Count this call; the rule that damages it, if any. For the server, once a call."""
        with self._lock:
            fitting = [rule for rule in self.rules if rule.fits(method, path)]
            for rule in fitting:
                rule.seen += 1
            due = next((rule for rule in fitting if rule.due()), None)
            if due is not None:
                due.done += 1
            return due

    def pending(self) -> list[Rule]:
        """Rules that have not damaged as many calls as they should have: empty at the end of an honest test."""
        with self._lock:
            return [rule for rule in self.rules if rule.done < rule.times]

    def clear(self) -> None:
        """Let everything go well from now on."""
        with self._lock:
            self.rules.clear()
