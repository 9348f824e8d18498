"""The page “Connections”: where somebody's builds go, with which tokens, and whether the workspace's may be used."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from demoforge.errors import Explained
from demoforge.htmx import render_page, wants_part
from provisioning import services
from provisioning.connections import policy, store
from provisioning.connections.checks import Choice, Line, Report
from provisioning.connections.store import AnyFields, Kind
from provisioning.connections.trial import Tried, connection_choices, try_out
from provisioning.views.connection_forms import ConnectionForm
from provisioning.views.connection_page import (
    Chosen,
    cards,
    chosen_of,
    form_for,
    kept_until,
    saved_as,
    workspace_panel,
)
from scenarios.views.pages import user_of

LABELS: dict[Kind, str] = {"github": "GitHub", "dbt_cloud": "dbt Cloud", "warehouse": "The warehouse"}


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def connections(request: HttpRequest) -> HttpResponse:
    """Set up one connection: test it, save it, or list the connections of dbt Cloud. Shows no secret.

    Context: cards, kind, chosen, form, told (Report), choices, kept, is_saved, workspace, may_allow.
    """
    user = _builder(request)
    chosen = chosen_of(request.POST if request.method == "POST" else request.GET, user)
    if request.method == "GET":
        return _page(request, user, chosen, form_for(user, chosen))
    if request.POST.get("do") == "list":
        return _listed(request, user, chosen)
    return _entered(request, user, chosen)


@never_cache
@require_POST
def connection_forget(request: HttpRequest) -> HttpResponse:
    """Remove the secrets of one connection from memory now; with `what=all`, the connection with its fields."""
    user = _builder(request)
    kind = str(request.POST.get("kind"))
    if kind not in store.KINDS:
        return redirect("connections")
    everything = request.POST.get("what") == "all"
    store.forget(user, kind, fields=everything, by=user)
    label = LABELS[kind]
    said = f"{label} is removed." if everything else f"{label}: what was secret is forgotten."
    messages.success(request, f"{said} Builds that need it wait until you enter it again.")
    return redirect(_place(kind=kind))


@never_cache
@require_POST
def workspace_builds(request: HttpRequest) -> HttpResponse:
    """Allow or forbid builds with the workspace's connections. For administrators."""
    user = user_of(request)
    if not user.may(Action.CONFIGURE):
        raise PermissionDenied("Administrators decide whether builds may use the workspace's connections.")
    allowed = request.POST.get("allowed") == "yes"
    policy.allow_workspace_builds(allowed, by=user)
    now = "may use the workspace's connections" if allowed else "need connections of people's own"
    messages.success(request, f"From now on, builds {now}.")
    return redirect("connections")


def _entered(request: HttpRequest, user: User, chosen: Chosen) -> HttpResponse:
    """Test what was entered; then keep it, as the button says."""
    form = form_for(user, chosen, request)
    if form is None or not form.is_valid():
        return _page(request, user, chosen, form)
    tried = try_out(user, form.connection, form.secrets)
    if tried.report.refused:
        return _page(request, user, chosen, form, told=tried.report)
    if request.POST.get("do") == "save":
        return _saved(request, user, chosen.kind, tried, form)
    store.keep_secrets(user, chosen.kind, tried.fields, secrets=form.secrets, by=user)
    shown = form_for(user, chosen, tested=tried.fields)
    return _page(request, user, chosen, shown, told=tried.report, tested=tried.fields)


def _saved(request: HttpRequest, user: User, kind: Kind, tried: Tried, form: ConnectionForm) -> HttpResponse:
    store.save(user, kind, tried.fields, secrets=form.secrets, by=user)
    woken = services.wake_builds(user)
    waited = {0: "", 1: " A build that waited goes on."}.get(woken, f" {woken} builds that waited go on.")
    messages.success(request, f"{LABELS[kind]} is saved. Your builds use it from now on.{waited}")
    for line in tried.report.lines:
        if line.tone in ("warning", "error"):
            messages.warning(request, f"{line.sentence} {line.hint}".strip())
    return redirect(_place(kind=kind))


def _listed(request: HttpRequest, user: User, chosen: Chosen) -> HttpResponse:
    """The connections of dbt Cloud to choose from."""
    try:
        choices = connection_choices(user)
    except Explained as error:
        told = Report([Line("error", error.sentence, error.hint)])
        return _page(request, user, chosen, None, told=told)
    if not choices:
        words = "dbt Cloud has no connection to one of the four warehouses, or the token may not see it."
        told = Report(
            [Line("warning", words, "Enter the warehouse itself: the build then creates a connection.")]
        )
        return _page(request, user, chosen, None, told=told)
    return _page(request, user, chosen, None, choices=choices)


def _page(
    request: HttpRequest,
    user: User,
    chosen: Chosen,
    form: ConnectionForm | None,
    *,
    told: Report | None = None,
    tested: AnyFields | None = None,
    choices: Sequence[Choice] = (),
) -> HttpResponse:
    saved = saved_as(user, chosen)
    context = {
        "cards": cards(user),
        "kind": chosen.kind,
        "chosen": chosen,
        "form": form,
        "told": told,
        "choices": choices,
        "kept": kept_until(user, tested or (form.entered if form else None) or saved),
        "is_saved": saved is not None,
        "workspace": workspace_panel(),
        "may_allow": user.may(Action.CONFIGURE),
    }
    wrong = bool(form and form.errors) and not wants_part(request)  # HTMX shows nothing of an error answer
    return render_page(
        request,
        "provisioning/connections.html",
        "provisioning/_connections.html",
        context,
        status=422 if wrong else 200,
    )


def _builder(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.may(Action.BUILD):
        raise PermissionDenied("Your role may look at demos, but not build them.")
    return user


def _place(**query: str) -> str:
    return f"{reverse('connections')}?{urlencode(query)}"
