"""Logging in and out."""

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from demoforge.accounts import audit, vault
from demoforge.accounts.forms import LoginForm
from demoforge.accounts.local import shown_local_accounts
from demoforge.accounts.models import User


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Show and take the log-in form. Context: form, next, local_accounts (empty in team mode)."""
    target = _safe_next(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = LoginForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _log_in(request, form, target)
    context = {"form": form, "next": target, "local_accounts": shown_local_accounts()}
    return render(request, "accounts/login.html", context)


@login_not_required
@never_cache
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session and forget the keys that were typed in it."""
    if isinstance(request.user, User):
        audit.record("logout", request.user, by=request.user)
        vault.forget_all(request.user)
    auth.logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def _log_in(request: HttpRequest, form: LoginForm, target: str) -> HttpResponse:
    user = form.get_user()
    with transaction.atomic():
        auth.login(request, user)
        if isinstance(user, User):
            audit.record("login", user, by=user)
    if isinstance(user, User):
        vault.forget_all(user)  # of an earlier session, which may have ended without a log-out
    return redirect(target)


def _safe_next(request: HttpRequest) -> str:
    """Where to go after log-in: a page of this site, never another one."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
