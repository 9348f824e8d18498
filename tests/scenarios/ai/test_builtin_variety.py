"""Two briefs of one industry give visibly different demos, also when they tell the same story."""

from collections import Counter
from datetime import date
from itertools import combinations

import pytest

from scenarios.ai.builtin import library
from scenarios.ai.builtin.choices import choose, dice_for
from scenarios.ai.builtin.compose import Composition
from scenarios.ai.builtin.rows import RowFactory
from scenarios.plan.brief import Brief
from tests.sampling import every

COMPANIES = [f"{word} {number}" for number in range(6) for word in ("Alder", "Birch", "Cedar", "Damson")]
#: Share of pairs that may look too much alike.
MISSES = 0.02
#: Part of the metrics that two demos may share: half; with the same notes three quarters, as the same words must lead
#: to the metrics that they name.
HALF, NAMED_ALIKE = 0.5, 0.75


def look(key, company, notes):
    """Seeds, names of marts and names of metrics of one demo."""
    brief = Brief(
        company=company,
        industry=library.blueprint(key).industry,
        discovery_notes=notes,
        as_of=date(2026, 3, 14),
    )
    composition = Composition(choose(brief), brief.company, brief.industry)
    factory = RowFactory(composition, dice_for(brief), brief.as_of)
    seeds = {str(sorted(factory.seed(table).items())) for table in composition.tables}
    marts = {model.name for model in composition.models if model.layer == "marts"}
    return seeds, marts, {idea.name for idea, _ in composition.metrics}


def too_much_alike(one, other, most):
    """Which of the three promises a pair breaks."""
    shared = len(one[2] & other[2])
    return [
        *(["seed"] if one[0] & other[0] else []),
        *([] if one[1] - other[1] and other[1] - one[1] else ["mart"]),
        *(["metric"] if shared > min(len(one[2]), len(other[2])) * most else []),
    ]


def faults(demos, most=HALF):
    """Broken promises over all pairs, and the share of pairs that break one."""
    broken = [too_much_alike(one, other, most) for one, other in combinations(demos, 2)]
    return Counter(fault for pair in broken for fault in pair), sum(map(bool, broken)) / len(broken)


@pytest.mark.parametrize("key", every(3, library.blueprint_keys()))
def test_companies_without_notes_get_different_demos(key):
    counted, share = faults([look(key, company, "") for company in COMPANIES])
    assert counted["seed"] == 0
    assert share <= MISSES, counted


@pytest.mark.parametrize("key", every(3, library.blueprint_keys()))
def test_companies_with_the_same_notes_get_different_demos(key):
    """The hardest case: one story, its words in the notes, and nothing but the company's name differs."""
    told = [" ".join(angle.words[:4]) for angle in library.blueprint(key).angles.values()]
    found = [faults([look(key, company, notes) for company in COMPANIES[:14]], NAMED_ALIKE) for notes in told]
    counted = sum((counter for counter, _ in found), Counter())
    assert counted["seed"] == 0
    assert sum(share for _, share in found) / len(found) <= MISSES, counted


@pytest.mark.parametrize("key", every(3, library.blueprint_keys()))
def test_different_stories_share_next_to_nothing(key):
    angles = library.blueprint(key).angles.values()
    demos = [look(key, "Alder", " ".join(angle.words)) for angle in angles]
    counted, _ = faults(demos)
    assert not counted
