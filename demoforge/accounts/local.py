"""The local development accounts: one for each role, with passwords that everybody knows, in local mode only."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from demoforge.errors import Explained


@dataclass(frozen=True)
class LocalAccount:
    """A development account. Its password is its name."""

    username: str
    first_name: str
    last_name: str
    role: Role

    @property
    def password(self) -> str:
        """The password, shown on the log-in page."""
        return self.username

    @property
    def role_label(self) -> str:
        """The role as people call it."""
        return self.role.label


LOCAL_ACCOUNTS = (
    LocalAccount("se", "Sam", "Engineer", Role.SALES_ENGINEER),
    LocalAccount("ae", "Alex", "Executive", Role.ACCOUNT_EXECUTIVE),
    LocalAccount("manager", "Morgan", "Manager", Role.MANAGER),
    LocalAccount("admin", "Ada", "Admin", Role.ADMIN),
)


def shown_local_accounts() -> tuple[LocalAccount, ...]:
    """The accounts that the log-in page shows: none in team mode."""
    return LOCAL_ACCOUNTS if settings.LOCAL_MODE else ()


@transaction.atomic
def ensure_local_accounts() -> int:
    """Make the local accounts that are missing; how many were made. Raises Explained in team mode."""
    if not settings.LOCAL_MODE:
        raise Explained(
            "Local development accounts exist in local mode only.", "Set DEMOFORGE_MODE=local to use them."
        )
    present = set(User.objects.values_list("username", flat=True))
    missing = [account for account in LOCAL_ACCOUNTS if account.username not in present]
    for account in missing:
        user = User(
            username=account.username,
            first_name=account.first_name,
            last_name=account.last_name,
            role=account.role.value,
            is_local=True,
        )
        user.set_password(account.password)
        user.save()
        audit.record("account.created", user, by=None, role=user.role)
    return len(missing)
