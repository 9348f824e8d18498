"""Wishes: what changes, what has to be written again for it, and what stays, byte for byte."""

from typing import Any

import pytest

from scenarios.ai.answers.converting import outline_answer
from scenarios.ai.writing.changing import Changed
from scenarios.plan.parts import Plan, assemble, part_keys, parts_of
from scenarios.plan.rules import check_outline, check_plan
from tests.fakes.model_server import Fault, ModelServer
from tests.scenarios.ai.writing.played import BRIEF, Heap, Json, Played, played_plan, writer_at

PLAN = played_plan()
MART = next(model.name for model in PLAN.outline.marts if model.name != PLAN.outline.incremental.model)
EVENTS = PLAN.outline.incremental.model


def nothing() -> Json:
    lists = (
        "context",
        "sources",
        "models",
        "incremental",
        "metrics",
        "pains",
        "defects",
        "removed",
        "rewrite",
        "notes",
    )
    return {name: [] for name in lists}


def model_answer(name: str) -> Json:
    return next(
        model for model in outline_answer(PLAN.outline).model_dump()["models"] if model["name"] == name
    )


def source_answer(table: str) -> Json:
    return next(one for one in outline_answer(PLAN.outline).model_dump()["sources"] if one["table"] == table)


def wish(answer: Json, *, section: str | None = None, locked: frozenset[str] = frozenset()) -> Changed:
    model, heap = Played(changes={**nothing(), **answer}), Heap()
    with ModelServer(answer=model) as server:
        changed = writer_at(server, heap).changes(BRIEF, PLAN, "Please.", section=section, locked=locked)
    assert check_outline(changed.outline) == []
    return changed


def follow(changed: Changed, *, locked: frozenset[str] = frozenset()) -> tuple[Plan, Played]:
    """Write what the changes ask for."""
    kept = {
        key: value
        for key, value in parts_of(PLAN).items()
        if key in part_keys(changed.outline) and key not in changed.keys_to_write
    }
    model, heap = Played(), Heap()
    with ModelServer(answer=model) as server:
        parts, _ = writer_at(server, heap).parts(
            BRIEF, changed.outline, changed.keys_to_write, done=kept, previous=parts_of(PLAN), locked=locked
        )
    plan = assemble(changed.outline, parts)
    assert check_plan(plan) == []
    return plan, model


def test_a_part_that_is_to_be_rewritten_is_all_that_is_written() -> None:
    changed = wish({"rewrite": ["talk_track"], "notes": ["A livelier talk."]})
    assert changed.outline == PLAN.outline
    assert changed.keys_to_write == ["talk_track"]
    assert changed.notes == ["A livelier talk."]
    plan, model = follow(changed)
    assert [one.kind for one in model.log] == ["talk_track"]
    assert "previous_answer" in model.log[0].call.user
    assert plan == PLAN


def test_a_description_makes_nothing_new() -> None:
    changed = wish({"models": [{**model_answer(MART), "purpose": "Something else entirely."}]})
    model = changed.outline.model(MART)
    assert model is not None
    assert model.purpose == "Something else entirely."
    assert changed.keys_to_write == []


def test_a_new_column_of_a_mart_is_followed_by_its_statement_and_the_semantic_layer() -> None:
    answer = model_answer(MART)
    column = {**answer["columns"][-1], "name": "extra_count", "type": "integer", "about": "How many extras."}
    changed = wish({"models": [{**answer, "columns": [*answer["columns"], column]}]})
    assert changed.keys_to_write == [f"sql:{MART}", "semantic", "features"]
    plan, model = follow(changed)
    untouched = [key for key in parts_of(PLAN) if key not in changed.keys_to_write]
    before, after = parts_of(PLAN), parts_of(plan)
    assert {key: after[key] for key in untouched} == {key: before[key] for key in untouched}
    assert {one.kind for one in model.log} <= {"sql", "semantic"}


def test_a_new_column_of_a_source_is_followed_by_rows_readers_and_second_day() -> None:
    table = PLAN.day_two.tables[0].table
    answer = source_answer(table)
    column = {**answer["columns"][-1], "name": "remark", "type": "string", "values": [], "required": False}
    column |= {"unique": False, "refers_to": "", "rename": ""}
    changed = wish({"sources": [{**answer, "columns": [*answer["columns"], column]}]})
    source = PLAN.outline.source(table)
    assert source is not None
    readers = [f"sql:{model.name}" for model in PLAN.outline.models if source.staging_model in model.inputs]
    assert readers
    assert {f"rows:{table}", "day_two", *readers} <= set(changed.keys_to_write)
    others = {f"rows:{one.table}" for one in PLAN.outline.sources if one.table != table}
    assert not others & set(changed.keys_to_write)


@pytest.mark.parametrize("section", ["day_two", "talk_track", "semantic"])
def test_one_section_changes_nothing_outside_of_it(section: str) -> None:
    answer = {
        "context": ["Another summary.", "", ""],
        "models": [{**model_answer(MART), "purpose": "Changed."}],
        "rewrite": ["talk_track", "day_two", "semantic"],
    }
    changed = wish(answer, section=section)
    assert changed.outline == PLAN.outline
    assert changed.keys_to_write == ([section, "features"] if section == "semantic" else [section])


def test_a_section_without_a_named_change_is_written_again_whole() -> None:
    changed = wish({}, section="models")
    assert {f"sql:{model.name}" for model in PLAN.outline.models} <= set(changed.keys_to_write)
    assert "talk_track" not in changed.keys_to_write


def test_a_locked_model_is_put_back_and_said() -> None:
    answer = model_answer(MART)
    other = {**model_answer(EVENTS), "purpose": "Changed."}
    locked = frozenset({f"model:{MART}"})
    changed = wish({"models": [{**answer, "purpose": "Changed."}, other], "rewrite": [MART]}, locked=locked)
    assert changed.outline.model(MART) == PLAN.outline.model(MART)
    events = changed.outline.model(EVENTS)
    assert events is not None
    assert events.purpose == "Changed."
    assert f"sql:{MART}" not in changed.keys_to_write
    assert f"Locked, so it stays as it was: {MART}." in changed.notes


def test_a_locked_section_is_put_back() -> None:
    changed = wish(
        {"context": ["Another summary.", "", ""], "rewrite": ["day_two"]},
        locked=frozenset({"context", "day_two"}),
    )
    assert changed.outline == PLAN.outline
    assert changed.keys_to_write == []
    assert changed.notes == ["Locked, so it stays as it was: Business context.", "Nothing was changed."]


def test_what_does_not_fit_a_lock_is_not_changed() -> None:
    answer = model_answer(MART)
    columns = [*answer["columns"], {**answer["columns"][-1], "name": "extra_count"}]
    changed = wish({"models": [{**answer, "columns": columns}]}, locked=frozenset({"models", "semantic"}))
    assert changed.outline == PLAN.outline
    assert changed.keys_to_write == []


def test_without_an_answer_nothing_changes() -> None:
    model, heap = Played(spoil=lambda heard, answer: Fault(status=401)), Heap()
    with ModelServer(answer=model) as server:
        changed = writer_at(server, heap).changes(BRIEF, PLAN, "Please.")
    assert changed.outline == PLAN.outline
    assert changed.keys_to_write == []
    assert "does not accept the API key" in changed.notes[0]
    assert changed.notes[0].endswith("Nothing was changed.")


def test_a_wish_that_names_nothing_known_goes_back() -> None:
    def once(heard: Any, answer: Json) -> Json:
        return answer if heard.repair else {**answer, "rewrite": ["no_such_thing"]}

    model, heap = Played(spoil=once, changes={**nothing(), "rewrite": ["talk_track"]}), Heap()
    with ModelServer(answer=model) as server:
        changed = writer_at(server, heap).changes(BRIEF, PLAN, "Please.")
    assert changed.keys_to_write == ["talk_track"]
    assert [one.repair for one in model.log] == [False, True]
