"""The metrics that a summary mart can carry, as forms: which of them a demo has is one of its choices."""

from dataclasses import dataclass
from typing import Literal

from scenarios.plan.parts import Aggregation

Field = Literal["value", "per_event", "count"]


@dataclass(frozen=True)
class Form:
    """An aggregation of one of the mart's columns, said in words with places for measure, segment and period."""

    agg: Aggregation
    field: Field
    label: str
    text: str


#: By the first word of the metric's name. `{measure}`, `{segment}`, `{period}`, `{event}` are filled in.
FORMS: dict[str, Form] = {
    "average": Form(
        "average",
        "value",
        "Average {period}ly {measure} by {segment}",
        "Average {measure} of a {segment} in a {period}.",
    ),
    "peak": Form(
        "max",
        "value",
        "Peak {period}ly {measure} by {segment}",
        "Highest {measure} of a {segment} in a {period}.",
    ),
    "lowest": Form(
        "min",
        "value",
        "Lowest {period}ly {measure} by {segment}",
        "Lowest {measure} of a {segment} in a {period}.",
    ),
    "summed": Form(
        "sum",
        "value",
        "Summed {period}ly {measure} by {segment}",
        "{Measure} of all rows of the summary, to check it against the detail.",
    ),
    "typical": Form(
        "average",
        "per_event",
        "Typical {measure} per {event} by {segment} and {period}",
        "{Measure} per {event}, averaged over {segment} and {period}.",
    ),
    "best": Form(
        "max",
        "per_event",
        "Best {measure} per {event} by {segment} and {period}",
        "Highest {measure} per {event} of a {segment} in a {period}.",
    ),
    "weakest": Form(
        "min",
        "per_event",
        "Weakest {measure} per {event} by {segment} and {period}",
        "Lowest {measure} per {event} of a {segment} in a {period}.",
    ),
    "busiest": Form(
        "max",
        "count",
        "Busiest {period} by {segment}, with {measure}",
        "Most rows at the grain of a {event} in one {segment} and {period}.",
    ),
}
