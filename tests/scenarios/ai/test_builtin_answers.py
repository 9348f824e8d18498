"""Pains get the answer that a person would give, or none; and a codename keeps the prospect's words out."""

import pytest

from scenarios.ai.builtin import BuiltinProvider, library
from scenarios.ai.builtin.answering import answers
from scenarios.plan.coverage import coverage, pain_sentences
from tests.built import built_plan
from tests.projects.conftest import NAMES, read_example
from tests.scenarios.ai.test_builtin_provider import brief

#: Example → for each sentence of its pains the answers: a feature, or a part of where it is shown; none where none is.
EXAMPLES = {
    "banking": [["Governance: tested, described, reviewed", "Lineage"],
                ["Incremental models with a lookback window"], ["acct_no_is_known"]],
    "education": [["Semantic layer"]],
    "energy": [["kwh_is_present"], ["Sources with known freshness"]],
    "gaming": [["receipt_is_unique"], [], ["receipt_is_unique"], []],
    "generic": [["Modular SQL with ref()"],
                ["Pull requests with CI", "Data tests that catch a planted defect", "Documentation beside the code"]],
    "healthcare": [["unit_code_is_present"], ["begins_is_in_order"], ["Lineage", "Documentation beside the code"]],
    "insurance": [["estimate_is_in_range"], ["Incremental models"]],
    "logistics": [["state_is_agreed"], ["Incremental models", "Modular SQL with ref()"]],
    "manufacturing": [["Incremental models with a lookback window"], ["Modular SQL with ref()"]],
    "media": [["Incremental models and slim builds"], ["metric active_viewers"]],
    "public_sector": [],
    "retail": [["metric net_revenue"], ["Incremental models"], ["receipt_no_is_unique", "segment_code_is_present"],
               ["Lineage"]],
    "saas": [["Modular SQL with ref()", "Semantic layer"], ["Models instead of stored procedures"],
             ["Data tests that catch a planted defect"]],
    "telecom": [["fiscal_no_is_unique"], ["Incremental models"]],
    "travel": [["out_day_is_in_order"], ["cancellation_rate"], ["Analysts and engineers in one workflow"]],
}  # fmt: skip


def outline(pains, **changes):
    return BuiltinProvider().outline(brief(pain_points=pains, **changes)).outline


@pytest.mark.parametrize("name", [name for name in NAMES if not read_example(name).codename])
def test_the_examples_pains_are_answered_as_a_person_would(name):
    given = read_example(name)
    found = coverage(given.pain_points, BuiltinProvider().outline(given).outline)
    assert len(found) == len(EXAMPLES[name])
    for covered, wanted in zip(found, EXAMPLES[name], strict=True):
        said = [f"{pain.feature} · {pain.where}" for pain in covered.answers]
        assert len(said) == len(wanted), (covered.sentence, said)
        assert all(any(text in one for one in said) for text in wanted), (covered.sentence, said)


def test_a_sentence_that_nothing_answers_is_claimed_by_no_demonstration():
    found = outline("The night job is slow.\nOur parrot sings.\nThere are no docs.").pain_points
    assert sorted(number for pain in found for number in pain.answers) == [1, 3]
    assert all("parrot" not in pain.pain for pain in found)
    silent = outline("Our parrot sings.").pain_points
    assert [pain.answers for pain in silent] == [[], [], []]
    assert all(pain.pain.startswith("No pain point was given that this demo answers") for pain in silent)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{% raw %}", "A circle of cities in Lent", "Nowhere"]
)
def test_words_inside_other_words_answer_nothing(text):
    assert answers(text, outline("")) == []


def test_a_sentence_of_several_complaints_gets_several_answers():
    found = outline("No version control, no documentation and a slow full reload.").pain_points
    assert {pain.feature for pain in found} == {
        "Pull requests with CI", "Documentation beside the code", "Incremental models",
    }  # fmt: skip
    assert all(pain.answers == [1] for pain in found)


def test_more_pains_than_a_plan_may_have_share_their_answers_and_none_is_lost():
    pains = [f"Report number {number} is slow and has no documentation." for number in range(1, 26)]
    found = outline("\n".join(pains)).pain_points
    assert len(found) <= 10
    assert {number for pain in found for number in pain.answers} == set(range(1, 26))


def test_the_defect_that_a_pain_names_is_the_one_that_is_shown():
    plan = built_plan(brief(pain_points="Duplicates in every report. Negative amounts. Wrong dates, too."))
    tests = {idea.kind: test.test_name for idea, test in zip(
        plan.outline.quality, plan.quality.scenarios, strict=True)}  # fmt: skip
    shown = {number: pain.where for pain in plan.outline.pain_points for number in pain.answers}
    assert shown[1] == tests["duplicate"]
    assert shown[2] == tests["out_of_range"]


def test_every_pain_of_the_library_says_itself_in_neutral_words():
    for entry in library.read("_pains"):
        assert entry["pain"].endswith(".")
        assert "[[" not in entry["pain"]


NOTES = "Quarrymaster wants one definition of repeat purchase rate before the end of Q3."
PAINS = "Zebra duplicates are everywhere.\nThe walrus load is slow.\nNobody documents the ostrich."


def test_a_codename_keeps_everything_that_was_said_out_of_the_plan():
    given = brief(company="Quarrymaster", codename="Blue Heron", discovery_notes=NOTES, pain_points=PAINS)
    plan = built_plan(given.disguised())
    text = plan.model_dump_json()
    for word in (
        "Quarrymaster",
        "Zebra",
        "walrus",
        "ostrich",
        "repeat purchase rate",
        "You told us",
        "told us:",
    ):
        assert word not in text
    assert "Blue Heron" in text
    neutral = {entry["pain"] for entry in library.read("_pains")}
    assert {pain.pain for pain in plan.outline.pain_points} <= neutral
    numbers = {number for pain in plan.outline.pain_points for number in pain.answers}
    assert numbers == set(range(1, len(pain_sentences(PAINS)) + 1))


def test_without_a_codename_the_prospects_words_are_quoted():
    plan = built_plan(brief(company="Quarrymaster", discovery_notes=NOTES, pain_points=PAINS))
    text = plan.model_dump_json()
    assert all(word in text for word in ("Quarrymaster", "Zebra", "walrus", "ostrich", "You told us"))
