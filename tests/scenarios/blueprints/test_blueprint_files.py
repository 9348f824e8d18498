"""Every blueprint file is whole: all its stories give plans that break no rule.

One file alone: `.venv/bin/python -m pytest tests/scenarios/blueprints -q -k retail`
"""

from collections import Counter
from datetime import date

import pytest

from scenarios.ai.builtin import library
from scenarios.ai.builtin.catalogue import plan_of, variants
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.drafting import draft
from scenarios.ai.builtin.ideas import candidates, idea_of
from scenarios.ai.builtin.parts import PartMaker
from scenarios.ai.builtin.wording import best
from scenarios.plan.brief import Brief
from scenarios.plan.parts import assemble, part_keys
from scenarios.plan.rules import check_outline, check_part, check_plan

ANGLES = [(key, angle) for key in library.blueprint_keys() for angle in library.blueprint(key).angles]
AS_OF = date(2026, 3, 14)
COMPANY = "Larkfield Group"
WHOLE = 6  # variants of an angle that are checked in every part


def with_defect(defect, composition):
    """A plan with one planted defect."""
    brief = Brief(company=COMPANY, industry=composition.industry, include_semantic_layer=True, as_of=AS_OF)
    outline = draft(brief, composition, [idea_of(defect, composition)])
    done = {}
    for part in part_keys(outline):
        done[part] = PartMaker(brief, outline, done, composition).part(part)
    return assemble(outline, done)


@pytest.mark.parametrize(("key", "angle"), ANGLES)
def test_every_variant_of_an_angle_breaks_no_rule(key, angle):
    """All rules for the first variants, which use every table and model; names and metrics for all."""
    faults = Counter()
    for number, choices in enumerate(variants(key, angle)):
        plan = plan_of(choices, company=COMPANY, as_of=AS_OF)
        found = check_plan(plan) if number < WHOLE else check_outline(plan.outline)
        found += check_part(plan.outline, "semantic", plan.semantic)
        faults.update(str(violation) for violation in found)
    assert not faults


@pytest.mark.parametrize(("key", "angle"), ANGLES)
def test_every_defect_of_an_angle_can_be_planted_alone(key, angle):
    composition = Composition(next(variants(key, angle)), COMPANY, library.blueprint(key).industry)
    defects = candidates(composition)
    assert len({defect.kind for defect in defects}) >= 4, (
        "give each angle defects of four kinds in its core tables"
    )
    for defect in defects:
        plan = with_defect(defect, composition)
        assert [str(violation) for violation in check_plan(plan)] == []
        assert [scenario.kind for scenario in plan.quality.scenarios] == [defect.kind]


@pytest.mark.parametrize(("key", "angle"), ANGLES)
def test_the_words_of_an_angle_lead_to_it(key, angle):
    options = {name: other.words for name, other in library.blueprint(key).angles.items()}
    assert best(options, " ".join(options[angle])) == angle
    others = {word for name, words in options.items() if name != angle for word in words}
    assert len(set(options[angle]) - others) >= 4, "give it words that no other angle has"


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
