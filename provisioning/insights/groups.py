"""The same figures for each team, industry or person. Pure."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from provisioning.insights.facts import Fact, People
from provisioning.insights.figures import Figures, Share, figures

CUTS = {"team": "Team", "industry": "Industry", "person": "Person"}
NO_TEAM = "No team"
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Group:
    """Some of the demos under one name. `adoption` is active accounts of all, known for teams only."""

    label: str
    figures: Figures
    adoption: Share | None = None


def groups_of(facts: Sequence[Fact], people: People, cut: str) -> list[Group]:
    """The groups of a cut (a key of CUTS), the one with most demos first; teams also without a demo."""
    if cut == "team":
        return _ordered(_teams(facts, people))
    if cut == "industry":
        return _ordered(_industries(facts))
    names = people.persons
    return _ordered([Group(names[pk].name, figures(some)) for pk, some in _split(facts, _owner).items()])


def _teams(facts: Sequence[Fact], people: People) -> list[Group]:
    demos = _split(facts, lambda fact: fact.team)
    found = []
    for pk, name in [*people.teams.items(), (None, NO_TEAM)]:
        members = [user for user, person in people.persons.items() if person.counts and person.team == pk]
        if pk in demos or members:
            adoption = Share(sum(user in people.active for user in members), len(members))
            found.append(Group(name, figures(demos.get(pk, ())), adoption))
    return found


def _industries(facts: Sequence[Fact]) -> list[Group]:
    """Industries are typed, so case and spaces make no difference; shown as the first demo has it."""
    demos = _split(facts, lambda fact: " ".join(fact.industry.split()).casefold())
    return [Group(some[0].industry, figures(some)) for some in demos.values()]


def _owner(fact: Fact) -> int:
    return fact.owner


def _split(facts: Sequence[Fact], key: Callable[[Fact], Key]) -> Mapping[Key, list[Fact]]:
    found: dict[Key, list[Fact]] = {}
    for fact in facts:
        found.setdefault(key(fact), []).append(fact)
    return found


def _ordered(groups: list[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (-group.figures.demos, group.label.casefold()))
