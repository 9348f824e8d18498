"""Locks: what is locked comes through every change byte for byte, in the plan and in the rendered project."""

import pytest

from scenarios.locks import is_locked, lock_keys, locked_pieces, put_back, put_back_outline, unkept, words_of
from scenarios.plan.parts import Plan
from scenarios.plan.pieces import ALL_SECTIONS, piece_of
from scenarios.plan.rules import check_outline, check_plan
from scenarios.rendering.code import render_code
from scenarios.rendering.template import base_project
from tests.scenarios.changed_plans import drafted
from tests.scenarios.plan.changing import changed
from tests.scenarios.plan.example import example_plan
from tests.scenarios.plan.example_features import showcase_plan

CHANGES = ("call customers members", "Focus on stock-outs instead", "add orphans", "by region")
FACT, INTERMEDIATE = "model:fct_purchases", "model:int_purchases_enriched"
LOCKS = [*([key] for key in ALL_SECTIONS), [FACT], [INTERMEDIATE, "talk_track"], ["semantic", "quality"]]


def model_file(plan: Plan, name: str) -> bytes:
    files = render_code(plan, template=base_project())
    (path,) = (path for path in files if path.endswith(f"/{name}.sql"))
    return files[path].encode()


def test_sections_and_models_can_be_locked() -> None:
    keys = lock_keys(example_plan())
    assert set(ALL_SECTIONS) < set(keys)
    assert "model:fct_orders" in keys
    assert is_locked("model:fct_orders", ["models"])
    assert not is_locked("models", ["model:fct_orders"])
    assert (words_of("model:fct_orders"), words_of("talk_track")) == ("fct_orders", "“Talk track”")


def test_without_locks_nothing_is_put_back() -> None:
    new = drafted("call customers members")
    assert put_back(new, drafted(), []) == (new, [])
    assert put_back_outline(new.outline, drafted(), []) == (new.outline, [])


@pytest.mark.parametrize("locks", LOCKS, ids=",".join)
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_locked_is_as_it_was_and_the_plan_keeps_all_rules(change: str, locks: list[str]) -> None:
    old, new = drafted(), drafted(change)
    got, said = put_back(new, old, locks)
    assert check_plan(got) == []
    assert locked_pieces(got, locks) == locked_pieces(old, locks)
    assert unkept(got, old, locks) == []
    assert all(sentence.endswith(".") for sentence in said)
    outline, _ = put_back_outline(new.outline, old, locks)
    assert check_outline(outline) == []


@pytest.mark.parametrize("change", CHANGES)
def test_the_file_of_a_locked_model_is_the_same_byte_for_byte(change: str) -> None:
    got, _ = put_back(drafted(change), drafted(), [FACT])
    assert got != drafted()
    assert model_file(got, "fct_purchases") == model_file(drafted(), "fct_purchases")


def test_all_files_of_locked_models_are_the_same() -> None:
    got, _ = put_back(drafted("by region"), drafted(), ["models"])
    before, after = (render_code(plan, template=base_project()) for plan in (drafted(), got))
    wanted = [
        path
        for path in before
        if path.startswith(("models/marts/", "models/intermediate/")) and path[-4:] == ".sql"
    ]
    assert len(wanted) > 5
    assert [path for path in wanted if before[path] != after.get(path)] == []


def test_what_a_locked_model_reads_comes_back_when_it_is_gone() -> None:
    new, old = drafted("call customers members"), drafted()
    assert new.outline.source("buyers") is None
    got, said = put_back(new, old, [INTERMEDIATE])
    assert piece_of(got, "source:buyers") == piece_of(old, "source:buyers")
    assert any(
        "buyers was put back as well: int_purchases_enriched needs it as it was." in one for one in said
    )


def test_other_words_upstream_are_no_reason_to_put_it_back() -> None:
    new = changed({"outline/sources/orders/description": "Other words."})
    got, said = put_back(new, example_plan(), ["model:fct_orders"])
    assert (got, said) == (new, [])


def test_only_what_is_not_locked_changes() -> None:
    got, said = put_back(drafted("add orphans"), drafted(), ["context", "semantic"])
    assert (
        piece_of(got, "quality")
        == piece_of(drafted("add orphans"), "quality")
        != piece_of(drafted(), "quality")
    )
    assert said == []


def test_when_everything_is_locked_nothing_changes_and_the_reason_is_said() -> None:
    got, said = put_back(drafted("call customers members"), drafted(), ALL_SECTIONS)
    assert got == drafted()
    assert len(said) == 1
    assert said[0].startswith("Nothing was changed, because it does not fit with what is locked.")


def test_files_count_not_only_data() -> None:
    """The macro of ratios stands in another section, and is written into the models."""
    old = showcase_plan()
    new = old.model_copy(
        update={"features": old.features.model_copy(update={"macro": None, "contract": None})}
    )
    lock = f"model:{old.features.contract.model}"
    assert piece_of(new, lock) == piece_of(old, lock)
    assert unkept(new, old, [lock]) == [lock]
    got, said = put_back(new, old, [lock])
    assert got.features == old.features
    assert said == ["“More of dbt” was put back as well: it did not fit with what is locked."]


def test_a_lock_of_a_model_that_never_was_does_nothing() -> None:
    new = drafted("add orphans")
    assert put_back(new, drafted(), ["model:fct_nothing"]) == (new, [])
