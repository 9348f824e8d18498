"""The shortest time in which a build's calls can be made, from what the build really called and its step graph.

A step begins when those before it in the graph are done, and takes its calls one after the other. GitHub asks for a
pause between the start of one write and that of the next, whichever steps of the token they belong to. Nothing else
takes time here: no database, no queue, no looking again. No schedule is quicker.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from provisioning.models import ApiCall, BuildRun
from provisioning.steps import CATALOGUE

WRITES = ("POST", "PUT", "PATCH", "DELETE")
FIRST_RUN = "first_run"


@dataclass(frozen=True)
class Weight:
    """A step's calls, those of them that write to GitHub, and the seconds that are not ours (dbt Cloud's run)."""

    calls: int
    writes: int = 0
    theirs: float = 0.0


@dataclass(frozen=True)
class End:
    """When a step is over at the earliest, when it or one before it wrote last, and the way to it."""

    seconds: float
    wrote: float
    way: tuple[str, ...]


def weights_of(run: BuildRun, *, run_seconds: float) -> dict[str, Weight]:
    """The weight of each step by its key. Of the looks at dbt Cloud's run only the last is needed."""
    weights = {}
    for row in run.steps.all():
        calls = list(ApiCall.objects.filter(step=row))
        writes = sum(call.system == "GitHub" and call.method in WRITES for call in calls)
        needed = 2 if row.key == FIRST_RUN else len(calls)
        weights[row.key] = Weight(needed, writes, run_seconds if row.key == FIRST_RUN else 0.0)
    return weights


def critical_path(
    target: str, weights: Mapping[str, Weight], *, latency: float, pause: float
) -> tuple[float, tuple[str, ...]]:
    """The longest way through the graph in seconds and its steps, or all writes of the build if they take longer."""
    ends: dict[str, End] = {}
    for step in CATALOGUE[target]:  # none stands before one that it needs
        ends[step.key] = _end(step.key, weights[step.key], [ends[key] for key in step.after], latency, pause)
    last = max(ends.values(), key=lambda end: end.seconds)
    first = min(end.seconds - latency for key, end in ends.items() if weights[key].writes)
    writing = first + lane_seconds(weights.values(), pause=pause) + latency
    return (writing, ("all writes",)) if writing > last.seconds else (last.seconds, last.way)


def lane_seconds(weights: Iterable[Weight], *, pause: float) -> float:
    """From the first of these writes to the start of the last, at the least."""
    return max(0, sum(weight.writes for weight in weights) - 1) * pause


def _end(key: str, weight: Weight, before: list[End], latency: float, pause: float) -> End:
    latest = max(before, key=lambda end: end.seconds, default=End(0.0, -pause, ()))
    wrote = max((end.wrote for end in before), default=-pause)
    reading = latest.seconds + (weight.calls - weight.writes) * latency + weight.theirs
    way = (*latest.way, key) if weight.calls else latest.way
    if not weight.writes:
        return End(reading, wrote, way)
    wrote = max(reading, wrote + pause) + (weight.writes - 1) * pause
    return End(wrote + latency, wrote, way)
