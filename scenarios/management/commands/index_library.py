"""`manage.py index_library`: write anew the words by which demos are found."""

from typing import Any

from django.core.management.base import BaseCommand

from scenarios.library.indexing import index_again


class Command(BaseCommand):
    """Needed after an upgrade that reads more of a plan, and after rows were changed by hand."""

    help = "Write anew the words by which demos are found in the library."

    def handle(self, *args: Any, **options: Any) -> None:
        """Index every demo; may run while people work."""
        count = index_again()
        self.stdout.write(f"{count} demo{'' if count == 1 else 's'} indexed.")
