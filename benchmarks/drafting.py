"""Wall time of a draft by a model that takes three seconds for each answer, beside the longest way through it.

A loopback server answers each call after three seconds, through the real SDK, with the built-in provider's plan. From
before the first call until the last part is accepted, beside two answers of the server (the outline's and that of the
longest call for details); our own work and the wire are on top of it. N rounds, one after another, after one that warms
up (the SDK is imported once in a process); the ratio is at most 1.3.

Usage: .venv/bin/python benchmarks/drafting.py [N]
"""

import json
import sys
import time

import _product  # noqa: F401  # the product must be ready before its parts are imported

from scenarios.plan.parts import assemble, part_keys
from scenarios.plan.rules import check_plan
from tests.fakes.model_server import Answer, ModelServer
from tests.scenarios.ai.writing.played import BRIEF, Heap, Heard, Json, Played, writer_at

SECONDS = 3.0  # of thought, for each answer
MOST = 1.3


def slowly(heard: Heard, answer: Json) -> Answer:
    """The right answer, after a while."""
    return Answer(json.dumps(answer), seconds=SECONDS)


def one_draft() -> tuple[float, int]:
    """Seconds of a draft, and the number of its calls."""
    heap = Heap()
    with ModelServer(answer=Played(spoil=slowly)) as server:
        writer = writer_at(server, heap)
        started = time.perf_counter()
        outline = writer.outline(BRIEF).value
        parts, notes = writer.parts(BRIEF, outline, part_keys(outline), done={})
        seconds = time.perf_counter() - started
    if check_plan(assemble(outline, parts)) or notes:
        raise SystemExit(f"The draft is not what the model wrote: {notes}")
    return seconds, len(heap.records)


def main(rounds: int) -> None:
    """Run the rounds and print them."""
    longest, worst = 2 * SECONDS, 0.0  # the outline's answer and the longest one after it
    one_draft()
    for number in range(1, rounds + 1):
        seconds, calls = one_draft()
        ratio = seconds / longest
        worst = max(worst, ratio)
        print(
            f"round {number}: {calls} calls, draft {seconds:.2f} s, longest way {longest:.2f} s, ratio {ratio:.2f}"
        )
    print(f"worst ratio {worst:.2f} (at most {MOST})")
    if worst > MOST:
        raise SystemExit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
