"""“Regenerate with modifications”: what the words change, and what is said about those that change nothing."""

from datetime import date

import pytest

from scenarios.plan.brief import Brief
from scenarios.plan.rules import check_plan
from tests.built import PROVIDER, built_plan

BRIEF = Brief(
    company="Harrow & Pine",
    industry="Retail",
    include_semantic_layer=True,
    discovery_notes="Loyalty and repeat purchases by region.",
    pain_points="Duplicates in our data.",
    as_of=date(2026, 3, 14),
)
BEFORE = PROVIDER.outline(BRIEF).outline


def regenerate(instructions, previous=BEFORE):
    drafted = PROVIDER.outline(BRIEF, instructions=instructions, previous=previous)
    assert check_plan(built_plan(BRIEF, drafted.outline)) == []
    return drafted


def marts(outline):
    return {mart.name for mart in outline.marts}


def test_another_story():
    drafted = regenerate("Focus on stock-outs instead")
    assert "fct_stock_counts" in marts(drafted.outline)
    assert "took effect" in drafted.notes[0]


def test_another_segment_and_period():
    drafted = regenerate("Show it monthly, by payment method")
    assert any(
        name.startswith("fct_monthly_") and name.endswith("_by_payment_method")
        for name in marts(drafted.outline)
    )


@pytest.mark.parametrize("word", ["deliveries", "feedback", "points"])
def test_a_table_comes_and_goes(word):
    added = regenerate(f"add {word}").outline
    assert any(word in source.table for source in added.sources)
    removed = regenerate(f"remove {word}", previous=added).outline
    assert not any(word in source.table for source in removed.sources)


def test_a_metric_is_added():
    drafted = regenerate("Please add a metric for discount rate")
    assert any(metric.label == "Discount rate" for metric in drafted.outline.metrics)


def test_defects_come_and_go():
    assert [idea.kind for idea in BEFORE.quality] == ["duplicate"]
    assert regenerate("no data quality story").outline.quality == []
    kinds = {idea.kind for idea in regenerate("add orphans").outline.quality}
    assert kinds == {"duplicate", "orphan"}


def test_a_model_is_renamed_everywhere():
    name = BEFORE.incremental.model
    outline = regenerate(f"rename {name} to trading facts").outline
    assert outline.incremental.model == "fct_trading_facts"
    assert name not in outline.model_dump_json()


def test_a_word_is_replaced():
    outline = regenerate("call the customers members").outline
    wanted = regenerate("rename customers to members").outline
    assert "members" in {source.table for source in wanted.sources} | {
        source.table for source in outline.sources
    }


def test_another_industry_and_company():
    outline = regenerate("The company is Blue Heron; switch to business services").outline
    assert outline.company == "Blue Heron"
    assert outline.industry == "Business services"


def test_what_is_there_already_and_what_nobody_knows_is_said():
    notes = regenerate("add a unicorn; weekly; monthly").notes
    assert "did not take effect" in notes[0]
    assert sum("was so already" in note for note in notes) == 1


def test_changes_add_up():
    first = regenerate("add deliveries").outline
    second = regenerate("monthly", previous=regenerate("weekly", previous=first).outline).outline
    assert any(source.table == "deliveries" for source in second.sources)
    assert any(name.startswith("fct_monthly_") for name in marts(second))


def test_without_instructions_the_brief_is_composed_afresh():
    assert PROVIDER.outline(BRIEF, previous=regenerate("monthly").outline).outline == BEFORE
