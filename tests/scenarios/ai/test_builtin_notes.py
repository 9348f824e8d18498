"""The notes and pain points shape the demo: story, words, tables, metrics, defects, quotations."""

from datetime import date

import pytest

from scenarios.ai.builtin import BuiltinProvider, library
from scenarios.ai.builtin.choices import choose
from scenarios.plan.brief import Brief

NOTES = """They run a modernisation project to replace the old loyalty reports.
The goal is one definition of repeat purchase rate for marketing and finance.
- They want to cut the month-end close by two days.
Go-live must be before the end of Q3.
The CFO likes blue slides."""


def brief(notes="", pains="", **changes):
    fields = {"company": "Harrow & Pine", "industry": "Retail", "as_of": date(2026, 3, 14)}
    return Brief(**{**fields, **changes}, discovery_notes=notes, pain_points=pains)


def outline(notes="", pains="", **changes):
    return BuiltinProvider().outline(brief(notes, pains, **changes)).outline


@pytest.mark.parametrize(
    ("notes", "angle"),
    [
        ("They fight churn and want customer lifetime value", "loyalty"),
        ("Too many stock-outs and empty shelves", "inventory"),
        ("Returns eat the margin", "margin"),
        ("Marketing attribution across campaigns", "campaigns"),
    ],
)
def test_the_notes_choose_the_story(notes, angle):
    assert {choose(brief(notes, company=f"Company {n}")).angle for n in range(5)} == {angle}


@pytest.mark.parametrize("key", library.blueprint_keys())
def test_every_story_is_told_to_somebody_without_notes(key):
    industry = library.blueprint(key).industry
    told = {choose(brief(company=f"Company {n}", industry=industry)).angle for n in range(60)}
    assert told == set(library.blueprint(key).angles)


def test_the_prospects_words_become_names():
    found = outline("Our shoppers visit our branches and we lack loyalty numbers")
    assert found.model("fct_orders") or found.models
    assert {"shoppers", "branches"} <= {source.table for source in found.sources}


def test_an_optional_table_comes_when_the_notes_speak_of_it():
    assert "deliveries" in {
        s.table for s in outline("loyalty depends on delivery and last mile carriers").sources
    }


def test_the_context_quotes_use_case_objectives_and_timeline():
    context = outline(NOTES).context
    assert "modernisation project" in context.use_case
    assert "Q3" in context.summary + context.use_case
    assert any("repeat purchase rate" in line for line in context.objectives)
    assert "blue slides" not in f"{context.summary} {context.use_case} {context.objectives}"


def test_without_notes_the_context_says_so():
    assert "No discovery notes were given" in outline().context.summary


def test_long_notes_stay_in_bounds():
    context = outline("We want " + "very " * 3000 + "much.\n" * 3).context
    assert len(context.summary) <= 1500
    assert all(len(line) <= 200 for line in context.objectives)


@pytest.mark.parametrize(
    ("pain", "feature"),
    [
        ("Everything is manual SQL in spreadsheets", "Modular SQL with ref()"),
        ("Logic hides in stored procedures", "Models instead of stored procedures"),
        ("The full load runs overnight and is slow", "Incremental models"),
        ("Nobody knows where the numbers come from: no lineage", "Lineage"),
        ("There is no documentation", "Documentation beside the code"),
        ("Auditors ask about governance", "Governance: tested, described, reviewed"),
        ("We deploy by hand, there is no CI", "Pull requests with CI"),
        ("Warehouse cost explodes", "Incremental models and slim builds"),
    ],
)
def test_a_pain_is_answered_by_its_feature(pain, feature):
    found = outline(pains=pain).pain_points
    assert [(p.pain, p.feature) for p in found] == [(pain, feature)]


def test_every_sentence_that_something_answers_gets_it_in_their_words():
    pains = ["The night job is slow.", "There are no docs.", "Our parrot sings."]
    found = outline(pains="\n".join(f"- {pain}" for pain in pains)).pain_points
    assert [p.pain for p in found] == pains[:2]
    assert [p.answers for p in found] == [[1], [2]], "and none for the parrot"


def test_many_pains_are_joined_and_none_is_lost():
    pains = [f"Report number {n} is slow and nobody trusts it." for n in range(25)]
    found = outline(pains=" ".join(pains)).pain_points
    assert len(found) <= 10
    assert "Report number 0 " in found[0].pain


def test_without_pains_the_defaults_say_so():
    found = outline().pain_points
    assert len(found) == 3
    assert all(p.pain.startswith("No pain point was given") for p in found)


def test_the_semantic_layer_answers_only_where_there_is_one():
    pain = "Each team has its own KPI definition"
    assert outline(pains=pain, include_semantic_layer=True).pain_points[0].feature == "Semantic layer"
    assert outline(pains=pain).pain_points[0].feature == "One tested mart for each subject"


def test_no_defect_is_planted_unless_data_quality_is_a_topic():
    assert outline().quality == []
    assert outline(pains="The nightly load is slow. There are no docs.").quality == []


@pytest.mark.parametrize(
    ("pain", "kinds"),
    [
        ("We see duplicates in every report", {"duplicate"}),
        ("Bad data: missing values and negative amounts", {"null", "out_of_range"}),
        ("Poor data quality: orphaned records", {"orphan"}),
        ("Wrong numbers, codes have several spellings", {"inconsistent_code"}),
    ],
)
def test_the_pains_choose_the_kinds_of_defects(pain, kinds):
    for company in ("Ada", "Bob", "Cleo"):
        assert {idea.kind for idea in outline(pains=pain, company=company).quality} >= kinds


@pytest.mark.parametrize(
    "pain", ["Schlechte Datenqualität", "データ品質が悪い", "La qualité des données", "calidad de datos"]
)
def test_data_quality_is_understood_in_other_languages(pain):
    ideas = outline(pains=pain).quality
    assert 1 <= len(ideas) <= 3
    assert len({idea.kind for idea in ideas}) == len(ideas)


def test_a_pain_about_data_quality_is_answered_by_the_planted_defect():
    found = outline(pains="Schlechte Datenqualität.")
    assert found.pain_points[0].feature == "Data tests that catch a planted defect"
    assert found.quality[0].column in found.pain_points[0].where


def test_the_metric_that_the_pain_speaks_of_is_shown():
    found = outline(
        "returns and margin rate", "Two teams disagree about the margin.", include_semantic_layer=True
    )
    assert "margin" in found.pain_points[0].where
