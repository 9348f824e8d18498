"""Secrets of users: who can read them, until when, and what of them is where. On a real Redis-compatible server."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from demoforge.accounts import vault
from demoforge.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MakeUser = Callable[..., User]
SECRET = "sk-canary-4Gh8KpW2zX9qL6vT8sB3nK6jH1gF5dR0yUe"


@pytest.fixture(params=["process", "redis"])
def memory(request: pytest.FixtureRequest, settings: Any) -> Iterator[str]:
    """Where secrets are: in this process, as in the headless command, or on a server, as in every other run."""
    if request.param == "redis":
        use_server(settings, request.getfixturevalue("queue"))
    cache.clear()
    yield request.param
    cache.clear()


def use_server(settings: Any, address: str) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": address, "KEY_PREFIX": "demoforge"}}


@pytest.fixture
def alice(make_user: MakeUser) -> User:
    return make_user("alice")


def again(user: User) -> User:
    """The same person, as another process finds them in the database."""
    return User.objects.get(pk=user.pk)


def log_in(client: Client, name: str = "alice") -> None:
    answer = client.post(reverse("login"), {"username": name, "password": f"pass-{name}"})
    assert answer.status_code == 302


def test_a_secret_is_read_again_by_its_owner_alone(memory: str, alice: User, make_user: MakeUser) -> None:
    vault.put(alice, "openai_key", SECRET)
    assert vault.get(again(alice), "openai_key") == SECRET
    assert vault.has(alice, "openai_key")
    assert vault.get(alice, "anthropic_key") is None
    assert vault.get(make_user("bob"), "openai_key") is None


def test_a_newer_secret_takes_the_place_of_the_older_one(memory: str, alice: User) -> None:
    vault.put(alice, "openai_key", "older")
    vault.put(alice, "openai_key", SECRET)
    assert vault.get(alice, "openai_key") == SECRET


def test_forgetting_removes_one_or_all(memory: str, alice: User, make_user: MakeUser) -> None:
    bob = make_user("bob")
    for user in (alice, bob):
        vault.put(user, "openai_key", SECRET)
        vault.put(user, "github_token", SECRET)
    vault.forget(alice, "openai_key")
    vault.forget(alice, "dbt_cloud_token")  # was never there
    assert (vault.has(alice, "openai_key"), vault.has(alice, "github_token")) == (False, True)
    vault.forget_all(alice)
    assert not any(vault.has(alice, name) for name in vault.NAMES)
    assert vault.has(bob, "openai_key")


def test_a_secret_is_for_what_it_was_typed_for(memory: str, alice: User) -> None:
    vault.put(alice, "compatible_key", SECRET, bound_to="https://one.example/v1")
    assert vault.get(alice, "compatible_key", bound_to="https://one.example/v1") == SECRET
    assert vault.get(alice, "compatible_key", bound_to="https://two.example/v1") is None
    assert vault.get(alice, "compatible_key") is None
    assert vault.kept_until(alice, "compatible_key", bound_to="https://two.example/v1") is None


def test_what_is_kept_cannot_be_passed_on_under_another_name_or_to_somebody_else(
    memory: str, alice: User, make_user: MakeUser
) -> None:
    bob = make_user("bob")
    vault.put(alice, "openai_key", SECRET)
    token = cache.get(f"vault:{alice.pk}:openai_key")
    cache.set(f"vault:{alice.pk}:compatible_key", token)
    cache.set(f"vault:{bob.pk}:openai_key", token)
    assert vault.get(alice, "compatible_key") is None
    assert vault.get(bob, "openai_key") is None


def test_a_new_password_makes_it_unreadable(memory: str, alice: User) -> None:
    vault.put(alice, "openai_key", SECRET)
    alice.set_password("another")
    alice.save()
    assert vault.get(again(alice), "openai_key") is None
    assert vault.kept_until(again(alice), "openai_key") is None


def test_another_key_of_the_server_makes_it_unreadable(memory: str, alice: User, settings: Any) -> None:
    vault.put(alice, "openai_key", SECRET)
    settings.VAULT_KEY = "0" * 64
    assert vault.get(alice, "openai_key") is None


def test_its_time_is_over_one_day(memory: str, alice: User, settings: Any) -> None:
    settings.SECRET_SECONDS = 1
    vault.put(alice, "openai_key", SECRET)
    assert vault.has(alice, "openai_key")
    time.sleep(2.1)
    assert vault.get(alice, "openai_key") is None
    assert cache.get(f"vault:{alice.pk}:openai_key") is None  # the memory has forgotten it, too


def test_a_shorter_time_counts_for_what_is_kept_already(memory: str, alice: User, settings: Any) -> None:
    vault.put(alice, "openai_key", SECRET)
    time.sleep(2.1)
    settings.SECRET_SECONDS = 1
    assert vault.get(alice, "openai_key") is None
    assert vault.kept_until(alice, "openai_key") is None


def test_it_says_until_when(memory: str, alice: User, settings: Any) -> None:
    settings.SECRET_SECONDS = 3600
    assert vault.kept_until(alice, "openai_key") is None
    vault.put(alice, "openai_key", SECRET)
    until = vault.kept_until(alice, "openai_key")
    assert until is not None
    assert abs(until - datetime.now(UTC) - timedelta(hours=1)) < timedelta(seconds=5)


def test_logging_out_wipes(memory: str, alice: User, client: Client) -> None:
    log_in(client)
    vault.put(again(alice), "openai_key", SECRET)
    client.post(reverse("logout"))
    assert vault.get(again(alice), "openai_key") is None
    assert cache.get(f"vault:{alice.pk}:openai_key") is None


def test_logging_in_wipes_what_an_earlier_session_left(memory: str, alice: User, client: Client) -> None:
    log_in(client)
    vault.put(again(alice), "openai_key", SECRET)
    log_in(Client())
    assert cache.get(f"vault:{alice.pk}:openai_key") is None


def test_logging_in_makes_unreadable_what_could_not_be_wiped(
    memory: str, alice: User, client: Client
) -> None:
    log_in(client)
    vault.put(again(alice), "openai_key", SECRET)
    token = cache.get(f"vault:{alice.pk}:openai_key")
    log_in(Client())
    cache.set(f"vault:{alice.pk}:openai_key", token)
    assert vault.get(again(alice), "openai_key") is None


def test_without_the_memory_nobody_is_locked_out(alice: User, client: Client, settings: Any) -> None:
    use_server(settings, "unix:///nowhere/redis.sock")
    log_in(client)
    assert vault.get(alice, "openai_key") is None
    assert vault.kept_until(alice, "openai_key") is None
    with pytest.raises(vault.VaultUnreachable) as error:
        vault.put(alice, "openai_key", SECRET)
    assert SECRET not in f"{error.value} {error.value.sentence} {error.value.hint}"
    with pytest.raises(vault.VaultUnreachable):
        vault.forget(alice, "openai_key")
    assert client.post(reverse("logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_server_holds_it_encrypted_and_writes_nothing(alice: User, settings: Any, queue: str) -> None:
    use_server(settings, queue)
    vault.put(alice, "openai_key", SECRET, bound_to="https://api.example.com")
    with redis.Redis.from_url(queue) as server:
        assert server.config_get("save") == {"save": ""}
        assert server.config_get("appendonly") == {"appendonly": "no"}
        server.config_set("rdbcompression", "no")
        server.save()  # what nobody does in the product: write everything that it knows
        dump = Path(server.config_get("dir")["dir"], "dump.rdb").read_bytes()
    assert f"vault:{alice.pk}:openai_key".encode() in dump, "or this test looks at the wrong file"
    assert SECRET.encode() not in dump
    assert SECRET[:12].encode() not in dump
    assert vault.get(alice, "openai_key", bound_to="https://api.example.com") == SECRET
