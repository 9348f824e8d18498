"""`manage.py export_demo ID --output FILE`: a demo as one file, to be imported by another installation.

Without `--user` the installation itself exports; with it, as that person may. `--with-notes` adds what the prospect
has told, and is for the owner only: `--user` must be them. Exit status: 0 written, 1 not, and a sentence says why.
"""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from demoforge.accounts.models import User
from demoforge.errors import Explained
from scenarios import access
from scenarios.exporting.acting import user_named
from scenarios.exporting.moving import export_demo
from scenarios.models import Demo


class Command(BaseCommand):
    """Export a demo."""

    help = "Write the current plan of a demo into a file that another installation imports."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("demo", type=int, metavar="ID", help="the number of the demo, as in its address")
        parser.add_argument("--output", required=True, metavar="FILE", help="a file that does not exist yet")
        parser.add_argument("--user", metavar="NAME", help="export as this user, who is named in the file")
        parser.add_argument(
            "--with-notes",
            action="store_true",
            help="with discovery notes, pain points and the name behind a codename; the owner only",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            user = user_named(options["user"]) if options["user"] else None
            demo = _demo(options["demo"], user)
            if options["with_notes"] and (user is None or demo.owner_id != user.pk):
                raise Explained(
                    "Only the owner of a demo may take its notes along.", "Name them with --user."
                )
            exported = export_demo(demo, confidential=options["with_notes"], by=user)
            _write(Path(options["output"]), exported.content)
        except Http404 as error:
            raise CommandError(
                f"There is no demo {options['demo']}, or not for {options['user']}."
            ) from error
        except PermissionDenied as error:
            raise CommandError(str(error)) from error
        except Explained as error:
            raise CommandError(f"{error.sentence} {error.hint}".strip()) from error
        self.stdout.write(f"{demo}: {options['output']}, {len(exported.content):,} bytes")


def _demo(pk: int, user: User | None) -> Demo:
    """The demo, as this person may export it. Raises Http404, PermissionDenied."""
    if user is None:
        demo = Demo.objects.select_related("current").filter(pk=pk).first()
        if demo is None:
            raise Http404
        return demo
    demo = access.get_demo(user, pk)
    access.require_may_export(user, demo)
    return demo


def _write(path: Path, content: bytes) -> None:
    """Make the file, for its owner's eyes only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        raise Explained(f"{path} cannot be written: {error.strerror}.", "Name another file.") from error
