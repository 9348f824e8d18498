"""The rows of the incremental mart on the second day, in sentences: what was declared and what came. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from scenarios.proof.evidence import Arrived
from scenarios.proof.report import ArrivedRow, Value
from scenarios.proof.spec import ArrivalSpec, IncrementalSpec
from scenarios.proof.words import key_text, listed, rows

DONE = {"inserted": "inserted", "updated": "updated", "late": "brought late"}


def arrival_faults(spec: IncrementalSpec, arrived: Arrived, declared: Sequence[ArrivalSpec]) -> Iterator[str]:
    """Where the incremental run and the declaration differ; each sentence goes on after the branch's name."""
    mart = spec.model
    came = {key_text(row.key): row for row in arrived.arrivals}
    wanted = {key_text(arrival.key): arrival for arrival in declared}
    for key, arrival in wanted.items():
        if key not in came:
            yield _missing(spec, arrived, arrival)
        elif came[key].kind != arrival.kind:
            yield (
                f"the row {key} of {mart} should be {DONE[arrival.kind]} but is {DONE[came[key].kind]}"
                f"{_newest(spec, arrived)}."
            )
    for kind, done in DONE.items():
        keys = [key for key, row in came.items() if row.kind == kind and key not in wanted]
        if keys:
            count = rows(len(keys))
            yield f"the run has {done} {count} of {mart} that nobody declared: {listed(keys)}."
    if arrived.removed:
        keys = [key_text(key) for key in arrived.removed]
        yield f"the run takes {rows(len(keys))} out of {mart}: {listed(keys)}."
    for row in arrived.arrivals:
        if row.kind == "late" and _is_outside(spec, arrived, _cursor(spec, arrived, row)):
            yield f"the late row {key_text(row.key)} of {mart} {_outside(spec, arrived, _cursor(spec, arrived, row))}."
    if arrived.duplicates:
        yield f"{mart}.{spec.unique_key} is not unique any more: {rows(arrived.duplicates)} too many."


def refresh_faults(spec: IncrementalSpec, arrived: Arrived, declared: Sequence[ArrivalSpec]) -> Iterator[str]:
    """How a full refresh differs, but for the rows of which `arrival_faults` has said so."""
    said = {key_text(arrival.key) for arrival in declared} - {key_text(row.key) for row in arrived.arrivals}
    ways = {
        "has more rows": arrived.refresh_adds,
        "lacks rows": arrived.refresh_removes,
        "has other values": arrived.refresh_changes,
    }
    for way, found in ways.items():
        keys = [key_text(row.key) for row in found if key_text(row.key) not in said]
        if keys:
            yield f"a full refresh of {spec.model} gives another table, which {way}: {listed(keys)}."


def _missing(spec: IncrementalSpec, arrived: Arrived, arrival: ArrivalSpec) -> str:
    """Why a declared row did not come, as far as the full refresh tells."""
    key, mart = key_text(arrival.key), spec.model
    refreshed = {key_text(row.key): row for row in (*arrived.refresh_adds, *arrived.refresh_changes)}
    start = f"the row {key} of {mart} should be {DONE[arrival.kind]} but is not"
    if key not in refreshed:
        return f"{start}, and a full refresh does not bring it either."
    if _is_outside(spec, arrived, refreshed[key].cursor):
        return f"{start}: it {_outside(spec, arrived, refreshed[key].cursor)}."
    return f"{start}: only a full refresh brings it."


def _cursor(spec: IncrementalSpec, arrived: Arrived, row: ArrivedRow) -> Value:
    names = [column.name for column in arrived.columns]
    return row.after[names.index(spec.cursor)] if spec.cursor in names else None


def _is_outside(spec: IncrementalSpec, arrived: Arrived, cursor: Value) -> bool:
    """Whether a row is too old for the incremental run to look at; False where that cannot be told."""
    day, newest = _day(cursor), _day(arrived.newest)
    if day is None or newest is None or spec.lookback_days is None:
        return False
    return day < newest - timedelta(days=spec.lookback_days)


def _outside(spec: IncrementalSpec, arrived: Arrived, cursor: Value) -> str:
    return (
        f"lies outside the lookback: its {spec.cursor} is {key_text(cursor)}, more than {spec.lookback_days} days "
        f"before the newest known one, {key_text(arrived.newest)}"
    )


def _newest(spec: IncrementalSpec, arrived: Arrived) -> str:
    return f" (the newest {spec.cursor} known before is {key_text(arrived.newest)})" if arrived.newest else ""


def _day(value: Value) -> date | None:
    """The day of an ISO date or time."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
