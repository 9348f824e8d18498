"""Workers of a test: for each fault point a process of its own, which advances a build until it dies there.

    python -m tests.provisioning.worker BUILD POINT...

A point is `step:before`, `step:after`, or `none`, where the worker brings the build to its end; `undo` in
front of it (`undo/undo_repository:after`) orders the undo first, unless that was done. Prints one exit status
a line, negative for a signal. This process imports everything once and forks; it never touches the database.
"""

import os
import sys

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


def main(build: int, points: list[str]) -> None:
    """Run one worker after the other."""
    for point in points:
        child = os.fork()
        if child == 0:
            work(build, point)
            sys.exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
