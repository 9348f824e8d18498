"""The command that moves what is stored to other keys."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demoforge.environment import Reader
from demoforge.locks import RunLock, no_worker_alive
from demoforge.rotation import Count, Keyring, KeysDoNotFit, encrypted_tables, look, move

NOT_TOLD = 2  # exit status: the keys are not said, or make no sense
PAIRS = {"CRYPTOGRAPHY_KEY": "CRYPTOGRAPHY_KEY_OLD", "SECRET_KEY": "SECRET_KEY_OLD"}
SHOWN = 5  # keys of rows


class Command(BaseCommand):
    """`CRYPTOGRAPHY_KEY_OLD=… SECRET_KEY_OLD=… manage.py rotate_key`, with the new keys in the settings."""

    help = (
        "Encrypt all confidential columns with the present CRYPTOGRAPHY_KEY and SECRET_KEY. The ones before are read "
        "from CRYPTOGRAPHY_KEY_OLD and SECRET_KEY_OLD; leave out what has not changed. Stop DemoForge first. It may be "
        "killed and run again. Exit status: 0 done, 1 not done and a sentence says why, 2 the old keys are not said."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option."""
        parser.add_argument(
            "--check", action="store_true", help="only say whether everything reads with the present keys"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at every row, then move those that have other keys."""
        if options["check"]:
            return self._check()
        keys = _keys()
        lock = RunLock()
        with no_worker_alive() as alone:
            if not (alone and lock.take()):
                raise CommandError(
                    "DemoForge, or one of its commands, runs on this data directory. Stop it, then do this again."
                )
            self._rotate(keys)

    def _check(self) -> None:
        counts = [look(table, Keyring.of_old()) for table in encrypted_tables()]
        if unread := [count for count in counts if count.unread]:
            raise CommandError("\n".join(["Some rows do not read with the present keys:", *_rows(unread)]))
        for count in counts:
            self.stdout.write(f"{count.table.model._meta.db_table}: {count.rows} rows read")

    def _rotate(self, keys: Keyring) -> None:
        counts = [look(table, keys) for table in encrypted_tables()]
        if unread := [count for count in counts if count.unread]:
            raise CommandError(_refusal(unread))
        try:
            for count in counts:
                done = move(count.table, keys)
                name = done.table.model._meta.db_table
                self.stdout.write(f"{name}: {done.rows} rows, {done.moved} encrypted again")
        except KeysDoNotFit as error:
            raise CommandError(f"{error.sentence} {error.hint}") from None
        self.stdout.write("Everything reads with the present keys. Remove the old ones from the environment.")


def _keys() -> Keyring:
    reader = Reader(os.environ)
    old = {name: reader.raw(variable) for name, variable in PAIRS.items()}
    if not any(old.values()):
        raise CommandError(
            f"Say what the keys were before: set {' or '.join(PAIRS.values())}, or both. "
            "The new ones are those of the settings.",
            returncode=NOT_TOLD,
        )
    now = {"CRYPTOGRAPHY_KEY": reader.raw("CRYPTOGRAPHY_KEY"), "SECRET_KEY": settings.SECRET_KEY}
    for name, variable in PAIRS.items():
        if old[name] and old[name] == now[name]:
            raise CommandError(
                f"{variable} is the present {name}. Set {name} to the new key, or leave {variable} out.",
                returncode=NOT_TOLD,
            )
    return Keyring.of_old(cryptography_key=old["CRYPTOGRAPHY_KEY"], secret_key=old["SECRET_KEY"])


def _refusal(unread: list[Count]) -> str:
    """Which rows no key reads, and that nothing was changed."""
    return "\n".join(
        [
            "Some rows read neither with the present keys nor with the old ones, so nothing was changed:",
            *_rows(unread),
            "Look whether the old keys are the right ones, and whether SECRET_KEY has changed, too.",
        ]
    )


def _rows(unread: list[Count]) -> list[str]:
    """A line for each table: the first keys of such rows, and how many more there are."""
    lines = []
    for count in unread:
        shown = ", ".join(str(key) for key in count.unread[:SHOWN])
        more = f" and {len(count.unread) - SHOWN} more" if len(count.unread) > SHOWN else ""
        lines.append(f"  {count.table.model._meta.db_table}: rows {shown}{more}")
    return lines
