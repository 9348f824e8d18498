"""Who may log in, and whose sessions count. People who are not active have none, from their next request on."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from demoforge.accounts.models import User


def passwords_count() -> bool:
    """Whether people log in with passwords: not in team mode once a log-in service is set up."""
    return settings.LOCAL_MODE or not settings.SIGN_ON.on


class AccountBackend(ModelBackend):
    """Name and password. Local development accounts are refused outside local mode, running sessions too."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Whether this account counts at all, in this mode."""
        local_elsewhere = isinstance(user, User) and user.is_local and not settings.LOCAL_MODE
        return passwords_count() and not local_elsewhere and super().user_can_authenticate(user)


class SignOnBackend(ModelBackend):
    """The company's log-in service. It opens no door by itself: `sso.adapters` does, after all checks."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> None:
        """Nobody comes in this way with a password."""
        return

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Sessions end when the log-in service is taken out of the settings."""
        return settings.SIGN_ON.on and super().user_can_authenticate(user)
