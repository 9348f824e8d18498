"""Logging in and out."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from demoforge.accounts import sessions
from demoforge.accounts.backends import passwords_count
from demoforge.accounts.forms import LoginForm
from demoforge.accounts.local import shown_local_accounts
from demoforge.accounts.models import User


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Show and take the log-in form, or lead to the company's log-in service.

    Context: form, next, local_accounts (empty in team mode), sign_on (whether there is a service), passwords.
    """
    wanted = sessions.safe_target(request, request.POST.get("next") or request.GET.get("next") or "")
    target = wanted or resolve_url(settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(target)
    form = LoginForm(request, request.POST if request.method == "POST" and passwords_count() else None)
    if form.is_bound and form.is_valid():
        user = form.get_user()
        assert isinstance(user, User)  # noqa: S101 - the form's backends know no other
        sessions.begin(request, user)
        return redirect(target)
    context = {
        "form": form,
        "next": target,
        "local_accounts": shown_local_accounts(),
        "sign_on": settings.SIGN_ON.on,
        "passwords": passwords_count(),
    }
    return render(request, "accounts/login.html", context)


@login_not_required
@never_cache
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session and forget the keys that were typed in it."""
    sessions.end(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)
