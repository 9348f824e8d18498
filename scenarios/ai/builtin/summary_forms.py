"""The metrics that a summary mart can carry, as forms: which of them a demo has is one of its choices."""

from dataclasses import dataclass
from typing import Literal

from scenarios.plan.parts import Aggregation

Field = Literal["value", "per_event", "count", "period", "segment"]


@dataclass(frozen=True)
class Form:
    """An aggregation of one of the mart's columns, said in words with places for measure, segment and period."""

    agg: Aggregation
    field: Field
    label: str
    text: str


_OF = "of one {segment} in a {period}"

#: Forms about the measure, by the first word of the metric's name.
VALUE_FORMS: dict[str, Form] = {
    "average": Form(
        "average", "value", "Average {measure} per {segment} and {period}", "Average {measure} " + _OF + "."
    ),
    "peak": Form(
        "max", "value", "Highest {measure} of one {segment} in a {period}", "Highest {measure} " + _OF + "."
    ),
    "lowest": Form(
        "min", "value", "Lowest {period}ly {measure} by {segment}", "Lowest {measure} " + _OF + "."
    ),
    "summed": Form(
        "sum",
        "value",
        "Summed {period}ly {measure} by {segment}",
        "The summary added up: must match the detail.",
    ),
    "typical": Form(
        "average",
        "per_event",
        "Usual {measure} per {event}",
        "{Measure} per {event}, averaged over {segment} and {period}.",
    ),
    "best": Form(
        "max",
        "per_event",
        "Highest {measure} per {event} in a {period}",
        "Highest {measure} per {event} " + _OF + ".",
    ),
    "weakest": Form(
        "min",
        "per_event",
        "Weakest {period}ly {measure} per {event}",
        "Lowest {measure} per {event} " + _OF + ".",
    ),
}

#: Forms about how many rows and groups there are.
COUNT_FORMS: dict[str, Form] = {
    "busiest": Form(
        "max",
        "count",
        "Most {events} of one {segment} in a {period}",
        "Highest {event} count " + _OF + ".",
    ),
    "quietest": Form(
        "min", "count", "Lowest {event} count by {segment} and {period}", "Lowest {event} count " + _OF + "."
    ),
    "usual": Form(
        "average",
        "count",
        "Average {events} per {segment} and {period}",
        "Average {event} count " + _OF + ".",
    ),
    "active": Form(
        "count_distinct",
        "period",
        "Active {period}s",
        "Number of {period}s in which there was {measure} at all.",
    ),
    "covered": Form(
        "count_distinct",
        "segment",
        "Covered groups of {segment}",
        "Number of groups of {segment} with {measure}.",
    ),
}

FORMS: dict[str, Form] = VALUE_FORMS | COUNT_FORMS

#: Forms that new demos get: those that say something on ten rows. The others are still understood.
TELLING = ("peak", "average", "typical", "best", "busiest", "usual")
