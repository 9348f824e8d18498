"""What the answer sheet asks of the metrics: by main dimension, over time, and whether every dimension works."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from scenarios.proof.evidence import AnswerLook
from scenarios.proof.look import plain
from scenarios.proof.metrics import MAX_TEXT, MetricReader
from scenarios.proof.spec import Question

Pairs = list[tuple[str, float | None]]
EMPTY = "(empty)"  # what a group without a value is called


def answer(reader: MetricReader, question: Question) -> AnswerLook:
    """A metric by its main dimension and over time."""
    look = AnswerLook()
    try:
        rows = reader.ask(question.metric, [f"metric_time__{question.grain}"])
        look.periods = _without_end([(_day(period), value) for (period,), value in rows])
    except Exception as error:
        look.periods_error = str(error)[:MAX_TEXT]
    if question.dimension is not None:
        look.groups, look.groups_error = _by_dimension(reader, question, question.dimension)
    return look


def _without_end(periods: Pairs) -> Pairs:
    """Without the empty periods at the end: a comparison with last month has a row for the month to come."""
    last = max((at for at, (_, value) in enumerate(periods) if value is not None), default=-1)
    return periods[: last + 1]


def _by_dimension(reader: MetricReader, question: Question, column: str) -> tuple[Pairs, str]:
    """The groups, or why there are none."""
    why = f"the semantic layer has no dimension {column} on the metric's mart"
    found = [reader.address(mart, column) for mart in reader.marts(question.metric)]
    for address in filter(None, found):
        for ask in (_groups, _latest_groups):
            try:
                groups = ask(reader, question, address)
            except Exception as error:
                why = str(error)[:MAX_TEXT]
                continue
            if any(value is not None for _, value in groups):
                return groups, ""
            why = "no group has a value"
    return [], why


def _groups(reader: MetricReader, question: Question, address: str) -> Pairs:
    return [(_label(group), value) for (group,), value in reader.ask(question.metric, [address])]


def _latest_groups(reader: MetricReader, question: Question, address: str) -> Pairs:
    """For a metric that compares periods: the groups of the last complete period in which one has a value."""
    rows = reader.ask(question.metric, ["metric_time__month", address])
    latest = reader.last_complete(period for (period, _), value in rows if value is not None)
    return [(_label(group), value) for (period, group), value in rows if period == latest]


def dimension_faults(reader: MetricReader, dimensions: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """`mart.column` -> why no metric can be grouped by it; an empty text where one can.

    A mart without metrics of its own, such as one of customers, is reached from others along an entity.
    """
    faults = {}
    for mart, columns in dimensions.items():
        own = [name for name in sorted(reader.names) if mart in reader.marts(name)]
        metrics = own or sorted(reader.names)
        together = [reader.address(mart, column) for column in columns]
        if metrics and all(together) and not _fault(reader, metrics[:1], together):
            faults.update({f"{mart}.{column}": "" for column in columns})
            continue
        for column, address in zip(columns, together, strict=True):
            faults[f"{mart}.{column}"] = _fault(reader, metrics, [address])
    return faults


def _fault(reader: MetricReader, metrics: Sequence[str], groups: Sequence[str]) -> str:
    """Why none of the metrics can be grouped so, or an empty text. A group that is empty was not found."""
    if not all(groups):
        return "the semantic layer has no such dimension"
    why = "there is no metric"
    for metric in metrics:
        try:
            rows = reader.ask(metric, groups)
        except Exception as error:
            why = str(error)[:MAX_TEXT]
            continue
        if any(value is not None for _, value in rows):
            return ""
        why = f"{metric} has no value in any group"
    return why


def _label(value: object) -> str:
    """A group's name for a person."""
    if value is None:
        return EMPTY
    return str(value).lower() if isinstance(value, bool) else str(plain(value))


def _day(period: Any) -> str:
    """The ISO date on which a period starts."""
    return period.date().isoformat() if isinstance(period, datetime) else str(plain(period))
