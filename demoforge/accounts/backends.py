"""Who may log in with a password."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from demoforge.accounts.models import User


class AccountBackend(ModelBackend):
    """Name and password. Local development accounts are refused outside local mode, running sessions too."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Whether this account counts at all, in this mode."""
        if isinstance(user, User) and user.is_local and not settings.LOCAL_MODE:
            return False
        return super().user_can_authenticate(user)
