"""A copy for another prospect: nothing of the first one is left, every date has moved, all else is as approved."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from scenarios.library.reskin import Skin, refused_words, reskinned
from scenarios.plan.brief import Brief
from scenarios.plan.folding import fold
from scenarios.plan.parts import Plan
from scenarios.plan.real_name import RealName
from scenarios.plan.rules import check_plan
from scenarios.plan.violations import PlanRefused
from scenarios.rendering import render_branches
from scenarios.rendering.leaks import find_first_prospect
from scenarios.rendering.quoted import Quotes
from scenarios.rendering.template import base_project
from tests.sampling import few
from tests.scenarios.library.examples import FOLDER, SKIN, example
from tests.scenarios.plan.example import example_plan

NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
TOLD = Brief(company="Fjell & Field Outfitters", industry="Outdoor retail", as_of=date(2026, 3, 31))


def texts(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for child in children for text in texts(child)]


def left_of(brief: Brief, template: Plan, copy: Plan) -> list[str]:
    """Every text of the copy that has a name or the words of the first prospect."""
    heard = "\n".join([brief.discovery_notes, brief.pain_points, template.model_dump_json()])
    names = [RealName(name, heard=heard) for name in (brief.company, brief.codename) if name]
    notes = Quotes([brief.discovery_notes, brief.pain_points])
    return [
        text
        for text in texts(copy.model_dump(mode="json"))
        if any(name.find(text) for name in names) or any(True for _ in notes.find(fold(text)))
    ]


@pytest.mark.parametrize("name", few(NAMES, "retail", "telecom", "media"))
def test_nothing_of_the_first_prospect_is_in_a_copy(name: str) -> None:
    brief, template = example(name)
    assert left_of(brief, template, template) != []  # or the next line would show nothing
    copy = reskinned(template, brief, SKIN)
    assert left_of(brief, template, copy) == []
    assert check_plan(copy) == []
    assert SKIN.company in copy.talk_track.opening + copy.talk_track.close


@pytest.mark.parametrize("name", few(NAMES, "retail"))
def test_the_leak_scan_finds_nothing_in_the_files_of_a_copy(name: str) -> None:
    brief, template = example(name)
    copy = reskinned(template, brief, SKIN)
    scan: dict[str, Any] = {
        "heard": template.model_dump_json(), "own_name": SKIN.company, "with_notes": True,
    }  # fmt: skip
    assert find_first_prospect(render_branches(copy, template=base_project()), {}, brief, **scan) == []
    first = render_branches(template, template=base_project())
    assert find_first_prospect(first, {}, brief, **scan) != []


def test_a_codename_of_the_template_is_a_name_too() -> None:
    brief, template = example("retail", "Project Bluebird")
    assert "Bluebird" in template.model_dump_json()
    assert left_of(brief, template, reskinned(template, brief, SKIN)) == []


def test_all_that_was_approved_stays() -> None:
    brief, template = example("retail")
    copy = reskinned(template, brief, SKIN)
    assert [model.name for model in copy.outline.models] == [model.name for model in template.outline.models]
    assert copy.outline.metrics == template.outline.metrics
    assert copy.statements == template.statements
    assert copy.semantic == template.semantic
    assert [one.failing_rows for one in copy.quality.scenarios] == [
        one.failing_rows for one in template.quality.scenarios
    ]
    assert (copy.outline.warehouse, copy.outline.industry) == ("bigquery", "Publishing")
    assert [pain.answers for pain in copy.outline.pain_points] == [[] for _ in template.outline.pain_points]


def test_dates_move_by_the_difference_and_durations_stay() -> None:
    template = example_plan()
    by = SKIN.as_of - template.outline.as_of
    copy = reskinned(template, TOLD, SKIN)
    for before, after in zip(template.rows, copy.rows, strict=True):
        for one, other in zip(
            texts([list(row) for row in before.rows]), texts([list(row) for row in after.rows]), strict=True
        ):
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", one):
                assert date.fromisoformat(other) - date.fromisoformat(one) == by
    assert copy.outline.as_of == SKIN.as_of


def test_the_same_copy_has_the_same_bytes() -> None:
    brief, template = example("retail")
    assert reskinned(template, brief, SKIN) == reskinned(template, brief, SKIN)


def test_a_copy_of_a_copy_has_nothing_of_either() -> None:
    brief, template = example("retail")
    first = reskinned(template, brief, SKIN)
    told = Brief(company=SKIN.company, industry="Publishing", as_of=SKIN.as_of)
    second = reskinned(first, told, Skin("Borealis Oy", "Retail", "snowflake", date(2027, 1, 10)))
    assert left_of(brief, template, second) == []
    assert left_of(told, first, second) == []


def renamed(plan: Plan, **words: str) -> Plan:
    """A plan with some words replaced everywhere, as if its author had written them."""
    text = plan.model_dump_json()
    for old, new in words.items():
        text = re.sub(rf"(?<![A-Za-z]){old}(?![A-Za-z])", new, text)
    return Plan.model_validate_json(text)


def test_names_of_tables_that_carry_the_company_are_renamed_everywhere() -> None:
    told = TOLD.model_copy(update={"company": "Zephyr"})
    template = renamed(example_plan(), shop="zephyr", stg_shop__orders="stg_zephyr__orders",
                       stg_shop__customers="stg_zephyr__customers", stg_shop__products="stg_zephyr__products",
                       stg_shop__order_items="stg_zephyr__order_items")  # fmt: skip
    assert check_plan(template) == []
    copy = reskinned(template, told, SKIN)
    assert "zephyr" not in copy.model_dump_json().lower()
    assert {source.system for source in copy.outline.sources} == {"aurelia_verlag"}
    assert any("stg_aurelia_verlag__orders" in statement.sql for statement in copy.statements)


def test_codes_made_from_the_name_change_with_it() -> None:
    brief, template = example("media")  # its catalogue numbers begin with PAR, for Parallax
    assert re.search(r'"PAR\d', template.model_dump_json())
    copy = reskinned(template, brief, SKIN).model_dump_json()
    assert not re.search(r'"PAR\d', copy)
    assert re.search(r'"AUR\d', copy)


def test_a_name_that_makes_a_text_too_long_cuts_it() -> None:
    template = example_plan()
    context = template.outline.context.model_copy(update={"summary": f"{TOLD.company} {'x' * 1470}"})
    longer = template.model_copy(update={"outline": template.outline.model_copy(update={"context": context})})
    skin = replace(SKIN, company="An Exceedingly Long Company Name Of Many Words Limited")
    assert len(reskinned(longer, TOLD, skin).outline.context.summary) == 1500


def test_a_plan_that_does_not_hold_together_is_refused_in_words() -> None:
    template = example_plan()
    broken = template.model_copy(update={"rows": template.rows[1:]})
    with pytest.raises(PlanRefused) as refused:
        reskinned(broken, TOLD, SKIN)
    assert "missing" in refused_words(refused.value)


@pytest.mark.parametrize(
    "company", ["Fjell & Field Outfitters", "Fjell Ski", "东京电力", 'O\'Brien "&" Söhne {{ x }}']
)
def test_any_company_can_have_a_copy(company: str) -> None:
    copy = reskinned(example_plan(), TOLD, replace(SKIN, company=company))
    assert copy.outline.company == company
    assert check_plan(copy) == []
