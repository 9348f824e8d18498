"""Figures over demos: percentiles, shares, averages. Pure. What nobody has told counts neither for nor against."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from provisioning.insights.facts import Fact
from scenarios.models import Outcome

GOOD = (Outcome.ADVANCED, Outcome.WON)
KNOWN = (Outcome.ADVANCED, Outcome.WON, Outcome.LOST)


@dataclass(frozen=True)
class Spread:
    """The middle and the slow end of some times, in seconds; None where there is none."""

    p50: float | None
    p90: float | None
    of: int


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None when there is nothing to have a share of."""
        return self.part / self.of if self.of else None


@dataclass(frozen=True)
class Figures:
    """What some demos come to. Times are seconds, money is US dollars."""

    demos: int
    working: int  # had a working build
    whole: Spread  # from brief to working demo
    drafting: Spread
    waiting: Spread
    building: Spread
    first_pass: Share  # of the first revisions that were written from a brief and are settled
    copies: Share  # of all demos
    cost: Decimal
    unpriced: int  # model calls whose price nobody knows
    called: int  # whose call was
    ratings: Mapping[int, int]  # 1 to 5 -> how many
    outcomes: Mapping[str, int]  # value of Outcome -> how many
    people: int  # who began them

    @property
    def rated(self) -> int:
        """How many have a rating."""
        return sum(self.ratings.values())

    @property
    def rating(self) -> float | None:
        """The average rating; None without any."""
        return (
            sum(stars * count for stars, count in self.ratings.items()) / self.rated if self.rated else None
        )

    @property
    def went_well(self) -> Share:
        """Those that advanced or were won, of those whose outcome is known."""
        return Share(sum(self.outcomes[one] for one in GOOD), sum(self.outcomes[one] for one in KNOWN))

    @property
    def cost_each(self) -> Decimal | None:
        """What a demo cost on average; None without demos."""
        return self.cost / self.demos if self.demos else None


def figures(facts: Sequence[Fact]) -> Figures:
    """The figures of these demos."""
    working = [fact for fact in facts if fact.whole is not None]
    settled = [fact.first_pass for fact in facts if fact.first_pass is not None]
    ratings = Counter(fact.rating for fact in facts)
    outcomes = Counter(fact.outcome for fact in facts)
    return Figures(
        demos=len(facts),
        working=len(working),
        whole=spread([fact.whole or 0.0 for fact in working]),
        drafting=spread([fact.drafting or 0.0 for fact in working]),
        waiting=spread([fact.waiting or 0.0 for fact in working]),
        building=spread([fact.building or 0.0 for fact in working]),
        first_pass=Share(sum(settled), len(settled)),
        copies=Share(sum(fact.copied for fact in facts), len(facts)),
        cost=dollars_of(sum(fact.cost for fact in facts)),
        unpriced=sum(fact.unpriced for fact in facts),
        called=sum(fact.called for fact in facts),
        ratings={stars: ratings[stars] for stars in range(1, 6)},
        outcomes={one.value: outcomes[one.value] for one in Outcome},
        people=len({fact.owner for fact in facts}),
    )


def dollars_of(amount: float) -> Decimal:
    """US dollars to a millionth, which is as fine as a price is kept."""
    return Decimal(f"{amount:.6f}")


def spread(values: Sequence[float]) -> Spread:
    """p50 and p90 of some seconds; between two of them, in proportion."""
    ordered = sorted(values)
    return Spread(_percentile(ordered, 0.5), _percentile(ordered, 0.9), len(ordered))


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    if not ordered:
        return None
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
