"""Parts of outlines that no blueprint knows, or that were edited: they break no rule either."""

import pytest

from scenarios.ai.builtin import BuiltinProvider, library
from scenarios.plan.brief import Brief
from scenarios.plan.mend import mend_rows
from scenarios.plan.outline import ModelColumn, Outline, SourceColumn
from scenarios.plan.rules import check_plan
from tests.built import built_plan
from tests.sampling import every
from tests.scenarios.ai.test_builtin_provider import PAINS, brief
from tests.scenarios.plan.example import example_outline

ZOO = "Zoo keeping"  # an industry whose blueprint resembles none of these outlines


def foreign(outline: Outline) -> Outline:
    """The outline as somebody else would have written it: nothing says from which blueprint it is."""
    return outline.model_copy(update={"industry": ZOO})


def test_a_handwritten_outline_gets_all_its_parts():
    outline = foreign(example_outline())
    plan = built_plan(Brief(company=outline.company, industry=ZOO, as_of=outline.as_of), outline)
    assert [str(violation) for violation in check_plan(plan)] == []
    by_name = {metric.name: metric for metric in plan.semantic.metrics}
    assert (by_name["revenue"].agg, by_name["revenue"].column) == ("sum", "order_amount")
    assert (by_name["orders_placed"].agg, by_name["orders_placed"].column) == ("count_distinct", "order_id")
    assert by_name["revenue_to_date"].input == "revenue"


@pytest.mark.parametrize("key", every(5, [key for key in library.blueprint_keys() if key != library.GENERIC]))
def test_the_outline_of_any_industry_can_be_filled_without_its_blueprint(key):
    for company in ("Ada", "Bob", "Cleo"):
        given = brief(industry=library.blueprint(key).industry, company=company, pain_points=PAINS)
        outline = foreign(BuiltinProvider().outline(given).outline)
        own, plan = built_plan(given), built_plan(given, outline)
        assert [str(violation) for violation in check_plan(plan)] == []
        assert plan.statements != own.statements
        assert mend_rows(plan) == (plan, [])


def edited(change):
    """A plan whose outline was changed by hand before the parts were computed, beside the plan without the change."""
    given = brief(pain_points=PAINS)
    outline = BuiltinProvider().outline(given).outline
    plan = built_plan(given, change(outline))
    assert [str(violation) for violation in check_plan(plan)] == []
    return built_plan(given), plan


def with_model(outline, model):
    models = [model if other.name == model.name else other for other in outline.models]
    return outline.model_copy(update={"models": models})


def test_a_column_added_to_a_mart_by_hand():
    def change(outline):
        mart = outline.marts[0]
        column = ModelColumn(name="margin_share", type="number", description="Share of the margin.")
        return with_model(outline, mart.model_copy(update={"columns": [*mart.columns, column]}))

    before, after = edited(change)
    changed = [s.model for s in after.statements if s not in before.statements]
    assert changed == [after.outline.marts[0].name]
    assert "margin_share" in after.statement_of(changed[0]).sql


def test_a_column_taken_out_of_a_mart_by_hand():
    def change(outline):
        mart = outline.marts[0]
        return with_model(outline, mart.model_copy(update={"columns": mart.columns[:-1]}))

    before, after = edited(change)
    assert before.outline.marts[0].columns[-1].name not in [c.name for c in after.outline.marts[0].columns]


def test_a_column_added_to_a_source_by_hand():
    def change(outline):
        source = outline.sources[0]
        column = SourceColumn(
            name="loyalty_tier", type="string", description="Tier.", accepted_values=["gold", "tin"]
        )
        sources = [source.model_copy(update={"columns": [*source.columns, column]}), *outline.sources[1:]]
        return outline.model_copy(update={"sources": sources})

    before, after = edited(change)
    kept = [row[:-1] for row in after.rows[0].rows]
    assert kept == before.rows[0].rows
    assert {row[-1] for row in after.rows[0].rows} == {"gold", "tin"}


def test_plans_need_no_mending():
    for key in library.blueprint_keys():
        plan = built_plan(brief(industry=library.blueprint(key).industry, pain_points=PAINS))
        assert mend_rows(plan) == (plan, [])


def test_rows_follow_scenarios_that_were_edited():
    given = brief(pain_points=PAINS)
    provider, plan = BuiltinProvider(), built_plan(given)
    scenario = plan.quality.scenarios[0]
    table = scenario.table
    clean = provider.part(given, plan.outline, f"rows:{table}", done={"quality": type(plan.quality)()})
    planted = provider.part(given, plan.outline, f"rows:{table}", done={"quality": plan.quality})
    wrong = [
        number
        for number, pair in enumerate(zip(clean.rows, planted.rows, strict=True), 1)
        if pair[0] != pair[1]
    ]
    assert wrong
    assert set(wrong) <= set(scenario.row_numbers)
