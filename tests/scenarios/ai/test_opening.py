"""Which key goes where, for whom, and what is said when one is missing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache

from demoforge.accounts import vault
from demoforge.accounts.models import User
from scenarios import model_setup
from scenarios.ai.calls.claude import ClaudeCaller
from scenarios.ai.calls.gpt import ChatCaller, ResponsesCaller
from scenarios.ai.opening import ProviderState, available, connect, default_provider, open_caller
from scenarios.ai.protocol import ProviderError
from scenarios.ai.registry import SERVERS

pytestmark = pytest.mark.django_db
OWN, WORKSPACE = "sk-own-canary-1", "sk-workspace-canary-2"
HOME = {"anthropic": "https://api.anthropic.com", "openai": "https://api.openai.com/v1"}
AZURE = "https://fjell.openai.azure.com/openai/v1"
LOCAL = "http://localhost:11434/v1"


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sam(make_user: Callable[..., User]) -> User:
    return make_user("sam")


def state(user: User | None, name: str) -> ProviderState:
    return next(one for one in available(user) if one.name == name)


def test_only_the_built_in_provider_is_always_ready(sam: User) -> None:
    assert [(one.name, one.ready, one.why) for one in available(sam)] == [
        ("builtin", True, ""),
        ("anthropic", False, "needs a key"),
        ("openai", False, "needs a key"),
        ("compatible", False, "needs a server address"),
    ]


@pytest.mark.parametrize(("provider", "adapter"), [("anthropic", ClaudeCaller), ("openai", ResponsesCaller)])
def test_ones_own_key_goes_before_the_workspace_s(
    sam: User, settings: Any, provider: str, adapter: type
) -> None:
    setattr(settings, f"{provider.upper()}_API_KEY", WORKSPACE)
    settings.DEFAULT_AI_PROVIDER, settings.DEFAULT_AI_MODEL = provider, "model-1"
    opened = open_caller(sam, provider)
    assert isinstance(opened.caller, adapter)
    assert (opened.key, opened.model, opened.provider) == (WORKSPACE, "model-1", provider)
    vault.put(sam, SERVERS[provider].secret, OWN, bound_to=HOME[provider])
    assert open_caller(sam, provider).key == OWN
    assert open_caller(None, provider).key == WORKSPACE


def test_a_key_is_in_no_text_about_what_was_opened(sam: User, settings: Any) -> None:
    settings.OPENAI_API_KEY = WORKSPACE
    assert WORKSPACE not in repr(open_caller(sam, "openai", model="model-1"))
    assert WORKSPACE not in repr(connect(sam, SERVERS["openai"]))


def test_the_workspace_s_key_goes_to_the_workspace_s_address_only(sam: User, settings: Any) -> None:
    settings.OPENAI_API_KEY = WORKSPACE
    assert connect(sam, SERVERS["openai"]).key == WORKSPACE
    assert connect(sam, SERVERS["openai"], address=f"{HOME['openai']}/").key == WORKSPACE
    elsewhere = connect(sam, SERVERS["openai"], address=AZURE)
    assert elsewhere.key == ""
    with pytest.raises(ProviderError, match="needs a key"):
        elsewhere.caller()


def test_ones_own_key_goes_to_the_address_that_it_was_typed_for(sam: User) -> None:
    vault.put(sam, "openai_key", OWN, bound_to=HOME["openai"])
    assert connect(sam, SERVERS["openai"]).key == OWN
    assert connect(sam, SERVERS["openai"], address=AZURE).key == ""


def test_an_address_outside_the_list_is_refused_whenever_it_is_used(sam: User, settings: Any) -> None:
    vault.put(sam, "compatible_key", OWN, bound_to="https://models.example.com/v1")
    model_setup.choose_provider("compatible", model="m", address="https://models.example.com/v1", by=sam)
    assert state(sam, "compatible").why == "its address is not allowed"
    with pytest.raises(ProviderError) as refused:
        open_caller(sam, "compatible")
    assert "models.example.com may not be called" in refused.value.sentence
    assert "DEMOFORGE_MODEL_HOSTS" in refused.value.hint
    settings.MODEL_HOSTS = ["models.example.com"]
    assert state(sam, "compatible").ready
    assert isinstance(open_caller(sam, "compatible").caller, ChatCaller)


def test_the_administrator_s_own_address_need_not_be_on_the_list(sam: User, settings: Any) -> None:
    settings.COMPATIBLE_BASE_URL = "http://models.internal:8000/v1/"
    assert state(sam, "compatible").why == "needs a model"
    assert isinstance(open_caller(sam, "compatible", model="m").caller, ChatCaller)
    with pytest.raises(ProviderError, match="may not be called"):
        connect(sam, SERVERS["compatible"], address="http://models.internal:8001/v1").caller()


def test_this_machine_is_allowed_in_local_mode_only(sam: User, settings: Any) -> None:
    model_setup.choose_provider("compatible", model="m", address=LOCAL, by=sam)
    assert state(sam, "compatible").ready
    settings.LOCAL_MODE = False
    assert not state(sam, "compatible").ready


def test_a_server_that_was_set_up_with_a_key_needs_one_again(sam: User) -> None:
    vault.put(sam, "compatible_key", OWN, bound_to=LOCAL)
    model_setup.choose_provider("compatible", model="m", address=LOCAL, by=sam)
    assert open_caller(sam, "compatible").key == OWN
    vault.forget_all(sam)
    assert state(sam, "compatible").why == "needs a key"


def test_what_is_missing_is_said_with_what_to_do(sam: User, settings: Any) -> None:
    with pytest.raises(ProviderError) as refused:
        open_caller(sam, "anthropic")
    assert refused.value.sentence == "Claude (Anthropic) needs a key, and none is kept."
    assert "AI model" in refused.value.hint
    settings.ANTHROPIC_API_KEY = WORKSPACE
    with pytest.raises(ProviderError, match="has no model yet"):
        open_caller(sam, "anthropic")
    with pytest.raises(KeyError):
        open_caller(sam, "builtin")


def test_the_choice_of_last_is_the_default_and_others_are_remembered(sam: User, settings: Any) -> None:
    settings.DEFAULT_AI_PROVIDER, settings.DEFAULT_AI_MODEL = "anthropic", "workspace-model"
    assert (default_provider(sam), state(sam, "anthropic").model) == ("anthropic", "workspace-model")
    model_setup.choose_provider("compatible", model="first", address=LOCAL, by=sam)
    model_setup.choose_provider("builtin", by=sam)
    assert default_provider(sam) == "builtin"
    assert state(sam, "compatible").model == "first"
    assert default_provider(None) == "anthropic"
    assert state(sam, "openai").model == "", "a model's name means nothing to another provider"


def test_the_headless_command_reads_the_settings_only(sam: User, settings: Any) -> None:
    settings.OPENAI_API_KEY = WORKSPACE
    vault.put(sam, "openai_key", OWN, bound_to=HOME["openai"])
    model_setup.choose_provider("openai", model="own-model", by=sam)
    assert open_caller(sam, "openai").key == OWN
    settings.INLINE_WORK = True
    assert open_caller(sam, "openai", model="from-the-command-line").key == WORKSPACE
    with pytest.raises(ProviderError, match="no model"):
        open_caller(sam, "openai")


def test_one_query_tells_everything(sam: User, django_assert_num_queries: Any) -> None:
    model_setup.choose_provider("compatible", model="m", address=LOCAL, by=sam)
    with django_assert_num_queries(1):
        available(sam)
