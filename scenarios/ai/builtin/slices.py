"""The summary mart: one measure by one segment and period, written from an angle's declarations."""

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.schema import Angle
from scenarios.ai.builtin.summary_forms import FORMS
from scenarios.plan.outline import MetricIdea, Model, ModelColumn
from scenarios.plan.parts import CteNote, Metric, ModelSql, SimpleMetric

NAME_LIMIT = 63
UNIT = 16  # characters of a unit
MONDAY = "date '2001-01-01'"  # weeks are counted from a Monday: warehouses disagree on where a week starts


@dataclass(frozen=True)
class Summary:
    """Names and words of one summary mart."""

    upstream: str  # the intermediate it reads
    cursor: str
    measure: str
    measure_column: str
    agg: str
    segment: str
    segment_column: str
    period: str  # "week" or "month"
    event: str  # "order"
    event_key: str

    @property
    def name(self) -> str:
        """Name of the mart."""
        return f"fct_{self.period}ly_{self.measure}_by_{self.segment}"

    @property
    def key(self) -> str:
        """Name of its primary key column."""
        return f"{self.segment}_{self.period}_key"

    @property
    def period_column(self) -> str:
        """Name of the column with the first day of the period."""
        return f"{self.event}_{self.period}"

    @property
    def value(self) -> str:
        """Name of the measure's column."""
        return f"{self.measure}_{'total' if self.agg == 'sum' else 'average'}"

    @property
    def count(self) -> str:
        """Name of the column that counts the events."""
        return f"{self.event}_count"

    @property
    def per_event(self) -> str:
        """Name of the column with the measure per event."""
        return f"{self.measure}_per_{self.event}"


def summary_of(
    angle: Angle, measure: str, segment: str, period: str, lexicon: Lexicon, upstream: str, key: str
) -> Summary:
    """The summary mart of these choices; `upstream` is the intermediate's name, `key` its primary key."""
    what, by = angle.measures[measure], angle.segments[segment]
    return Summary(
        upstream=upstream,
        cursor=lexicon.name(angle.cursor),
        measure=lexicon.name(what.name),
        measure_column=lexicon.name(what.column),
        agg=what.agg,
        segment=lexicon.name(by.name),
        segment_column=lexicon.name(by.column),
        period=period,
        event=lexicon.name(angle.event_noun),
        event_key=key,
    )


def summary_model(summary: Summary, kinds: dict[str, str]) -> Model:
    """The mart; `kinds` gives the types of the upstream's columns."""
    measure, segment, event = (words(text) for text in (summary.measure, summary.segment, summary.event))
    is_whole = kinds.get(summary.measure_column) == "integer" and summary.agg == "sum"
    period = summary.period
    return Model(
        name=summary.name,
        layer="marts",
        materialized="table",
        purpose=f"{capital(measure)} by {segment} and {period}: the table behind the weekly review."
        if period == "week"
        else f"{capital(measure)} by {segment} and {period}: the table behind the month-end report.",
        grain=f"one row per {segment} and {period}",
        primary_key=summary.key,
        inputs=[summary.upstream],
        columns=[
            ModelColumn(
                name=summary.key, type="string", description=f"Key of the row: {segment} and {period}."
            ),
            ModelColumn(
                name=summary.period_column,
                type="date",
                description=f"First day of the {period}.",
                required=True,
            ),
            ModelColumn(
                name=summary.segment_column,
                type="string",
                description=f"{capital(segment)}; unknown where the origin has none.",
            ),
            ModelColumn(
                name=summary.count, type="integer", description=f"Number of rows at the grain of one {event}."
            ),
            ModelColumn(
                name=summary.value,
                type="integer" if is_whole else "number",
                description=f"{capital(measure)} of the {period}.",
            ),
            ModelColumn(
                name=summary.per_event, type="number", description=f"{capital(measure)} per {event}."
            ),
        ],
        business_questions=[
            f"Which {segment} leads in {measure}, and since when?",
            f"How much does {measure} swing from {period} to {period}?",
        ],
    )


def summary_sql(summary: Summary) -> ModelSql:
    """The statement of the mart."""
    cursor = f"base.{summary.cursor}"
    day = f"cast({cursor} as date)"
    start = (
        f"date_trunc('month', {cursor})"
        if summary.period == "month"
        else f"dateadd(day, -1 * mod(datediff(day, {MONDAY}, {day}), 7), {day})"
    )
    function = "sum" if summary.agg == "sum" else "avg"
    summed = summary.value if summary.agg == "sum" else f"{summary.measure}_summed"
    added = "" if summary.agg == "sum" else f", sum(dated.{summary.measure_column}) as {summed}"
    sql = f"""
        with dated as (
            select
                base.{summary.event_key},
                cast({start} as date) as {summary.period_column},
                coalesce(base.{summary.segment_column}, 'unknown') as {summary.segment_column},
                base.{summary.measure_column}
            from {summary.upstream} as base
        ),
        grouped as (
            select
                dated.{summary.period_column},
                dated.{summary.segment_column},
                count(dated.{summary.event_key}) as {summary.count},
                {function}(dated.{summary.measure_column}) as {summary.value}{added}
            from dated
            group by dated.{summary.period_column}, dated.{summary.segment_column}
        )
        select
            concat(grouped.{summary.segment_column}, '|', cast(grouped.{summary.period_column} as string))
                as {summary.key},
            grouped.{summary.period_column},
            grouped.{summary.segment_column},
            grouped.{summary.count},
            grouped.{summary.value},
            1.0 * grouped.{summed} / nullif(grouped.{summary.count}, 0) as {summary.per_event}
        from grouped
    """  # noqa: S608 - a statement of the plan, checked by the SQL gate
    notes = [CteNote(cte="grouped", note=f"One row per {words(summary.segment)} and {summary.period}.")]
    return ModelSql(model=summary.name, sql=sql, notes=notes)


def summary_metrics(
    summary: Summary, forms: Sequence[str], unit: str = ""
) -> list[tuple[MetricIdea, Metric]]:
    """Metrics over the mart, one for each form; `unit` is that of the measure."""
    fields = {
        "value": summary.value,
        "per_event": summary.per_event,
        "count": summary.count,
        "period": summary.period_column,
        "segment": summary.segment_column,
    }
    said = {
        "measure": words(summary.measure),
        "segment": words(summary.segment),
        "period": summary.period,
        "event": words(summary.event),
        "events": plural(words(summary.event)),
    }
    said["Measure"] = capital(said["measure"])
    found: list[tuple[MetricIdea, Metric]] = []
    for key in forms:
        form, name = FORMS[key], metric_name(summary, key)
        idea = MetricIdea(
            name=name,
            label=capital(form.label.format(**said)),
            description=capital(form.text.format(**said)),
            unit=unit if form.field in ("value", "per_event") else said["events"][:UNIT].rstrip(),
        )
        found.append(
            (idea, SimpleMetric(name=name, model=summary.name, agg=form.agg, column=fields[form.field]))
        )
    return found


def metric_name(summary: Summary, form: str) -> str:
    """Name of one of the mart's metrics; the segment is left out where it would be too long."""
    stem = f"{form}_{summary.period}ly_{summary.measure}"
    name = f"{stem}_by_{summary.segment}"
    return name if len(name) <= NAME_LIMIT else stem[:NAME_LIMIT].rstrip("_")


_INITIALS = {
    "mrr",
    "arr",
    "arpu",
    "oee",
    "nps",
    "gmv",
    "aov",
    "cpm",
    "roi",
    "kwh",
    "mwh",
    "gb",
    "sla",
    "ecl",
    "otif",
}


def words(name: str) -> str:
    """A name as prose; initials such as MRR in capitals."""
    return " ".join(word.upper() if word in _INITIALS else word for word in name.split("_"))


def plural(text: str) -> str:
    """Many of a thing, in regular English."""
    if text.endswith("y") and text[-2:-1] not in "aeiou":
        return f"{text[:-1]}ies"
    return text if text.endswith("s") else f"{text}s"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
