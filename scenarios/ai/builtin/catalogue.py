"""Every story the blueprints can tell: for tests, and for people who add an industry."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import TypeVar

from scenarios.ai.builtin import library
from scenarios.ai.builtin.choices import SUMMARY_METRICS, Choices, dice_for, with_inputs
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.drafting import draft
from scenarios.ai.builtin.ideas import ideas_of
from scenarios.ai.builtin.parts import PartMaker
from scenarios.ai.builtin.schema import Angle, Blueprint, TermOption
from scenarios.ai.builtin.summary_forms import FORMS
from scenarios.plan.brief import Brief
from scenarios.plan.names import Warehouse
from scenarios.plan.parts import PartValue, Plan, assemble, part_keys

T = TypeVar("T")


def catalogue(keys: Sequence[str] = ()) -> Iterator[Choices]:
    """For each angle of each blueprint so many variants that every option occurs, and one with the longest words."""
    for key in keys or library.blueprint_keys():
        blueprint = library.blueprint(key)
        for angle_key in blueprint.angles:
            yield from variants(key, angle_key)


def variants(key: str, angle_key: str) -> Iterator[Choices]:
    """Variants of one angle: in each the next option of everything that can be chosen."""
    blueprint = library.blueprint(key)
    angle = blueprint.angles[angle_key]
    extras, marts, metrics = _extras(angle), _pairs(angle.marts), _metrics(blueprint, angle)
    terms = max((len(options) for options in blueprint.terms.values()), default=1)
    sizes = [
        len(extras),
        len(marts),
        len(metrics),
        len(angle.measures),
        len(angle.segments),
        len(angle.periods),
        terms,
    ]
    turns = [
        {term: number % len(options) for term, options in blueprint.terms.items()}
        for number in range(max(sizes))
    ]
    turns.append({term: _longest(options) for term, options in blueprint.terms.items()})
    for number, term_numbers in enumerate(turns):
        chosen = _at(extras, number)
        yield Choices(
            blueprint=key,
            angle=angle_key,
            terms=tuple(term_numbers.items()),
            extras=chosen,
            marts=_at(marts, number),
            measure=_at(list(angle.measures), number),
            segment=_at(list(angle.segments), number),
            period=_at(angle.periods, number),
            forms=_forms(number),
            metrics=with_inputs(
                blueprint.metrics, [*_of_extras(blueprint, chosen, number), *_at(metrics, number)]
            ),
        )


def _longest(options: Sequence[TermOption]) -> int:
    """The longest word for a thing: with it, names are longest."""
    return max(range(len(options)), key=lambda number: len(options[number].one))


def _forms(number: int) -> tuple[str, ...]:
    return tuple(_at(list(FORMS), number * SUMMARY_METRICS + step) for step in range(SUMMARY_METRICS))


def _at(options: Sequence[T], number: int) -> T:
    return options[number % len(options)]


def _extras(angle: Angle) -> list[tuple[str, ...]]:
    """No extra, each alone, and every two together."""
    room = 5 - len(angle.tables)
    pairs = _pairs(angle.extras) if room > 1 else [(extra,) for extra in angle.extras]
    return [(), *pairs] if room else [()]


def _pairs(items: Sequence[str]) -> list[tuple[str, ...]]:
    """Each item alone, then every two of them, in the items' order."""
    return [*((item,) for item in items), *combinations(items, 2)]


def _metrics(blueprint: Blueprint, angle: Angle) -> list[list[str]]:
    """Each metric of the angle in turn; a plain aggregation has a ratio or a derived one beside it."""
    made = [key for key in angle.metrics if blueprint.metrics[key].agg is None]
    return [[key] if key in made else [key, _at(made, number)] for number, key in enumerate(angle.metrics)]


def _of_extras(blueprint: Blueprint, extras: Sequence[str], number: int) -> list[str]:
    keys = [key for extra in extras for key in blueprint.extras[extra].metrics]
    return [_at(keys, number)] if keys else []


def plan_of(
    choices: Choices,
    *,
    company: str,
    as_of: date,
    kinds: Iterable[str] = (),
    warehouse: Warehouse = "snowflake",
) -> Plan:
    """The whole plan of one variant, with the semantic layer and with planted defects of these kinds.

    What the variant cannot plant is left out. Raises BlueprintError when the file is wrong.
    """
    industry = library.blueprint(choices.blueprint).industry
    brief = Brief(
        company=company, industry=industry, warehouse=warehouse, include_semantic_layer=True, as_of=as_of
    )
    composition = Composition(choices, company, industry)
    outline = draft(brief, composition, ideas_of(kinds, composition, "", dice_for(brief)))
    parts: dict[str, PartValue] = {}
    for key in part_keys(outline):
        parts[key] = PartMaker(brief, outline, parts, composition).part(key)
    return assemble(outline, parts)
