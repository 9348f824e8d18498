"""Figures as people read them, and as the rows of a spreadsheet."""

from collections.abc import Iterator

from provisioning.insights.figures import Figures, Share, Spread
from provisioning.insights.groups import CUTS, Group
from provisioning.insights.reading import Insights

NOTHING_KNOWN = "–"
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def time_words(seconds: float | None) -> str:
    """Seconds in two units at most: "2 d 3 h", "4 h 12 min", "3 min 20 s", "12 s"; a dash for None."""
    if seconds is None:
        return NOTHING_KNOWN
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    units = ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min"), (_MINUTE, "min", 1, "s"))
    big, name, small, rest_name = next(unit for unit in units if whole >= unit[0])
    count, rest = divmod(whole, big)
    rest //= small
    return f"{count} {name} {rest} {rest_name}" if rest else f"{count} {name}"


def share_words(share: Share | None) -> str:
    """A share as a percentage: "62 %"; a dash when there is nothing to have a share of."""
    if share is None or share.value is None:
        return NOTHING_KNOWN
    return f"{share.value * 100:.0f} %"


def rating_words(rating: float | None) -> str:
    """An average rating: "4.2"; a dash for None."""
    return NOTHING_KNOWN if rating is None else f"{rating:.1f}"


SHEET = (
    "{cut}", "demos", "working", "brief_to_demo_p50_seconds", "brief_to_demo_p90_seconds",
    "drafting_p50_seconds", "drafting_p90_seconds", "waiting_p50_seconds", "waiting_p90_seconds",
    "build_p50_seconds", "build_p90_seconds", "first_pass", "first_pass_of", "copies", "ai_cost_usd",
    "calls_without_price", "calls_held", "rating_average", "rated", "advanced", "won", "lost", "outcome_unknown",
    "people_with_demos", "accounts_active", "accounts",
)  # fmt: skip


def sheet_header(insights: Insights) -> list[str]:
    """The names of the columns."""
    return [name.format(cut=CUTS[insights.cut].lower()) for name in SHEET]


def sheet_rows(insights: Insights) -> Iterator[list[object]]:
    """All demos, then each group. What is not known is empty; money and times are numbers."""
    everything = Group("All", insights.total, insights.adoption)
    for group in (everything, *insights.groups):
        yield [group.label, *_numbers(group.figures), *_adoption(group)]


def _numbers(of: Figures) -> list[object]:
    times = [
        second for spread in (of.whole, of.drafting, of.waiting, of.building) for second in _seconds(spread)
    ]
    return [
        of.demos, of.working, *times, of.first_pass.part, of.first_pass.of, of.copies.part,
        round(of.cost, 6), of.unpriced, of.called, "" if of.rating is None else round(of.rating, 2), of.rated,
        of.outcomes["advanced"], of.outcomes["won"], of.outcomes["lost"], of.outcomes[""], of.people,
    ]  # fmt: skip


def _seconds(spread: Spread) -> list[object]:
    return ["" if value is None else round(value, 1) for value in (spread.p50, spread.p90)]


def _adoption(group: Group) -> list[object]:
    return [group.adoption.part, group.adoption.of] if group.adoption else ["", ""]
