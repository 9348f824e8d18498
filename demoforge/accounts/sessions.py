"""Sessions begin and end here: with a line in the audit trail, and an empty vault."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from demoforge.accounts import audit, vault
from demoforge.accounts.models import User


def begin(request: HttpRequest, user: User, *, backend: str | None = None) -> None:
    """Log a person in. The session ends after its hours, however busy it is, so that log-in checks come in time."""
    with transaction.atomic():
        auth.login(request, user, backend)
        request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
        audit.record("login", user, by=user)
    vault.forget_all(user)  # of an earlier session, which may have ended without a log-out


def end(request: HttpRequest) -> None:
    """Log out: the session ends, and the keys that were typed in it are forgotten."""
    with transaction.atomic():
        if isinstance(request.user, User):
            audit.record("logout", request.user, by=request.user)
            vault.forget_all(request.user)
        auth.logout(request)


def end_all(user: User) -> int:
    """End every session of a person, in every browser, and forget their keys; how many sessions there were.

    Sessions name their person inside only, so all that run are read: a few milliseconds for a hundred.
    """
    running = Session.objects.filter(expire_date__gt=timezone.now()).iterator()
    ended = [row.pk for row in running if row.get_decoded().get(auth.SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=ended).delete()
    vault.forget_all(user)
    return len(ended)


def clear_expired() -> None:
    """Remove the rows of sessions whose time is over: nobody logs out of those."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def safe_target(request: HttpRequest, wanted: str) -> str:
    """A page of this site to go to after log-in, never another site; empty when it is none."""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""
