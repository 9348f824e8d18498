"""The SDKs take seconds to load: not in the middle of a test of time."""

import anthropic
import openai
import pytest

LOADED = (anthropic.Anthropic.messages, openai.OpenAI.responses, openai.OpenAI.chat)


@pytest.fixture(autouse=True, scope="session")
def sdks_are_loaded() -> None:
    """Load what the adapters load at their first call."""
    from tests.fakes.model_server import ModelServer
    from tests.scenarios.ai.calls.asking import PROTOCOLS, call

    with ModelServer() as server:
        for protocol in PROTOCOLS:
            call(server, protocol, seconds=60)
