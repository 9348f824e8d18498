"""One section written anew: it changes, what depends on it follows, and everything else is as it was."""

import pytest

from scenarios.ai.sections import FOLLOWING, keys_of_section, section_of_key
from scenarios.plan.clashes import clashes
from scenarios.plan.parts import Plan, part_keys
from scenarios.plan.pieces import ALL_SECTIONS, piece_of, with_piece
from scenarios.plan.rules import check_plan
from scenarios.regenerating import regenerated_by_builtin
from scenarios.rendering.code import render_code
from scenarios.rendering.template import base_project
from tests.scenarios.changed_plans import BRIEF, drafted
from tests.scenarios.plan.example import example_plan

EXAMPLE_BRIEF = BRIEF.model_copy(
    update={"company": example_plan().outline.company, "as_of": example_plan().outline.as_of}
)


def changed_sections(old: Plan, new: Plan) -> list[str]:
    return [key for key in ALL_SECTIONS if piece_of(old, key) != piece_of(new, key)]


def files(plan: Plan) -> dict[str, str]:
    return render_code(plan, template=base_project())


def test_every_part_belongs_to_one_section() -> None:
    outline = example_plan().outline
    found = [key for section in ALL_SECTIONS for key in sorted(keys_of_section(outline, section))]
    assert sorted(found) == sorted(part_keys(outline))
    assert all(key in keys_of_section(outline, section_of_key(key)) for key in found)
    assert keys_of_section(outline.model_copy(update={"semantic_layer": False}), "semantic") == set()
    assert set(FOLLOWING) == set(ALL_SECTIONS)
    with pytest.raises(KeyError):
        keys_of_section(outline, "nonsense")


@pytest.mark.parametrize("section", ALL_SECTIONS)
def test_a_plan_of_somebody_else_gets_each_section_anew(section: str) -> None:
    """The example was written by hand: names, keys and tests are not those of the built-in provider."""
    old = example_plan()
    new, said = regenerated_by_builtin(EXAMPLE_BRIEF, old, section, "", [])
    assert check_plan(new) == []
    changed = changed_sections(old, new)
    assert set(changed) <= {section, *FOLLOWING[section]}
    assert section in changed or section == "context", said
    assert all(words.endswith(".") for words in said)


@pytest.mark.parametrize("section", ["semantic", "features", "day_two", "talk_track", "pain_points"])
def test_no_model_and_no_seed_changes_for_another_section(section: str) -> None:
    old = example_plan()
    new, _ = regenerated_by_builtin(EXAMPLE_BRIEF, old, section, "", [])
    assert new != old
    before, after = files(old), files(new)
    watched = [f"models/{model.layer}/{model.name}.sql" for model in old.outline.models]
    watched += [f"seeds/{source.table}.csv" for source in old.outline.sources]
    assert [path for path in watched if before[path] != after[path]] == []


def test_a_hand_made_change_is_undone_only_in_that_section() -> None:
    old = drafted()
    other = drafted("Focus on stock-outs instead").talk_track
    edited = old.model_copy(
        update={
            "talk_track": old.talk_track.model_copy(update={"opening": other.opening}),
            "day_two": old.day_two.model_copy(update={"story": "A quiet night."}),
        }
    )
    assert check_plan(edited) == []
    new, said = regenerated_by_builtin(BRIEF, edited, "day_two", "", [])
    assert new.talk_track == edited.talk_track
    assert with_piece(edited, old, "day_two") == new
    assert said == []


def test_words_change_the_section_and_what_depends_on_it() -> None:
    old = drafted()
    new, said = regenerated_by_builtin(BRIEF, old, "sources", "call customers members", [])
    assert check_plan(new) == []
    assert new.outline.source("members") is not None
    assert new.outline.source("buyers") is None
    assert "sources" in (changed := changed_sections(old, new))
    assert not {"context", "talk_track", "features"} & set(changed)
    assert any(words.startswith("Changed as well, because it depends on “Data”") for words in said)


def test_words_for_other_sections_change_nothing_and_say_so() -> None:
    old = drafted()
    for section in ("talk_track", "context", "semantic"):
        new, said = regenerated_by_builtin(BRIEF, old, section, "Focus on stock-outs instead", [])
        assert new == old
        assert len(said) == 1
        assert said[0].endswith("regenerate the whole plan with them.")


def test_the_same_again_is_said_plainly() -> None:
    new, said = regenerated_by_builtin(BRIEF, drafted(), "semantic", "", [])
    assert new == drafted()
    assert said == [
        "“Semantic layer” came out as it was: the built-in provider writes the same from the same words."
    ]


def test_planted_defects_come_with_their_rows() -> None:
    old = drafted()
    new, _ = regenerated_by_builtin(BRIEF, old, "quality", "add orphans", [])
    assert {one.kind for one in new.quality.scenarios} > {one.kind for one in old.quality.scenarios}
    assert changed_sections(old, new) == ["sources", "models", "quality"]
    touched = {one.table for one in new.quality.scenarios}
    assert {rows.table for rows in new.rows if rows != old.rows_of(rows.table)} <= touched


def test_no_test_of_a_model_finds_a_defect_that_is_new() -> None:
    """The Proof would not pass: an orphan below a relationships test."""
    old = drafted()
    new, _ = regenerated_by_builtin(BRIEF, old, "quality", "add orphans", [])
    assert list(clashes(new.outline)) == list(clashes(old.outline)) == []
    differing = [model.name for model in new.outline.models if model not in old.outline.models]
    assert differing == ["fct_purchases"]
    locked, said = regenerated_by_builtin(BRIEF, old, "quality", "add orphans", ["model:fct_purchases"])
    assert locked == old
    assert any("Data quality" in words and "put back" in words for words in said)


def test_what_is_locked_stays() -> None:
    old = example_plan()
    locks = ["model:fct_orders", "day_two"]
    new, _ = regenerated_by_builtin(EXAMPLE_BRIEF, old, "models", "", locks)
    assert check_plan(new) == []
    assert changed_sections(old, new)
    for key in locks:
        assert piece_of(new, key) == piece_of(old, key)
    path = "models/marts/fct_orders.sql"
    assert files(new)[path] == files(old)[path]


def test_the_same_question_gives_the_same_plan() -> None:
    first = regenerated_by_builtin(EXAMPLE_BRIEF, example_plan(), "sources", "", [])
    assert first == regenerated_by_builtin(EXAMPLE_BRIEF, example_plan(), "sources", "", [])
