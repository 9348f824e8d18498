"""The command that makes the first administrator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demoforge.accounts.people.services import give_role
from demoforge.accounts.roles import Role
from demoforge.errors import Explained


class Command(BaseCommand):
    """`manage.py set_role ada@example.com admin`."""

    help = "Give a person a role: for the first administrator of a team, and when none is left."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and what they become."""
        parser.add_argument("name", help="the user name or the e-mail address")
        parser.add_argument("role", choices=[role.value for role in Role])

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or say why not."""
        try:
            person = give_role(options["name"], Role(options["role"]))
        except Explained as error:
            raise CommandError(f"{error.sentence} {error.hint}") from None
        self.stdout.write(f"{person.display_name} is now: {Role(person.role).label}.")
