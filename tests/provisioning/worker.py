"""Workers of a test: for each fault point a process of its own, which advances a build until it dies there.

    python -m tests.provisioning.worker BUILD POINT...
    python -m tests.provisioning.worker        # reads {"build": 1, "point": "…", "settings": {…}}, a line each

A point is `step:before`, `step:after`, or `none`, where the worker brings the build to its end; `undo` in
front of it (`undo/undo_repository:after`) orders the undo first, unless that was done. Prints one exit status
a line, negative for a signal. This process imports everything once and forks; it never touches the database.
"""

import json
import os
import sys
from collections.abc import Iterable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demoforge.settings")
django.setup()

from django.conf import settings  # noqa: E402  # Django first

from demoforge.claims import release_leases  # noqa: E402
from provisioning import services  # noqa: E402
from provisioning.engine import drive  # noqa: E402
from provisioning.models import BuildRun, BuildStep, RunStatus  # noqa: E402
from scenarios.models import PlanRevision, Proof  # noqa: E402


def work(build: int, point: str) -> None:
    """Take up what a dead worker left, as the start of the product does, and go on."""
    order, _, settings.FAULT = point.rpartition("/")
    for model in (BuildStep, Proof, PlanRevision):
        release_leases(model)
    run = BuildRun.objects.select_related("started_by").get(pk=build)
    if order == "undo" and run.status == RunStatus.SUCCEEDED:
        services.undo_build(run, by=run.started_by)
    drive(build, on_change=lambda: None)


def main(orders: Iterable[dict[str, Any]]) -> None:
    """Run one worker after the other."""
    for order in orders:
        child = os.fork()
        if child == 0:
            for name, value in order.get("settings", {}).items():
                setattr(settings, name, value)
            work(order["build"], order["point"])
            sys.exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        [{"build": int(given[0]), "point": point} for point in given[1:]]
        if given
        else map(json.loads, sys.stdin)
    )
