"""What an account holds: projects, environments, runs … as plain objects, with ids as large as the real ones."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

Kind = Literal[
    "project",
    "connection",
    "repository",
    "credentials",
    "profile",
    "extended_attributes",
    "environment",
    "variable",
    "job",
    "run",
    "sl_configuration",
    "sl_credentials",
    "sl_mapping",
    "service_token",
]
FIRST_ID = 70403100000000  # beyond 32 bits, below 2^53
ACTIVE, DELETED = 1, 2


def now() -> str:
    """The time as the service writes it: `2023-08-02 08:03:46.216855+00:00`."""
    return datetime.now(UTC).isoformat(sep=" ")


class Thing:
    """One object. Its `fields`, `hidden` and `secrets` are attributes, too: `project.name`, `run.remote_url`.

    `fields` are what the API says, `secrets` what was sent and is never said again, `hidden` the server's own notes.
    """

    def __init__(self, kind: Kind, fields: dict[str, Any]) -> None:
        self.kind = kind
        self.fields = fields
        self.secrets: dict[str, Any] = {}
        self.hidden: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("fields", "hidden", "secrets"):
            raise AttributeError(name)
        for place in (self.fields, self.hidden, self.secrets):
            if name in place:
                return place[name]
        raise AttributeError(f"a {self.kind} has no {name}")

    def __repr__(self) -> str:
        return f"<{self.kind} {self.fields['id']} {self.fields.get('name', '')!r}>"

    @property
    def alive(self) -> bool:
        """Has it not been deleted?"""
        return self.fields["state"] == ACTIVE

    def delete(self) -> None:
        """Mark it as deleted: nothing is ever removed."""
        self.fields |= {"state": DELETED, "updated_at": now()}

    def change(self, **fields: Any) -> None:
        """Set fields."""
        self.fields |= {**fields, "updated_at": now()}


class Things:
    """All objects of an account in the order of their making."""

    def __init__(self, seed: int = 7) -> None:
        self._all: dict[int, Thing] = {}
        self._random = random.Random(seed)  # the same ids in every run of a test
        self._last = FIRST_ID

    def next_id(self) -> int:
        """A new id: larger than all before, with gaps."""
        self._last += self._random.randint(1, 997)
        return self._last

    def add(self, kind: Kind, **fields: Any) -> Thing:
        """Make an active object with a new id."""
        stamps = {"created_at": now(), "updated_at": now()}
        thing = Thing(kind, {"id": self.next_id(), "state": ACTIVE, **stamps, **fields})
        self._all[thing.id] = thing
        return thing

    def everything(self) -> list[Thing]:
        """All objects of all kinds, deleted ones included."""
        return list(self._all.values())

    def of(self, kind: Kind) -> Iterator[Thing]:
        """All of one kind, deleted ones included."""
        return (thing for thing in self.everything() if thing.kind == kind)

    def alive(self, kind: Kind, **fields: Any) -> list[Thing]:
        """Those of one kind that are not deleted and have these values."""
        return [
            thing
            for thing in self.of(kind)
            if thing.alive and all(thing.fields.get(name) == value for name, value in fields.items())
        ]

    def find(self, kind: Kind, id: Any) -> Thing | None:
        """The object of this kind and id if it is not deleted."""
        thing = self._all.get(id) if isinstance(id, int) else None
        return thing if thing is not None and thing.kind == kind and thing.alive else None
