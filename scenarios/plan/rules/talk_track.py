"""Rules about the talk track: minutes go up, and what is said, clicked and answered exists. Pure."""

import re
from collections.abc import Iterator, Set
from itertools import pairwise

from scenarios.plan.outline import Outline
from scenarios.plan.parts import Beat, Quality, TalkTrack
from scenarios.plan.rules.names import project_names
from scenarios.plan.rules.story import unknown_names
from scenarios.plan.violations import Violation
from scenarios.plan.words import one_of

PART = "talk_track"

_TOKEN = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


def check_talk_track(outline: Outline, talk_track: TalkTrack, quality: Quality | None) -> Iterator[Violation]:
    """Faults in the talk track, seen beside the outline and the scenarios, if these are known."""
    tests = {scenario.test_name for scenario in quality.scenarios} if quality else set()
    for before, beat in pairwise(talk_track.beats):
        if beat.minute <= before.minute:
            yield Violation(
                PART,
                _place(beat),
                f"Minute {beat.minute} comes after minute {before.minute}.",
                "Put the beats in order, each at a minute of its own.",
            )
    names = {name for name, _ in project_names(outline)} | tests
    for beat in talk_track.beats:
        yield from unknown_names(outline, beat.click, _place(beat), PART, also=tests)
        yield from _minute(beat, talk_track.ends_at)
        yield from _kind(outline, beat)
        if quality is not None or not outline.quality:  # else the tests' names are not known yet
            yield from _opens(outline, beat, names)
        yield from _pains(outline, beat)
    said = [(_place(beat), beat.say) for beat in talk_track.beats]
    said += [("Talk track, opening", talk_track.opening), ("Talk track, close", talk_track.close)]
    for place, text in said:
        yield from _tokens(outline, place, text)


def _place(beat: Beat) -> str:
    return f"Talk track, “{beat.title}”"


def _minute(beat: Beat, ends_at: int) -> Iterator[Violation]:
    if beat.minute >= ends_at:
        yield Violation(
            PART,
            _place(beat),
            f"It begins in minute {beat.minute}, but the demo is over in minute {ends_at}.",
            "Begin it earlier, or let the demo end later.",
        )


def _kind(outline: Outline, beat: Beat) -> Iterator[Violation]:
    if beat.kind in ("test", "fix") and not outline.quality:
        yield Violation(
            PART,
            _place(beat),
            f"It is a {beat.kind} moment, but the plan has no quality scenario.",
            "Make it a moment of another kind, or plan a quality scenario.",
        )
    if beat.kind == "metric" and not outline.semantic_layer:
        yield Violation(
            PART,
            _place(beat),
            "It is a metric moment, but there is no semantic layer.",
            "Make it a moment of another kind, or ask for a semantic layer.",
        )


def _opens(outline: Outline, beat: Beat, names: Set[str]) -> Iterator[Violation]:
    if beat.opens is not None and beat.opens not in names:
        yield Violation(
            PART,
            _place(beat),
            f"It opens {beat.opens}, which is no model, source table, test or metric of this plan.",
            f"Open one that there is, such as {outline.incremental.model}.",
        )


def _pains(outline: Outline, beat: Beat) -> Iterator[Violation]:
    there = len(outline.pain_points)
    for number in dict.fromkeys(beat.pains):
        if number > there:
            yield Violation(
                PART,
                _place(beat),
                f"It answers pain point {number}, but there are only {there}.",
                f"Use numbers from 1 to {there}.",
            )
    if len(set(beat.pains)) < len(beat.pains):
        yield Violation(PART, _place(beat), "It names a pain point twice.", "Name every pain point once.")


def _tokens(outline: Outline, place: str, text: str) -> Iterator[Violation]:
    metrics = [metric.name for metric in outline.metrics]
    for token in dict.fromkeys(_TOKEN.findall(text)):
        if token.strip() not in metrics:
            yield Violation(
                PART,
                place,
                f"[[{token[:63]}]] stands for the value of a metric that is not in the plan.",
                f"Use {one_of(metrics)}." if metrics else "Write it without a metric's value.",
            )
