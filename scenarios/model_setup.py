"""Setting up a provider: ask its server what a key may use, keep the key, remember the choice, try one call.

Whatever a person types is tried out with the server before it is kept, within one limit of time.
"""

import time
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from demoforge.accounts import audit, vault
from demoforge.accounts.models import User
from scenarios.ai.calls import protocol
from scenarios.ai.calls.protocol import CallFailed, Kind, Question
from scenarios.ai.calls.sentences import explain
from scenarios.ai.opening import Connection, connect, workspace_address
from scenarios.ai.protocol import ProviderError
from scenarios.ai.registry import SERVERS, Server
from scenarios.models import ModelChoice

CHECK_SECONDS = 20.0  # that somebody waits for a page, at most
TEST_TOKENS = 512  # enough for models that think before they say a word

#: What some servers answer that have no list of models, although they answer questions.
_NO_LIST: frozenset[Kind] = frozenset({"not_found", "bad_request"})


@dataclass(frozen=True)
class Checked:
    """A server that answered: the models that the key may use (none when it has no list), and the way to it."""

    connection: Connection = field(repr=False)
    models: list[protocol.ModelChoice]


@dataclass(frozen=True)
class Tried:
    """One small answer of a model: after how many seconds, with how many tokens read and written."""

    model: str
    seconds: float
    read: int
    written: int


def check_server(
    user: User, server: Server, *, address: str = "", key: str = "", seconds: float = CHECK_SECONDS
) -> Checked:
    """Ask a server for its models, with the key that was typed or the one at hand; then keep a typed key.

    Raises ProviderError when anything is missing or the server refuses, VaultUnreachable. A refused key is not kept.
    """
    connection = connect(user, server, address=address, key=key)
    models = _models(connection, seconds)
    if key:
        vault.put(user, server.secret, key, bound_to=connection.address)
        audit.record("model_key.kept", user, by=user, provider=server.name)
    return Checked(connection, models)


def _models(connection: Connection, seconds: float) -> list[protocol.ModelChoice]:
    caller = connection.caller()
    try:
        return caller.models(seconds=seconds)
    except CallFailed as failure:
        at_home = connection.address == workspace_address(connection.server)
        if failure.kind in _NO_LIST and connection.server.takes_address and not at_home:
            return []
        if failure.kind == "not_found":
            raise ProviderError(
                f"{connection.server.label} has no list of models at {connection.address}.",
                "Check the address; it mostly ends in /v1.",
            ) from None
        raise _explained(failure, connection.server, "the list of models") from None


def try_model(connection: Connection, model: str, *, seconds: float = CHECK_SECONDS) -> Tried:
    """Ask a model for one word. An answer that is cut short is an answer. Raises ProviderError."""
    began = time.monotonic()
    question = Question(
        model=model,
        system="You are asked whether you can be reached.",
        shared="",
        task="Answer with the single word: ready",
        name="reachable",
        max_tokens=TEST_TOKENS,
    )
    try:
        reply = connection.caller().call(question, seconds=seconds, on_text=lambda text: None)
    except CallFailed as failure:
        raise _explained(failure, connection.server, model) from None
    return Tried(reply.model or model, time.monotonic() - began, reply.usage.input, reply.usage.output)


def _explained(failure: CallFailed, server: Server, model: str) -> ProviderError:
    words = explain(failure.kind, provider_label=server.label, model=model, retry_after=failure.retry_after)
    return ProviderError(*words, retryable=failure.retryable)


@transaction.atomic
def choose_provider(provider: str, *, model: str = "", address: str = "", by: User) -> ModelChoice:
    """Remember what somebody has set up for a provider, and make it the one that writes their plans."""
    server = SERVERS.get(provider)
    uses_key = bool(server and connect(by, server, address=address).key)
    choice, _ = ModelChoice.objects.update_or_create(
        user=by,
        provider=provider,
        defaults={
            "model": model,
            "address": address,
            "uses_key": uses_key,
            "chosen_at": timezone.now(),
        },
    )
    audit.record("model.chosen", choice, by=by, provider=provider, model=model)
    return choice


def forget_key(server: Server, *, by: User) -> None:
    """Remove somebody's key before its time is over. Raises VaultUnreachable."""
    vault.forget(by, server.secret)
    audit.record("model_key.forgotten", by, by=by, provider=server.name)
