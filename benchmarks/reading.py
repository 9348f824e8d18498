"""CPU time of what reads a whole demo at once: the portability report, and the leak scan of the review page.

The scan looks for a name and 20,000 characters of notes in 60 files on each of three branches. Median of N.

Usage: .venv/bin/python benchmarks/reading.py [N]
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

from _product import ROOT  # noqa: F401 - sets Django up

from scenarios.plan.brief import Brief
from scenarios.rendering import MAIN, base_project, render_branches
from scenarios.rendering.leaks import find_leaks
from scenarios.rendering.portability import portability
from tests.projects.conftest import compose

BRIEF = Brief(company="Zephyr Ltd", industry="Retail", include_semantic_layer=True, as_of=date(2026, 11, 20))


def cpu(work: Callable[[int], object], rounds: int) -> float:
    """Median CPU seconds of a round."""
    times = []
    for number in range(rounds):
        started = time.process_time()
        work(number)
        times.append(time.process_time() - started)
    return statistics.median(times)


def main(rounds: int) -> None:
    """Measure both and print them."""
    plan = compose(BRIEF)
    files = render_branches(plan, template=base_project())[MAIN]

    def read(number: int) -> object:
        """Every file a little changed, so that nothing is remembered."""
        changed = {path: f"-- {number}\n{text}" for path, text in files.items() if path.endswith(".sql")}
        return portability(files | changed, plan)

    code = "\n".join(files.values())
    mixed = random.Random(1)
    words = [word for word in code.split() if word.isalpha()]
    notes = " ".join(mixed.choice(words) for _ in range(4000))[:20_000]
    branch = {f"models/model_{number}.sql": f"-- {number}\n{code[:4000]}" for number in range(60)}
    branches = dict.fromkeys(("main", "fix/data-quality", "demo/day-2"), branch)
    hidden = BRIEF.model_copy(
        update={"codename": "Bluebird", "discovery_notes": notes, "pain_points": notes[::-1]}
    )
    print(f"portability report of {len(files)} files: {cpu(read, rounds):.2f} s")
    print(f"leak scan: {cpu(lambda number: find_leaks(branches, {}, hidden), rounds):.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
