"""The adapters at servers that other people wrote."""

from itertools import pairwise

import pytest

from scenarios.ai.calls.protocol import CallFailed, Question
from scenarios.ai.calls.retrying import ask
from tests.fakes.model_server import Protocol
from tests.fakes.third_party import Llmock, Served, fakellm, llmock
from tests.scenarios.ai.calls.asking import ADAPTERS, KEY, PROTOCOLS, QUESTION

each = pytest.mark.parametrize("protocol", PROTOCOLS)


def adapter(server: Served, protocol: Protocol, **more: float):
    return ADAPTERS[protocol](KEY, address=server.address(protocol), **more)


@pytest.fixture(scope="module")
def by_words():
    rules = {"write the rows": '{"rows":[["Ærø","1"]]}', "the rules": '{"outline":true}', "": "?"}
    with fakellm(rules) as server:
        yield server


@pytest.mark.parametrize("protocol", ["anthropic", "chat"])
def test_answers_by_the_words_of_the_prompt(by_words: Served, protocol: Protocol) -> None:
    at = adapter(by_words, protocol)
    other = Question("m", "The rules.", "", "Write the outline.", "outline", QUESTION.schema)
    seen: list[str] = []
    assert at.call(QUESTION, seconds=30, on_text=seen.append).text == '{"rows":[["Ærø","1"]]}'
    reply = at.call(other, seconds=30, on_text=seen.append)
    assert (reply.text, reply.stop, reply.model) == ('{"outline":true}', "ok", "m")
    with pytest.raises(CallFailed) as failed:
        at.models(seconds=10)  # it has no list
    assert failed.value.kind == "not_found"


@pytest.fixture(scope="module")
def running_judge():
    with llmock() as server:
        yield server


@pytest.fixture
def judge(running_judge: Llmock) -> Llmock:
    running_judge.post("/_llmock/reset", {})
    return running_judge


@each
def test_an_answer_and_a_list_of_models(judge: Llmock, protocol: Protocol) -> None:
    judge.script({"type": "reply", "text": '{"name": "Ærø"}'})
    at = adapter(judge, protocol)
    reply = at.call(QUESTION, seconds=30, on_text=lambda text: None)
    assert (reply.text, reply.stop) == ('{"name": "Ærø"}', "ok")
    assert reply.usage.input > 0
    assert reply.usage.output > 0
    assert at.models(seconds=10)


FAULTS = [
    {"type": "fail", "status": 529},
    {"type": "fail", "status": 500},
    {"type": "fail", "status": 429, "retry_after": 1},
    {"type": "stream_fault", "kind": "disconnect", "after_chunks": 3},
    {"type": "stream_fault", "kind": "truncate", "after_chunks": 4},
    {"type": "stream_fault", "kind": "malformed", "after_chunks": 3},
    {"type": "stream_fault", "kind": "stall", "after_chunks": 3, "stall_seconds": 20},
    {"type": "slow_first_token", "seconds": 20},
]


@pytest.mark.parametrize(
    "protocol",
    ["responses", *(pytest.param(name, marks=pytest.mark.long) for name in PROTOCOLS if name != "responses")],
)
@pytest.mark.parametrize(
    "fault", FAULTS, ids=lambda fault: str(fault.get("status") or fault.get("kind", "slow"))
)
def test_their_faults_are_outlived_and_they_find_nothing_to_blame(
    judge: Llmock, protocol: Protocol, fault: dict
) -> None:
    text = "one two three four five six seven eight nine ten"
    judge.script({"type": "reply", "text": text, "times": 2}, fault)
    asked = ask(adapter(judge, protocol, silence=2.0), QUESTION, seconds=60)
    assert (asked.reply.text, asked.reply.stop, asked.retries) == (text, "ok", 1)
    calls = judge.requests()
    assert len(calls) == 2
    assert all(first["fingerprint"] == second["fingerprint"] for first, second in pairwise(calls))
    verdict = judge.verdict()
    found = [finding["code"] for finding in verdict["findings"]]
    # It cannot see that somebody hung up when all of a short answer had left already.
    assert [code for code in found if code != "malformed_chunk_ignored"] == []
    assert (verdict["passed"], verdict["errors"]) == (True, 0)


@each
@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_cannot_get_better_is_not_tried_again(judge: Llmock, protocol: Protocol, status: int) -> None:
    judge.script({"type": "fail", "status": status, "times": 4})
    with pytest.raises(CallFailed):
        ask(adapter(judge, protocol), QUESTION, seconds=30)
    assert len(judge.requests()) == 1
