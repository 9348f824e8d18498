"""Every blueprint file is whole: all its stories give plans that break no rule.

One file alone: `.venv/bin/python -m pytest tests/scenarios/blueprints -q -k retail`; with `ALL_VARIANTS=1` before it
every variant is looked at, which a changed file should pass once.
"""

import os
from collections import Counter
from datetime import date
from itertools import product

import pytest

from scenarios.ai.builtin import library
from scenarios.ai.builtin.catalogue import plan_of, variants
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.drafting import draft
from scenarios.ai.builtin.ideas import candidates, idea_of
from scenarios.ai.builtin.lexicon import Lexicon
from scenarios.ai.builtin.parts import PartMaker
from scenarios.ai.builtin.slices import NAME_LIMIT, metric_name, summary_of
from scenarios.ai.builtin.summary_forms import FORMS
from scenarios.ai.builtin.wording import best
from scenarios.plan.brief import Brief
from scenarios.plan.parts import SourceRows
from scenarios.plan.rules import check_outline, check_part, check_plan
from scenarios.plan.rules.rows import check_defects, check_rows

ANGLES = [(key, angle) for key in library.blueprint_keys() for angle in library.blueprint(key).angles]
SOME_ANGLES = [
    pair if number % 18 == 0 else pytest.param(*pair, marks=pytest.mark.long)
    for number, pair in enumerate(ANGLES)
]
AS_OF = date(2026, 3, 14)
COMPANY = "Larkfield Group"
WHOLE = 6  # variants of an angle that are checked in every part
STEP = (
    1 if os.environ.get("ALL_VARIANTS") else 4
)  # of the others, every so many are checked for names and metrics


def outline_of(choices, defects=()):
    """The outline of a variant, and what makes its parts."""
    industry = library.blueprint(choices.blueprint).industry
    brief = Brief(company=COMPANY, industry=industry, include_semantic_layer=True, as_of=AS_OF)
    composition = Composition(choices, COMPANY, industry)
    outline = draft(brief, composition, [idea_of(defect, composition) for defect in defects])
    return outline, PartMaker(brief, outline, {}, composition)


@pytest.mark.parametrize(("key", "angle"), SOME_ANGLES)
def test_every_variant_of_an_angle_breaks_no_rule(key, angle):
    """All rules for the first variants, which use every table and model; names and metrics for many of the others."""
    faults = Counter()
    for number, choices in enumerate(variants(key, angle)):
        if number < WHOLE:
            found = check_plan(plan_of(choices, company=COMPANY, as_of=AS_OF))
        elif number % STEP:
            continue
        else:
            outline, maker = outline_of(choices)
            found = check_outline(outline) + check_part(outline, "semantic", maker.part("semantic"))
        faults.update(str(violation) for violation in found)
    assert not faults


@pytest.mark.parametrize(("key", "angle"), ANGLES)
def test_every_defect_of_an_angle_can_be_planted_alone(key, angle):
    choices = next(variants(key, angle))
    defects = candidates(Composition(choices, COMPANY, library.blueprint(key).industry))
    assert len({defect.kind for defect in defects}) >= 4, (
        "give each angle defects of four kinds in its core tables"
    )
    for defect in defects:
        outline, maker = outline_of(choices, [defect])
        quality = maker.part("quality")
        rows = {source.table: maker.part(f"rows:{source.table}").rows for source in outline.sources}
        found = [*check_outline(outline), *check_part(outline, "quality", quality)]
        found += check_defects(outline, rows, quality)
        for source in outline.sources:
            found += check_rows(
                outline, SourceRows(table=source.table, rows=rows[source.table]), quality, rows
            )
        assert [str(violation) for violation in found] == []
        assert [scenario.kind for scenario in quality.scenarios] == [defect.kind]


@pytest.mark.parametrize(("key", "angle"), ANGLES)
def test_the_words_of_an_angle_lead_to_it(key, angle):
    options = {name: other.words for name, other in library.blueprint(key).angles.items()}
    assert best(options, " ".join(options[angle])) == angle
    others = {word for name, words in options.items() if name != angle for word in words}
    assert len(set(options[angle]) - others) >= 4, "give it words that no other angle has"


@pytest.mark.parametrize(("key", "angle"), ANGLES)
def test_the_names_of_summary_marts_and_their_metrics_are_short_enough(key, angle):
    blueprint = library.blueprint(key)
    longest = {
        term: max(options, key=lambda option: len(option.one)) for term, options in blueprint.terms.items()
    }
    words = Lexicon(longest)
    story = blueprint.angles[angle]
    for measure, segment in product(story.measures, story.segments):
        summary = summary_of(story, measure, segment, "month", words, "int_x", "id")
        for form in FORMS:
            assert metric_name(summary, form).endswith(f"_by_{summary.segment}"), (
                f"{measure}/{segment}: too long"
            )
        assert len(summary.name) <= NAME_LIMIT


@pytest.mark.parametrize("key", library.blueprint_keys())
def test_a_blueprint_has_nothing_unused_and_enough_to_choose_from(key):
    blueprint = library.blueprint(key)
    composed = [
        Composition(choices, "A", "B") for angle in blueprint.angles for choices in variants(key, angle)
    ]
    assert set(blueprint.tables) == {table for composition in composed for table in composition.table_keys}
    assert set(blueprint.models) == {model for composition in composed for model in composition.model_keys}
    assert set(blueprint.metrics) == {
        metric for composition in composed for metric in composition.choices.metrics
    }
    assert sum(len(options) >= 3 for options in blueprint.terms.values()) >= 4, (
        "give four terms three options"
    )
    for name, angle in blueprint.angles.items():
        makers = [blueprint.metrics[metric] for metric in angle.metrics]
        assert sum(metric.ratio is not None for metric in makers) >= 3, f"{name}: three ratios"
        assert sum(metric.agg is None and metric.ratio is None for metric in makers) >= 3, (
            f"{name}: three others"
        )
        assert len(angle.extras) >= 2, f"{name}: two extras"


@pytest.mark.parametrize("key", library.blueprint_keys())
def test_the_industry_is_found_by_its_name_and_words(key):
    blueprint = library.blueprint(key)
    assert library.key_for(blueprint.industry) == key
    if key != library.GENERIC:
        assert [word for word in blueprint.words if library.key_for(word) != key] == []
