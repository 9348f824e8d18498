"""What happened to a demo, thrown by dice: how its revisions, its build and its call went. No database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from provisioning.models import RunStatus, Target
from scenarios.models import Outcome, RevisionStatus

DAYS = 365  # in which the demos were begun, more and more of them
_NAMES = (
    "Alder", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Indigo", "Juniper", "Kestrel", "Lumen",
    "Meridian", "Nimbus", "Orchard", "Pioneer", "Quarry", "Ridge", "Summit", "Tundra", "Umbra", "Vertex", "Willow",
)  # fmt: skip
_KINDS = ("Group", "Partners", "Works", "Holdings", "Systems", "Supply", "Health", "Bank", "Energy", "Labs")
_TARGETS = (Target.LOCAL, Target.LOCAL, Target.GITHUB, Target.DBT_CLOUD)
_ENDS = (RunStatus.SUCCEEDED,) * 15 + (RunStatus.UNDONE,) * 3 + (RunStatus.FAILED, RunStatus.CANCELLED)
_OUTCOMES = (Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.ADVANCED, Outcome.ADVANCED, Outcome.WON, Outcome.LOST)


@dataclass(frozen=True)
class Draft:
    """One revision."""

    created: datetime
    ready: datetime | None
    status: RevisionStatus
    repairs: int


@dataclass(frozen=True)
class Work:
    """One build; `worked` when it made the demo work."""

    target: Target
    status: RunStatus
    created: datetime
    finished: datetime
    worked: datetime | None


@dataclass(frozen=True)
class Story:
    """A demo's whole life."""

    company: str
    begun: datetime
    drafts: Sequence[Draft]
    work: Work | None
    call_on: date | None
    rating: int | None
    outcome: Outcome
    by_model: bool
    copied: bool
    review: str  # a status of a review, or none was asked for


def story(number: int, dice: Random, now: datetime) -> Story:
    """The story of the demo with this number; `now` ends it."""
    begun = now - timedelta(days=DAYS * dice.random() ** 1.4, minutes=30)
    drafts = _drafts(begun, dice, now)
    last = drafts[-1]
    work = _work(last.ready, dice, now) if last.ready and dice.random() < 0.8 else None
    called = (begun + timedelta(days=dice.randint(1, 20))).date() if dice.random() < 0.7 else None
    held = called is not None and called <= now.date() and work is not None
    return Story(
        company=f"{_NAMES[number % len(_NAMES)]} {_KINDS[number // len(_NAMES) % len(_KINDS)]} {number}",
        begun=begun,
        drafts=drafts,
        work=work,
        call_on=called,
        rating=dice.choice((2, 3, 4, 4, 5, 5)) if held and dice.random() < 0.6 else None,
        outcome=dice.choice(_OUTCOMES) if held else Outcome.UNKNOWN,
        by_model=dice.random() < 0.4,
        copied=number > 50 and dice.random() < 0.2,
        review=dice.choice(("approved", "approved", "approved", "sent_back", "open", "", "", ""))
        if last.ready
        else "",
    )


def _drafts(begun: datetime, dice: Random, now: datetime) -> list[Draft]:
    found, at = list[Draft](), begun
    wanted = dice.choice((1, 1, 1, 2, 2, 3))
    for number in range(1, wanted + 1):
        minutes = dice.lognormvariate(1.0, 0.6)
        bad = number == wanted and dice.random() < 0.07
        status = dice.choice((RevisionStatus.BROKEN, RevisionStatus.FAILED)) if bad else RevisionStatus.READY
        ready = None if bad else min(at + timedelta(minutes=minutes), now)
        found.append(Draft(at, ready, status, 1 if dice.random() < 0.15 else 0))
        at = min(at + timedelta(minutes=minutes + dice.lognormvariate(3.0, 1.0)), now)
    return found


def _work(ready: datetime, dice: Random, now: datetime) -> Work:
    created = min(ready + timedelta(minutes=dice.lognormvariate(4.0, 1.2)), now)
    ended = min(created + timedelta(seconds=dice.lognormvariate(4.3, 0.7)), now)
    status = dice.choice(_ENDS)
    worked = ended if status in (RunStatus.SUCCEEDED, RunStatus.UNDONE) else None
    finished = min(ended + timedelta(days=30), now) if status == RunStatus.UNDONE else ended
    return Work(dice.choice(_TARGETS), status, created, finished, worked)
