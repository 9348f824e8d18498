"""Metrics of a demo, chosen among those that say something on its rows: a trial run decides."""

from collections.abc import Sequence
from dataclasses import replace

from scenarios.ai.builtin.choices import (
    Choices,
    choose_forms,
    choose_metrics,
    dice_for,
    evidence,
    with_inputs,
)
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.drafting import draft
from scenarios.ai.builtin.parts import PartMaker
from scenarios.ai.builtin.readings import Readings
from scenarios.ai.builtin.summary_forms import FORMS
from scenarios.ai.builtin.trial import TrialFailed, mart_rows
from scenarios.ai.builtin.worth import Bench
from scenarios.plan.brief import Brief
from scenarios.plan.outline import QualityIdea


def with_telling_metrics(brief: Brief, composition: Composition, quality: Sequence[QualityIdea]) -> Choices:
    """The composition's choices with metrics that are worth showing, named ones first.

    `quality` are the defects of the demo: metrics are read on the rows as they will be, wrong ones among them.
    """
    choices, angle = composition.choices, composition.angle
    specs = composition.blueprint.metrics
    pool = [
        *angle.metrics,
        *(key for extra in choices.extras for key in composition.blueprint.extras[extra].metrics),
    ]
    keys = with_inputs(specs, pool)
    everything = Composition(
        replace(choices, metrics=keys, forms=tuple(FORMS)), composition.company, composition.industry
    )
    try:
        bench = _bench(brief, everything, quality)
    except TrialFailed:
        return choices
    names = [idea.name for idea, _ in everything.metrics]
    telling = [key for key, name in zip([*keys, *FORMS], names, strict=True) if not bench.faults(name)]
    dice = dice_for(brief).child(choices.angle)
    metrics = choose_metrics(
        composition.blueprint,
        angle,
        choices.extras,
        evidence(brief),
        dice,
        [key for key in telling if key in keys],
    )
    if not metrics:
        return choices
    return replace(
        choices, metrics=metrics, forms=choose_forms(dice, [form for form in telling if form in FORMS])
    )


def _bench(brief: Brief, composition: Composition, quality: Sequence[QualityIdea]) -> Bench:
    bare = brief.model_copy(update={"include_semantic_layer": False})
    outline = draft(bare, composition, list(quality))
    maker = PartMaker(bare, outline, {}, composition)
    times = composition.semantic_times
    rows = mart_rows(outline, maker.seeds, composition.statements, times)
    metrics = {metric.name: metric for _, metric in composition.metrics}
    readings = Readings(list(metrics.values()), rows, times, brief.as_of)
    return Bench(outline, metrics, readings, evidence(brief))
