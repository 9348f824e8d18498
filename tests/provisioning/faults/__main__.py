"""The whole matrix: `make faults`, or `.venv/bin/python -m tests.provisioning.faults [--only PATTERN] [--workers N]`.

Prints the tables and counts; progress goes to standard error. Exit status 1 when a cell failed or is empty.
"""

import argparse
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.provisioning.faults.matrix import VARIANTS, Cell, Recording, Result, cells
from tests.provisioning.faults.mortals import ROOT
from tests.provisioning.faults.table import counts, failures, tables

AT_ONCE = 2  # processes a core: a cell with a time-out waits for most of its time
LONGEST = 300.0  # seconds until a process that does not answer is ended
DIED = f"its process died, or did not come to an end within {LONGEST:.0f} s"


class Runner:
    """A process of its own in which cells are run one after the other; another one when it has died."""

    def __init__(self) -> None:
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.provisioning.faults.player"]
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, order: dict[str, Any]) -> dict[str, Any] | None:
        """Its answer; None when the process died over it, or was ended because that took too long."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        patience = threading.Timer(LONGEST, self._process.kill)
        patience.start()
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            patience.cancel()
        if not line:
            self._process.wait()
            self._process = self._start()
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def run(self, cell: Cell) -> Result:
        """Run one cell."""
        answer = self.ask({"cell": cell.to_json()})
        return Result(cell, **(answer or {"again": 0, "wrong": DIED, "seconds": 0.0}))

    def end(self) -> None:
        """Let the process end."""
        self._process.communicate()


def run_all(found: Sequence[Cell], workers: int) -> dict[Cell, Result]:
    """Run the cells in so many processes, telling how far it is."""
    waiting: queue.SimpleQueue[Cell] = queue.SimpleQueue()
    for cell in found:
        waiting.put(cell)
    results: dict[Cell, Result] = {}
    lock = threading.Lock()

    def work() -> None:
        runner = Runner()
        while True:
            try:
                cell = waiting.get_nowait()
            except queue.Empty:
                return runner.end()
            result = runner.run(cell)
            with lock:
                results[cell] = result
                _tell(len(results), len(found), result)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(workers, len(found)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _tell(done: int, total: int, result: Result) -> None:
    if result.wrong or done % 25 == 0 or done == total:
        word = f"{result.word} ({result.seconds:.1f} s)"
        sys.stderr.write(f"{done}/{total} {result.cell.name}: {word}\n")


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


def recordings() -> dict[str, Recording]:
    """What a build of each variant asks and does."""
    runner = Runner()
    try:
        return {variant: Recording.read(runner.ask({"record": variant}) or {}) for variant in VARIANTS}
    finally:
        runner.end()


def main(arguments: Sequence[str]) -> int:
    """Run the matrix; the exit status."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument(
        "--only", default=re.compile(""), type=re.compile, help="run the cells whose name fits this pattern"
    )
    parser.add_argument("--workers", type=int, default=AT_ONCE * (os.cpu_count() or 1))
    options = parser.parse_args(arguments)
    began = time.monotonic()
    every = [cell for variant, recording in recordings().items() for cell in cells(variant, recording)]
    found = [cell for cell in every if options.only.search(cell.name)]
    results = run_all(found, options.workers)
    seconds = time.monotonic() - began
    _say(tables(found, results))
    _say(failures(results.values()))
    _say(counts(found, results))
    _say([f"{len(found)} of {len(every)} cells in {seconds:.0f} s, {options.workers} processes"])
    return 0 if ended_well(found, results) else 1


def ended_well(found: Sequence[Cell], results: Mapping[Cell, Result]) -> bool:
    """Whether there were cells, none is empty, and none has failed."""
    return bool(found) and all(cell in results and not results[cell].wrong for cell in found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
