"""From an outline back to the choices it was composed of, so that its parts come from the same blueprint.

An outline may have been edited, changed by instructions, or written by somebody else: what cannot be recognised
is taken from the brief's own choices, and what then disagrees with the outline is synthesised.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from scenarios.ai.builtin import library
from scenarios.ai.builtin.choices import Choices, choose_angle, dice_for, evidence, with_inputs
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.lexicon import PLACEHOLDER, Lexicon, plural_key
from scenarios.ai.builtin.schema import Angle, Blueprint
from scenarios.ai.builtin.slices import summary_of
from scenarios.ai.builtin.summary_forms import FORMS
from scenarios.plan.brief import Brief
from scenarios.plan.outline import Outline

ENOUGH = 0.5  # share of the outline's tables and models that must be recognised


@dataclass(frozen=True)
class Names:
    """What inference looks at: names of tables and models; of those with systems and columns; and of metrics."""

    company: str
    industry: str
    nodes: frozenset[str]  # tables and models
    things: frozenset[str]
    metrics: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """All names together."""
        return self.things | self.metrics


def composition_of(brief: Brief, outline: Outline) -> Composition | None:
    """The composition that the outline resembles most; None when it is not from a blueprint."""
    return _composition(brief, names_of(outline))


def names_of(outline: Outline) -> Names:
    """The names of an outline."""
    things: set[str] = set()
    for source in outline.sources:
        things |= {source.system, source.table, *(column.staged_name for column in source.columns)}
    for model in outline.models:
        things |= {model.name, *(column.name for column in model.columns)}
    metrics = frozenset(metric.name for metric in outline.metrics)
    nodes = frozenset(
        [*(source.table for source in outline.sources), *(model.name for model in outline.models)]
    )
    return Names(outline.company, outline.industry, nodes, frozenset(things), metrics)


@lru_cache(maxsize=32)
def _composition(brief: Brief, names: Names) -> Composition | None:
    """Cached, because a plan's parts are asked for one by one."""
    key = library.key_for(names.industry)
    found = [
        Composition(_inferred(brief, key, angle, names), names.company, names.industry)
        for angle in library.blueprint(key).angles
    ]
    scores = [_resemblance(composition, names) for composition in found]
    return found[scores.index(max(scores))] if max(scores) >= ENOUGH * len(names.nodes) else None


def _resemblance(composition: Composition, names: Names) -> int:
    nodes = {table.table for table in composition.tables.values()} | {
        model.name for model in composition.models
    }
    return len(nodes & names.nodes)


def _inferred(brief: Brief, key: str, angle_key: str, names: Names) -> Choices:
    blueprint = library.blueprint(key)
    angle = blueprint.angles[angle_key]
    own = choose_angle(key, angle_key, evidence(brief), dice_for(brief))
    options = _terms(blueprint, angle, dict(own.terms), names.all)
    words = _words(blueprint, options)
    extras = tuple(
        extra
        for extra in angle.extras
        if words.name(blueprint.tables[blueprint.extras[extra].table].name) in names.things
    )
    marts = tuple(mart for mart in angle.marts if words.name(blueprint.models[mart].name) in names.things)
    choices = replace(own, terms=tuple(options.items()), extras=extras, marts=marts or own.marts)
    choices = _with_summary(choices, blueprint, angle, words, names.things)
    pool = [*angle.metrics, *(metric for extra in extras for metric in blueprint.extras[extra].metrics)]
    planned = [metric for metric in pool if words.name(blueprint.metrics[metric].name) in names.metrics]
    if not names.metrics:
        return choices
    choices = replace(choices, metrics=with_inputs(blueprint.metrics, planned))
    return replace(choices, forms=_forms(choices, names))


def _words(blueprint: Blueprint, options: dict[str, int]) -> Lexicon:
    return Lexicon({term: blueprint.terms[term][number] for term, number in options.items()})


def _terms(blueprint: Blueprint, angle: Angle, own: dict[str, int], names: frozenset[str]) -> dict[str, int]:
    """The option of each term whose names occur most; first by names of one term alone, then by all of its names."""
    options = dict(own)
    patterns = list(dict.fromkeys(_patterns(blueprint, angle)))
    for alone in (True, False):
        for term in options:
            placeholders = {term, plural_key(term)}
            telling = [
                pattern
                for pattern in patterns
                if _tells(set(PLACEHOLDER.findall(pattern)), placeholders, alone)
            ]
            options[term] = max(
                range(len(blueprint.terms[term])),
                key=lambda number: (
                    _found(blueprint, {**options, term: number}, telling, names),
                    number == own[term],
                ),
            )
    return options


def _tells(used: set[str], placeholders: set[str], alone: bool) -> bool:
    return bool(used & placeholders) and (not alone or used <= placeholders)


def _found(blueprint: Blueprint, options: dict[str, int], patterns: list[str], names: frozenset[str]) -> int:
    words = _words(blueprint, options)
    return sum(words.name(pattern) in names for pattern in patterns)


def _patterns(blueprint: Blueprint, angle: Angle) -> Iterator[str]:
    """Patterns of names in the blueprint, those of the angle's summary marts among them."""
    for measure in angle.measures.values():
        for segment in angle.segments.values():
            yield from (f"fct_{period}ly_{measure.name}_by_{segment.name}" for period in angle.periods)
    for table in blueprint.tables.values():
        yield from (table.name, table.system)
        yield from (column.rename for column in table.columns.values() if column.rename)
    for model in blueprint.models.values():
        yield from (model.name, *model.new)
    yield from (metric.name for metric in blueprint.metrics.values())


def _with_summary(
    choices: Choices, blueprint: Blueprint, angle: Angle, words: Lexicon, names: frozenset[str]
) -> Choices:
    """The choices with the measure, segment and period whose summary mart the names have, if they have one."""
    upstream = words.name(blueprint.models[angle.summary_of].name)
    for measure, segment, period in product(angle.measures, angle.segments, angle.periods):
        if summary_of(angle, measure, segment, period, words, upstream, "").name in names:
            return replace(choices, measure=measure, segment=segment, period=period)
    return choices


def _forms(choices: Choices, names: Names) -> tuple[str, ...]:
    """Forms of the summary mart's metrics that the names have."""
    composition = Composition(replace(choices, forms=tuple(FORMS)), names.company, names.industry)
    written = len(choices.metrics)
    planned = zip(FORMS, composition.metrics[written:], strict=True)
    return tuple(form for form, (idea, _) in planned if idea.name in names.metrics)
