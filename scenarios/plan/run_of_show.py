"""The run of show: every moment of the talk with its minutes, its place to click and what it answers. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from scenarios.plan.names import DAY_TWO, FIX, MAIN
from scenarios.plan.outline import DefectKind
from scenarios.plan.parts import Beat, BeatKind, Plan, QualityScenario

CLOSE_MINUTES = 2
UNPROVEN = "–"

Page = Literal["file", "lineage", "proof", "answers"]

_TOKEN = re.compile(r"\[\[\s*([a-z][a-z0-9_]{0,62})\s*\]\]")
_FILE = re.compile(r"\b(?:models|seeds|tests|macros)/[a-z0-9_/]+\.(?:sql|yml|csv|md)\b")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_MARTS_FILE = "models/marts/schema.yml"
_TESTS_FILE = "models/staging/schema.yml"
#: Kinds of defects whose test is a SQL file of its own.
_SINGULAR: tuple[DefectKind, ...] = ("out_of_range", "impossible_dates", "stale")


@dataclass(frozen=True)
class Place:
    """What a deep link opens: a file of a branch, or a page of the demo; `name` is what to look at there."""

    page: Page
    path: str = ""  # of a file
    branch: str = MAIN
    name: str = ""


@dataclass(frozen=True)
class Moment:
    """One moment. `say` quotes proven values; `proof` is where what is said has been proven, if anywhere.

    `minutes` is how long it lasts: 0 when another moment begins in the same minute.
    """

    minute: int
    minutes: int
    kind: Literal["opening", "close"] | BeatKind
    title: str
    click: str  # in words
    say: str
    place: Place | None = None
    proof: Place | None = None
    pains: list[str] = field(default_factory=list)
    if_it_goes_wrong: str = ""

    @property
    def ends(self) -> int:
        """The minute in which it is over."""
        return self.minute + self.minutes


def run_of_show(plan: Plan, values: Mapping[str, str]) -> list[Moment]:
    """All moments, from the opening to the close.

    `values` maps metrics to their proven value as it is said ("EUR 12,431"); a metric without one becomes a dash.
    """
    track = plan.talk_track
    beats = sorted(track.beats, key=lambda beat: beat.minute)
    last = beats[-1].minute
    closes = max(last + 1, track.ends_at - CLOSE_MINUTES)
    ends = max(track.ends_at, closes + 1)
    starts = [0, *(beat.minute for beat in beats), closes, ends]
    lengths = [after - before for before, after in pairwise(starts)]
    opening = Moment(0, lengths[0], "opening", "Opening", "", spoken(track.opening, values))
    close = Moment(closes, lengths[-1], "close", "Close", "", spoken(track.close, values))
    told = [_moment(plan, beat, length, values) for beat, length in zip(beats, lengths[1:-1], strict=True)]
    return [opening, *told, close]


def spoken(text: str, values: Mapping[str, str]) -> str:
    """`text` with the proven value in the place of each `[[metric]]`."""
    return _TOKEN.sub(lambda found: values.get(found[1], UNPROVEN), text)


def _moment(plan: Plan, beat: Beat, minutes: int, values: Mapping[str, str]) -> Moment:
    pains = plan.outline.pain_points
    return Moment(
        minute=beat.minute,
        minutes=minutes,
        kind=beat.kind,
        title=beat.title,
        click=beat.click,
        say=spoken(beat.say, values),
        place=_place(plan, beat),
        proof=_proof(plan, beat),
        pains=list(dict.fromkeys(pains[number - 1].pain for number in beat.pains if number <= len(pains))),
        if_it_goes_wrong=beat.if_it_goes_wrong or "",
    )


def _place(plan: Plan, beat: Beat) -> Place | None:
    """Where a beat is clicked: what it names, else what is usual for its kind."""
    if beat.kind == "fix" and plan.quality.scenarios:
        return _fixed(plan, beat.opens)
    if beat.kind == "incremental":
        return place_of(plan, beat.opens or plan.outline.incremental.model, branch=DAY_TWO)
    if beat.kind == "lineage":
        return Place("lineage", name=beat.opens or "")
    if beat.kind == "feature" and (named := place_in(plan, beat.click)):
        return named  # such as a unit test, where `opens` names its model
    if beat.opens:
        return place_of(plan, beat.opens)
    pages: dict[BeatKind, Page] = {"test": "proof", "metric": "answers"}
    return Place(pages[beat.kind]) if beat.kind in pages else place_in(plan, beat.click)


def _proof(plan: Plan, beat: Beat) -> Place | None:
    """The page that shows what the Proof found of it, and what to look at there."""
    if beat.kind == "metric":
        return Place("answers", name=beat.opens or "") if plan.semantic else None
    if beat.kind in ("test", "fix"):
        named = {"test": "red", "fix": "fix"}[beat.kind]
        return Place("proof", name=named) if plan.quality.scenarios else None
    return Place("proof", name="day-two") if beat.kind == "incremental" else None


def _fixed(plan: Plan, opens: str | None) -> Place | None:
    """Where the fix branch mends it: the staging model of the defect's table, or its seed when data were late."""
    found = next((s for s in plan.quality.scenarios if opens in (s.test_name, s.name, s.table)), None)
    if opens and found is None:
        return place_of(plan, opens, branch=FIX)
    scenario = found or plan.quality.scenarios[0]
    source = plan.outline.source(scenario.table)
    if source is None:
        return None
    name = source.table if scenario.kind == "stale" else source.staging_model
    return place_of(plan, name, branch=FIX)


def place_of(plan: Plan, name: str, *, branch: str = MAIN) -> Place | None:
    """The file of a model, source table, test, metric or feature with this name; None when there is no such thing."""
    path = _path(plan, name)
    return Place("file", path, branch, name) if path else None


def place_in(plan: Plan, words: str) -> Place | None:
    """The place of the first thing of the plan that is named in `words`, such as "metric revenue", or of a file."""
    if path := _FILE.search(words):
        return Place("file", path[0], name=path[0])
    found = (place_of(plan, name) for name in _WORD.findall(words))
    return next((place for place in found if place), None)


def _path(plan: Plan, name: str) -> str:
    outline = plan.outline
    if model := outline.model(name):
        return f"models/{model.layer}/{name}.sql"
    for source in outline.sources:
        if name == source.staging_model:
            return f"models/staging/{name}.sql"
        if name == source.table:
            return f"seeds/{name}.csv"
    for scenario in plan.quality.scenarios:
        if name == scenario.test_name:
            return _test_path(scenario)
    metrics = [metric.name for metric in plan.semantic.metrics] if plan.semantic else []
    return _MARTS_FILE if name in metrics else _feature_path(plan, name)


def _feature_path(plan: Plan, name: str) -> str:
    """Where a unit test or an exposure with this name is declared; empty when there is none."""
    unit_test, exposure = plan.features.unit_test, plan.features.exposure
    if exposure and name == exposure.name:
        return _MARTS_FILE
    tested = plan.outline.model(unit_test.model) if unit_test and name == unit_test.name else None
    return f"models/{tested.layer}/schema.yml" if tested else ""


def _test_path(scenario: QualityScenario) -> str:
    return f"tests/{scenario.test_name}.sql" if scenario.kind in _SINGULAR else _TESTS_FILE
