"""`run_of_show.md`: the talk on one page, and the values that are said in it. Pure."""

from collections.abc import Mapping

from scenarios.plan.names import MAIN
from scenarios.plan.parts import Plan
from scenarios.plan.run_of_show import Moment, Place, run_of_show
from scenarios.rendering.facts import ProvenFacts, value_text
from scenarios.rendering.markdown import Md, code, inline, page, table
from scenarios.rendering.periods import in_period

RUN_OF_SHOW_PATH = "run_of_show.md"

_PAGES = {"lineage": "the lineage", "proof": "the test results", "answers": "the metrics"}


def said_values(
    plan: Plan, metrics: Mapping[str, float | None], periods: Mapping[str, tuple[str, str]]
) -> dict[str, str]:
    """Metric -> its proven value as it is said, with its unit, and its period if it has a value in periods only.

    Metrics without a value are left out.
    """
    units = {idea.name: idea.unit for idea in plan.outline.metrics}
    return {
        name: said_value(value, units.get(name, ""), periods.get(name))
        for name, value in metrics.items()
        if value is not None
    }


def said_value(value: float | None, unit: str, period: tuple[str, str] | None) -> str:
    """A value with its unit and, if it is that of one period (first day, grain), when: `162.6 % in October 2026`."""
    text = value_text(value, unit)
    return f"{text} {in_period(*period)}" if period and value is not None else text


def run_of_show_page(plan: Plan, facts: ProvenFacts) -> str:
    """Minute, moment, click and pain of every moment, in one table."""
    moments = run_of_show(plan, said_values(plan, facts.metrics, facts.metric_periods))
    return page(
        f"# {inline(plan.outline.company)}: run of show",
        f"{moments[-1].ends} minutes. What to say in each moment stands in `talk_track.md`.",
        table(["Minute", "Moment", "Click", "Answers"], [_row(moment) for moment in moments]),
    )


def _row(moment: Moment) -> tuple[Md, ...]:
    pains = Md("; ".join(inline(pain) for pain in moment.pains))
    return Md(str(moment.minute)), inline(moment.title), _click(moment), pains


def _click(moment: Moment) -> Md:
    """What to click in words, and the file and branch behind it."""
    place = place_words(moment.place)
    if not moment.click:
        return place
    return Md(f"{inline(moment.click)}: {place}") if place else inline(moment.click)


def place_words(place: Place | None) -> Md:
    """A place as Markdown: a file, with its branch unless that is main, or a page in words; empty for None."""
    if place is None:
        return Md("")
    if place.page != "file":
        return Md(_PAGES[place.page])
    branch = "" if place.branch == MAIN else f" on {code(place.branch)}"
    return Md(f"{code(place.path)}{branch}")
