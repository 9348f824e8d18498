"""Encrypted columns move to other keys: which columns there are, and the way of their values.

A value is encrypted with CRYPTOGRAPHY_KEY and signed with SECRET_KEY, so a change of either moves all of them.
"""

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Self

from django.apps import apps
from django.core.signing import BadSignature
from django.db import models, transaction
from django.db.models import BinaryField, ExpressionWrapper, F, Value
from django_cryptography.conf import CryptographyConf
from django_cryptography.core.signing import FernetSigner
from django_cryptography.fields import EncryptedMixin
from django_cryptography.utils.crypto import FernetBytes, InvalidToken, pbkdf2

from demoforge.errors import Explained
from demoforge.faults import fault_point
from demoforge.keys import derived_key

BATCH = 300  # rows of a transaction
_CONFIGURED = CryptographyConf()
_ROUNDS = 30_000  # of the library's own derivation, see django_cryptography.conf
_MARK = "raw_"  # before a column's name: the value as it stands in the database


class KeysDoNotFit(Explained):
    """A value reads with no key that is known."""


class _PlainValues(pickle.Unpickler):
    """Reads numbers, texts and the like, and nothing that could run."""

    def find_class(self, module: str, name: str) -> Any:
        """Raises UnpicklingError."""
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")


@dataclass(frozen=True)
class Keyring:
    """The keys that count now, and those that may have counted before."""

    now: FernetBytes
    before: Sequence[FernetBytes]

    @classmethod
    def of_old(cls, *, cryptography_key: str = "", secret_key: str = "") -> Self:
        """The keys of the settings, and every pair of them with the old ones. Empty: that key has not changed.

        In local mode the key of the columns comes from SECRET_KEY, so an old one of that kind is tried, too.
        """
        texts = [cryptography_key, derived_key(secret_key, "columns") if secret_key else ""]
        keys: list[bytes] = [_CONFIGURED.CRYPTOGRAPHY_KEY, *(_key(text) for text in texts if text)]
        signers = [FernetSigner(), *([FernetSigner(secret_key)] if secret_key else [])]
        now, *before = [FernetBytes(key, signer) for key in keys for signer in signers]
        return cls(now, before)

    def moved(self, value: bytes) -> bytes | None:
        """The value for the keys that count now; None when it is already. Raises KeyError when no key fits."""
        if _opened(self.now, value) is not None:
            return None
        for cipher in self.before:
            if (inside := _opened(cipher, value)) is not None:
                return self.now.encrypt(inside)
        raise KeyError("no key fits")


@dataclass(frozen=True)
class Table:
    """A model and the names of its encrypted columns."""

    model: type[models.Model]
    columns: tuple[str, ...]

    def batches(self, *, lock: bool = False) -> Iterator[list[dict[str, Any]]]:
        """All rows by key, some hundred at a time: `pk`, and for each column its bytes (or None) as they are stored."""
        stored = {
            _MARK + name: ExpressionWrapper(F(name), output_field=BinaryField()) for name in self.columns
        }
        rows = self.model._base_manager.order_by("pk").annotate(**stored).values("pk", *stored)
        rows = rows.select_for_update() if lock else rows
        batch = list(rows[:BATCH])
        while batch:
            yield batch
            batch = list(rows.filter(pk__gt=batch[-1]["pk"])[:BATCH])


@dataclass
class Count:
    """How many rows of a table there are, and how many had another key."""

    table: Table
    rows: int = 0
    moved: int = 0
    unread: list[Any] = field(default_factory=list)  # keys of rows that no key reads


def encrypted_tables() -> list[Table]:
    """All tables with encrypted columns, by name. A column with a key of its own does not count."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        names = tuple(
            column.name
            for column in model._meta.local_concrete_fields
            if isinstance(column, EncryptedMixin) and column.key is None
        )
        if names and model._meta.managed and not model._meta.proxy:
            found.append(Table(model, names))
    return sorted(found, key=lambda table: table.model._meta.db_table)


def look(table: Table, keys: Keyring) -> Count:
    """Read all rows and change nothing: how many would move, and which cannot be read."""
    count = Count(table)
    for batch in table.batches():
        for row in batch:
            count.rows += 1
            try:
                count.moved += bool(_changes(table, row, keys))
            except KeyError:
                count.unread.append(row["pk"])
    return count


def move(table: Table, keys: Keyring) -> Count:
    """Encrypt all rows with the keys that count now, one transaction for each batch; may be done again at any time.

    Raises KeysDoNotFit at a row that no key reads: its batch is left as it was.
    """
    count = Count(table)
    batches = table.batches(lock=True)
    while True:
        with transaction.atomic():
            batch = next(batches, None)
            moved = sum(_move_row(table, row, keys) for row in batch or ())
        if batch is None:
            return count
        count.rows, count.moved = count.rows + len(batch), count.moved + moved
        fault_point("rotation", "after")


def _move_row(table: Table, row: dict[str, Any], keys: Keyring) -> bool:
    try:
        changes = _changes(table, row, keys)
    except KeyError:
        raise KeysDoNotFit(
            f"Row {row['pk']} of {table.model._meta.db_table} reads with no key that is known.",
            "Something may still write with another key: stop DemoForge everywhere, then do this again.",
        ) from None
    if changes:
        table.model._base_manager.filter(pk=row["pk"]).update(**changes)
    return bool(changes)


def _changes(table: Table, row: dict[str, Any], keys: Keyring) -> dict[str, Value]:
    """Column -> new value, for those that have to move. Raises KeyError."""
    stored = {name: row[_MARK + name] for name in table.columns}
    moved = {name: keys.moved(bytes(value)) for name, value in stored.items() if value is not None}
    return {name: Value(value, BinaryField()) for name, value in moved.items() if value is not None}


def _key(text: str) -> bytes:
    """The key that the library makes of a setting."""
    return pbkdf2(text, _CONFIGURED.CRYPTOGRAPHY_SALT, _ROUNDS, digest=_CONFIGURED.CRYPTOGRAPHY_DIGEST)


def _opened(cipher: FernetBytes, value: bytes) -> bytes | None:
    """What is inside, if these keys are the right ones.

    The signature tells only about SECRET_KEY. With it and a wrong CRYPTOGRAPHY_KEY one value in 256 seems to open,
    with noise inside: so what is inside must also be a whole pickled value.
    """
    try:
        inside = cipher.decrypt(value)
        stream = BytesIO(inside)
        if inside[:1] != pickle.PROTO:
            return None
        _PlainValues(stream).load()
    except (BadSignature, InvalidToken):
        return None
    except Exception:  # noise can fail in any way that a reader of pickles knows
        return None
    return inside if stream.tell() == len(inside) else None
