"""The command that asks a live model one question, at a server on this machine."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.core.management import call_command

from tests.architecture.source import ROOT
from tests.fakes.model_server import Answer, Fault, ModelServer, Protocol

KEY = "sk-canary-1b2c3d4e5f"
OSLO = '{"capital":"Oslo","country":"Norway"}'
SERVERS: list[tuple[str, str, Protocol]] = [
    ("anthropic", "ANTHROPIC", "anthropic"),
    ("openai", "OPENAI", "responses"),
    ("compatible", "COMPATIBLE", "chat"),
]
Smoke = Callable[..., tuple[int, str, str]]


@pytest.fixture
def smoke(settings, capsys: pytest.CaptureFixture[str]) -> Smoke:
    """smoke(server, provider, …): exit status, standard output and errors of the command."""

    def run(server: ModelServer, provider: str, *arguments: str, key: str = KEY) -> tuple[int, str, str]:
        for name, setting, protocol in SERVERS:
            mine = name == provider
            setattr(settings, f"{setting}_API_KEY", key if mine else "")
            setattr(settings, f"{setting}_BASE_URL", server.address(protocol) if mine else "")
        with pytest.raises(SystemExit) as ended:
            call_command("smoke", "--provider", provider, *arguments)
        said = capsys.readouterr()
        assert KEY not in said.out + said.err
        return int(str(ended.value.code)), said.out, said.err

    return run


@pytest.mark.parametrize(("provider", "setting", "protocol"), SERVERS)
def test_an_answer_is_shown(smoke: Smoke, provider: str, setting: str, protocol: Protocol) -> None:
    with ModelServer(Answer(OSLO, input_tokens=40, cached_tokens=8, output_tokens=9), key=KEY) as server:
        code, out, err = smoke(server, provider, "--model", "m-1")
    [asked] = server.requests_of(protocol)
    assert (code, err) == (0, "")
    assert (asked.model, "capital" in (asked.schema or {})["properties"]) == ("m-1", True)
    assert "model:    m-1\n" in out
    assert "tokens:   40 read, 8 of them cached, 9 written\n" in out
    assert f"answer:   {OSLO}\n" in out
    assert "seconds:" in out


def test_without_a_model_the_newest_is_asked(smoke: Smoke) -> None:
    with ModelServer(OSLO, models=["m-new", "m-old"], key=KEY) as server:
        code, out, _ = smoke(server, "openai")
    assert (code, server.requests[0].model) == (0, "m-new")
    assert "m-new" in out


def test_the_answer_is_cut_and_cannot_steer_the_terminal(smoke: Smoke) -> None:
    with ModelServer("\x1b[2J\nx" + "y" * 500) as server:
        code, out, _ = smoke(server, "compatible", "--model", "m")
    assert code == 0
    assert "\x1b" not in out
    assert out.count("y") < 210


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(status=401), "does not accept the API key"),
        (Fault(status=429, headers={"retry-after": "3600"}), "Try again in 60 minutes"),
        (Fault(status=404), "does not know m"),
    ],
)
def test_a_failure_is_told_in_a_sentence(smoke: Smoke, fault: Fault, words: str) -> None:
    with ModelServer(fault) as server:
        code, out, err = smoke(server, "anthropic", "--model", "m")
    assert code == 1
    assert words in err
    assert "answer" not in out


def test_a_refusal_is_a_failure_and_is_shown(smoke: Smoke) -> None:
    with ModelServer(Answer("No.", stop="refusal")) as server:
        code, out, err = smoke(server, "anthropic", "--model", "m")
    assert (code, "No." in out, "refused to answer" in err) == (1, True, True)


def test_without_a_key_nothing_is_called(smoke: Smoke) -> None:
    with ModelServer() as server:
        code, _, err = smoke(server, "openai", key="")
    assert (code, server.requests, server.listed) == (2, [], 0)
    assert "OPENAI_API_KEY" in err


def test_as_a_program_with_the_environment_alone() -> None:
    with ModelServer(OSLO, key=KEY) as server:
        more = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.address("anthropic")}
        command = [sys.executable, "manage.py", "smoke", "--provider", "anthropic", "--model", "m"]
        said = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **more}, capture_output=True, text=True, timeout=120
        )
    assert (said.returncode, OSLO in said.stdout, KEY in said.stdout + said.stderr) == (0, True, False)


def test_an_unknown_provider_is_a_wrong_command() -> None:
    command = [sys.executable, "manage.py", "smoke", "--provider", "oracle"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert said.returncode == 2
    assert "anthropic" in said.stderr
