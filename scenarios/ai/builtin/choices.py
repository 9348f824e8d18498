"""What a demo is composed of: chosen by the words of the notes where they say something, else by the brief's digest."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from scenarios.ai.builtin import library
from scenarios.ai.builtin.dice import Dice
from scenarios.ai.builtin.schema import Angle, Blueprint, MetricSpec
from scenarios.ai.builtin.summary_forms import TELLING
from scenarios.ai.builtin.wording import best, hits, weight
from scenarios.plan.brief import Brief

MOST_EXTRAS = 2
MOST_METRICS = 6  # without those of the summary mart, and one more where the notes name all of them
NAMED = 2  # of them that the words of the notes choose, with the metrics they are made of
NAMED_METRICS = 6
SUMMARY_METRICS = 2


@dataclass(frozen=True)
class Choices:
    """Keys into one blueprint; together they fix everything about the outline but its texts."""

    blueprint: str
    angle: str
    terms: tuple[tuple[str, int], ...]  # term → number of the option
    extras: tuple[str, ...]
    marts: tuple[str, ...]
    measure: str
    segment: str
    period: str
    metrics: tuple[str, ...]
    forms: tuple[str, ...]  # of the summary mart's metrics


def dice_for(brief: Brief) -> Dice:
    """The brief's dice: company, industry, notes and pain points count; reference date and warehouse do not."""
    text = "\x1f".join((brief.company, brief.industry, brief.discovery_notes, brief.pain_points))
    return Dice(hashlib.sha256(text.encode()).hexdigest())


def evidence(brief: Brief) -> str:
    """What the prospect said."""
    return f"{brief.discovery_notes}\n{brief.pain_points}"


def choose(brief: Brief) -> Choices:
    """The composition that fits the brief."""
    key = library.key_for(brief.industry)
    return choose_angle(key, None, evidence(brief), dice_for(brief))


def choose_angle(key: str, angle_key: str | None, text: str, dice: Dice) -> Choices:
    """A composition of this blueprint; of this angle, or of the one that fits the text."""
    blueprint = library.blueprint(key)
    angle_key = angle_key or preferred({k: a.words for k, a in blueprint.angles.items()}, text, dice, "angle")
    angle = blueprint.angles[angle_key]
    dice = dice.child(angle_key)
    extras = _extras(blueprint, angle, text, dice)
    measure, segment = _summary(angle, text, dice)
    return Choices(
        blueprint=key,
        angle=angle_key,
        terms=tuple(_terms(blueprint, text, dice)),
        extras=extras,
        marts=_marts(angle, dice),
        measure=measure,
        segment=segment,
        period=dice.pick("period", angle.periods),
        metrics=choose_metrics(blueprint, angle, extras, text, dice),
        forms=choose_forms(dice),
    )


def preferred(options: Mapping[str, Iterable[str]], text: str, dice: Dice, label: str) -> str:
    """The option whose words the text says most, else one by the dice."""
    return best(options, text) or dice.pick(label, list(options))


def among(options: Mapping[str, Iterable[str]], text: str, dice: Dice, label: str) -> str:
    """One of the options that the text speaks of, by the dice; one of all where it speaks of none."""
    said = [key for key, words in options.items() if hits(words, text)]
    return dice.pick(label, said or list(options))


def _terms(blueprint: Blueprint, text: str, dice: Dice) -> Iterable[tuple[str, int]]:
    for term, options in blueprint.terms.items():
        said = best({number: option.words for number, option in enumerate(options)}, text)
        yield term, said if said is not None else dice.integer(f"term {term}", 0, len(options) - 1)


def _extras(blueprint: Blueprint, angle: Angle, text: str, dice: Dice) -> tuple[str, ...]:
    """Extras that the text asks for, at most two; without any, one or two by the dice."""
    scores = {key: weight(blueprint.extras[key].words, text) for key in angle.extras}
    room = min(MOST_EXTRAS, 5 - len(angle.tables))
    said = sorted((key for key in angle.extras if scores[key]), key=lambda key: -scores[key])[:room]
    if not said and angle.extras and room:
        said = dice.shuffled("extras", angle.extras)[: dice.integer("number of extras", 1, room)]
    return tuple(key for key in angle.extras if key in said)


def _marts(angle: Angle, dice: Dice) -> tuple[str, ...]:
    """One or two of the angle's further marts, in the angle's order."""
    picked = dice.shuffled("marts", angle.marts)[: dice.integer("number of marts", 1, 2)]
    return tuple(key for key in angle.marts if key in picked)


def _summary(angle: Angle, text: str, dice: Dice) -> tuple[str, str]:
    """Measure and segment of the summary mart. The words choose one of the two, so that demos still differ.

    A word that has chosen the angle says nothing more about what is measured in it.
    """
    segments = {key: _other_words(option.words, angle) for key, option in angle.segments.items()}
    measures = {key: _other_words(option.words, angle) for key, option in angle.measures.items()}
    if any(hits(words, text) for words in segments.values()):
        return dice.pick("measure", list(measures)), among(segments, text, dice, "segment")
    return among(measures, text, dice, "measure"), dice.pick("segment", list(segments))


def _other_words(words: list[str], angle: Angle) -> list[str]:
    return [word for word in words if word not in angle.words]


def choose_forms(dice: Dice, telling: Collection[str] = TELLING) -> tuple[str, ...]:
    """Which metrics the summary mart carries, of those that tell something."""
    return tuple(dice.shuffled("forms", [form for form in TELLING if form in telling])[:SUMMARY_METRICS])


def choose_metrics(
    blueprint: Blueprint,
    angle: Angle,
    extras: tuple[str, ...],
    text: str,
    dice: Dice,
    telling: Collection[str] | None = None,
) -> tuple[str, ...]:
    """Metrics that the text names, a ratio, a derived or cumulative one, one of the extras, plain ones for the rest.

    Those that the text names come first. `telling` are the metrics that may be chosen; None for all.
    """
    specs = blueprint.metrics
    of_extras = [key for extra in extras for key in blueprint.extras[extra].metrics]
    pool = [key for key in [*angle.metrics, *of_extras] if telling is None or _tells(specs, key, telling)]
    scores = {key: weight([*specs[key].words, *_plain(specs[key].label)], text) for key in pool}
    named = _most_named(dice.shuffled("named", [key for key in pool if scores[key]]), scores)
    order = [*named, *dice.shuffled("metrics", [key for key in pool if key not in named])]
    chosen = _filled(specs, (), named, NAMED_METRICS)
    most = max(MOST_METRICS, len(chosen) + 1)
    for wanted in (_is_ratio, _is_made):
        if not any(wanted(specs[key]) for key in chosen):
            chosen = _filled(specs, chosen, [key for key in order if wanted(specs[key])], most, most_new=1)
    extra = [key for key in order if key in of_extras]
    chosen = _filled(specs, chosen, extra, most, most_new=1)
    chosen = _filled(specs, chosen, [key for key in order if specs[key].agg], most)
    return tuple(sorted(chosen, key=lambda key: (-scores.get(key, 0), _rank(specs[key]))))


def _plain(label: str) -> list[str]:
    """A label whose words are the same in every demo; who says it means this metric."""
    return [] if "[[" in label else [label]


def _most_named(named: list[str], scores: Mapping[str, int]) -> list[str]:
    """The metrics that the text names most: two of them, so that two demos with the same notes still differ."""
    return sorted(named, key=lambda key: -scores[key])[:NAMED]


def _tells(specs: Mapping[str, MetricSpec], key: str, telling: Collection[str]) -> bool:
    """A metric made of others is chosen with them, so they must tell something, too."""
    return all(other in telling for other in with_inputs(specs, [key]))


def _filled(
    specs: Mapping[str, MetricSpec],
    chosen: tuple[str, ...],
    more: Iterable[str],
    most: int,
    most_new: int = 99,
) -> tuple[str, ...]:
    """The chosen metrics and more of them with their inputs, as long as there are no more than `most`."""
    added = 0
    for key in more:
        longer = with_inputs(specs, [*chosen, key])
        if added < most_new and key not in chosen and len(longer) <= most:
            chosen, added = longer, added + 1
    return chosen


def _is_ratio(spec: MetricSpec) -> bool:
    return spec.ratio is not None


def _is_made(spec: MetricSpec) -> bool:
    return spec.agg is None and spec.ratio is None


def _rank(spec: MetricSpec) -> int:
    """Ratios say most to a board, then what is made of others, then plain sums and counts."""
    return 0 if _is_ratio(spec) else 1 if spec.growth or spec.running else 2


def with_inputs(metrics: Mapping[str, MetricSpec], wanted: Iterable[str]) -> tuple[str, ...]:
    """The wanted metrics, each after the metrics it is made of."""
    found: dict[str, None] = {}
    for key in wanted:
        found |= dict.fromkeys([*with_inputs(metrics, metrics[key].inputs), key])
    return tuple(found)
