"""How often and after which waits a call is tried again."""

import time

import pytest

from scenarios.ai.calls.protocol import PASSING, CallFailed, Kind, ModelChoice, OnText, Question, Reply
from scenarios.ai.calls.retrying import FIRST_WAIT, LONGEST_WAIT, TRIES, ask
from tests.scenarios.ai.calls.asking import QUESTION


class Failing:
    """A caller that fails as it is told, then answers."""

    def __init__(self, *failures: CallFailed) -> None:
        self.failures = list(failures)
        self.seconds: list[float] = []

    def call(self, question: Question, *, seconds: float, on_text: OnText) -> Reply:
        self.seconds.append(seconds)
        if self.failures:
            raise self.failures.pop(0)
        return Reply("done", "ok")

    def models(self, *, seconds: float) -> list[ModelChoice]:
        return []


def failing(kind: Kind, times: int, *, wait: float | None = None) -> Failing:
    return Failing(*(CallFailed(kind, retry_after=wait) for _ in range(times)))


def test_waits_double_and_differ() -> None:
    runs = []
    for _ in range(20):
        waits: list[float] = []
        ask(failing("overloaded", TRIES - 1), QUESTION, seconds=600, sleep=waits.append)
        for number, wait in enumerate(waits):
            least = FIRST_WAIT * 2**number
            assert least <= wait <= 1.5 * least
        runs.append(tuple(waits))
    assert len(runs[0]) == TRIES - 1
    assert len(set(runs)) > 1


@pytest.mark.parametrize("kind", sorted(PASSING))
def test_who_reads_along_hears_of_every_wait(kind: Kind) -> None:
    heard: list[tuple[Kind, float]] = []
    waits: list[float] = []
    ask(
        failing(kind, 2, wait=3.0),
        QUESTION,
        seconds=600,
        on_retry=lambda error, wait: heard.append((error.kind, wait)),
        sleep=waits.append,
    )
    assert heard == [(kind, 3.0), (kind, 3.0)]
    assert waits == [3.0, 3.0]


@pytest.mark.parametrize(
    "kind", ["auth", "billing", "permission", "not_found", "schema", "too_large", "oversized"]
)
def test_what_cannot_get_better_is_tried_once(kind: Kind) -> None:
    caller = failing(kind, 9)
    with pytest.raises(CallFailed) as failed:
        ask(caller, QUESTION, seconds=600, sleep=lambda wait: None)
    assert (len(caller.seconds), failed.value.retries) == (1, 0)


@pytest.mark.parametrize(("wait", "tries"), [(LONGEST_WAIT, TRIES), (LONGEST_WAIT + 0.1, 1)])
def test_the_longest_wait(wait: float, tries: int) -> None:
    caller = failing("rate_limit", 9, wait=wait)
    with pytest.raises(CallFailed):
        ask(caller, QUESTION, seconds=600, sleep=lambda wait: None)
    assert len(caller.seconds) == tries


def test_no_wait_reaches_past_the_deadline() -> None:
    caller = failing("rate_limit", 9, wait=5.0)
    with pytest.raises(CallFailed) as failed:
        ask(caller, QUESTION, seconds=5.5, sleep=lambda wait: pytest.fail("waited"))
    assert (len(caller.seconds), failed.value.retry_after) == (1, 5.0)


def test_each_try_gets_the_time_that_is_left() -> None:
    caller = failing("server", 2, wait=0.2)
    assert ask(caller, QUESTION, seconds=60, sleep=time.sleep).retries == 2
    first, second, third = caller.seconds
    assert first <= 60
    assert first - second >= 0.2
    assert second - third >= 0.2
