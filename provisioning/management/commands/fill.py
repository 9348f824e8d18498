"""`manage.py fill --demos 10000 --users 200`: a database full of plausible work, for measuring and looking around.

Makes what is missing of so many demos and people; said twice, it makes nothing more. Local mode only, and not beside
demos of people unless `--yes` says so. Exit status 1 with a sentence when it refuses.
"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from provisioning.filling import fill, own_demos
from scenarios.models import Demo


class Command(BaseCommand):
    """Fill the database."""

    help = "Fill the database with plausible people, demos, builds and reviews (local mode only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--demos", type=int, default=10_000, help="how many demos there shall be (10000)")
        parser.add_argument("--users", type=int, default=200, help="how many people there shall be (200)")
        parser.add_argument("--yes", action="store_true", help="also beside demos that people have made")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuse, or fill."""
        if not settings.LOCAL_MODE:
            raise CommandError("This makes people and demos that do not exist: it runs in local mode only.")
        if options["demos"] < 0 or options["users"] < 1:
            raise CommandError("Say at least one user, and no negative number of demos.")
        others = Demo.objects.count() - own_demos().count()
        if others and not options["yes"]:
            raise CommandError(
                f"There are {others} demos that people have made. Use a database of its own (DEMOFORGE_VAR_DIR), "
                "or say --yes to fill this one."
            )
        filled = fill(
            demos=options["demos"],
            users=options["users"],
            tell=lambda words: self.stderr.write(f"Writing {words} …"),
        )
        self.stdout.write(
            f"{filled.demos:,} demos of {filled.people:,} people, {filled.made:,} of them made now."
        )
