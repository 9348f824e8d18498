"""Models that answer badly: each ends in a valid plan, with a bounded number of calls and the right notes."""

import json
import random
import threading
from typing import Any

import pytest

from scenarios.ai.answers.asking import asks_for
from scenarios.ai.writing.notes import MOST_NOTES
from scenarios.plan.parts import part_keys
from tests.fakes.model_server import Answer, Fault
from tests.scenarios.ai.writing.played import Heard, Json, Said, Spoil, draft, played_plan
from tests.scenarios.ai.writing.test_drafts import ASKS, calling_threads

SQL_ASKS = [ask for ask in ASKS if ask.kind == "sql"]
MART = played_plan().outline.incremental.model
MOST = 4  # calls of one question: the first, two repairs, a simpler one


def on(kind: str, say: Spoil, *, once: bool = False) -> Spoil:
    """Say something else to questions of one kind; `once`: never in an answer to a repair."""

    def spoil(heard: Heard, answer: Json) -> Said:
        return say(heard, answer) if heard.kind == kind and not (once and heard.repair) else answer

    return spoil


def no_json(heard: Heard, answer: Json) -> Said:
    return json.dumps(answer)[:-40]


def prose(heard: Heard, answer: Json) -> Said:
    return "I would rather talk about the weather. It is fine today."


def wrong_shape(heard: Heard, answer: Json) -> Said:
    return {"result": [answer]}


def wrong_column(heard: Heard, answer: Json) -> Said:
    for model in answer["models"]:
        if model["model"] == MART:
            model["sql"] = f"select no_such_column from {played_plan().outline.model(MART).inputs[0]}"
    return answer


def nine_rows(heard: Heard, answer: Json) -> Said:
    for table in answer["tables"]:
        table["rows"] = table["rows"][:9]
    return answer


@pytest.mark.parametrize("say", [no_json, prose, wrong_shape, wrong_column])
def test_one_slip_goes_back_once_and_is_corrected(say: Spoil) -> None:
    drafted = draft(on("sql", say, once=True))
    assert all(note.startswith("Asked again and corrected: the statement of") for note in drafted.notes)
    assert len(drafted.notes) == 1
    assert drafted.plan.statements == played_plan().statements
    repairs = [one for one in drafted.model.log if one.repair]
    assert len(repairs) <= len(SQL_ASKS)
    if say is wrong_column:
        assert [one.keys for one in repairs] == [(f"sql:{MART}",)]
        assert "no_such_column" in repairs[0].call.user


@pytest.mark.parametrize("say", [no_json, prose, wrong_shape])
@pytest.mark.parametrize("kind", ["data", "sql", "semantic", "day_two", "talk_track"])
def test_what_never_gets_better_is_replaced(kind: str, say: Spoil) -> None:
    drafted = draft(on(kind, say))
    asks = [ask for ask in ASKS if ask.kind == kind]
    assert drafted.model.count(kind) == MOST * len(asks)
    assert any(one.plain for one in drafted.model.log)
    assert len(drafted.model.log) == 1 + len(ASKS) + (MOST - 1) * len(asks)
    said = [note for note in drafted.notes if "The built-in provider wrote" in note]
    assert len(said) == 1
    assert "did not hold together" in said[0]


def test_nine_rows_become_ten() -> None:
    drafted = draft(on("data", nine_rows))
    assert all(len(rows.rows) == 10 for rows in drafted.plan.rows)
    assert next(rows.rows[:9] for rows in drafted.plan.rows) == played_plan().rows[0].rows[:9]
    assert any("9 rows made into 10" in note for note in drafted.notes)
    assert not any("provider wrote the rows" in note for note in drafted.notes)


def test_a_refusal_is_not_asked_again() -> None:
    drafted = draft(on("talk_track", lambda heard, answer: Answer("", stop="refusal")))
    assert drafted.model.count("talk_track") == 1
    assert len(drafted.notes) == 1
    assert "refused to answer" in drafted.notes[0]
    assert drafted.notes[0].endswith("The built-in provider wrote the talk track.")
    assert [one.outcome for one in drafted.heap.records if one.purpose == "talk_track"] == ["refusal"]


def test_an_answer_that_is_too_long_is_asked_for_in_parts() -> None:
    def cut(heard: Heard, answer: Json) -> Said:
        return Answer(json.dumps(answer)[:200], stop="length") if len(heard.keys) > 1 else answer

    drafted = draft(on("sql", cut))
    models = len(played_plan().outline.models)
    split = [ask for ask in SQL_ASKS if len(ask.keys) > 1]
    assert drafted.model.count("sql") == len(SQL_ASKS) + sum(len(ask.keys) for ask in split)
    assert len(drafted.plan.statements) == models
    assert drafted.notes == []


def test_an_answer_that_cannot_be_split_may_be_longer_once() -> None:
    def cut(heard: Heard, answer: Json) -> Said:
        few = heard.call.body["max_tokens"] < 20_000
        return Answer(json.dumps(answer)[:200], stop="length") if few else answer

    drafted = draft(on("semantic", cut))
    assert drafted.model.count("semantic") == 2
    assert drafted.notes == []
    always = draft(on("semantic", lambda heard, answer: Answer("{", stop="length")))
    assert always.model.count("semantic") == 2
    assert "the semantic layer" in always.notes[0]


def test_a_refused_schema_is_asked_in_words() -> None:
    def refuse(heard: Heard, answer: Json) -> Said:
        return (
            Fault(status=400, message="output_config.format.schema: too complex")
            if heard.call.schema
            else answer
        )

    drafted = draft(refuse)
    assert drafted.notes == []
    assert len(drafted.model.log) == 2 * (1 + len(ASKS))


def test_a_wrong_key_in_the_middle_stops_all_calls() -> None:
    def lock_out(heard: Heard, answer: Json) -> Said:
        return answer if heard.kind == "outline" else Fault(status=401)

    drafted = draft(lock_out, parallel=1)
    assert [one.kind for one in drafted.model.log] == ["outline", ASKS[0].kind]
    assert len(drafted.notes) == 1
    assert "does not accept the API key" in drafted.notes[0]


def test_answers_that_came_before_the_wrong_key_are_kept() -> None:
    answered = threading.Event()

    def lock_out(heard: Heard, answer: Json) -> Said:
        if heard.kind == "semantic":
            answered.wait(10)
            return Fault(status=401)
        if heard.kind == "sql":
            answered.set()
        return no_json(heard, answer) if heard.kind == "talk_track" else answer

    drafted = draft(lock_out, parallel=len(ASKS))
    assert drafted.plan.statements == played_plan().statements
    assert drafted.model.count("semantic") == 1
    assert any(
        "does not accept the API key" in note and "the semantic layer" in note for note in drafted.notes
    )


def test_a_silent_server_is_given_up_in_time() -> None:
    drafted = draft(on("day_two", lambda heard, answer: Fault(stall_after=1)), call_seconds=3.0)
    assert drafted.model.count("day_two") <= 2
    assert len(drafted.notes) == 1
    assert "took too long" in drafted.notes[0]
    assert calling_threads() == []


def test_the_budget_of_a_draft_ends_it() -> None:
    def slow(heard: Heard, answer: Json) -> Said:
        return Answer(json.dumps(answer), seconds=0.0 if heard.kind == "outline" else 1.5)

    drafted = draft(slow, parallel=1, seconds=6.0)
    assert len(drafted.model.log) < 1 + len(ASKS)
    assert any("The time for this draft" in note for note in drafted.notes)


@pytest.mark.parametrize("say", [no_json, prose, wrong_shape])
def test_an_outline_that_never_gets_better_is_replaced(say: Spoil) -> None:
    drafted = draft(on("outline", say))
    assert drafted.model.count("outline") == MOST
    assert any(note.endswith("The built-in provider wrote the outline.") for note in drafted.notes)


def test_an_outline_with_a_slip_is_repaired() -> None:
    def unknown_input(heard: Heard, answer: Json) -> Said:
        answer["models"][0]["inputs"] = ["no_such_model"]
        return answer

    drafted = draft(on("outline", unknown_input, once=True))
    assert drafted.plan.outline == played_plan().outline
    assert drafted.notes == ["Asked again and corrected: the outline."]
    assert "no_such_model" in next(one for one in drafted.model.log if one.repair).call.user


def test_a_failed_call_is_told_too() -> None:
    drafted = draft(on("talk_track", lambda heard, answer: Fault(status=403)))
    told = [record for record in drafted.heap.records if record.purpose == "talk_track"]
    assert [(record.outcome, record.answer) for record in told] == [("permission", "")]


def test_asks_are_few() -> None:
    outline = played_plan().outline
    assert len(asks_for(outline, part_keys(outline))) <= 9


def test_a_slip_that_the_model_repeats_is_mended_and_listed() -> None:
    column = played_plan().outline.model(MART).columns[-1].name  # type: ignore[union-attr]  # it is the plan's own

    def misspelt(heard: Heard, answer: Json) -> Said:
        for model in answer["models"]:
            if model["model"] == MART:
                model["sql"] = model["sql"].replace(column, f"{column}s")
        return answer

    drafted = draft(on("sql", misspelt))
    assert [one.keys for one in drafted.model.log if one.repair] == [(f"sql:{MART}",)] * 2
    assert any(MART in note for note in drafted.notes)
    assert not any("built-in provider" in note for note in drafted.notes)


def test_an_outline_that_repeats_its_slip_is_mended() -> None:
    def shouted(heard: Heard, answer: Json) -> Said:
        answer["metrics"][0]["name"] = "Total Value!"
        return answer

    drafted = draft(on("outline", shouted))
    assert drafted.model.count("outline") == MOST
    assert "total_value" in [metric.name for metric in drafted.plan.outline.metrics]
    assert not any("provider wrote the outline" in note for note in drafted.notes)


def test_a_defect_that_nobody_describes_gets_words() -> None:
    def silent(heard: Heard, answer: Json) -> Said:
        return {**answer, "defects": []}

    drafted = draft(on("data", silent))
    ideas = [idea.name for idea in played_plan().outline.quality]
    assert len(ideas) > 1
    assert [scenario.name for scenario in drafted.plan.quality.scenarios] == ideas
    assert any("uality scenario" in note for note in drafted.notes)
    assert drafted.plan.statements == played_plan().statements


def test_an_endless_answer_is_cut_off() -> None:
    drafted = draft(on("talk_track", lambda heard, answer: Fault(padding=5_000_000)))
    assert drafted.model.count("talk_track") == 1
    assert "far more than an answer should have" in drafted.notes[0]


@pytest.mark.parametrize("seed", range(4))
def test_answers_with_random_holes_end_in_a_valid_plan(seed: int) -> None:
    dice = random.Random(seed)

    def holes(heard: Heard, answer: Json) -> Said:
        return answer if heard.kind == "outline" else _with_holes(answer, dice)

    drafted = draft(holes, parallel=1)  # which checks the plan
    assert len(drafted.model.log) <= 1 + MOST * (len(ASKS) + 6)
    assert len(drafted.notes) <= MOST_NOTES


def _with_holes(value: Any, dice: random.Random) -> Any:
    """The value with one in forty of its items lost or emptied."""
    if isinstance(value, dict):
        return {name: _with_holes(item, dice) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_holes(item, dice) for item in value if dice.random() > 1 / 40]
    return "" if isinstance(value, str) and dice.random() < 1 / 40 else value
