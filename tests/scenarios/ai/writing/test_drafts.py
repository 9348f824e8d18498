"""A whole draft with a model that answers well: what is asked, told, shown and taken."""

import json
import threading
from typing import Any

import pytest

from scenarios.ai.answers.asking import asks_for
from scenarios.plan.parts import part_keys, parts_of
from tests.fakes.model_server import Answer, ModelServer
from tests.scenarios.ai.writing.played import (
    BRIEF,
    KEY,
    Heap,
    Heard,
    Json,
    Played,
    Said,
    draft,
    played_plan,
    writer_at,
)

ASKS = asks_for(played_plan().outline, part_keys(played_plan().outline))


def calling_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("model-call")]


def test_a_good_model_is_taken_at_its_word() -> None:
    drafted = draft()
    ours, theirs = parts_of(drafted.plan), parts_of(played_plan())
    assert drafted.plan.outline == played_plan().outline
    told = [key for key in theirs if key not in ("features", "day_two")]
    assert {key: ours[key] for key in told} == {key: theirs[key] for key in told}
    assert drafted.plan.day_two.tables == played_plan().day_two.tables
    assert drafted.notes == []
    assert len(drafted.model.log) == 1 + len(ASKS)


def test_every_part_is_handed_over_and_the_last_value_counts() -> None:
    drafted = draft()
    assert dict(drafted.heap.parts) == parts_of(drafted.plan)


def test_every_call_is_told_without_the_key() -> None:
    drafted = draft()
    records = drafted.heap.records
    assert sorted(record.purpose for record in records) == sorted(["outline", *(ask.name for ask in ASKS)])
    assert {record.outcome for record in records} == {"ok"}
    assert all(
        record.answer and record.usage.output and len(record.prompt_digest) == 64 for record in records
    )
    assert len({record.shared for record in records if record.purpose != "outline"}) == 1
    assert KEY not in repr(records)


def test_the_outline_is_seen_while_it_grows() -> None:
    views = draft().heap.views
    assert views
    assert set(views[-1]) == {"summary", "sources", "models", "metrics"}
    tables = [source.table for source in played_plan().outline.sources]
    seen = [source["table"] for source in views[-1]["sources"] if source["table"]]
    assert seen
    assert all(any(table.startswith(part) for table in tables) for part in seen)


def test_all_details_are_asked_for_at_once() -> None:
    everybody = threading.Barrier(len(ASKS), timeout=20)

    def wait(heard: Heard, answer: Json) -> Said:
        if heard.kind != "outline":
            everybody.wait()  # breaks, and the server answers 500, unless all questions are there at once
        return answer

    drafted = draft(wait, parallel=len(ASKS))
    assert drafted.server.most_at_once == len(ASKS)
    assert drafted.notes == []


def test_no_more_calls_than_allowed_are_under_way() -> None:
    assert draft(parallel=2).server.most_at_once <= 2


def test_what_is_done_is_not_asked_again() -> None:
    plan = played_plan()
    done = {key: value for key, value in parts_of(plan).items() if key not in ("semantic", "talk_track")}
    model, heap = Played(), Heap()
    with ModelServer(answer=model) as server:
        parts, _ = writer_at(server, heap).parts(BRIEF, plan.outline, part_keys(plan.outline), done=done)
    assert sorted(one.kind for one in model.log) == ["semantic", "talk_track"]
    assert parts == parts_of(plan)


def test_an_error_of_the_one_who_listens_ends_everything() -> None:
    class Fenced(Exception):
        pass

    def refuse(key: str, value: Any) -> None:
        raise Fenced(key)

    model, heap = (
        Played(spoil=lambda heard, answer: _slowly(answer) if heard.kind == "sql" else answer),
        Heap(),
    )
    outline = played_plan().outline
    with ModelServer(answer=model) as server, pytest.raises(Fenced):
        writer_at(server, heap).parts(BRIEF, outline, part_keys(outline), done={}, on_part=refuse)
    assert calling_threads() == []
    assert len(model.log) <= len(ASKS)


def _slowly(answer: Json) -> Answer:
    return Answer(json.dumps(answer), seconds=0.5)


def test_the_real_name_of_a_company_with_a_codename_is_never_sent() -> None:
    brief = BRIEF.model_copy(
        update={"codename": "Bluebird", "discovery_notes": "Northwind Outdoor sells tents."}
    )
    plan, model, heap = played_plan(), Played(), Heap()
    with ModelServer(answer=model) as server:
        writer = writer_at(server, heap)
        writer.outline(brief)
        done = _without(plan, "talk_track")
        writer.parts(brief, plan.outline, ["talk_track"], done=done, instructions="Say Northwind Outdoor!")
    assert model.log
    assert not [one for one in model.log if "northwind" in one.call.prompt.lower()]


def _without(plan: Any, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in parts_of(plan).items() if key not in keys}
