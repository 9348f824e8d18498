"""`manage.py import_demo FILE --user NAME`: a demo from the file that another installation has exported.

It takes the same road as the page: the plan is checked, rendered and proven, here in this process. Exit status: 0
imported and proven, 1 not, and a sentence says why. The last line says whether the project is the exported one.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from demoforge.errors import Explained
from demoforge.locks import hold_worker_lock
from scenarios.access import may_create
from scenarios.drafting import drive_revision
from scenarios.exporting.acting import user_named
from scenarios.exporting.archive import MOST_BYTES
from scenarios.exporting.comparing import compare
from scenarios.exporting.moving import import_demo
from scenarios.models import Demo, PlanRevision, RevisionStatus


class Command(BaseCommand):
    """Import a demo."""

    help = "Make a demo from a file that another installation has exported, and prove it."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("file", help="the file")
        parser.add_argument("--user", required=True, metavar="NAME", help="whose demo it becomes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        settings.INLINE_WORK = True
        try:
            demo = _import(_read(Path(options["file"])), options["user"])
        except Explained as error:
            raise CommandError(f"{error.sentence} {error.hint}".strip()) from error
        self.stdout.write(f"Demo {demo.pk}: {demo}")
        if demo.current_id is None:
            raise ValueError("an imported demo has a revision")
        hold_worker_lock()
        self._report(drive_revision(demo.current_id, on_change=self.stderr.write))

    def _report(self, revision: PlanRevision) -> None:
        if revision.status != RevisionStatus.READY:
            raise CommandError(f"{revision.get_status_display()}. {revision.error} {revision.hint}".strip())
        found = compare(revision)
        same = "the same project, byte for byte" if found and found.same else "another project"
        self.stdout.write(f"{same}: {revision.project_digest}")
        for reason in found.reasons if found else []:
            self.stdout.write(reason)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Explained(f"{path} cannot be read: {error.strerror}.") from error


def _import(data: bytes, username: str) -> Demo:
    call_command("migrate", interactive=False, verbosity=0)
    user = user_named(username)
    if not may_create(user):
        raise Explained(f"{username} may not create demos.", "Choose another one with --user.")
    return import_demo(data, by=user)
