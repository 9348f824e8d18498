"""One good call of each protocol, through the official SDKs: what goes out, what comes back, what stays here."""

import json
import logging
import subprocess
import sys
import threading

import anthropic
import pytest

from scenarios.ai.calls import claude
from scenarios.ai.calls.claude import ClaudeCaller
from scenarios.ai.calls.dialects import Dialect, dialect_of
from scenarios.ai.calls.gpt import ChatCaller, ResponsesCaller
from scenarios.ai.calls.protocol import CallFailed, Question, Usage
from scenarios.ai.calls.servers import ADDRESSES, caller_of
from tests.architecture.source import ROOT
from tests.fakes.model_server import Answer, AskedOf, Fault, ModelServer, Protocol
from tests.scenarios.ai.calls.asking import KEY, PROTOCOLS, QUESTION, SCHEMA, call, caller

both = pytest.mark.parametrize("protocol", PROTOCOLS)


@both
def test_an_answer_comes_back_whole_with_its_usage(protocol: Protocol) -> None:
    said = Answer('{"name": "Ærø – “x”"}', input_tokens=120, cached_tokens=100, output_tokens=7)
    with ModelServer(said) as server:
        reply = call(server, protocol)
    assert (reply.text, reply.stop, reply.model) == (said.text, "ok", "fake-large")
    assert reply.usage == Usage(input=120, cached=100, output=7)
    assert reply.request_id


@both
def test_the_question_goes_out_in_full(protocol: Protocol) -> None:
    with ModelServer() as server:
        call(server, protocol)
    [asked] = server.requests
    assert (asked.protocol, asked.model, asked.schema) == (protocol, "fake-large", SCHEMA)
    assert asked.system.startswith("The rules.")
    assert asked.user.endswith("Write the rows.")
    assert "The outline." in asked.prompt
    assert asked.body["stream"] is True
    assert 16_000 in (asked.body.get("max_tokens"), asked.body.get("max_output_tokens"))


@both
def test_without_a_schema_none_is_sent(protocol: Protocol) -> None:
    question = Question("m", "s", "", "t", "n")
    with ModelServer() as server:
        caller(server, protocol).call(question, seconds=20, on_text=lambda text: None)
    [asked] = server.requests
    assert not {"output_config", "text", "response_format"} & set(asked.body)


def test_claude_may_cache_the_shared_part_and_only_that() -> None:
    with ModelServer() as server:
        call(server, "anthropic")
    blocks = server.requests[0].body["system"]
    assert [block["text"] for block in blocks] == ["The rules.", "The outline."]
    assert ["cache_control" in block for block in blocks] == [False, True]


def test_openai_keeps_no_copy() -> None:
    with ModelServer() as server:
        call(server, "responses")
    assert server.requests[0].body["store"] is False


@both
def test_no_sampling_setting_is_sent(protocol: Protocol) -> None:
    """Current models refuse them."""
    with ModelServer() as server:
        call(server, protocol)
    assert not {"temperature", "top_p", "top_k", "seed"} & set(server.requests[0].body)


@both
def test_the_text_is_shown_while_it_grows(protocol: Protocol) -> None:
    seen: list[str] = []
    with ModelServer(Answer("abcdefgh", pieces=8)) as server:
        server.fail_next(Fault(drip=0.0005))
        caller(server, protocol).call(QUESTION, seconds=20, on_text=seen.append)
    assert seen
    assert all("abcdefgh".startswith(text) for text in seen)
    assert seen == sorted(seen)


@both
def test_what_the_reader_of_the_text_raises_is_not_taken_for_a_failed_call(protocol: Protocol) -> None:
    def full(text: str) -> None:
        raise LookupError("disk full")

    with ModelServer("Hello.") as server, pytest.raises(LookupError, match="disk full"):
        caller(server, protocol).call(QUESTION, seconds=20, on_text=full)


@both
def test_the_models_of_a_key_are_listed(protocol: Protocol) -> None:
    with ModelServer(models=["m-new", "text-embedding-9", "m-old"], key=KEY) as server:
        found = caller(server, protocol).models(seconds=20)
        with pytest.raises(CallFailed) as refused:
            caller(server, protocol, key="another").models(seconds=20)
    assert [model.id for model in found if "embedding" not in model.id] == ["m-new", "m-old"]
    assert protocol == "anthropic" or len(found) == 2
    assert refused.value.kind == "auth"


@both
def test_one_adapter_serves_many_threads(protocol: Protocol) -> None:
    def echo(asked: AskedOf) -> Answer:
        return Answer(asked.user.rpartition(" ")[2], seconds=0.3)

    texts: dict[int, str] = {}

    def one(number: int) -> None:
        question = Question("m", "s", "", f"say {number}", "n")
        texts[number] = at.call(question, seconds=20, on_text=lambda text: None).text

    with ModelServer(echo) as server:
        at = caller(server, protocol)
        threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert texts == {number: str(number) for number in range(6)}
    assert server.most_at_once > 1


AMBIENT = {
    "ANTHROPIC_CUSTOM_HEADERS": "X-Ambient: leak\nAuthorization: Bearer ambient\nanthropic-version: 2020-01-01",
    "OPENAI_CUSTOM_HEADERS": "X-Ambient: leak\nAuthorization: Bearer ambient",
    "ANTHROPIC_API_KEY": "ambient",
    "ANTHROPIC_AUTH_TOKEN": "ambient",
    "OPENAI_API_KEY": "ambient",
    "OPENAI_ADMIN_KEY": "ambient",
    "OPENAI_ORG_ID": "org-ambient",
    "OPENAI_PROJECT_ID": "proj-ambient",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:9/ambient",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/ambient",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "",
    "no_proxy": "",
}


@both
def test_nothing_of_the_environment_reaches_the_server(
    protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in AMBIENT.items():
        monkeypatch.setenv(name, value)
    with ModelServer(key=KEY) as server:
        call(server, protocol)
        caller(server, protocol).models(seconds=20)
    [asked] = server.requests
    allowed = {"host", "accept", "accept-encoding", "content-type", "content-length", "user-agent"}
    assert set(asked.headers) <= allowed | {"authorization", "anthropic-version"}
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["accept-encoding"] == "identity"
    assert asked.headers.get("anthropic-version", claude.VERSION) == claude.VERSION
    assert "ambient" not in json.dumps(dict(asked.headers)) + json.dumps(asked.body)


def test_the_protocol_version_is_the_one_of_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_CUSTOM_HEADERS", raising=False)
    client = anthropic.Anthropic(api_key="x", base_url="http://127.0.0.1:9")
    assert client.default_headers["anthropic-version"] == claude.VERSION


@both
def test_the_key_is_in_no_text(protocol: Protocol, caplog: pytest.LogCaptureFixture) -> None:
    """Not even when the server sends it back, and the log is at its most talkative."""
    caplog.set_level(logging.DEBUG)
    with ModelServer(Answer(f"Your key is {KEY}.")) as server:
        at = caller(server, protocol)
        seen: list[str] = []
        reply = at.call(QUESTION, seconds=20, on_text=seen.append)
        server.fail_next(Fault(status=401, code=KEY, message=KEY, headers={"x-request-id": KEY}))
        with pytest.raises(CallFailed) as failed:
            at.call(QUESTION, seconds=20, on_text=seen.append)
    error = failed.value
    texts = [repr(at), str(at), repr(reply), *seen, repr(error), str(error), repr(vars(error))]
    assert error.__cause__ is None
    assert error.__context__ is None  # an SDK's exception holds the request, and that the key
    assert KEY not in "\n".join([*texts, caplog.text, repr([vars(record) for record in caplog.records])])
    assert "[key]" in reply.text
    assert QUESTION.task not in caplog.text


@pytest.mark.parametrize(
    "key", ["", "  ", "sk-a\nX-Injected: 1", "sk-a\r\nb", "schlüssel", "a b", "\x00", "x" * 2000]
)
@pytest.mark.parametrize("protocol", ["anthropic", "responses"])
def test_what_is_no_key_goes_nowhere(protocol: Protocol, key: str) -> None:
    with ModelServer() as server:
        with pytest.raises(CallFailed) as failed:
            call(server, protocol, key=key)
        with pytest.raises(CallFailed):
            caller(server, protocol, key=key).models(seconds=20)
    assert failed.value.kind == "auth"
    assert (server.requests, server.listed) == ([], 0)
    assert not key.strip() or key.strip() not in str(failed.value)


def test_spaces_around_a_key_are_not_part_of_it() -> None:
    with ModelServer(key=KEY) as server:
        assert call(server, "anthropic", key=f" {KEY}\n").stop == "ok"


def test_a_compatible_server_may_want_no_key() -> None:
    with ModelServer() as server:
        assert call(server, "chat", key="").stop == "ok"
    assert server.requests[0].headers["authorization"] == "Bearer none"


def test_an_address_as_azure_has_it() -> None:
    with ModelServer(key=KEY) as server:
        at = ResponsesCaller(KEY, address=f"{server.origin}/openai/v1/")
        assert at.call(QUESTION, seconds=20, on_text=lambda text: None).stop == "ok"
    assert server.requests[0].path == "/openai/v1/responses"


def chat_body(dialect: Dialect) -> tuple[AskedOf, dict]:
    with ModelServer() as server:
        call(server, "chat", dialect=dialect)
    return server.requests[0], server.requests[0].body


def test_dialects_differ_in_what_bounds_the_answer() -> None:
    asked, body = chat_body(Dialect())
    assert (body["max_tokens"], asked.schema) == (16_000, SCHEMA)
    assert '"additionalProperties"' not in asked.user
    asked, body = chat_body(Dialect(structured="json_object", max_tokens_field="max_completion_tokens"))
    assert (body["max_completion_tokens"], body["response_format"]) == (16_000, {"type": "json_object"})
    assert "max_tokens" not in body
    assert json.dumps(SCHEMA, separators=(",", ":")) in asked.user
    asked, body = chat_body(Dialect(structured="none", extra={"provider": {"require_parameters": True}}))
    assert "response_format" not in body
    assert body["provider"] == {"require_parameters": True}
    assert json.dumps(SCHEMA, separators=(",", ":")) in asked.user


@pytest.mark.parametrize(
    ("provider", "address", "adapter"),
    [
        ("anthropic", "", ClaudeCaller),
        ("openai", "", ResponsesCaller),
        ("openai", "https://mine.openai.azure.com/openai/v1/", ResponsesCaller),
        ("compatible", "https://mine.openai.azure.com/openai/v1/", ResponsesCaller),
        ("compatible", "https://openrouter.ai/api/v1", ChatCaller),
        ("compatible", "http://127.0.0.1:11434/v1", ChatCaller),
    ],
)
def test_the_adapter_follows_from_provider_and_address(provider: str, address: str, adapter: type) -> None:
    assert type(caller_of(provider, key=KEY, address=address)) is adapter


def test_a_compatible_server_needs_an_address() -> None:
    assert set(ADDRESSES) == {"anthropic", "openai", "compatible"}
    with pytest.raises(ValueError, match="address"):
        caller_of("compatible", key=KEY)
    with pytest.raises(KeyError):
        caller_of("builtin", key=KEY)


def test_known_servers_have_their_dialect() -> None:
    assert dialect_of("https://api.deepseek.com").structured == "json_object"
    assert dialect_of("https://deepseek.example.com") == Dialect()
    assert dialect_of("https://evil-openrouter.ai/v1") == Dialect()
    assert dialect_of("https://openai.azure.com.evil.example/v1") == Dialect()


def test_the_adapters_load_no_sdk_until_they_are_used() -> None:
    """The SDKs take seconds: no page waits for that."""
    program = (
        "import sys; from scenarios.ai.calls.servers import ADDRESSES, caller_of; "
        "[repr(caller_of(name, key='k', address='http://127.0.0.1:9/v1')) for name in ADDRESSES]; "
        "print(sorted({'anthropic', 'openai'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
