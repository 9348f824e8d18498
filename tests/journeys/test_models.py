"""From brief to local build with a model that writes: `manage.py forge`, the real SDKs, and servers on loopback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from scenarios.ai.answers.asking import asks_for
from scenarios.ai.answers.converting import as_answer, outline_answer
from scenarios.ai.prompting import Prompts
from scenarios.plan.parts import part_keys, parts_of
from tests.fakes.model_server import ModelServer
from tests.fakes.third_party import fakellm
from tests.journeys.test_forge import forge
from tests.scenarios.ai.writing.played import BRIEF, Played, played_plan

pytestmark = pytest.mark.slow

KEY = "canary-key-0123456789abcdef"
SETTINGS = {"anthropic": "ANTHROPIC", "openai": "OPENAI", "compatible": "COMPATIBLE"}


def brief_file(folder: Path) -> Path:
    """The brief as a person would write it."""
    path = folder / "brief.yaml"
    path.write_text(yaml.safe_dump(BRIEF.model_dump(mode="json", exclude_none=True)), encoding="utf-8")
    return path


def journey(var: Path, provider: str, address: str, **environment: str) -> tuple[dict[str, Any], str]:
    """The result of the command and what it told; its data directory holds no key."""
    name = SETTINGS[provider]
    given = {f"{name}_API_KEY": KEY, f"{name}_BASE_URL": address, **environment}
    arguments = [str(brief_file(var)), "--json", "--provider", provider, "--model", "fake-large"]
    done = forge(var, *arguments, **given)
    assert done.returncode == 0, done.stderr
    assert KEY not in done.stdout + done.stderr
    holding = [path for path in var.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert holding == []
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


@pytest.mark.parametrize(
    ("provider", "protocol"),
    [
        pytest.param("openai", "responses", marks=pytest.mark.long),
        pytest.param("anthropic", "anthropic", marks=pytest.mark.long),  # as the played drafts do
        pytest.param("compatible", "chat", marks=pytest.mark.long),  # as with a server that others wrote
    ],
)
def test_brief_becomes_a_repository_over_each_protocol(tmp_path: Path, provider: str, protocol: Any) -> None:
    with ModelServer(answer=Played(), key=KEY) as server:
        result, told = journey(tmp_path, provider, server.address(protocol))
    assert result["status"] == "succeeded"
    assert result["proof"]["passed"]
    assert "built-in provider" not in told
    assert {call.protocol for call in server.requests} == {protocol}
    assert {call.model for call in server.requests} == {"fake-large"}


@contextmanager
def third_party() -> Iterator[str]:
    """A server that others wrote, with the answers of the played plan, found by the words of each question."""
    plan, prompts = played_plan(), Prompts()
    answers = {}
    for ask in asks_for(plan.outline, part_keys(plan.outline)):
        title, _, words = prompts.details(BRIEF, plan.outline, ask).task.partition("\n\n")
        known = words.split(".")[0] if ask.kind == "data" else title
        answers[known] = as_answer(plan.outline, ask, parts_of(plan)).model_dump_json()
    answers["# This request: the outline"] = outline_answer(plan.outline).model_dump_json()
    with fakellm(answers) as server:
        yield server.address("chat")


@pytest.mark.long
def test_brief_becomes_a_repository_with_a_server_that_others_wrote(tmp_path: Path) -> None:
    with third_party() as address:
        result, told = journey(tmp_path, "compatible", address)
    assert result["status"] == "succeeded"
    assert result["proof"]["passed"]
    assert "built-in provider" not in told


@pytest.mark.long
def test_refused_key_still_ends_in_a_demo(tmp_path: Path) -> None:
    with ModelServer(answer=Played(), key="another") as server:
        result, told = journey(tmp_path, "anthropic", server.address("anthropic"))
    assert result["status"] == "succeeded"
    assert len(server.requests) == 0
    assert "does not accept the API key" in told
    assert "The built-in provider wrote" in told


def test_address_in_the_settings_that_is_wrong_is_told_before_anything_is_done(tmp_path: Path) -> None:
    done = forge(
        tmp_path, str(brief_file(tmp_path)), "--provider", "openai", OPENAI_BASE_URL="ftp://example.org"
    )
    assert done.returncode != 0
    assert "OPENAI_BASE_URL" in done.stdout + done.stderr
