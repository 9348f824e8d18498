"""Fill the database, part after part."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from demoforge.accounts.roles import Role
from provisioning.filling.builds import fill_builds
from provisioning.filling.demos import fill_calls, fill_copies, fill_demos, fill_favourites, fill_reviews
from provisioning.filling.people import fill_people
from provisioning.filling.samples import read_samples
from provisioning.filling.stories import story
from provisioning.filling.trail import fill_trail
from provisioning.filling.words import fill_words
from scenarios.models import Demo

PREFIX = "fill-"  # of the log-in names of the people that own what is made here


@dataclass(frozen=True)
class Filled:
    """What there is now, and how many demos were made for it."""

    demos: int
    made: int
    people: int


def own_demos() -> "QuerySet[Demo]":
    """The demos that were made here."""
    return Demo.objects.filter(owner__username__startswith=PREFIX)


@transaction.atomic
def fill(
    *, demos: int, users: int, now: datetime | None = None, tell: Callable[[str], object] = str
) -> Filled:
    """Make what is missing of so many demos and people. `tell` is told what is being written."""
    there, now = own_demos().count(), now or timezone.now()
    dice = Random(f"fill {there}")  # noqa: S311  # the same numbers make the same rows
    tell("people and teams")
    people = fill_people(PREFIX, users, dice)
    if there >= demos:
        return Filled(there, 0, len(people))
    reviewers = [person for person in people if person.role in (Role.MANAGER, Role.ADMIN)] or people
    stories = [story(number, dice, now) for number in range(there + 1, demos + 1)]
    tell("a plan for each industry")
    samples = read_samples()
    tell("demos and revisions")
    made = fill_demos(stories, people, samples, dice)
    tell("calls of models and reviews")
    fill_calls(stories, made, dice)
    fill_reviews(stories, made, reviewers, dice)
    fill_copies(stories, made, dice)
    tell("builds and steps")
    fill_builds(stories, made)
    tell("the library, marks and the audit trail")
    fill_words(made, samples)
    fill_favourites(made, people, dice)
    fill_trail(stories, made, people, dice)
    return Filled(demos, len(made), len(people))
