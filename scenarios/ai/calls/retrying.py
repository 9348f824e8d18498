"""One retry loop for all servers: bounded tries, bounded waits, one deadline."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from scenarios.ai.calls.protocol import Caller, CallFailed, OnText, Question, Reply

TRIES = 4
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds
LEAST = 1.0  # seconds that a try must have left to be worth beginning


@dataclass(frozen=True)
class Asked:
    """An answer, and how often it had to be asked again."""

    reply: Reply
    retries: int


def ask(
    caller: Caller,
    question: Question,
    *,
    seconds: float,
    on_text: OnText = lambda text: None,
    on_retry: Callable[[CallFailed, float], None] = lambda error, wait: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Asked:
    """Ask until there is an answer, at most `seconds` long. Raises CallFailed, with what stood in the way last.

    A server that asks for a longer wait than we would give it is believed: there is no further try.
    """
    deadline = time.monotonic() + seconds
    for retry in range(TRIES):
        try:
            reply = caller.call(question, seconds=deadline - time.monotonic(), on_text=on_text)
        except CallFailed as error:
            wait = _wait(error, retry)
            out_of_time = time.monotonic() + wait + LEAST > deadline
            if not error.retryable or retry == TRIES - 1 or wait > LONGEST_WAIT or out_of_time:
                error.retries = retry
                raise
            on_retry(error, wait)
            sleep(wait)
        else:
            return Asked(reply, retry)
    raise AssertionError("the last try either answers or raises")


def _wait(error: CallFailed, retry: int) -> float:
    """Seconds until the next try: what the server asked for, else doubling with jitter."""
    if error.retry_after is not None:
        return error.retry_after
    spread = FIRST_WAIT * 2**retry
    return min(LONGEST_WAIT, spread + random.uniform(0, spread / 2))  # noqa: S311 - spreads load, keeps no secret
