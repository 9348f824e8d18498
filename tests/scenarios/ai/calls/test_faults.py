"""The table of faults, on each adapter: kind, number of tries, what a person reads, how long it takes."""

import gzip
import time
from dataclasses import dataclass

import pytest

from scenarios.ai.calls.protocol import CallFailed, Kind
from scenarios.ai.calls.retrying import TRIES, ask
from scenarios.ai.calls.sentences import explain
from tests.fakes.model_server import Answer, Fault, ModelServer, Protocol
from tests.scenarios.ai.calls.asking import KEY, PROTOCOLS, QUESTION, ask_at, call, caller

each = pytest.mark.parametrize("protocol", PROTOCOLS)
TALK = Answer("one two three four five six", pieces=6)
BOMB = gzip.compress(b" " * 50_000_000)  # far more than it seems on the wire
GRAMMAR = "output_config.format.schema: The compiled grammar is too large."
INVALID_SCHEMA = "Invalid schema for response_format 'rows': 'additionalProperties' is required to be false."


@dataclass(frozen=True)
class Row:
    """A fault that no repetition mends, or that lasts."""

    name: str
    fault: Fault
    kind: Kind
    words: str  # of the sentence that a person reads
    tries: int = 1
    only: tuple[Protocol, ...] = PROTOCOLS

    def __str__(self) -> str:
        return self.name


OPENAI: tuple[Protocol, ...] = ("responses", "chat")
CLAUDE: tuple[Protocol, ...] = ("anthropic",)
TABLE = [
    Row("401", Fault(status=401), "auth", "does not accept the API key"),
    Row("403", Fault(status=403), "permission", "may not use fake-large"),
    Row("404 model", Fault(status=404, message="model: fake-large"), "not_found", "does not know fake-large"),
    Row("404 code", Fault(status=404, code="model_not_found"), "not_found", "does not know", only=OPENAI),
    Row("413", Fault(status=413), "too_large", "longer than fake-large can read"),
    Row(
        "too long", Fault(status=400, message="prompt is too long: 9 > 8 tokens"), "too_large", "longer than"
    ),
    Row("context", Fault(status=400, code="context_length_exceeded"), "too_large", "longer", only=OPENAI),
    Row(
        "400",
        Fault(status=400, message="max_tokens: 16000 > 8192"),
        "bad_request",
        "did not accept the question",
    ),
    Row("429", Fault(status=429), "rate_limit", "no more questions", tries=TRIES),
    Row(
        "429 in an hour",
        Fault(status=429, headers={"retry-after": "3600"}),
        "rate_limit",
        "no more questions",
    ),
    Row(
        "429 nonsense",
        Fault(status=429, headers={"retry-after": "soon"}),
        "rate_limit",
        "no more",
        tries=TRIES,
    ),
    Row("500", Fault(status=500), "server", "has an error on its side", tries=TRIES),
    Row("503", Fault(status=503), "server", "has an error on its side", tries=TRIES),
    Row("529", Fault(status=529), "overloaded", "is overloaded", tries=TRIES),
    Row("500 in HTML", Fault(status=502, body="<html>Bad gateway</html>"), "server", "error", tries=TRIES),
    Row("quota", Fault(status=429, code="insufficient_quota"), "billing", "no credit or quota", only=OPENAI),
    Row("402", Fault(status=402), "billing", "no credit or quota left"),
    Row(
        "spend limit",
        Fault(status=429, code="enforced_spend_limit_reached"),
        "billing",
        "no credit or quota",
        only=CLAUDE,
    ),
    Row(
        "credit",
        Fault(status=400, message="Your credit balance is too low to access the API."),
        "billing",
        "no credit or quota",
    ),
    Row("grammar", Fault(status=400, message=GRAMMAR), "schema", "cannot answer in the form", only=CLAUDE),
    Row("schema", Fault(status=400, message=INVALID_SCHEMA), "schema", "cannot answer in the form"),
    Row("schema code", Fault(status=400, code="invalid_json_schema"), "schema", "form", only=OPENAI),
    Row("422 schema", Fault(status=422, message="response_format is not supported"), "schema", "form"),
    Row(
        "error in the stream",
        Fault(error_after=2, code="overloaded_error"),
        "overloaded",
        "overloaded",
        TRIES,
        CLAUDE,
    ),
    Row("error in the stream", Fault(error_after=2), "server", "error on its side", TRIES, OPENAI),
    Row(
        "quota in the stream",
        Fault(error_after=2, code="insufficient_quota"),
        "billing",
        "quota",
        only=OPENAI,
    ),
    Row("cut cleanly", Fault(cut_after=3, cleanly=True), "cut", "broke off", tries=TRIES),
    Row("cut off", Fault(cut_after=3), "cut", "broke off", tries=TRIES),
    Row("cut at once", Fault(cut_after=0), "cut", "broke off", tries=TRIES),
    Row("5 MB", Fault(padding=5_000_000), "oversized", "far more than an answer"),
    Row("5 MB error", Fault(status=400, body="x" * 5_000_000), "oversized", "far more than an answer"),
    Row(
        "redirect",
        Fault(status=307, headers={"location": "http://127.0.0.1:9/"}),
        "address",
        "leads on to another",
    ),
    Row(
        "compressed",
        Fault(status=400, body=BOMB, headers={"content-encoding": "gzip"}),
        "server",
        "error on its side",
        tries=TRIES,
    ),
]
CASES = [pytest.param(row, protocol, id=f"{row}-{protocol}") for row in TABLE for protocol in row.only]


@pytest.mark.parametrize(("row", "protocol"), CASES)
def test_a_fault_that_stays(row: Row, protocol: Protocol) -> None:
    begun = time.monotonic()
    with ModelServer(TALK) as server:
        server.fail_next(row.fault, times=TRIES + 1)
        with pytest.raises(CallFailed) as failed:
            ask_at(server, protocol, seconds=60)
    error = failed.value
    sentence, hint = explain(
        error.kind, provider_label="Claude", model=QUESTION.model, retry_after=error.retry_after
    )
    assert error.kind == row.kind
    assert len(server.requests) == row.tries
    assert error.retries == row.tries - 1
    assert row.words in sentence
    assert KEY not in f"{error!r} {error} {vars(error)} {sentence} {hint}"
    assert time.monotonic() - begun < 30


PASSING = {
    "429": Fault(status=429),
    "429 for a moment": Fault(status=429, headers={"retry-after-ms": "20"}),
    "500": Fault(status=500),
    "529": Fault(status=529),
    "503 for no time": Fault(status=503, headers={"retry-after": "0"}),
    "error in the stream": Fault(error_after=1),
    "cut off": Fault(cut_after=2),
    "cut cleanly": Fault(cut_after=2, cleanly=True),
}


@each
@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_passes_is_outlived(protocol: Protocol, name: str) -> None:
    with ModelServer(TALK) as server:
        server.fail_next(PASSING[name], times=2)
        asked = ask_at(server, protocol)
    assert (asked.reply.text, asked.reply.stop, asked.retries) == (TALK.text, "ok", 2)
    assert len(server.requests) == 3


@each
def test_the_server_says_how_long_to_wait(protocol: Protocol) -> None:
    waits: list[float] = []
    with ModelServer(TALK) as server:
        server.fail_next(Fault(status=429, headers={"retry-after": "2"}))
        server.fail_next(Fault(status=429, headers={"retry-after-ms": "150"}))
        at = caller(server, protocol)
        ask(at, QUESTION, seconds=60, sleep=waits.append)
    assert waits == [2.0, 0.15]


@each
def test_a_wait_that_is_too_long_is_told_and_not_waited_for(protocol: Protocol) -> None:
    waits: list[float] = []
    with ModelServer(TALK) as server:
        server.fail_next(Fault(status=429, headers={"retry-after": "3600"}))
        with pytest.raises(CallFailed) as failed:
            ask(caller(server, protocol), QUESTION, seconds=7200, sleep=waits.append)
    assert (waits, failed.value.retry_after, len(server.requests)) == ([], 3600, 1)
    _, hint = explain("rate_limit", provider_label="OpenAI", model="m", retry_after=failed.value.retry_after)
    assert "in 60 minutes" in hint


SLOW = {
    "slow first byte": Fault(first_byte_after=60),
    "stall in the stream": Fault(stall_after=3),
    "stall before the text": Fault(stall_after=0),
    "a byte a second": Fault(drip=1),
    "many small bytes": Fault(drip=0.05),
    "slow to refuse": Fault(first_byte_after=60, status=500),
}


@each
@pytest.mark.parametrize("name", SLOW)
def test_the_deadline_holds_whatever_the_server_does(protocol: Protocol, name: str) -> None:
    begun = time.monotonic()
    with ModelServer(TALK) as server:
        server.fail_next(SLOW[name], times=TRIES)
        with pytest.raises(CallFailed) as failed:
            ask_at(server, protocol, seconds=1.2)
    assert failed.value.kind == "timeout"
    assert time.monotonic() - begun < 6
    assert len(server.requests) == 1
    assert "took too long" in explain("timeout", provider_label="OpenAI", model="m")[0]


@each
@pytest.mark.parametrize(
    "fault", [Fault(first_byte_after=60), Fault(stall_after=3)], ids=["first byte", "stall"]
)
def test_silence_is_not_waited_out_while_there_is_time_for_another_try(
    protocol: Protocol, fault: Fault
) -> None:
    with ModelServer(TALK) as server:
        server.fail_next(fault)
        asked = ask_at(server, protocol, silence=0.5, seconds=60)
    assert (asked.reply.text, asked.retries) == (TALK.text, 1)


@each
def test_a_list_of_models_keeps_to_its_time_too(protocol: Protocol) -> None:
    begun = time.monotonic()
    with ModelServer() as server:
        address = server.address(protocol)
        at = caller(server, protocol)
    with pytest.raises(CallFailed) as failed:  # nobody listens any more
        at.models(seconds=5)
    assert failed.value.kind == "network"
    assert "cannot be reached" in explain("network", provider_label=address, model="")[0]
    assert time.monotonic() - begun < 20


@each
def test_a_refusal_and_a_long_answer_are_answers(protocol: Protocol) -> None:
    with ModelServer(Answer("I would rather not.", stop="refusal")) as server:
        assert call(server, protocol).stop == "refusal"
        server.answer = Answer('{"name": "cut in the mid', stop="length")
        reply = call(server, protocol)
    assert (reply.stop, reply.text) == ("length", '{"name": "cut in the mid')
    assert reply.usage.output > 0


@each
@pytest.mark.parametrize("text", ['{"name": ', "not JSON", "[1, 2", "", "```json\n{}\n```"])
def test_text_that_is_not_what_the_schema_says_is_still_an_answer(protocol: Protocol, text: str) -> None:
    """Reading it is not the adapter's business."""
    with ModelServer(text) as server:
        reply = call(server, protocol)
    assert (reply.text, reply.stop) == (text, "ok")


@each
@pytest.mark.parametrize(
    "body", ["", "data: nonsense\n\n", "event: message_start\ndata: {}\n\n", "[]", "null"]
)
def test_a_server_that_speaks_nonsense_fails_and_breaks_nothing(protocol: Protocol, body: str) -> None:
    with ModelServer() as server:
        server.fail_next(Fault(status=200, body=body, headers={"content-type": "text/event-stream"}))
        with pytest.raises(CallFailed) as failed:
            call(server, protocol)
    assert failed.value.kind in ("server", "cut")
    assert failed.value.__context__ is None


@each
def test_a_web_page_in_place_of_a_model_server(protocol: Protocol) -> None:
    with ModelServer() as server:
        server.fail_next(
            Fault(status=200, body="<html>Welcome</html>", headers={"content-type": "text/html"})
        )
        with pytest.raises(CallFailed) as failed:
            call(server, protocol)
    assert failed.value.kind in ("server", "cut")


@each
def test_without_any_time_there_is_no_answer(protocol: Protocol) -> None:
    """Out of time before it begins: one short try, no more."""
    with ModelServer(Answer("late", seconds=5)) as server, pytest.raises(CallFailed) as failed:
        ask_at(server, protocol, seconds=0)
    assert failed.value.kind == "timeout"
    assert len(server.requests) <= 1
