"""Slips in outlines: refused by the rules before, accepted after, and said in plain sentences."""

from random import Random
from typing import Any

import pytest

from scenarios.ai.answers.converting import outline_of
from scenarios.ai.answers.outline import OutlineAnswer
from scenarios.ai.mending import mend_outline
from scenarios.plan.brief import Brief
from tests.scenarios.ai.mending.plans import NAMES, correct_outline, outline_faults
from tests.scenarios.ai.mending.spoiling import Spoiler
from tests.scenarios.ai.mending.spoiling_outlines import OUTLINE

BRIEF, CORRECT = correct_outline("retail")


def changed(change: Any) -> OutlineAnswer:
    """The correct answer with a change to its data."""
    data = CORRECT.model_dump()
    change(data)
    return OutlineAnswer.model_validate(data)


def mended(answer: OutlineAnswer, brief: Brief = BRIEF) -> tuple[OutlineAnswer, list[str]]:
    """The mended answer, which the rules accept and mending leaves alone."""
    made, said = mend_outline(brief, answer)
    assert outline_faults(brief, made) == []
    assert mend_outline(brief, made) == (made, [])
    assert mend_outline(brief, answer) == (made, said)
    return made, said


@pytest.mark.parametrize("name", NAMES)
def test_correct_outline_stays_as_it_is(name: str) -> None:
    brief, answer = correct_outline(name)
    assert mend_outline(brief, answer) == (answer, [])


@pytest.mark.parametrize("spoil", OUTLINE, ids=lambda spoil: spoil.__name__)
def test_slip_is_refused_before_and_accepted_after(spoil: Spoiler) -> None:
    refused = 0
    for seed in range(4):
        data = CORRECT.model_dump()
        spoil(data, Random(seed))
        answer = OutlineAnswer.model_validate(data)
        if not outline_faults(BRIEF, answer):
            continue  # this throw of the dice made no fault
        refused += 1
        _, said = mended(answer)
        assert said
        assert all(sentence.endswith(".") and len(sentence) < 400 for sentence in said)
    assert refused


def test_only_what_is_wrong_changes() -> None:
    """One slip, one thing mended: the rest stays byte for byte."""
    made, said = mended(changed(lambda data: data["models"][0].update(kind="table")))
    assert said == [f"Model {CORRECT.models[0].name}: it is a model of kind view, not table."]
    assert made.model_copy(update={"models": CORRECT.models}) == CORRECT


def test_renamed_source_is_renamed_where_it_is_used() -> None:
    source = CORRECT.sources[0]
    old, new = f"stg_{source.system}__{source.table}", f"stg_{source.system}__{source.table}"
    capital = source.table.upper()

    def shout(data: dict[str, Any]) -> None:
        data["sources"][0]["table"] = capital
        for model in data["models"]:
            model["inputs"] = [f"stg_{source.system}__{capital}" if n == old else n for n in model["inputs"]]
        for other in data["sources"]:
            for column in other["columns"]:
                column["refers_to"] = capital if column["refers_to"] == source.table else column["refers_to"]

    made, said = mended(changed(shout))
    assert made == CORRECT
    assert f"Source {capital}: “{capital}” is called {source.table}." in said
    assert any(new in model.inputs for model in made.models)


def test_sixth_source_is_cut_and_a_second_is_not_invented() -> None:
    def more(data: dict[str, Any]) -> None:
        first = data["sources"][0]
        for number in range(6):
            data["sources"].append({**first, "table": f"further_{number}", "label": f"Further {number}"})

    made, _ = mended(changed(more))
    assert len(made.sources) <= 5

    few = changed(lambda data: data.update(sources=data["sources"][:2]))
    left, _ = mend_outline(BRIEF, few)
    assert len(left.sources) == 2
    assert outline_faults(BRIEF, left)


def test_mart_reads_staging_through_an_intermediate_that_is_added() -> None:
    source = CORRECT.sources[0]
    staging = f"stg_{source.system}__{source.table}"
    marts = [model for model in CORRECT.models if model.layer == "marts"][:4]

    def flat(data: dict[str, Any]) -> None:
        stagings = [f"stg_{s['system']}__{s['table']}" for s in data["sources"]]
        data["models"] = [m for m in data["models"] if m["name"] in [mart.name for mart in marts]]
        for model in data["models"]:
            model["inputs"] = list(stagings)

    made, said = mended(changed(flat))
    added = next(model for model in made.models if model.inputs == [staging])
    assert added.layer == "intermediate"
    assert f"Model {added.name}: it is added, so that marts can read {staging} through it." in said


def test_metrics_go_without_a_semantic_layer() -> None:
    brief = BRIEF.model_copy(update={"include_semantic_layer": False})
    answer = changed(
        lambda data: data.update(metrics=[{"name": "m", "label": "M", "about": "M.", "unit": ""}])
    )
    made, said = mended(answer, brief)
    assert made.metrics == []
    assert "Semantic layer: no semantic layer is wanted: the metrics are left out." in said


def test_incremental_mart_is_one_with_a_date() -> None:
    made, said = mended(
        changed(lambda data: data["incremental"].update(model="fct_nothing_like_it", cursor="x"))
    )
    outline = outline_of(BRIEF, made)
    mart = outline.model(outline.incremental.model)
    assert mart is not None
    assert mart.column(outline.incremental.cursor) is not None
    assert any(sentence.startswith("Incremental model: it is ") for sentence in said)


def test_impossible_idea_is_moved_to_a_column_that_a_test_can_catch() -> None:
    source = next(s for s in CORRECT.sources if any(c.refers_to for c in s.columns))
    idea = {
        "name": "lost_parent", "title": "A lost parent", "kind": "orphan", "table": source.table,
        "column": source.key, "story": "It happened.",
    }  # fmt: skip
    made, said = mended(changed(lambda data: data.update(defects=[idea])))
    (kept,) = made.defects
    assert kept.column != source.key
    assert any("Quality scenario lost_parent: its place is" in sentence for sentence in said)


def test_placeholders_are_replaced_by_the_company() -> None:
    made, said = mended(
        changed(lambda data: data.update(summary="What [your company] wants, TODO: {company}."))
    )
    assert made.summary.count(BRIEF.company) == 2
    assert "TODO" not in made.summary
    assert any(sentence.startswith("Business context: its summary") for sentence in said)


def test_the_codename_stays() -> None:
    """Mending never brings the real name back."""
    brief = BRIEF.model_copy(update={"codename": "Bluebird"})
    answer = changed(lambda data: data.update(summary="{company}", use_case="[company] wants more."))
    made, _ = mend_outline(brief, answer)
    assert "Bluebird" in made.summary
    assert BRIEF.company not in made.summary + made.use_case


@pytest.mark.parametrize("count", [2, 6])
def test_several_slips_at_once_are_mended(count: int) -> None:
    """A seeded draw of slips over three example briefs: all of them end without violations."""
    for name in NAMES[::6]:
        brief, answer = correct_outline(name)
        for seed in range(6):
            dice, data = Random(f"{name}{seed}"), answer.model_dump()
            for spoil in dice.sample(OUTLINE, count):
                spoil(data, dice)
            mended(OutlineAnswer.model_validate(data), brief)


def test_absurdly_long_answers_are_cut_first() -> None:
    """A runaway answer is mended in bounded time, too."""

    def repeat(data: dict[str, Any]) -> None:
        data["models"] *= 40
        data["sources"] *= 40
        data["summary"] = " " * 100_000 + "They sell shoes. " * 3_000
        data["objectives"] = ["[[{company" * 9_000] * 5

    made, said = mended(changed(repeat))
    assert made.summary.startswith("They sell shoes.")
    assert len(made.summary) <= 1500
    assert "The answer was far too long: the ends of its lists and texts are left out." in said
