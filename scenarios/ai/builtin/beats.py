"""Which beats a talk has, and when each begins: only what this demo has to show, and what a pain asks for."""

from collections.abc import Collection, Mapping
from typing import Any

from scenarios.ai.builtin import library
from scenarios.ai.builtin.answering import has
from scenarios.plan.outline import Outline, PainDemonstration

OPENING, FEATURE, CLOSING = 2, 2, 2  # minutes of the opening, of a beat for features, of the close

LEAST_BEATS = 3  # of any talk track, see scenarios/plan/parts.py

Beats = list[tuple[int, Mapping[str, Any]]]  # (minute, entry of `_talk.yaml`)


def timed_beats(outline: Outline, wanted: Collection[str]) -> Beats:
    """The beats in order, each with its minute; `wanted` are the keys that the prospect's pain leads to."""
    minute, found = OPENING, []
    for entry in _told(outline, wanted):
        found.append((minute, entry))
        minute += entry["minutes"]
    return found


def _told(outline: Outline, wanted: Collection[str]) -> list[Mapping[str, Any]]:
    """What is told, in order. A small demo whose pains lead to little still shows what every project has."""
    possible = [entry for entry in library.read("_talk") if has(entry, outline)]
    told = {entry["key"] for entry in possible if _is_told(entry, outline, wanted)}
    others = [entry for entry in possible if entry["key"] not in told]
    others.sort(key=lambda entry: not entry.get("always"))
    told |= {entry["key"] for entry in others[: max(0, LEAST_BEATS - len(told))]}
    return [entry for entry in possible if entry["key"] in told]


def last_minute(beats: Beats) -> int:
    """The minute in which the last of the beats is over."""
    minute, entry = beats[-1]
    return minute + int(entry["minutes"])


def _is_told(entry: Mapping[str, Any], outline: Outline, wanted: Collection[str]) -> bool:
    if entry["kind"] != "feature" or entry["key"] in wanted or outline.depth == "showcase":
        return True
    return bool(entry.get("always")) and outline.depth != "essential"


def wanted_by(outline: Outline) -> set[str]:
    """Keys of the beats that the outline's pain points lead to."""
    return {key for pain in outline.pain_points if (key := beat_key(pain))}


def beat_key(pain: PainDemonstration) -> str | None:
    """The key of the beat that shows what this pain is answered with; None for an answer not of the library."""
    entries = library.read("_pains")
    return next((entry["beat"] for entry in entries if entry["feature"] == pain.feature), None)
