"""How often someone may try to log in. Counted in the database, so that all web processes see it."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from demoforge.accounts.models import LoginFailures


def client_address(request: HttpRequest) -> str:
    """Where a request comes from. In team mode the proxy in front of us adds it as the last forwarded address."""
    forwarded = request.headers.get("X-Forwarded-For", "") if not settings.LOCAL_MODE else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


def is_blocked(request: HttpRequest, username: str | None = None) -> bool:
    """Whether this address has failed too often, with this name (if one was typed) or with all names."""
    since = timezone.now() - timedelta(seconds=settings.LOGIN_WINDOW_SECONDS)
    counted = dict(
        LoginFailures.objects.filter(key__in=_limits(request, username), since__gt=since).values_list(
            "key", "count"
        )
    )
    return any(counted.get(key, 0) >= limit for key, limit in _limits(request, username).items())


@transaction.atomic
def count_failure(request: HttpRequest, username: str | None = None) -> None:
    """Note that a log-in failed; forget those of former windows."""
    since = timezone.now() - timedelta(seconds=settings.LOGIN_WINDOW_SECONDS)
    LoginFailures.objects.filter(since__lte=since).delete()
    for key in _limits(request, username):
        LoginFailures.objects.get_or_create(key=key)
        LoginFailures.objects.filter(key=key).update(count=F("count") + 1)


def forget_failures(request: HttpRequest, username: str) -> None:
    """After a log-in that worked: this name from this address starts at zero again."""
    LoginFailures.objects.filter(key=_account_key(request, username)).delete()


def _limits(request: HttpRequest, username: str | None) -> dict[str, int]:
    limits = {_key("address", client_address(request)): settings.LOGIN_FAILURES_PER_ADDRESS}
    if username is not None:
        limits[_account_key(request, username)] = settings.LOGIN_FAILURES_PER_ACCOUNT
    return limits


def _account_key(request: HttpRequest, username: str) -> str:
    return _key("account", f"{client_address(request)} {username.casefold()}")


def _key(kind: str, text: str) -> str:
    """Hashed with a key: people type passwords into the name field."""
    return salted_hmac(f"demoforge.login.{kind}", text, algorithm="sha256").hexdigest()
