"""The write lane: one holder at a time, in order, at the allowed rate, and nobody waits for the dead."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from provisioning.clients import lanes
from provisioning.models import WriteLane, WriteTurn

pytestmark = pytest.mark.django_db(transaction=True)
URL, TOKEN = "https://api.github.com", "ghp_canary_0123456789"
A_WRITE = 60 / 80  # seconds, by the settings' default


def take(holder: str, writes: int = 4, token: str = TOKEN) -> float | None:
    return lanes.take(URL, token, holder=holder, writes=writes)


def give_back(holder: str) -> None:
    lanes.give_back(URL, TOKEN, holder=holder)


def pass_time(seconds: float) -> None:
    """Let everything that is written down have happened so many seconds earlier."""
    ago = timedelta(seconds=seconds)
    WriteLane.objects.update(free_at=F("free_at") - ago)
    WriteLane.objects.exclude(held_until=None).update(held_until=F("held_until") - ago)
    WriteTurn.objects.update(due_at=F("due_at") - ago)


def test_one_has_it_and_the_others_wait_in_the_order_of_their_coming() -> None:
    assert take("a") is None
    assert take("b") == pytest.approx(4 * A_WRITE, abs=0.3)
    assert take("c", writes=1) == pytest.approx(8 * A_WRITE, abs=0.3)
    assert take("d") == pytest.approx(9 * A_WRITE, abs=0.3)
    give_back("a")
    pass_time(4 * A_WRITE)
    assert take("d") is not None
    assert take("c", writes=1) is not None
    assert take("b") is None
    give_back("b")
    pass_time(4 * A_WRITE)
    assert take("d") is not None
    assert take("c", writes=1) is None


def test_who_asks_again_and_again_does_not_move_back() -> None:
    assert take("a") is None
    first = take("b")
    for _ in range(5):
        take("late")
        assert take("b") == pytest.approx(first, abs=0.3)
    assert WriteTurn.objects.count() == 2


def test_who_has_it_gets_it_again_at_once() -> None:
    assert take("a") is None
    assert take("b") is not None
    assert take("a") is None
    assert take("b") == pytest.approx(8 * A_WRITE, abs=0.3), "both turns count"


def test_giving_back_too_early_does_not_raise_the_rate() -> None:
    assert take("a") is None
    give_back("a")
    assert take("b") == pytest.approx(4 * A_WRITE, abs=0.3)
    pass_time(4 * A_WRITE)
    assert take("b") is None


def test_the_time_of_the_writes_being_over_does_not_end_the_turn() -> None:
    assert take("a") is None
    pass_time(60)
    assert take("b") is not None
    give_back("a")
    assert take("b") is None


def test_a_dead_holder_s_turn_ends_after_two_minutes() -> None:
    assert take("dead") is None
    pass_time(lanes.HOLD_SECONDS - 1)
    assert take("b") is not None
    pass_time(2)
    assert take("b") is None
    give_back("dead")  # it was only asleep
    assert take("c") is not None


def test_who_does_not_come_back_holds_up_nobody_and_keeps_its_place() -> None:
    assert take("a") is None
    assert take("late") is not None
    assert take("c") is not None
    give_back("a")
    pass_time(4 * A_WRITE + 5)  # "late" should have come by now
    assert take("c") is None
    assert take("new") is not None
    give_back("c")
    pass_time(4 * A_WRITE)
    assert take("late") is None, "before the one that came after it"


def test_what_is_urgent_goes_before_what_is_not() -> None:
    assert take("a") is None
    assert take("b") is not None
    assert lanes.take(URL, TOKEN, holder="key", writes=1, urgent=True) == pytest.approx(4 * A_WRITE, abs=0.3)
    assert take("b") == pytest.approx(5 * A_WRITE, abs=0.3)
    give_back("a")
    pass_time(4 * A_WRITE)
    assert take("b") is not None
    assert lanes.take(URL, TOKEN, holder="key", writes=1, urgent=True) is None
    give_back("key")
    pass_time(A_WRITE)
    assert take("b") is None


def test_a_lane_that_is_nearly_free_is_asked_for_again_when_it_is() -> None:
    assert take("a") is None
    give_back("a")
    pass_time(4 * A_WRITE - 0.2)
    assert take("b") == pytest.approx(0.2, abs=0.15)


def test_a_place_that_nobody_asks_for_is_forgotten() -> None:
    assert take("a") is None
    assert take("cancelled") is not None
    give_back("a")
    pass_time(lanes.FORGOTTEN.total_seconds() + 60)
    assert take("c") is None
    assert WriteTurn.objects.count() == 0


def test_a_wait_is_neither_nothing_nor_endless() -> None:
    for number in range(40):
        take(str(number))
    assert take("last") == lanes.LONGEST_WAIT
    pass_time(60)
    assert 0 < take("1") <= 1


def test_tokens_and_hosts_have_lanes_of_their_own_and_no_row_tells_the_token() -> None:
    assert take("a") is None
    assert take("b", token="another") is None
    assert lanes.take("https://ghe.acme.example/api/v3", TOKEN, holder="c", writes=1) is None
    keys = list(WriteLane.objects.values_list("key", flat=True))
    assert len(set(keys)) == 3
    assert not any(TOKEN in key for key in keys)


def test_of_many_at_once_one_gets_it() -> None:
    got: list[str] = []
    errors: list[Exception] = []
    barrier = threading.Barrier(6)

    def ask(holder: str) -> None:
        try:
            barrier.wait()
            if take(holder) is None:
                got.append(holder)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    assert len(got) == 1
    assert [take(holder) is None for holder in map(str, range(6))].count(True) == 1, (
        "and only this one has it still"
    )
    lane = WriteLane.objects.get()
    assert lane.held_until is not None
    assert lane.held_until > timezone.now()


def test_processes_share_the_lane_its_rate_and_its_order(
    child_environment: Callable[..., dict[str, str]],
) -> None:
    processes, turns, a_minute = 4, 4, 600
    environment = child_environment(DEMOFORGE_GITHUB_WRITES_A_MINUTE=str(a_minute))
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.provisioning.clients.lane_worker", str(processes), str(turns)],
        env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.stderr == ""
    lines = [line.split() for line in done.stdout.splitlines()]
    spans = sorted((float(start), float(end), name) for name, start, end in lines)
    assert len(spans) == processes * turns
    a_turn = 2 * 60 / a_minute
    for number, ((_, end, _), (following, _, _)) in enumerate(pairwise(spans), start=1):
        assert following >= end, "two at once"
        # A process may be slow to notice that it is its turn: that may shorten one distance, but not their sum.
        assert following - spans[0][0] >= number * a_turn - 0.75 * a_turn, "faster than allowed"
    whole = spans[-1][1] - spans[0][0]
    assert whole < 2 * len(spans) * a_turn, f"idle for long: {whole:.1f} s of {time.monotonic() - began:.1f}"
    for number in range(0, len(spans), processes):
        served = {name for _, _, name in spans[: number + 2 * processes]}
        assert len(served) == processes, "somebody starves"
