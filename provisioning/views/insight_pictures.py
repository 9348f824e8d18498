"""The charts of insights, each with its figures as a table for those who do not see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from demoforge.templatetags.ui import dollars
from provisioning.insights import CUTS, Figures, Group, Insights, Spread
from provisioning.insights.reading import Week, week_words
from provisioning.insights.words import NOTHING_KNOWN, rating_words, time_words
from scenarios.models import Outcome
from scenarios.views.charts import MOST_BARS, Chart, Item, bar_chart, time_chart

Words = Callable[[float | None], str]


@dataclass(frozen=True)
class Drawn:
    """A picture and the same as a table: the names of the columns, and rows of texts; the first cell names its row."""

    title: str
    picture: SafeString
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def pictures(insights: Insights) -> list[Drawn]:
    """All charts of a page that has demos."""
    total = insights.total
    return [
        _phases(total),
        _per_week(insights.weeks),
        _group_times(insights.groups, CUTS[insights.cut].lower()),
        _outcomes(total),
        _ratings(total),
        _costs(insights.weeks),
    ]


def _phases(total: Figures) -> Drawn:
    parts: list[tuple[str, Spread]] = [
        ("Whole way", total.whole),
        ("Drafting and Proof", total.drafting),
        ("Waiting for the person", total.waiting),
        ("Build", total.building),
    ]
    items = [(name, spread.p50) for name, spread in parts]
    chart = _chart("phases", "Time from brief to working demo, median of each phase", items, time_words)
    rows = [
        (name, time_words(spread.p50), time_words(spread.p90), _count(spread.of)) for name, spread in parts
    ]
    return _bars(chart, items, ("Phase", "p50", "p90", "Demos"), rows)


def _per_week(weeks: Sequence[Week]) -> Drawn:
    items: list[Item] = [(week_words(week.monday), float(week.begun)) for week in weeks]
    chart = _chart("weeks", "Demos begun by week, number of demos", items, _demos)
    rows = [(week_words(week.monday), _count(week.begun), _count(week.working)) for week in weeks]
    return _over_weeks(chart, items, weeks, ("Week", "Begun", "Working since"), rows)


def _group_times(groups: Sequence[Group], cut: str) -> Drawn:
    """The biggest groups; the page has all of them in its own table."""
    shown = [group for group in groups if group.figures.working][:MOST_BARS]
    items = [(group.label, group.figures.whole.p50) for group in shown]
    chart = _chart("groups", f"Time from brief to working demo, median by {cut}", items, time_words)
    rows = [
        (one.label, time_words(one.figures.whole.p50), time_words(one.figures.whole.p90), _count(one.figures.working))
        for one in shown
    ]  # fmt: skip
    return _bars(chart, items, (cut.capitalize(), "p50", "p90", "Demos"), rows)


def _outcomes(total: Figures) -> Drawn:
    items: list[Item] = [(one.label, float(total.outcomes[one.value])) for one in Outcome]
    chart = _chart("outcomes", "Outcome after the call, number of demos", items, _demos)
    rows = [(label, _count(int(value or 0))) for label, value in items]
    return _bars(chart, items, ("Outcome", "Demos"), rows)


def _ratings(total: Figures) -> Drawn:
    items: list[Item] = [(f"{stars} of 5", float(count)) for stars, count in total.ratings.items()]
    title = f"Rating after the call, number of demos (average {rating_words(total.rating)})"
    chart = _chart("ratings", title, items, _demos)
    rows = [(label, _count(int(value or 0))) for label, value in items]
    picture = time_chart(chart, items, [str(stars) for stars in total.ratings])
    return Drawn(chart.title, _safe(picture), ("Rating", "Demos"), rows)


def _costs(weeks: Sequence[Week]) -> Drawn:
    items: list[Item] = [(week_words(week.monday), float(week.cost)) for week in weeks]
    chart = _chart("costs", "Cost of AI by week in which the demo was begun, in US dollars", items, _dollars)
    rows = [(week_words(week.monday), str(dollars(week.cost))) for week in weeks]
    return _over_weeks(chart, items, weeks, ("Week", "US dollars"), rows)


def _bars(chart: Chart, items: Sequence[Item], head: Sequence[str], rows: Sequence[Sequence[str]]) -> Drawn:
    return Drawn(chart.title, _safe(bar_chart(chart, items)), head, rows)


def _over_weeks(
    chart: Chart,
    items: Sequence[Item],
    weeks: Sequence[Week],
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> Drawn:
    marks = [f"{week.monday.day} {week.monday:%b}" for week in weeks]
    return Drawn(chart.title, _safe(time_chart(chart, items, marks)), head, rows)


def _chart(name: str, title: str, items: Sequence[Item], words: Words) -> Chart:
    return Chart(name=f"insight-{name}", title=title, about=_about(items, words), words=words)


def _about(items: Sequence[Item], words: Words) -> str:
    """The picture in a sentence."""
    known = [(label, value) for label, value in items if value is not None]
    if not known:
        return "There is nothing to show yet."
    highest, lowest = max(known, key=lambda item: item[1]), min(known, key=lambda item: item[1])
    return f"{len(items)} figures. Highest: {highest[0]}, {words(highest[1])}. Lowest: {lowest[0]}, {words(lowest[1])}."


def _count(number: int) -> str:
    return f"{number:,}"


def _demos(value: float | None) -> str:
    return NOTHING_KNOWN if value is None else f"{value:,.0f}"


def _dollars(value: float | None) -> str:
    return NOTHING_KNOWN if value is None else f"${value:,.2f}"


def _safe(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308  # charts.py escapes every text
