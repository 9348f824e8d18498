"""For whom a command of this package acts."""

from django.conf import settings

from demoforge.accounts.local import ensure_local_accounts
from demoforge.accounts.models import User
from demoforge.errors import Explained


def user_named(name: str) -> User:
    """The active user of that name; in local mode the local accounts are made first. Raises Explained."""
    if settings.LOCAL_MODE:
        ensure_local_accounts()
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None or (user.is_local and not settings.LOCAL_MODE):
        raise Explained(f"There is no active user called {name}.", "Choose another one with --user.")
    return user
