"""An outline's answer becomes an outline of the brief, or sentences about what is wrong with it."""

import pytest

from scenarios.ai.answers.converting import outline_answer, outline_of
from scenarios.plan.brief import Brief
from scenarios.plan.violations import PlanRefused
from tests.scenarios.plan.example import example_outline
from tests.scenarios.plan.example_outline import AS_OF

PAINS = "We never agree on revenue.\nBroken data is found by the board."


def brief(**changes):
    data = {
        "company": "Fjell & Field Outfitters",
        "industry": "Outdoor retail",
        "include_semantic_layer": True,
    }
    return Brief.model_validate({**data, "as_of": AS_OF, "pain_points": PAINS, **changes})


def answer(**changes):
    return outline_answer(example_outline()).model_copy(update=changes)


def refused(given, told=None):
    with pytest.raises(PlanRefused) as caught:
        outline_of(told or brief(), given)
    assert all(violation.part == "outline" for violation in caught.value.violations)
    return [str(violation) for violation in caught.value.violations]


def test_the_answer_to_a_brief_is_its_outline():
    assert outline_of(brief(), answer()) == example_outline()


def test_what_the_brief_decides_comes_from_the_brief():
    told = brief(warehouse="bigquery", depth="essential", company="Other Ltd", codename="Blue Heron")
    outline = outline_of(told, answer())
    assert (outline.warehouse, outline.depth, outline.company) == ("bigquery", "essential", "Blue Heron")
    assert outline.as_of == AS_OF


def test_spaces_and_case_of_known_names_are_put_right():
    given = answer()
    orders = given.sources[2]
    columns = [
        orders.columns[0],
        orders.columns[1].model_copy(update={"refers_to": " Customers "}),
        *orders.columns[2:],
    ]
    sources = [
        *given.sources[:2],
        orders.model_copy(update={"columns": columns, "key": "ORDER_ID"}),
        given.sources[3],
    ]
    models = [given.models[0].model_copy(update={"inputs": ["STG_SHOP__ORDER_ITEMS", "stg_shop__products "]})]
    rule = given.incremental.model_copy(update={"model": "Fct_Orders", "cursor": "Order_Date"})
    defects = [idea.model_copy(update={"table": "Orders"}) for idea in given.defects]
    changed = {
        "sources": sources,
        "models": [*models, *given.models[1:]],
        "incremental": rule,
        "defects": defects,
    }
    assert outline_of(brief(), answer(**changed)) == example_outline()


def test_broken_rules_are_said_with_their_places_and_hints():
    given = answer()
    models = [given.models[0].model_copy(update={"inputs": ["stg_shop__nothing"]}), *given.models[1:]]
    said = refused(answer(models=models))
    assert any(
        "int_order_items_priced: It reads stg_shop__nothing, which is not in the project." in one
        for one in said
    )
    columns = [
        given.sources[2].columns[0],
        given.sources[2].columns[1].model_copy(update={"refers_to": "clients"}),
    ]
    orders = given.sources[2].model_copy(update={"columns": [*columns, *given.sources[2].columns[2:]]})
    said = refused(answer(sources=[*given.sources[:2], orders, given.sources[3]]))
    assert any(
        "It refers to the source clients, which is not in the plan. Choose customers," in one for one in said
    )


def test_wrong_shapes_are_said_by_name():
    given = answer()
    named = given.models[3].model_copy(update={"name": "Fact Orders"})
    said = refused(answer(models=[*given.models[:3], named, *given.models[4:]]))
    assert any("“Fact Orders” is not a legal name." in one for one in said)
    assert refused(answer(sources=given.sources[:2]))[0].startswith("Sources: There are 2, but at least 3")


def test_a_pain_answers_only_sentences_that_the_prospect_said():
    given = answer()
    pains = [given.pains[0].model_copy(update={"answers": [1, 2]}), *given.pains[1:]]
    assert outline_of(brief(), answer(pains=pains)).pain_points[0].answers == [1, 2]
    pains = [given.pains[0].model_copy(update={"answers": [3]}), *given.pains[1:]]
    assert refused(answer(pains=pains)) == [
        "Pain point “Finance and marketing never agree on revenue.”: It answers sentence 3, but the pain points "
        "have 2. Use numbers from 1 to 2."
    ]
    assert "Name no sentence." in refused(answer(pains=pains), brief(pain_points=""))[0]
