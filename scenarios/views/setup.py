"""The page “AI model”: who writes the plans, with which key, server and model."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from demoforge.accounts import vault
from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from demoforge.htmx import wants_part
from scenarios import access, model_setup
from scenarios.ai import opening
from scenarios.ai.calls.protocol import ModelChoice as ListedModel
from scenarios.ai.protocol import ProviderError
from scenarios.ai.registry import BUILTIN, PROVIDER_CHOICES, SERVERS, Server
from scenarios.views.model_forms import ServerForm
from scenarios.views.pages import show, user_of


@dataclass(frozen=True)
class Told:
    """What came of asking a server."""

    tone: str
    sentence: str
    hint: str = ""
    models: list[ListedModel] = field(default_factory=list)


@sensitive_post_parameters("key")
@never_cache
@require_http_methods(["GET", "POST"])
def ai_setup(request: HttpRequest) -> HttpResponse:
    """Set up one provider: load its models, try one, make it one's choice.

    Context: states, chosen, state; and for a server: server, form, at_hand, told. The key is never in it.
    """
    user = _author(request)
    data = request.POST if request.method == "POST" else request.GET
    provider = str(data.get("provider") or opening.default_provider(user))
    if provider not in dict(PROVIDER_CHOICES):
        provider = BUILTIN
    if request.method == "POST" and provider == BUILTIN:
        return _chosen(request, user, BUILTIN)
    if request.method == "POST":
        return _asked(request, user, SERVERS[provider])
    form = None if provider == BUILTIN else ServerForm(SERVERS[provider], initial=_remembered(user, provider))
    return _page(request, user, provider, form)


@never_cache
@require_POST
def ai_key_forget(request: HttpRequest) -> HttpResponse:
    """Remove one's key from memory now."""
    user = _author(request)
    server = SERVERS.get(str(request.POST.get("provider")))
    if server is None:
        return redirect("ai_setup")
    model_setup.forget_key(server, by=user)
    messages.success(request, f"Your key for {server.label} is forgotten.")
    return redirect(_place(server.name))


def _asked(request: HttpRequest, user: User, server: Server) -> HttpResponse:
    do = str(request.POST.get("do"))
    form = ServerForm(server, request.POST, needs_model=do != "models")
    if not form.is_valid():
        return _page(request, user, server.name, form)
    try:
        told = _told(user, form, do)
    except ProviderError as error:
        return _page(request, user, server.name, form, Told("error", error.sentence, error.hint))
    if do != "save":
        return _page(request, user, server.name, form, told)
    model, address = form.typed("model"), form.typed("address")
    return _chosen(request, user, server.name, model=model, address=address, told=told)


def _told(user: User, form: ServerForm, do: str) -> Told:
    """Ask the server what the button wants to know. Raises ProviderError."""
    began, server, model = time.monotonic(), form.server, form.typed("model")
    checked = model_setup.check_server(user, server, address=form.typed("address"), key=form.typed("key"))
    if do == "test":
        left = model_setup.CHECK_SECONDS - (time.monotonic() - began)
        return _tried(model_setup.try_model(checked.connection, model, seconds=max(left, 1.0)), checked)
    if not checked.models:
        return Told(
            "warning", f"{server.label} answers, but lists no models.",
            "Type the model's name as the server calls it, then press Test.",
        )  # fmt: skip
    if do == "save" and model not in {listed.id for listed in checked.models}:
        return Told(
            "warning", f"“{model}” is not among the models that the server lists.",
            "Press Test to see whether it answers.", checked.models,
        )  # fmt: skip
    words = "One model" if len(checked.models) == 1 else f"{len(checked.models)} models"
    return Told(
        "success", f"{server.label} answers. {words} can be used.",
        "Choose one in the field “Model”; empty the field to see all.", checked.models,
    )  # fmt: skip


def _tried(tried: model_setup.Tried, checked: model_setup.Checked) -> Told:
    used = f" It read {tried.read:,} tokens and wrote {tried.written:,}." if tried.written else ""
    return Told(
        "success", f"{tried.model} answered in {tried.seconds:.1f} seconds.{used}",
        "Press “Save and use” to let it write your plans.", checked.models,
    )  # fmt: skip


def _chosen(
    request: HttpRequest,
    user: User,
    provider: str,
    *,
    model: str = "",
    address: str = "",
    told: Told | None = None,
) -> HttpResponse:
    model_setup.choose_provider(provider, model=model, address=address, by=user)
    label = dict(PROVIDER_CHOICES)[provider]
    messages.success(request, f"{label} writes your plans from now on{f', with {model}' if model else ''}.")
    if told and told.tone == "warning":
        messages.warning(request, f"{told.sentence} {told.hint}")
    return redirect(_place(provider))


def _page(
    request: HttpRequest, user: User, provider: str, form: ServerForm | None, told: Told | None = None
) -> HttpResponse:
    states = opening.available(user)
    context: dict[str, Any] = {
        "states": states,
        "state": next(state for state in states if state.name == provider),
        "chosen": opening.default_provider(user),
        "told": told,
        "may_write_guidance": user.may(Action.CONFIGURE),
    }
    if form is not None:
        context |= {"form": form, "server": form.server, "at_hand": _at_hand(user, form)}
    wrong = bool(form and form.errors) and not wants_part(request)  # HTMX shows nothing of an error answer
    return show(request, "ai_setup", context, status=422 if wrong else 200)


def _at_hand(user: User, form: ServerForm) -> Mapping[str, Any]:
    """Which keys could be used for the address in the form: until when one's own, whether the workspace's."""
    bare = opening.connect(None, form.server, address=form.shown_address)
    return {
        "until": vault.kept_until(user, form.server.secret, bound_to=bare.address),
        "workspace": bool(bare.key),
    }


def _remembered(user: User, provider: str) -> dict[str, str]:
    choices = opening.choices_of(user)
    address = choices[provider].address if provider in choices else ""
    return {"address": address, "model": opening.model_of(SERVERS[provider], choices)}


def _author(request: HttpRequest) -> User:
    user = user_of(request)
    if not access.may_create(user):
        raise PermissionDenied("Your role may look at demos, but not create them.")
    return user


def _place(provider: str) -> str:
    return f"{reverse('ai_setup')}?{urlencode({'provider': provider})}"
