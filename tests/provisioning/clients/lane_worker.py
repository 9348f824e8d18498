"""Processes of a test that want to write with one token.

    python -m tests.provisioning.clients.lane_worker PROCESSES TURNS

Each process takes so many turns of two writes, and prints for each one line: process, beginning and end of its time
with the lane (monotonic seconds, the same clock for all of them).
"""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demoforge.settings")
django.setup()

from provisioning.clients import lanes  # noqa: E402  # Django first


def work(name: str, turns: int) -> None:
    """Take turns; the lane is held for as long as two quick writes last."""
    for turn in range(turns):
        holder = f"{name}:{turn}"
        while (seconds := lanes.take("https://api.github.com", "token", holder=holder, writes=2)) is not None:
            time.sleep(seconds)
        began = time.monotonic()
        time.sleep(0.02)
        sys.stdout.write(f"{name} {began} {time.monotonic()}\n")
        sys.stdout.flush()
        lanes.give_back("https://api.github.com", "token", holder=holder)


def main(processes: int, turns: int) -> None:
    """Fork them all, and wait for their end."""
    children = []
    for number in range(processes):
        child = os.fork()
        if child == 0:
            work(str(number), turns)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
