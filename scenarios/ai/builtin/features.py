"""Which features a demo shows and how they are told: each only where a pain point calls for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.ai.builtin import library
from scenarios.ai.builtin.feature_makers import MAKERS, Known
from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.wording import shortened, weight
from scenarios.plan.features import (
    Contract,
    DocBlocks,
    Exposure,
    Feature,
    Features,
    Freshness,
    Glossary,
    ModelUnitTest,
    RatioMacro,
    RunTag,
)
from scenarios.plan.outline import Outline
from scenarios.plan.parts import Beat

__all__ = ["Known", "feature_beats", "features_part"]

STANDARD = 3  # features of a standard demo
MOST_BEATS = 4


def features_part(known: Known) -> Features:
    """The features for the outline's depth and pain points; empty when the demo is meant to be simple."""
    outline = known.outline
    if outline.depth == "essential":
        return Features()
    fitting = [(entry, *pain_for(entry, outline)) for entry in library.read("_features")["features"]]
    called_for = [(entry, number, strength) for entry, number, strength in fitting if strength > 0]
    if outline.depth == "standard":
        light = [found for found in called_for if found[0]["depth"] == "standard"]
        called_for = sorted(light, key=lambda found: -found[2])
    made: dict[str, Feature] = {}
    for entry, number, _ in called_for:
        if outline.depth == "standard" and len(made) == STANDARD:
            break
        built = MAKERS[entry["key"]](known, number)
        if built is not None:
            feature, facts = built
            say = shortened(Lexicon({}, facts).text(entry["say"]), 1500)
            made[entry["key"]] = feature.model_copy(update={"say": " ".join(say.split())})
    return Features.model_validate(made)


def feature_beats(features: Features, *, start: int = 0, step: int = 1, most: int = MOST_BEATS) -> list[Beat]:
    """Beats that say every feature once, at minutes `start`, `start + step` …; empty without features.

    When only `most` are wanted, the last one tells what is left; when none is wanted, there is none.
    """
    shown = dict(features.shown())
    found = [
        (entry, [shown[name] for name in entry["shows"] if name in shown])
        for entry in library.read("_features")["beats"]
    ]
    told = [(entry, its) for entry, its in found if its]
    if most < len(told):
        rest = [feature for _, its in told[max(most - 1, 0) :] for feature in its]
        told = [*told[: most - 1], (told[most - 1][0], rest)] if most > 0 else []
    return [_beat(entry, its, start + step * number) for number, (entry, its) in enumerate(told)]


def _beat(entry: Mapping[str, Any], told: Sequence[Feature], minute: int) -> Beat:
    click, opens = place_of(told[0])
    return Beat(
        minute=minute,
        kind="feature",
        title=entry["title"],
        click=click,
        opens=opens,
        say=shortened(" ".join(feature.say for feature in told), 1500),
        pains=sorted({feature.pain for feature in told}),
        if_it_goes_wrong=entry["wrong"],
    )


def place_of(feature: Feature) -> tuple[str, str | None]:
    """Where a feature is shown, in words, and the model or source table that a deep link opens, if there is one."""
    match feature:
        case ModelUnitTest():
            return f"unit test {feature.name}", feature.model
        case Contract():
            return feature.model, feature.model
        case Exposure():
            return f"exposure {feature.name}", feature.models[0]
        case Freshness():
            return f"source {feature.table}", feature.table
        case RunTag():
            return f"dbt build --select +tag:{feature.tag}"[:200], feature.models[0]
        case Glossary():
            return feature.terms[0].model, feature.terms[0].model
        case DocBlocks():
            return "models/marts/docs.md", None
        case RatioMacro():
            return "macros/safe_ratio.sql", None
    return "models/marts/schema.yml", None


def pain_for(entry: Mapping[str, Any], outline: Outline) -> tuple[int, int]:
    """Number (from 1) of the pain point that calls most for a feature, and how strongly; 0 when none does."""
    strengths = [
        weight(entry["words"], pain.pain) + weight(entry["deepens"], pain.feature)
        for pain in outline.pain_points
    ]
    return strengths.index(max(strengths)) + 1, max(strengths)
