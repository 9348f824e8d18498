"""What the audit trail says about filled demos, and what people were told."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from demoforge.accounts.models import AuditEntry, Notice, User
from provisioning.filling.clocks import times_as_given
from provisioning.filling.stories import Story
from scenarios.models import Demo

ROWS = 1000  # in a statement
_ORIGIN = "192.0.2.{}"  # addresses for examples


def fill_trail(stories: Sequence[Story], demos: Sequence[Demo], people: Sequence[User], dice: Random) -> None:
    """The audit lines of the stories, and five notices a person."""
    names = {person.pk: person.username for person in people}
    pairs = zip(demos, stories, strict=True)
    entries = [entry for demo, one in pairs for entry in _entries(demo, one, names[demo.owner_id], dice)]
    with times_as_given(AuditEntry, Notice):
        AuditEntry.objects.bulk_create(entries, batch_size=ROWS)
        Notice.objects.bulk_create(_notices(demos, people, dice), batch_size=ROWS)


def _entries(demo: Demo, one: Story, name: str, dice: Random) -> Iterator[AuditEntry]:
    said: list[tuple[str, datetime, dict[str, Any]]] = [
        ("demo.created", one.begun, {"provider": demo.provider})
    ]
    if one.work:
        said.append(("build.started", one.work.created, {"demo": demo.pk, "target": str(one.work.target)}))
    if one.rating and one.work:
        said.append(("demo.rated", one.work.finished + timedelta(hours=1), {"rating": one.rating}))
    for action, at, detail in said:
        yield AuditEntry(
            at=at, actor_id=demo.owner_id, actor_name=name, origin=_ORIGIN.format(dice.randint(1, 250)), action=action,
            subject_type="demo", subject_id=str(demo.pk), subject=str(demo), detail=detail,
        )  # fmt: skip


def _notices(demos: Sequence[Demo], people: Sequence[User], dice: Random) -> Iterator[Notice]:
    """Told already outside, so that nobody is sent a letter about them."""
    for person in people:
        for demo in dice.sample(demos, min(5, len(demos))):
            at = demo.created_at + timedelta(hours=2)
            read = at if dice.random() < 0.6 else None
            yield Notice(user=person, at=at, text="A demo of your team is ready.", path=f"/demos/{demo.pk}/",
                         read_at=read, sent_at=at)  # fmt: skip
