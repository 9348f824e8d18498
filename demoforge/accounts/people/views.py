"""One's own account for everybody; people and teams for administrators."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from demoforge.accounts import audit, sessions
from demoforge.accounts.models import Team, User
from demoforge.accounts.people import services
from demoforge.accounts.people.forms import PersonForm, SearchForm, TeamForm
from demoforge.accounts.roles import Action, Role
from demoforge.errors import NotNow

PER_PAGE = 50


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("this page needs a logged-in person")
    return request.user


def _administrator(request: HttpRequest) -> User:
    user = _user(request)
    if not user.may(Action.CONFIGURE):
        raise PermissionDenied("People and teams are for administrators.")
    return user


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """One's own account. Context: groups_decide, until (when this session ends)."""
    user = _user(request)
    context = {"groups_decide": services.groups_decide(user), "until": request.session.get_expiry_date()}
    return render(request, "accounts/account.html", context)


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Log out everywhere: in every browser, this one as well."""
    user = _user(request)
    with transaction.atomic():
        audit.record("logout.everywhere", user, by=user, sessions=sessions.end_all(user))
        sessions.end(request)
    messages.success(request, "You are logged out everywhere.")
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by name, in pages. Context: page, pages, form, narrowed, groups_decide."""
    _administrator(request)
    form = SearchForm(request.GET)
    form.is_valid()
    found = _narrowed(
        User.objects.select_related("team").order_by("first_name", "last_name", "username"), form
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "form": form,
        "narrowed": any(form.cleaned_data.values()),
        "groups_decide": settings.SIGN_ON.groups_decide,
    }
    return render(request, "accounts/people.html", context)


def _narrowed(found: "QuerySet[User]", form: SearchForm) -> "QuerySet[User]":
    asked = form.cleaned_data
    for word in asked.get("q", "").split():
        named = Q(first_name__icontains=word) | Q(last_name__icontains=word)
        found = found.filter(named | Q(username__icontains=word) | Q(email__icontains=word))
    if asked.get("role"):
        found = found.filter(role=asked["role"])
    if asked.get("team"):
        found = found.filter(team=asked["team"])
    if asked.get("active"):
        found = found.filter(is_active=asked["active"] == "yes")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's role, team and access. Context: person, form, own, groups_decide, has_identity."""
    user = _administrator(request)
    whom = get_object_or_404(User.objects.select_related("team"), pk=pk)
    own, decided = whom.pk == user.pk, services.groups_decide(whom)
    form = PersonForm(
        request.POST or None,
        offer_role=not own and not decided,
        offer_active=not own,
        initial={"role": whom.role, "team": whom.team, "active": whom.is_active},
    )
    status = 200
    if form.is_bound and form.is_valid():
        try:
            return _changed(request, whom, form.cleaned_data, user)
        except NotNow as refused:
            form.add_error(None, f"{refused.sentence} {refused.hint}")
    if form.errors:
        status = 422
    has_identity = whom.socialaccount_set.exists()  # type: ignore[attr-defined]  # a library's relation
    context = {
        "person": whom,
        "form": form,
        "own": own,
        "groups_decide": decided,
        "has_identity": has_identity,
    }
    return render(request, "accounts/person.html", context, status=status)


def _changed(request: HttpRequest, whom: User, asked: dict[str, Any], user: User) -> HttpResponse:
    changed = services.change_person(
        whom,
        role=Role(asked.get("role", whom.role)),
        team=asked["team"],
        active=asked.get("active", whom.is_active),
        by=user,
    )
    words = f"{whom.display_name} has been changed." if changed else "Nothing was changed: it was so already."
    messages.success(request, words)
    return redirect("people")


@require_POST
def identity_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget who a person is at the log-in service."""
    user = _administrator(request)
    whom = get_object_or_404(User, pk=pk)
    if services.forget_identity(whom, by=user):
        messages.success(
            request, f"Whoever logs in next with the address {whom.email} is {whom.display_name}."
        )
    return redirect("person", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: HttpRequest) -> HttpResponse:
    """All teams; make one. Context: teams (with `people`, how many), form."""
    user = _administrator(request)
    form = TeamForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = services.make_team(form.cleaned_data["name"], by=user)
            messages.success(request, f"The team {made.name} has been made.")
            return redirect("teams")
        except NotNow as refused:
            form.add_error("name", f"{refused.sentence} {refused.hint}")
    context = {"teams": Team.objects.annotate(people=Count("members")), "form": form}
    return render(request, "accounts/teams.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a team. Context: team, form."""
    user = _administrator(request)
    which = get_object_or_404(Team, pk=pk)
    form = TeamForm(request.POST or None, initial={"name": which.name})
    if form.is_bound and form.is_valid():
        try:
            services.rename_team(which, form.cleaned_data["name"], by=user)
            messages.success(request, f"The team is called {form.cleaned_data['name']}.")
            return redirect("teams")
        except NotNow as refused:
            form.add_error("name", f"{refused.sentence} {refused.hint}")
    context = {"team": Team.objects.get(pk=pk), "form": form}
    return render(request, "accounts/team.html", context, status=422 if form.errors else 200)
