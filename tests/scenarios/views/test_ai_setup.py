"""The page “AI model”: keys are tried out before they are kept and never shown, and what is chosen is remembered."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from demoforge.accounts import vault
from demoforge.accounts.models import AuditEntry, User
from demoforge.accounts.roles import Role
from scenarios import model_setup
from scenarios.ai.opening import available, default_provider, open_caller
from scenarios.ai.protocol import ProviderError
from scenarios.ai.registry import SERVERS
from scenarios.models import ModelChoice
from tests.fakes.model_server import Answer, Fault, ModelServer
from tests.scenarios.views.pages import form_of

pytestmark = pytest.mark.django_db
KEY = "sk-canary-7Q2w9XzLmP4v"
PART = {"HX-Request": "true"}
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer("ready", models=["fake-large", "fake-small"], key=KEY) as server:
        yield server


@pytest.fixture
def client(sam: User, client_of: ClientOf) -> Client:
    return client_of(sam)


def typed(server: ModelServer, do: str, **more: str) -> dict[str, str]:
    """The form of a compatible server."""
    address = server.address("chat")
    return {"provider": "compatible", "do": do, "address": address, "key": KEY, "model": "fake-small", **more}


def kept(user: User, server: ModelServer) -> str | None:
    return vault.get(user, "compatible_key", bound_to=server.address("chat"))


def test_the_page_shows_every_provider_and_what_it_needs(client: Client) -> None:
    page = client.get("/ai/").content.decode()
    for words in ("Built-in blueprints, no AI", "your choice", "Claude (Anthropic)", "Needs a key", "OpenAI",
                  "Compatible server", "Needs a server address"):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize("provider", ["anthropic", "openai", "compatible"])
def test_the_key_is_typed_into_a_field_that_nobody_fills_or_shows(client: Client, provider: str) -> None:
    page = client.get(f"/ai/?provider={provider}").content.decode()
    field = page[page.index('<input type="password"') :].split(">")[0]
    assert 'name="key"' in field
    assert 'autocomplete="off"' in field
    assert "value=" not in field
    assert ('name="address"' in page) == (provider != "anthropic")


def test_an_unknown_provider_shows_the_built_in_one(client: Client) -> None:
    page = client.get("/ai/?provider=oracle").content.decode()
    assert "They run on this machine" in page
    assert client.post("/ai/", {"provider": "oracle"}).status_code == 302
    assert ModelChoice.objects.get().provider == "builtin"


def test_loading_models_keeps_an_accepted_key_and_shows_it_to_nobody(
    client: Client, sam: User, server: ModelServer
) -> None:
    answer = client.post("/ai/", typed(server, "models", model=""))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "2 models can be used" in page
    assert page.count("<option value=") == 2
    assert '<option value="fake-large">' in page
    assert kept(sam, server) == KEY
    assert "A key of yours is kept until" in page
    assert KEY not in page
    assert form_of(page, "address")["address"] == server.address("chat")
    assert not ModelChoice.objects.exists(), "nothing is chosen yet"
    assert server.requests == []


def test_htmx_gets_the_part_alone(client: Client, server: ModelServer) -> None:
    part = client.post("/ai/", typed(server, "models"), headers=PART).content.decode()
    assert part.lstrip().startswith('<div id="ai-setup"')
    assert "2 models can be used" in part
    refused = client.post("/ai/", typed(server, "test", model=""), headers=PART)
    assert refused.status_code == 200, "HTMX shows nothing of an error answer"
    assert "type the name of one" in refused.content.decode()


def test_a_refused_key_is_not_kept_and_an_older_one_stays(
    client: Client, sam: User, server: ModelServer
) -> None:
    page = client.post("/ai/", typed(server, "save", key="sk-wrong-canary")).content.decode()
    assert "Compatible server does not accept the API key." in page
    assert "sk-wrong-canary" not in page
    assert kept(sam, server) is None
    assert not ModelChoice.objects.exists()
    client.post("/ai/", typed(server, "models"))
    client.post("/ai/", typed(server, "models", key="sk-wrong-canary"))
    assert kept(sam, server) == KEY


def test_testing_asks_the_model_one_small_question(client: Client, sam: User, server: ModelServer) -> None:
    page = client.post("/ai/", typed(server, "test")).content.decode()
    assert "fake-small answered in" in page
    assert "<strong>" in page
    (call,) = server.requests
    assert call.model == "fake-small"
    assert len(call.prompt) < 200
    assert not ModelChoice.objects.exists()


def test_a_test_uses_the_key_that_is_kept(client: Client, server: ModelServer) -> None:
    client.post("/ai/", typed(server, "models"))
    page = client.post("/ai/", typed(server, "test", key="")).content.decode()
    assert "fake-small answered in" in page


def test_a_cut_answer_is_an_answer(client: Client, server: ModelServer) -> None:
    server.answer = Answer("rea", stop="length")
    assert "answered in" in client.post("/ai/", typed(server, "test")).content.decode()


def test_a_test_that_fails_says_why(client: Client, sam: User, server: ModelServer) -> None:
    server.fail_next(Fault(status=404, code="model_not_found"))
    page = client.post("/ai/", typed(server, "test", model="fake-old")).content.decode()
    assert "Compatible server" in page
    assert "fake-old" in page[page.index('role="alert"') :][:300]
    assert "answered in" not in page
    assert kept(sam, server) == KEY, "the key was right"


def test_saving_makes_it_the_choice(client: Client, sam: User, server: ModelServer) -> None:
    answer = client.post("/ai/", typed(server, "save"), follow=True)
    assert answer.redirect_chain == [("/ai/?provider=compatible", 302)]
    page = answer.content.decode()
    assert "Compatible server writes your plans from now on, with fake-small." in page
    assert form_of(page, "key")["model"] == "fake-small"
    choice = ModelChoice.objects.get()
    assert (choice.user, choice.provider, choice.model, choice.address, choice.uses_key) == (
        sam, "compatible", "fake-small", server.address("chat"), True,
    )  # fmt: skip
    assert default_provider(sam) == "compatible"
    opened = open_caller(sam, "compatible")
    assert (opened.key, opened.model) == (KEY, "fake-small")
    assert KEY not in str(list(AuditEntry.objects.values())) + str(list(ModelChoice.objects.values()))
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["model_key.kept", "model.chosen"]


def test_a_model_that_is_not_listed_is_taken_with_a_warning(client: Client, server: ModelServer) -> None:
    page = client.post("/ai/", typed(server, "save", model="my-own"), follow=True).content.decode()
    assert "“my-own” is not among the models that the server lists." in page
    assert ModelChoice.objects.get().model == "my-own"


def test_a_server_without_a_list_is_taken_with_a_warning(
    client: Client, sam: User, server: ModelServer
) -> None:
    address = f"{server.origin}/other"
    page = client.post("/ai/", typed(server, "models", address=address)).content.decode()
    assert "lists no models" in page
    assert vault.has(sam, "compatible_key", bound_to=address)


def test_going_back_to_the_blueprints_needs_nothing(client: Client, sam: User, server: ModelServer) -> None:
    client.post("/ai/", typed(server, "save"))
    client.post("/ai/", {"provider": "builtin"})
    assert default_provider(sam) == "builtin"
    page = client.get("/ai/?provider=compatible").content.decode()
    assert form_of(page, "key")["model"] == "fake-small", "the rest is remembered"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("model", "", "Load the models and choose one"),
        ("model", "two words", "no blanks"),
        ("model", "sk-canary-in-the-wrong-field", "looks like a key"),
        ("key", "sk canary", "neither blanks nor special letters"),
        ("key", "sk-cánary", "neither blanks nor special letters"),
        ("address", "", "Type the server&#x27;s address"),
        ("address", "models", "not an address that can be used"),
        ("address", "https://evil.example/v1", "evil.example may not be called"),
        ("address", "http://169.254.169.254/v1", "may not be called"),
        ("address", "http://api.openai.com/v1", "must begin with https"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_asked(
    client: Client, sam: User, server: ModelServer, field: str, value: str, words: str
) -> None:
    answer = client.post("/ai/", typed(server, "save", **{field: value}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'href="#id_{field}"' in page
    assert KEY not in page
    assert (server.listed, len(server.requests)) == (0, 0)
    assert not vault.has(sam, "compatible_key", bound_to=server.address("chat"))


def test_a_provider_without_any_key_asks_for_one(client: Client) -> None:
    answer = client.post("/ai/", {"provider": "anthropic", "do": "models", "key": ""})
    assert "Claude (Anthropic) needs a key, and none is kept." in answer.content.decode()


def test_the_workspace_s_key_is_used_and_never_shown(
    client: Client, sam: User, server: ModelServer, settings: Any
) -> None:
    settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL = KEY, server.address("anthropic")
    page = client.get("/ai/?provider=anthropic").content.decode()
    assert "The workspace has a key that you can use." in page
    form = {"provider": "anthropic", "do": "save", "key": "", "model": "fake-large"}
    page = client.post("/ai/", form, follow=True).content.decode()
    assert "Claude (Anthropic) writes your plans from now on, with fake-large." in page
    assert KEY not in page
    assert server.listed == 1
    assert next(one for one in available(sam) if one.name == "anthropic").ready


def test_the_workspace_s_key_is_not_sent_to_an_address_that_somebody_types(
    client: Client, server: ModelServer, settings: Any
) -> None:
    settings.OPENAI_API_KEY = KEY
    form = typed(server, "models", provider="openai", key="")
    page = client.post("/ai/", form).content.decode()
    assert "OpenAI needs a key, and none is kept." in page
    assert server.listed == 0


def test_a_key_can_be_forgotten(client: Client, sam: User, server: ModelServer) -> None:
    client.post("/ai/", typed(server, "save"))
    page = client.post("/ai/forget/", {"provider": "compatible"}, follow=True).content.decode()
    assert kept(sam, server) is None
    assert "Your key for Compatible server is forgotten." in page
    assert "needs a key" in page
    assert client.post("/ai/forget/", {"provider": "oracle"}).status_code == 302


def test_a_kept_key_belongs_to_whoever_typed_it(
    client: Client, server: ModelServer, make_user: Callable[..., User], client_of: ClientOf
) -> None:
    client.post("/ai/", typed(server, "models"))
    other = client_of(make_user("kim"))
    page = other.post("/ai/", typed(server, "models", key="")).content.decode()
    assert "does not accept the API key" in page
    assert "A key of yours" not in page


def test_without_its_memory_the_page_says_so(client: Client, server: ModelServer, settings: Any) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "unix:///nowhere/redis.sock"}}
    answer = client.post("/ai/", typed(server, "models"))
    assert answer.status_code == 503
    assert "The memory that keeps keys cannot be reached" in answer.content.decode()
    assert client.get("/ai/?provider=compatible").status_code == 200


def test_a_silent_server_is_not_waited_for(sam: User) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        began = time.monotonic()
        with pytest.raises(ProviderError, match="took too long"):
            model_setup.check_server(sam, SERVERS["compatible"], address=address, key=KEY, seconds=0.5)
        assert time.monotonic() - began < 3
    assert not vault.has(sam, "compatible_key", bound_to=address)
    assert model_setup.CHECK_SECONDS <= 20


def test_only_people_who_create_demos_set_up_models(
    make_user: Callable[..., User], client_of: ClientOf, server: ModelServer
) -> None:
    client = client_of(make_user("alex", role=Role.ACCOUNT_EXECUTIVE))
    assert client.get("/ai/").status_code == 403
    assert client.post("/ai/", typed(server, "save")).status_code == 403
    assert client.post("/ai/forget/", {"provider": "compatible"}).status_code == 403
    assert server.listed == 0
    assert 'href="/ai/"' not in client.get("/").content.decode()
